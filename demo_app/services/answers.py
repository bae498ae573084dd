"""What people answered to the items of a project, gathered so that it can be compared. Knows no SQL."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from core.analysis.agreement import preferences_of
from core.analysis.running import Moments, One, Value
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

    def of(self, project: ProjectRecord) -> Iterator[ItemAnswers]:
        """Items with an answer as they are read, in the order of their last one. Of a person's several the
        last counts, and what they said themselves, not what a reviewer made of it."""
        if project.task == "post_edit":
            return map(_edited, self.edits.of_project(project.id))
        return map(_judged, self.judgements.by_authors(project.id))


@dataclass
class Counted:
    """What may be known of answers that pass by without holding them."""

    answers: int = 0
    shared_items: int = 0
    """With answers of two people or more."""
    people: dict[str, Moments] = field(default_factory=dict)
    """Of each the scores, or HTER; of comparisons only how many there are."""
    known: Counter[str] = field(default_factory=Counter)
    """Attention checks that each answered."""
    passed: Counter[str] = field(default_factory=Counter)

    def watch(self, items: Iterable[ItemAnswers]) -> Iterator[ItemAnswers]:
        """The same items, counted as they are taken."""
        for item in items:
            numbers = numbers_of(item)
            self.answers += len(numbers)
            self.shared_items += len(numbers) > 1
            for person, value in numbers.items():
                self.people.setdefault(person, Moments()).add(Moments(1, float(value)))
            self.known.update(item.passed.keys())
            self.passed.update(person for person, passed in item.passed.items() if passed)
            yield item


def shared(items: Iterable[ItemAnswers]) -> Iterator[ItemAnswers]:
    """Those that two people or more answered."""
    return (item for item in items if len(item.people) > 1)


def some_of(items: Iterable[One], at_most: int) -> list[One]:
    """All of them, or at least half of so many at equal distances; holds no more."""
    kept: list[One] = []
    step = 1
    for place, item in enumerate(items):
        if place % step == 0:
            kept.append(item)
        if len(kept) > at_most:
            kept, step = kept[::2], 2 * step
    return kept


def numbers_of(item: ItemAnswers) -> Mapping[str, Value]:
    """One for each person who answered."""
    if item.edits:
        return {person: edit.hter for person, edit in item.edits.items()}
    return item.units[0] if item.units else {}


def _edited(edits: Iterable[EditRecord]) -> ItemAnswers:
    of_person = {edit.user_id or LOCAL_ID: edit for edit in edits}
    checked = {person: passes_reference(edit.gold, edit.corrected_text) for person, edit in of_person.items()}
    return ItemAnswers(
        edits=of_person, passed={person: passed for person, passed in checked.items() if passed is not None}
    )


def _judged(records: Iterable[tuple[JudgementRecord, ItemRecord]]) -> ItemAnswers:
    answers = ItemAnswers()
    for record, item in records:
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
    return answers


def _note(answers: ItemAnswers, person: str, values: list[Value]) -> None:
    answers.units = answers.units or [{} for _ in values]
    for unit, value in zip(answers.units, values, strict=True):
        unit[person] = value
