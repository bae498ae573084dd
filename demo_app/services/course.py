"""How the answers of a project go on, day by day, and how the control slice differs. Knows no SQL.

What was chosen because the model is weak there looks worse than the texts are; only the slice that chance
chose tells how good translations of the project are (docs/projects.md)."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain

from demo_app.services.answers import LOCAL_ID
from demo_app.services.people import Person, require_role
from demo_app.store.judgements import Judgements
from demo_app.store.project_edits import ProjectEdits
from demo_app.store.project_records import ProjectRecord
from demo_app.store.projects import Projects

_Z95 = 1.959964


@dataclass(frozen=True, kw_only=True)
class Given:
    """One answer that may be trained on."""

    user_id: str
    """A pseudonym; empty for the local person."""
    at: datetime
    is_control: bool
    value: float | None
    """HTER, or a score from 0 to 100; None for a comparison."""


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Answers to one part of the items."""

    answers: int
    mean: float | None
    """None where there is nothing to average."""
    margin: float | None
    """Half of the 95 % interval of the mean; None for fewer than two."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """What was answered on one day, by UTC."""

    day: date
    by_person: Mapping[str, int]
    control: float | None
    """Mean of the day's values; None where there are none."""
    active: float | None


@dataclass(frozen=True, kw_only=True)
class Course:
    """Days that have answers, in order, and both slices over all of them."""

    days: tuple[Day, ...]
    control: Slice
    active: Slice


@dataclass(frozen=True)
class CourseService:
    """For reviewers; to others it raises `NotAllowedError`. Reads all answers of a project at each look."""

    projects: Projects
    judgements: Judgements
    edits: ProjectEdits
    person: Callable[[], Person]

    def of_project(self, project_id: str) -> Course:
        """Raises `NotFoundError`."""
        require_role(self.person(), "reviewer")
        return course_of(self._given(self.projects.get(project_id)))

    def _given(self, project: ProjectRecord) -> Iterator[Given]:
        if project.task == "post_edit":
            for edits in self.edits.of_project(project.id):
                for edit in edits:
                    who = edit.user_id or LOCAL_ID
                    yield Given(user_id=who, at=edit.created_at, is_control=edit.is_control, value=edit.hter)
            return
        for record, item in chain.from_iterable(self.judgements.by_authors(project.id)):
            yield Given(
                user_id=record.user_id or LOCAL_ID,
                at=record.created_at,
                is_control=item.is_control,
                value=record.answer.get("score"),
            )


def course_of(answers: Iterable[Given]) -> Course:
    """Of answers in any order; holds a few numbers a day, not the answers."""
    slices = {True: _Sum(), False: _Sum()}
    days: dict[date, _Day] = {}
    for one in answers:
        day = days.setdefault(one.at.date(), _Day())
        day.by_person[one.user_id] += 1
        for total in (slices[one.is_control], day.slices[one.is_control]):
            total.add(one.value)
    return Course(
        days=tuple(days[day].told(day) for day in sorted(days)),
        control=slices[True].told(),
        active=slices[False].told(),
    )


@dataclass
class _Sum:
    """Answers, and those of them that have a value."""

    answers: int = 0
    values: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, value: float | None) -> None:
        self.answers += 1
        if value is not None:
            self.values += 1
            self.total += value
            self.squares += value * value

    @property
    def mean(self) -> float | None:
        return self.total / self.values if self.values else None

    def told(self) -> Slice:
        margin = None
        if self.mean is not None and self.values > 1:
            variance = max(0.0, self.squares - self.values * self.mean**2) / (self.values - 1)
            margin = _Z95 * math.sqrt(variance / self.values)
        return Slice(answers=self.answers, mean=self.mean, margin=margin)


@dataclass
class _Day:
    by_person: Counter[str] = field(default_factory=Counter)
    slices: dict[bool, _Sum] = field(default_factory=lambda: {True: _Sum(), False: _Sum()})

    def told(self, day: date) -> Day:
        control, active = self.slices[True].mean, self.slices[False].mean
        return Day(day=day, by_person=dict(self.by_person), control=control, active=active)
