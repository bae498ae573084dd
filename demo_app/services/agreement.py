"""How far the people of a project agree, from what they answered. Knows no SQL and no page.

docs/rating.md says how each figure is computed."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum
from statistics import fmean
from typing import Any

from core.analysis.agreement import alpha_interval, mean_chrf, mean_ter
from core.analysis.running import AlphaCourse, CountedUnits, Moments, RunningLevel, Scores, Trend, Unit
from core.analysis.spans import label_characters
from demo_app.services.answers import MAX_COMPARED, Answers, Counted, ItemAnswers, numbers_of, shared, some_of
from demo_app.services.people import Person, require_role
from demo_app.store.project_records import ProjectRecord, Task
from demo_app.store.projects import Projects
from demo_app.store.records import CorrectionQuery

FIGURES = ("alpha", "alpha_standardised", "alpha_spans", "chrf", "ter")
"""Fields of `AgreementFigures` that say how far people agree."""
WINDOW = 50
"""Items of one point of a trend."""
MAX_RESAMPLED = 400_000
"""Units that the bootstrap may look at in all: a second or two."""
MAX_DRAWN = MAX_RESAMPLED // 100
"""Units of which a hundred samples can be drawn: fewer samples say too little about the ends."""
SEED = 2011
"""Of the bootstrap, so that figures are the same at each look."""


Points = tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True)
class Rater:
    """One person's answers of a project."""

    user_id: str
    """A pseudonym; empty for the local person."""
    answers: int
    mean: float | None
    """Of their scores, or of their HTER; None for comparisons."""
    spread: float | None
    """Standard deviation of the same; None for fewer than two."""


@dataclass(frozen=True, kw_only=True)
class System:
    """What was rated of one maker of translations."""

    made_by: str
    """Model and search, or the column of a file."""
    ratings: int
    mean: float
    mean_z: float | None
    """Of ratings whose rater has a z (`core.analysis.running.Moments`); None where none has."""


@dataclass(frozen=True, kw_only=True)
class AgreementFigures:
    """None stands for what the project's task does not have, or what is not defined yet."""

    task: Task
    answers: int = 0
    shared_items: int = 0
    """Items with answers of two people or more: only these tell of agreement."""
    alpha: float | None = None
    """Krippendorff's, of scores (interval) or of preferences between two outputs (nominal)."""
    alpha_bounds: tuple[float, float] | None = None
    """95 % by bootstrap over scores or preferences; None where there are too many to draw often enough."""
    alpha_standardised: float | None = None
    """Of scores as z of their rater."""
    alpha_spans: float | None = None
    """Of the labels none, minor, major of characters (nominal)."""
    chrf: float | None = None
    """Mean over items of `mean_chrf`, 0 to 100."""
    ter: float | None = None
    """Mean over items of `mean_ter`."""
    trends: Mapping[str, Points] = field(default_factory=dict)
    """By the name of the figure above: the same of each `WINDOW` shared items in the order in which they were
    answered."""
    trend: Points = ()
    """The first of them: `alpha`, or `chrf`."""
    raters: tuple[Rater, ...] = ()
    """Most answers first."""
    systems: tuple[System, ...] = ()
    """Of a project of ratings, the best first by z, or where that is not defined by score."""


@dataclass(frozen=True)
class AgreementService:
    """For reviewers; `figures` raises `NotAllowedError` to others. Each look reads all answers."""

    projects: Projects
    answers: Answers
    person: Callable[[], Person]

    def figures(self, project_id: str) -> AgreementFigures:
        """Of answers that may be trained on. Raises `NotFoundError`."""
        require_role(self.person(), "reviewer")
        return self._figures(self.projects.get(project_id))

    def behind(self, query: CorrectionQuery, judgements: bool = True) -> list[dict[str, Any]]:
        """Plain figures of each project that what a search means was answered in, as `Projects.behind`.

        Whoever may take a dataset away may know them: they name nobody."""
        return [_told(one, self._figures(one)) for one in self.projects.behind(query, judgements)]

    def _figures(self, project: ProjectRecord) -> AgreementFigures:
        return figures_of(project.task, self.answers.of(project))


def _told(project: ProjectRecord, figures: AgreementFigures) -> dict[str, Any]:
    told = {name: getattr(figures, name) for name in ("shared_items", *FIGURES)}
    return {"project": project.name, "task": project.task, **told}


def figures_of(task: Task, items: Iterable[ItemAnswers]) -> AgreementFigures:
    """The figures of items in the order of their answers; holds sums, and what `Scores` does."""
    counted = Counted()
    found = _OF_TASK[task](counted.watch(items), counted)
    return replace(
        found,
        answers=counted.answers,
        shared_items=counted.shared_items,
        raters=_raters(task, counted.people),
    )


