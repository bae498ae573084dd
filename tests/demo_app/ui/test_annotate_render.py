"""What the Annotate tab shows of a text and of its place in the queue."""

from typing import Any

import pytest

from demo_app.ui.annotate_render import marked, units, why
from demo_app.ui.strings import load_strings

STRINGS = load_strings("en")


def test_units_are_words_signs_and_characters_of_scripts_without_spaces() -> None:
    text = "It's 3.5, 好的!"
    assert [text[start:end] for start, end in units(text)] == ["It's", "3.5", ",", "好", "的", "!"]
    assert units("") == []


def test_what_differs_is_marked_and_nothing_of_the_text_is_lost() -> None:
    texts = ["We stay home.", "We're staying home.", "We stay home."]
    for text in texts:
        assert "".join(part["text"] for part in marked(text, texts)) == text
    assert [part["text"] for part in marked(texts[0], texts) if not part["differs"]] == [" home."]


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        ({"rule": "control", "uncertainty": 0.9}, "control"),
        ({"rule": "duplicate"}, "duplicate"),
        ({"rule": "active", "uncertainty": 0.6, "disagreement": 0.1, "diversity": 1.0}, "uncertainty"),
        ({"rule": "active", "uncertainty": 0.6, "disagreement": 0.4, "diversity": 1.0}, "disagreement"),
        ({"rule": "active", "uncertainty": None, "diversity": 1.0}, "diversity"),
        ({"rule": "active"}, "active"),
    ],
)
def test_why_an_item_comes_is_said_in_words(reason: dict[str, Any], word: str) -> None:
    short, long = why(STRINGS, reason)
    assert short == STRINGS.annotate_why[word]
    assert ("60 %" in long) == (reason["rule"] == "active" and bool(reason.get("uncertainty")))


def test_a_rule_of_another_release_is_left_unsaid() -> None:
    assert why(STRINGS, {"rule": "moon"}) == ("", "")
    assert why(STRINGS, {}) == ("", "")
