"""Columns tell how they differ from the first, and the map only what both translations have."""

from typing import Any

import numpy as np
import pytest

from core.results import AttentionMap, FloatArray, Hypothesis
from demo_app.viz.compare import Column, compare, difference, piece_edits

SOURCE = ("<2en>", "▁le", "▁chat", "s", "▁dort", "</s>")


def weights(rows: int, columns: int, seed: int) -> FloatArray:
    """(1 layer, 2 heads); each row sums to 1."""
    drawn = np.random.default_rng(seed).random((1, 2, rows, columns))
    return np.asarray(drawn / drawn.sum(-1, keepdims=True), np.float32)


def attention(target: str, seed: int, source: tuple[str, ...] = SOURCE) -> AttentionMap:
    pieces = tuple(f"▁{word}" for word in target.split()) + ("</s>",)
    return AttentionMap(source, pieces, weights(len(pieces), len(source), seed))


def column(title: str, text: str, seed: int = 1, log_prob: float = -1.0) -> Column:
    hypothesis = Hypothesis(text, (1,), ("▁x",), (log_prob,), log_prob / 2, True)
    found = attention(text, seed)
    return Column(
        title=title,
        hypothesis=hypothesis,
        model="m@1",
        log_prob=log_prob,
        duration_ms=12.34,
        attention=found,
    )


def joined(edits: list[dict[str, str]], side: str) -> str:
    return "".join(edit[side] for edit in edits)


def test_each_column_is_told_as_edits_of_the_first() -> None:
    texts = ["the cat sleeps", "a cat sleeps", "the cat", ""]
    value = compare([column(str(at), text, at) for at, text in enumerate(texts)], "m@1")
    assert [one["title"] for one in value["columns"]] == ["0", "1", "2", "3"]
    for one, text in zip(value["columns"], texts, strict=True):
        assert (joined(one["edits"], "before"), joined(one["edits"], "after")) == (texts[0], text)
    assert {edit["kind"] for edit in value["columns"][0]["edits"]} == {"equal"}
    assert value["columns"][0]["difference"] is None and value["columns"][1]["difference"]


def test_numbers_of_a_column_are_its_own() -> None:
    value = compare([column("a", "x", log_prob=-1.0), column("b", "y", log_prob=-2.5)])
    assert value["judge"] is None
    assert [(one["log_prob"], one["score"], one["duration_ms"]) for one in value["columns"]] == [
        (-1.0, -0.5, 12.3),
        (-2.5, -1.25, 12.3),
    ]


def rows_of(found: dict[str, Any] | None, side: str) -> list[str]:
    assert found is not None
    return [row["text"] for row in found["rows"] if row["side"] in (side, "both")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("the cats sleep", "the cats are sleeping now"),
        ("a b c", "a b c"),
        ("a b a b", "b a a"),
        ("a b", "c d"),
        ("a", ""),
    ],
)
def test_rows_are_the_words_of_both_in_their_orders(before: str, after: str) -> None:
    found = difference(attention(before, 1), attention(after, 2))
    assert found is not None
    assert rows_of(found, "first") == [*before.split(), "</s>"]
    assert rows_of(found, "other") == [*after.split(), "</s>"]
    assert [values is not None for values in found["values"]] == [
        row["side"] == "both" for row in found["rows"]
    ]
    assert found["columns"] == ["<2en>", "le", "chats", "dort", "</s>"]


def test_values_are_the_other_minus_the_first_between_words() -> None:
    first, other = attention("a b", 1), attention("c b", 2)
    found = difference(first, other)
    assert found is not None
    at = found["rows"].index({"text": "b", "side": "both"})
    change = (other.weights_LHTS - first.weights_LHTS)[0, :, 1].mean(0)
    expected = [change[0], change[1], change[2] + change[3], change[4], change[5]]
    assert found["values"][at] == pytest.approx(expected, abs=1e-3)
    assert sum(found["values"][at]) == pytest.approx(0, abs=5e-3)


def test_by_pieces_a_column_is_told_as_pieces_that_stay_come_and_go() -> None:
    first, other = ("▁a", "▁bi", "g", "</s>"), ("▁bi", "t", "</s>")
    found = piece_edits(first, other)
    told = [(edit["kind"], edit["before"], edit["after"]) for edit in found]
    assert told == [("delete", "▁a", ""), ("equal", "▁bi", "▁bi"), ("delete", "g", ""), ("insert", "", "t")]
    empty, same = piece_edits((), ("</s>",)), piece_edits(first, first)
    assert empty == [] and {edit["kind"] for edit in same} == {"equal"}


def test_by_pieces_the_difference_is_between_pieces_of_one_source() -> None:
    first, other = attention("a b", 1), attention("c b", 2)
    found = difference(first, other, words=False)
    assert found is not None and found["columns"] == list(SOURCE)
    at = found["rows"].index({"text": "▁b", "side": "both"})
    change = (other.weights_LHTS - first.weights_LHTS)[0, :, 1].mean(0)
    assert found["values"][at] == pytest.approx(change, abs=1e-3)
    cut_anew = attention("c b", 2, ("<2en>", "▁le", "▁ch", "ats", "▁dort", "</s>"))
    assert difference(first, cut_anew, words=False) is None and difference(first, cut_anew) is not None


def test_there_is_no_difference_without_two_maps_of_one_source() -> None:
    one = attention("a", 1)
    assert difference(one, None) is None and difference(None, one) is None
    assert difference(one, attention("a", 1, ("<2en>", "▁la", "▁chat", "s", "▁dort", "</s>"))) is None
    assert difference(one, one) is not None


def test_other_pieces_of_the_same_words_are_compared() -> None:
    found = difference(
        attention("a", 1), attention("a", 2, ("<2en>", "▁le", "▁ch", "ats", "▁do", "rt", "</s>"))
    )
    assert found is not None and len(found["values"][0]) == 5