def _of_edits(items: Iterator[ItemAnswers], _: Counted) -> AgreementFigures:
    together = some_of(shared(items), MAX_COMPARED)
    texts = [[edit.corrected_text for edit in item.edits.values()] for item in together]
    found = {name: [measure(some) for some in texts] for name, measure in _OF_TEXTS.items()}
    trends = {name: _course(values) for name, values in found.items()}
    means = {name: _mean(values) for name, values in found.items()}
    return AgreementFigures(
        task="post_edit", chrf=means["chrf"], ter=means["ter"], trends=trends, trend=trends["chrf"]
    )


def _of_preferences(items: Iterator[ItemAnswers], _: Counted) -> AgreementFigures:
    alpha, drawn = AlphaCourse("nominal", WINDOW), _Drawn("nominal")
    for item in shared(items):
        units = [tuple(unit.values()) for unit in item.units]
        alpha.add(Counter(units))
        drawn.add(units)
    return _judged("comparison", alpha, drawn)


def _of_ratings(items: Iterator[ItemAnswers], counted: Counted) -> AgreementFigures:
    alpha, spans, drawn = AlphaCourse("interval", WINDOW), AlphaCourse("nominal", WINDOW), _Drawn("interval")
    scores = Scores[str]()
    systems: dict[str, dict[str, Moments]] = {}
    for item in items:
        given = numbers_of(item)
        for person, score in given.items():
            of_system = systems.setdefault(item.made_by, {})
            of_system.setdefault(person, Moments()).add(Moments(1, float(score)))
        if len(given) > 1:
            scores.add(given)
            spans.add(_labels(item))
            alpha.add(Counter([tuple(given.values())]))
            drawn.add([tuple(given.values())])
    standardised = AlphaCourse("interval", WINDOW)
    for unit in scores.standardised(counted.people):
        standardised.add(Counter([tuple(unit.values())]))
    found = _judged("rating", alpha, drawn)
    trends = {"alpha_standardised": standardised.points, "alpha_spans": spans.points}
    return replace(
        found,
        alpha_standardised=standardised.alpha,
        alpha_spans=spans.alpha,
        trends={**found.trends, **trends},
        systems=_systems(systems, counted.people),
    )


class _Drawn:
    """Units that the bootstrap draws from, as long as there are few enough."""

    def __init__(self, level: RunningLevel) -> None:
        self._level: RunningLevel = level
        self._units: list[Unit] = []

    def add(self, units: Iterable[Unit]) -> None:
        if len(self._units) <= MAX_DRAWN:
            self._units.extend(units)

    @property
    def bounds(self) -> tuple[float, float] | None:
        if not 0 < len(self._units) <= MAX_DRAWN:
            return None
        return alpha_interval(self._units, self._level, SEED, min(500, MAX_RESAMPLED // len(self._units)))


def _judged(task: Task, course: AlphaCourse, drawn: _Drawn) -> AgreementFigures:
    return AgreementFigures(
        task=task,
        alpha=course.alpha,
        alpha_bounds=drawn.bounds,
        trends={"alpha": course.points},
        trend=course.points,
    )


def _course(values: Iterable[float | None]) -> Points:
    course = Trend[float | None](WINDOW, _mean)
    for value in values:
        course.add(value)
    return course.points


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _labels(item: ItemAnswers) -> CountedUnits:
    """What each said of each character of a text, and of what is missing from it."""
    omissions = max(1, *(sum(span.is_missing for span in spans) for spans in item.spans.values()))
    labels = (label_characters(spans, item.text, omissions) for spans in item.spans.values())
    return Counter(zip(*labels, strict=True))


def _systems(
    systems: Mapping[str, Mapping[str, Moments]], people: Mapping[str, Moments]
) -> tuple[System, ...]:
    """`systems`: of each maker what each person gave; `people`: what they gave to all."""
    found = []
    for made_by, given in systems.items():
        known = [(people[person].z(of.mean), of.count) for person, of in given.items()]
        z = [(value, count) for value, count in known if value is not None]
        ratings = sum(of.count for of in given.values())
        system = System(
            made_by=made_by,
            ratings=ratings,
            mean=fsum(of.mean * of.count for of in given.values()) / ratings,
            mean_z=fsum(value * count for value, count in z) / sum(count for _, count in z) if z else None,
        )
        found.append(system)
    return tuple(sorted(found, key=lambda one: (one.mean_z is None, -(one.mean_z or 0), -one.mean)))


def _raters(task: Task, people: Mapping[str, Moments]) -> tuple[Rater, ...]:
    measured = task != "comparison"
    raters = (
        Rater(
            user_id=user_id,
            answers=given.count,
            mean=given.mean if measured else None,
            spread=given.spread if measured else None,
        )
        for user_id, given in people.items()
    )
    return tuple(sorted(raters, key=lambda rater: (-rater.answers, rater.user_id)))


_OF_TASK: Mapping[Task, Callable[[Iterator[ItemAnswers], Counted], AgreementFigures]] = {
    "post_edit": _of_edits,
    "rating": _of_ratings,
    "comparison": _of_preferences,
}
_OF_TEXTS = {"chrf": mean_chrf, "ter": mean_ter}
