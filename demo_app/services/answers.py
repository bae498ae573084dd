"""What people answered to the items of a project, gathered so that it can be compared. Knows no SQL."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.analysis.agreement import Value, preferences_of
from core.analysis.spans import ErrorSpan, read_spans
from demo_app.services.judgement_checks import passes_gold, passes_reference
from demo_app.store.judgement_records import JudgementRecord
from demo_app.store.judgements import Judgements
from demo_app.store.project_edits import EditRecord, ProjectEdits
from demo_app.store.project_records import ItemRecord, ProjectRecord

LOCAL_ID = ""
"""Of the local person, where accounts have ids."""
MAX_COMPARED = 1000
"""Items whose corrections are compared with each other; it takes some seconds."""


@dataclass(kw_only=True, slots=True)
class ItemAnswers:
    """All answers to one item that may be trained on, by the id of their person."""

    last_at: datetime
    """When the last of them was given."""
    units: list[dict[str, Value]] = field(default_factory=list)
    """Things on which people may agree: one score, or a preference for each two outputs."""
    text: str = ""
    """That was rated."""
    made_by: str = ""
    """What wrote it: model and search, or the column of a file."""
    spans: dict[str, tuple[ErrorSpan, ...]] = field(default_factory=dict)
    """Errors marked in it."""
    edits: dict[str, EditRecord] = field(default_factory=dict)
    """Corrections of it."""
    passed: dict[str, bool] = field(default_factory=dict)
    """Who knew the known answer, where there is one."""

    @property
    def people(self) -> set[str]:
        return {person for unit in self.units for person in unit} | self.edits.keys()


@dataclass(frozen=True)
class Answers:
    """Where answers come from. Raises the `StoreError` tree."""

    judgements: Judgements
    edits: ProjectEdits

    def of(self, project: ProjectRecord) -> list[ItemAnswers]:
        """Items with an answer, in the order of their last one. Of a person's several the last counts, and
        what they said themselves, not what a reviewer made of it."""
        if project.task == "post_edit":
            found = [_edited(edits) for edits in self.edits.of_project(project.id)]
        else:
            found = _judged(self.judgements.by_authors(project.id))
        return sorted(found, key=lambda item: item.last_at)


def shared(items: Iterable[ItemAnswers]) -> Iterator[ItemAnswers]:
    """Those that two people or more answered."""
    return (item for item in items if len(item.people) > 1)


def some_of(items: Sequence[ItemAnswers], at_most: int) -> Sequence[ItemAnswers]:
    """All of them, or about so many at equal distances."""
    return items[:: max(1, -(-len(items) // at_most))]


def _edited(edits: Iterable[EditRecord]) -> ItemAnswers:
    of_person = {edit.user_id or LOCAL_ID: edit for edit in edits}
    checked = {person: passes_reference(edit.gold, edit.corrected_text) for person, edit in of_person.items()}
    return ItemAnswers(
        last_at=max(edit.created_at for edit in of_person.values()),
        edits=of_person,
        passed={person: passed for person, passed in checked.items() if passed is not None},
    )


def _judged(records: Iterable[tuple[JudgementRecord, ItemRecord]]) -> list[ItemAnswers]:
    found: dict[str, ItemAnswers] = {}
    for record, item in records:
        answers = found.setdefault(item.id, ItemAnswers(last_at=record.created_at))
        answers.last_at = max(answers.last_at, record.created_at)
        person = record.user_id or LOCAL_ID
        if record.kind == "rating":
            answers.text, answers.made_by = item.candidates[0].text, item.candidates[0].made_by
            answers.spans[person] = read_spans(record.answer["spans"])
            _note(answers, person, [record.answer["score"]])
        else:
            _note(answers, person, list(preferences_of(record.answer["ranks"]).values()))
        passed = passes_gold(item.gold, record.kind, record.answer)
        if passed is not None:
            answers.passed[person] = passed
    return list(found.values())


def _note(answers: ItemAnswers, person: str, values: list[Value]) -> None:
    answers.units = answers.units or [{} for _ in values]
    for unit, value in zip(answers.units, values, strict=True):
        unit[person] = value


def values_of(items: Iterable[ItemAnswers]) -> dict[str, dict[int, float]]:
    """The numbers that each person gave, by the place of their item."""
    found: dict[str, dict[int, float]] = {}
    for place, item in enumerate(items):
        for person, value in _numbers(item).items():
            found.setdefault(person, {})[place] = float(value)
    return found


def _numbers(item: ItemAnswers) -> Mapping[str, Value]:
    if item.edits:
        return {person: edit.hter for person, edit in item.edits.items()}
    return item.units[0] if item.units else {}
