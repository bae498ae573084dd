"""Feedback is read from any of its files, and what cannot be learned from is told by its line."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import CorpusError
from core.training.feedback import (
    FeedbackExample,
    feedback_digest,
    find_contradictions,
    read_feedback,
    require_learnable,
    without_judged,
)

FR_EN = ("fr", "en")


def example(**values: Any) -> FeedbackExample:
    return FeedbackExample(**{"source": "Il dort.", "target": "He sleeps.", "direction": FR_EN, **values})


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_what_was_deleted_is_what_the_word_diff_deletes() -> None:
    one = example(rejected="He often naps.")
    assert one.rejected is not None
    assert [one.rejected[a:b] for a, b in one.deletions] == ["often naps"]
    assert example(target="He often sleeps.", rejected="He sleeps.").deletions == ()
    assert example().deletions == ()


def test_marked_characters_go_before_the_diff_and_survive_normalisation() -> None:
    one = example(rejected="  He\u00a0 often naps.", deleted=((12, 16),))
    assert one.rejected == "He often naps."
    assert [one.rejected[a:b] for a, b in one.deletions] == ["naps"]


@pytest.mark.parametrize(
    ("row", "rejected", "weight", "rating"),
    [
        ({"source": "Il dort.", "target": "He sleeps."}, None, 1.0, None),
        (
            {"source": "Il dort.", "target": "He sleeps.", "weight": 0.5, "rating": 70, "rejected": "He."},
            *("He.", 0.5, 70.0),
        ),
        (
            {"source_text": "Il dort.", "corrected_text": "He sleeps.", "machine_text": "He is.", "score": 1},
            *("He is.", 1.0, None),
        ),
        ({"prompt": "Il dort.", "chosen": "He sleeps.", "rejected": "No."}, "No.", 1.0, None),
        (
            {"source_text": "Il dort.", "corrected_text": "He sleeps.", "machine_text": "He sleeps."},
            None,
            1.0,
            None,
        ),
    ],
    ids=["own", "own in full", "export", "preferences", "it was right"],
)
def test_json_lines_of_one_s_own_and_of_exports_are_read(
    row: dict[str, Any], rejected: str | None, weight: float, rating: float | None, tmp_path: Path
) -> None:
    languages = {"source_language": "fr", "target_language": "en"}
    found = read_feedback(write(tmp_path / "f.jsonl", {**languages, **row}))
    assert found == [example(rejected=rejected, weight=weight, rating=rating)]


def test_a_tsv_tells_languages_in_its_name_or_in_its_columns(tmp_path: Path) -> None:
    named, told = tmp_path / "f.fr-en.tsv", tmp_path / "f.tsv"
    named.write_text("Il dort.\tHe sleeps.\n\nIl dort.\tHe sleeps.\tHe naps.\n")
    told.write_text("Il dort.\tHe sleeps.\t\tfr\ten\t0.5\t80\n")
    assert read_feedback(named) == [example(), example(rejected="He naps.")]
    assert read_feedback(told) == [example(weight=0.5, rating=80.0)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"source": "Il dort."}, "line 2, is no example: the text `target` is missing"),
        ({"source": "Il dort.", "target": " "}, "line 2, .* must be a text without control characters"),
        ({"source": "Il dort.", "target": "He.", "weight": 0}, "line 2, .* A weight must be above 0"),
        ({"source": "Il dort.", "target": "He.", "weight": "x"}, "line 2, .*`weight` must be a number"),
        ({"source": "Il dort.", "target": "He.", "rating": 101}, "line 2, .* between 0 and 100"),
        (
            {"source": "Il dort.", "target": "He.", "rejected": "She.", "deleted": [[0, 9]]},
            "line 2, .* must lie within the rejected text",
        ),
    ],
)
def test_a_bad_line_is_told_by_its_number(row: dict[str, Any], message: str, tmp_path: Path) -> None:
    good = {"source": "Il dort.", "target": "He sleeps."}
    with pytest.raises(CorpusError, match=message):
        read_feedback(write(tmp_path / "f.fr-en.jsonl", good, row))


def test_languages_that_nobody_tells_are_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "f.jsonl", {"source": "Il dort.", "target": "He sleeps."})
    with pytest.raises(CorpusError, match="neither it nor the file's name tells the languages"):
        read_feedback(path)
    assert read_feedback(path, FR_EN) == [example()]


def test_what_is_judged_by_is_left_out_whichever_way_it_stands() -> None:
    judged = [example(source="Il a 12 ans.", target="He is twelve.")]
    same = example(source="il a 9 ans !", target="He is nine.")
    turned = FeedbackExample("He is twelve", "Il a douze ans.", ("en", "fr"))
    other = FeedbackExample("Il a 12 ans.", "A text in another language.", ("en", "fr"))
    assert without_judged([same, turned, other], judged) == [other]


def test_nothing_and_contradictions_are_refused() -> None:
    one = example(rejected="He naps.")
    against = example(target="He naps.", rejected="He dozes.")
    assert find_contradictions([one, against]) == [one]
    assert find_contradictions([one, example(source="Elle dort.", target="He naps.")]) == []
    require_learnable([one, against], rejected=False)
    with pytest.raises(
        CorpusError, match="both wanted and rejected for one source, but 1 are, as 'He naps.'"
    ):
        require_learnable([one, against], rejected=True)
    with pytest.raises(CorpusError, match="at least one example, but is empty"):
        require_learnable([], rejected=False)


def test_a_rejected_text_that_is_the_target_is_no_feedback() -> None:
    with pytest.raises(CorpusError, match="must differ from the target"):
        example(rejected=" He  sleeps. ")


def test_the_digest_tells_every_difference() -> None:
    kinds = [example(), example(weight=0.5), example(rejected="No."), example(direction=("fr", "de"))]
    assert len({feedback_digest([one]) for one in kinds}) == len(kinds)
    assert feedback_digest(kinds) == feedback_digest(list(kinds))
