"""What the Review tab sends: each field as it must be, or a sentence."""

from typing import Any

import pytest

from core.errors import ConfigError, InputError
from demo_app.services.judging import Comparison, Rating
from demo_app.ui.review_questions import QueueAsked, read_decision, read_queue, read_rows

ITEM = {
    "kind": "correction",
    "item": "i1",
    "asked": {"id": "c1", "revision": 2, "number": 1, "text": "Yes.", "revisions": {"c1": 2, "c2": 1}},
}


def asked(**change: Any) -> dict[str, Any]:
    return ITEM | {"asked": {**ITEM["asked"], **change}}  # type: ignore[dict-item]


@pytest.mark.parametrize("queue", [None, "x", [], {}, {"query": "x"}])
def test_nothing_said_means_the_first_page_of_submitted_corrections(queue: Any) -> None:
    assert read_queue(queue) == QueueAsked(kind="correction", status="submitted", project_id=None, page=1)
    assert read_rows(queue) == []


def test_filters_page_and_rows_are_read() -> None:
    queue = {"query": {"kind": "rating", "status": "quarantined", "project": "p"}, "page": 3}
    assert read_queue(queue) == QueueAsked(kind="rating", status="quarantined", project_id="p", page=3)
    assert read_rows({"rows": [{"id": "a"}, {"id": "b"}]}) == ["a", "b"]
    with pytest.raises(ConfigError, match="`kind` must be one of correction, rating, comparison"):
        read_queue({"query": {"kind": "song"}})


def test_a_decision_is_read_whole() -> None:
    found = read_decision(ITEM)
    assert (found.id, found.revision, found.text, found.reason, found.item_id) == ("c1", 2, "Yes.", "", "i1")
    assert found.revisions == {"c1": 2, "c2": 1} and read_decision(asked(text=None)).text is None


def test_what_a_reviewer_answers_in_an_annotator_s_place_is_read_by_kind() -> None:
    rated, compared = {"score": 5, "spans": [{"start": 0}]}, {"ranks": [2, 1]}
    for kind, answer, form in (
        ("rating", rated, Rating(score=5, spans=[{"start": 0}], duration_s=0)),
        ("comparison", compared, Comparison(ranks=[2, 1], duration_s=0)),
        ("comparison", {"ranks": "x"}, Comparison(ranks=[], duration_s=0)),
        ("rating", "x", Rating(score=-1, duration_s=0)),
        ("rating", None, None),
        ("correction", rated, None),
    ):
        assert read_decision(asked(answer=answer) | {"kind": kind}).form == form


@pytest.mark.parametrize(
    ("item", "told"),
    [
        (None, "none is open"),
        ({"kind": "correction"}, "none is open"),
        (asked(revision="2"), "`revision` must be a whole number"),
        (asked(revision=True), "`revision` must be a whole number"),
        (asked(number=0), "`number` must be a whole number from 1"),
        (asked(revisions={"c1": None}), "`revision` must be a whole number"),
        (asked(text=["x"]), "`text` must be text"),
        (ITEM | {"kind": None}, "`kind` must be one of"),
    ],
)
def test_what_is_wrong_is_told(item: Any, told: str) -> None:
    with pytest.raises((ConfigError, InputError), match=told):
        read_decision(item)
