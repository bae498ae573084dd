"""What the views send is taken for nothing until it was checked; what is wrong is told, never a bug."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from core.changes import AttentionEdit, Change, Head
from core.errors import InterlinearError
from demo_app.ui.lab_questions import read_change, read_instead, read_layer_head, read_place, read_prefix

JUNK: list[Any] = [None, "", "x", "${alert(1)}", -1, 5, 10**30, 2.0, math.nan, True, [], [1], {}, {"at": {}}]


@pytest.mark.parametrize("question", JUNK)
def test_a_place_is_a_whole_number_within_the_target(question: Any) -> None:
    for sent in (question, {"at": question}):
        with pytest.raises(InterlinearError, match="`at` must be a whole number from 0 to 4"):
            read_place(sent, 5)


def test_a_place_may_be_sent_as_it_stands() -> None:
    assert read_place(3, 5) == read_place({"at": 3}, 5) == 3


def test_a_piece_goes_before_words_and_words_are_kept_as_typed() -> None:
    assert read_instead({"at": 1, "id": 9, "text": "word"}, 5) == (1, 9)
    assert read_instead({"at": 4, "text": " <b>${x}</b> "}, 5) == (4, " <b>${x}</b> ")


@pytest.mark.parametrize("sent", [{}, {"id": None}, {"id": True}, {"id": 1.5}, {"text": ["a"]}, {"id": {}}])
def test_what_is_neither_piece_nor_words_is_told(sent: dict[str, Any]) -> None:
    with pytest.raises(InterlinearError, match="`id` must be a piece"):
        read_instead({"at": 0, **sent}, 5)


def test_a_beginning_is_a_list_of_pieces() -> None:
    assert read_prefix({"prefix": [4, 5]}) == read_prefix([4, 5]) == (4, 5)
    assert read_prefix({"prefix": []}) == ()


@pytest.mark.parametrize("question", [None, {}, "45", 4, [True], [1.0], ["4"], [[4]], {"prefix": {"0": 4}}])
def test_a_beginning_of_anything_else_is_told(question: Any) -> None:
    with pytest.raises(InterlinearError, match="`prefix` must be a list"):
        read_prefix(question)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"layer": 1, "head": 2}, (1, 2)),
        ({"layer": None, "head": "max"}, (None, None)),
        ({"layer": -1, "head": True}, (None, None)),
        (None, (None, None)),
    ],
)
def test_any_layer_or_head_that_is_no_number_means_all(question: Any, expected: tuple[Any, Any]) -> None:
    assert read_layer_head(question) == expected


def test_rows_and_heads_become_a_change() -> None:
    found = read_change({"rows": {"0": [1, 0.5], "12": [0, 1]}, "off": [["cross", 0, 1], ["encoder", 2, 3]]})
    assert found.edits == (AttentionEdit(0, (1.0, 0.5)), AttentionEdit(12, (0.0, 1.0)))
    assert found.heads_off == {Head("cross", 0, 1), Head("encoder", 2, 3)}


@pytest.mark.parametrize("question", [None, "x", {}, {"rows": None, "off": None}, {"rows": {}, "off": []}])
def test_no_rows_and_no_heads_are_no_change(question: Any) -> None:
    assert read_change(question) == Change()


@pytest.mark.parametrize(
    "rows",
    [
        *(
            [[1.0]],
            "x",
            {"x": [1.0]},
            {"-1": [1.0]},
            {"1.5": [1.0]},
            {"²": [1.0]},
            {"9" * 5000: [1.0]},
            {"1": 2},
        ),
        *({"1": []}, {"1": [-1.0]}, {"1": [0.0]}, {"1": [math.nan]}, {"1": [math.inf, 1.0]}, {"1": ["1"]}),
        *({"1": [True]}, {"1": [10**400]}, {"1": [1e308] * 3}, {"1": [[1.0]]}),
    ],
    ids=lambda rows: str(rows)[:20],
)
def test_a_row_that_is_none_is_told(rows: Any) -> None:
    with pytest.raises(InterlinearError):
        read_change({"rows": rows})


@pytest.mark.parametrize(
    "off",
    [
        *("x", {"cross": 1}, ["cross"], [["cross", 0]], [["self", 0, 0]], [["cross", -1, 0]]),
        *([["cross", 0, 10**9]], [["cross", "0", 0]], [[["cross"], 0, 0]], [None]),
    ],
    ids=str,
)
def test_a_head_that_is_none_is_told(off: Any) -> None:
    with pytest.raises(InterlinearError):
        read_change({"off": off})


@pytest.mark.parametrize("read", [lambda q: read_instead(q, 5), lambda q: read_place(q, 5), read_prefix])
@pytest.mark.parametrize("junk", JUNK, ids=str)
def test_junk_is_told_in_a_sentence(read: Callable[[Any], Any], junk: Any) -> None:
    if junk in ([], [1]) and read is read_prefix:
        return
    with pytest.raises(InterlinearError) as told:
        read(junk)
    assert str(told.value).endswith(".")
