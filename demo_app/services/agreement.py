"""How far the people of a project agree, from what they answered. Knows no SQL and no page.

docs/rating.md says how each figure is computed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean, stdev
from typing import Any

from core.analysis.agreement import (
    Level,
    Unit,
    Value,
    alpha_interval,
    krippendorff_alpha,
    mean_chrf,
    mean_ter,
    standardise,
    trend,
    z_of,
)
from core.analysis.spans import label_characters
from demo_app.services.answers import MAX_COMPARED, Answers, ItemAnswers, shared, some_of, values_of
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
MIN_SAMPLES = 100
"""Fewer say too little about the ends."""
SEED = 2011
"""Of the bootstrap, so that figures are the same at each look."""


Trend = tuple[float | None, ...]


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
    """Of ratings whose rater has a z (`core.analysis.agreement.z_of`); None where none has."""


@dataclass(frozen=True, kw_only=True)
class AgreementFigures:
    """None stands for what the project's task does not have, or what is not defined yet."""

    task: Task
    answers: int
    shared_items: int
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
    trends: Mapping[str, Trend] = field(default_factory=dict)
    """By the name of the figure above: the same of each `WINDOW` shared items in the order in which they were
    answered."""
    trend: Trend = ()
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


def figures_of(task: Task, items: Sequence[ItemAnswers]) -> AgreementFigures:
    """The figures of items in the order of their answers."""
    together = list(shared(items))
    bare = AgreementFigures(
        task=task,
        answers=sum(len(item.people) for item in items),
        shared_items=len(together),
        raters=_raters(task, items),
    )
    if task == "post_edit":
        return _of_edits(bare, some_of(together, MAX_COMPARED))
    if task == "comparison":
        return _of_judgements(bare, together, "nominal")
    found = _of_judgements(bare, together, "interval")
    # A person's mean is that of all their scores, also of those that stand alone.
    standardised = [unit for unit in _standardised(items) if len(unit) > 1]
    trends = {
        "alpha_standardised": tuple(trend(standardised, _interval, WINDOW)),
        "alpha_spans": tuple(trend(together, _of_spans, WINDOW)),
    }
    return replace(
        found,
        alpha_standardised=_interval(standardised),
        alpha_spans=_of_spans(together),
        trends={**found.trends, **trends},
        systems=_systems(items),
    )


def _of_judgements(bare: AgreementFigures, items: Sequence[ItemAnswers], level: Level) -> AgreementFigures:
    def alpha(some: Sequence[ItemAnswers]) -> float | None:
        return krippendorff_alpha(_units(some), level)

    units = _units(items)
    samples = min(500, MAX_RESAMPLED // max(1, len(units)))
    course = tuple(trend(items, alpha, WINDOW))
    return replace(
        bare,
        alpha=krippendorff_alpha(units, level),
        alpha_bounds=alpha_interval(units, level, SEED, samples) if samples >= MIN_SAMPLES else None,
        trends={"alpha": course},
        trend=course,
    )


def _of_edits(bare: AgreementFigures, items: Sequence[ItemAnswers]) -> AgreementFigures:
    texts = [[edit.corrected_text for edit in item.edits.values()] for item in items]
    chrf, ter = ([measure(some) for some in texts] for measure in (mean_chrf, mean_ter))
    trends = {name: tuple(trend(each, _mean, WINDOW)) for name, each in (("chrf", chrf), ("ter", ter))}
    return replace(bare, chrf=_mean(chrf), ter=_mean(ter), trends=trends, trend=trends["chrf"])


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _interval(units: Sequence[Unit]) -> float | None:
    return krippendorff_alpha(units, "interval")


def _units(items: Sequence[ItemAnswers]) -> list[list[Value]]:
    return [list(unit.values()) for item in items for unit in item.units]


def _standardised(items: Sequence[ItemAnswers]) -> list[tuple[Value, ...]]:
    by_item: list[list[Value]] = [[] for _ in items]
    for scores in values_of(items).values():
        for place, z in standardise(scores).items():
            by_item[place].append(z)
    return list(map(tuple, by_item))


def _of_spans(items: Sequence[ItemAnswers]) -> float | None:
    times: Counter[tuple[Value, ...]] = Counter()
    for item in items:
        omissions = max(1, *(sum(span.is_missing for span in spans) for spans in item.spans.values()))
        labels = (label_characters(spans, item.text, omissions) for spans in item.spans.values())
        times.update(zip(*labels, strict=True))
    return krippendorff_alpha(times, "nominal")


def _systems(items: Sequence[ItemAnswers]) -> tuple[System, ...]:
    scores: dict[str, list[float]] = defaultdict(list)
    found: dict[str, list[float]] = defaultdict(list)
    for given in values_of(items).values():
        z = z_of(given.values())
        for place, score in given.items():
            made_by = items[place].made_by
            scores[made_by].append(score)
            found[made_by] += [value for value in [z(score)] if value is not None]
    systems = (
        System(
            made_by=made_by,
            ratings=len(of_system),
            mean=fmean(of_system),
            mean_z=fmean(found[made_by]) if found[made_by] else None,
        )
        for made_by, of_system in scores.items()
    )
    return tuple(sorted(systems, key=lambda one: (one.mean_z is None, -(one.mean_z or 0), -one.mean)))


def _raters(task: Task, items: Sequence[ItemAnswers]) -> tuple[Rater, ...]:
    raters = []
    for user_id, values in values_of(items).items():
        numbers = list(values.values())
        measured = task != "comparison"
        rater = Rater(
            user_id=user_id,
            answers=len(numbers),
            mean=fmean(numbers) if measured else None,
            spread=stdev(numbers) if measured and len(numbers) > 1 else None,
        )
        raters.append(rater)
    return tuple(sorted(raters, key=lambda rater: (-rater.answers, rater.user_id)))
