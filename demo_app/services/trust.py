"""How far a person's answers may be trusted: from known answers and from agreement with the others.

    trust = sqrt(gold * agreement), 0 to 1
    gold = (passed + 4) / (known + 5), the mean of a Beta(4, 1) prior after the attention checks
    agreement = (10 * 0.8 + shared * own) / (10 + shared)

`own` is 1 - the person's disagreement with each other / the disagreement expected by chance, never below 0
(`RaterAlphas`, of z-scores where there are scores, so that being strict is no fault); of corrections, mean
chrF with the others' / 100. `shared` is how many of their scores, preferences or corrections have another's
beside them. Who has done nothing yet has 0.8, and the more they do the less that counts. Meant as the weight
of their answers in training. Knows no SQL and no page."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from core.analysis.agreement import mean_chrf
from core.analysis.running import RaterAlphas, Scores
from demo_app.services.answers import MAX_COMPARED, Answers, Counted, ItemAnswers, numbers_of, shared, some_of
from demo_app.services.people import Person, require_role
from demo_app.store.project_records import Task
from demo_app.store.projects import Projects

PRIOR = 0.8
"""Of both parts, before anything is known."""
GOLD_WEIGHT = 5
"""Known answers that the prior counts for."""
SHARED_WEIGHT = 10
"""Shared answers that the prior counts for."""
_Z95 = 1.959964


@dataclass(frozen=True, kw_only=True)
class Trust:
    """Of one person in one project."""

    user_id: str
    """A pseudonym; empty for the local person."""
    known: int
    """Attention checks that they answered."""
    passed: int
    at_least: float | None
    """Lower end of the 95 % Wilson interval of the share passed; None without any."""
    shared: int
    """Scores, preferences or corrections of theirs that have another's beside them."""
    own: float | None
    """Agreement with the others, 1 the best; None where it is not defined."""
    trust: float
    """0 to 1."""


@dataclass(frozen=True)
class TrustService:
    """For reviewers; to others it raises `NotAllowedError`. Reads all answers of a project at each look."""

    projects: Projects
    answers: Answers
    person: Callable[[], Person]

    def of_project(self, project_id: str) -> tuple[Trust, ...]:
        """Everybody who answered, the least trusted first. Raises `NotFoundError`."""
        require_role(self.person(), "reviewer")
        project = self.projects.get(project_id)
        return trusts_of(project.task, self.answers.of(project))


def trusts_of(task: Task, items: Iterable[ItemAnswers]) -> tuple[Trust, ...]:
    """As `TrustService.of_project`, of answers at hand."""
    counted = Counted()
    agreement = _agreement(task, counted.watch(items), counted)
    found = (_trust(person, counted, *agreement.get(person, (None, 0))) for person in counted.people)
    return tuple(sorted(found, key=lambda one: (one.trust, one.user_id)))


def mean_trust(projects: Projects, answers: Answers) -> dict[str, float]:
    """Of each person over all projects that they answered in; who has answered in none is not in it."""
    found: dict[str, list[float]] = {}
    for project in projects.all():
        for one in trusts_of(project.task, answers.of(project)):
            found.setdefault(one.user_id, []).append(one.trust)
    return {person: fmean(values) for person, values in found.items()}


def wilson_bound(passed: int, known: int) -> float | None:
    """The least share that is still likely (Wilson 1927, at 95 %); None of nothing.

    Example: all of 5 passed is 0.57 at least."""
    if not known:
        return None
    share, spread = passed / known, _Z95**2 / known
    middle = share + spread / 2
    width = _Z95 * math.sqrt(share * (1 - share) / known + spread / known / 4)
    return max(0.0, (middle - width) / (1 + spread))


def _trust(person: str, counted: Counted, own: float | None, count: int) -> Trust:
    passed, known = counted.passed[person], counted.known[person]
    gold = (passed + PRIOR * GOLD_WEIGHT) / (known + GOLD_WEIGHT)
    agreement = PRIOR
    if own is not None:
        agreement = (PRIOR * SHARED_WEIGHT + max(0.0, own) * count) / (SHARED_WEIGHT + count)
    return Trust(
        user_id=person,
        known=known,
        passed=passed,
        at_least=wilson_bound(passed, known),
        shared=count,
        own=own,
        trust=math.sqrt(gold * agreement),
    )


def _agreement(task: Task, items: Iterator[ItemAnswers], counted: Counted) -> dict[str, tuple[float, int]]:
    """Of each person, and how many answers it tells of; takes all items."""
    if task == "post_edit":
        return _edit_agreement(some_of(shared(items), MAX_COMPARED))
    found = RaterAlphas[str]("nominal" if task == "comparison" else "interval")
    scores = Scores[str]()
    for item in items:
        if task == "comparison":
            for unit in item.units:
                found.add(unit)
        else:
            scores.add(numbers_of(item))
    for given in scores.standardised(counted.people):
        found.add(given)
    return found.alphas


def _edit_agreement(items: Sequence[ItemAnswers]) -> dict[str, tuple[float, int]]:
    found: dict[str, list[float]] = {}
    for item in items:
        texts = {person: edit.corrected_text for person, edit in item.edits.items()}
        for person, text in texts.items():
            pairs = [mean_chrf([text, other]) for who, other in texts.items() if who != person]
            found.setdefault(person, []).append(fmean(pair or 0.0 for pair in pairs) / 100)
    return {person: (fmean(values), len(values)) for person, values in found.items()}
