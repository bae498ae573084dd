"""Diffs and rankings as the page gets them."""

import pytest

from demo_app.viz.edits import edit_list, live_diff, ranking


def joined(edits: list[dict[str, str]], side: str) -> str:
    return "".join(edit[side] for edit in edits)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("the small cat", "the little cat"),
        ("the cat", ""),
        ("", "a cat"),
        ("a  b\nc", "a b c"),
        ("猫在睡觉。", "猫睡觉了。"),
        ("<b>x</b>", "<i>x</i>"),
    ],
)
def test_edits_rebuild_both_texts(before: str, after: str) -> None:
    edits = edit_list(before, after)
    assert "".join(joined(edits, "before").split()) == "".join(before.split())
    assert joined(edits, "after") == after


def test_an_untouched_correction_has_no_edits_and_no_hter() -> None:
    assert live_diff("the cat", "the cat") == {"edits": [], "hter": 0.0, "changed": False}


def test_hter_is_the_share_of_words_changed() -> None:
    assert live_diff("the small cat sleeps", "the little cat sleeps")["hter"] == pytest.approx(0.25)


def test_an_emptied_box_is_a_change_and_not_an_error() -> None:
    assert live_diff("the cat", "  ")["changed"] and live_diff("the cat", "")["hter"] == 1.0


def test_the_best_hypothesis_fills_its_bar_and_others_are_measured_against_it() -> None:
    cards = ranking(["a b", "a c", "d"], [-0.5, -1.193147, -9.0])
    assert [card["width"] for card in cards] == pytest.approx([1.0, 0.5, 0.0], abs=1e-3)
    assert [card["score"] for card in cards] == ["−0.50", "−1.19", "−9.00"]


def test_a_hypothesis_is_shown_as_edits_of_the_best() -> None:
    best, other = ranking(["a small cat", "a little cat"], [-1.0, -2.0])
    assert {edit["kind"] for edit in best["edits"]} == {"equal"}
    assert joined(other["edits"], "after") == "a little cat"
