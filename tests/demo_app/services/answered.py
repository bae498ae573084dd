"""Answers of people to items, made by hand."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from demo_app.services.answers import ItemAnswers
from demo_app.store.project_edits import EditRecord


def at(number: int) -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=number)


def scored(*scores: Mapping[str, float]) -> list[ItemAnswers]:
    """One item each, with the score of each person."""
    return [ItemAnswers(units=[dict(one)], text="abc", spans=dict.fromkeys(one, ())) for one in scores]


def corrected(*texts: Mapping[str, str]) -> list[ItemAnswers]:
    """One item each, with the correction of each person."""
    return [ItemAnswers(edits={person: _edit(person, text) for person, text in one.items()}) for one in texts]


def preferred(*units: Sequence[Mapping[str, int]]) -> list[ItemAnswers]:
    """One item each, with the preferences of each person for each two outputs."""
    return [ItemAnswers(units=[dict(pair) for pair in one]) for one in units]


def _edit(person: str, text: str) -> EditRecord:
    return EditRecord(
        item_id="i",
        correction_id=f"c-{person}",
        user_id=person,
        corrected_text=text,
        hter=0.5,
        duration_s=1,
        created_at=at(0),
    )
