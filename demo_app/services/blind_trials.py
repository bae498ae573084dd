"""What a candidate translates otherwise, compared by people who do not know which model wrote what.

A trial is a project of comparisons for each direction: production's translation and the candidate's, taken
from the report, shown as `services.blind` shows them. Knows no SQL and no model. What people say is told
beside the report; the gate does not ask for it."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import comb
from typing import Any

from core.config import require_range
from core.errors import InputError
from demo_app.services.people import Person, require_role
from demo_app.services.promotion import require_report
from demo_app.services.registries import Registries
from demo_app.store.judgement_records import JudgementQuery
from demo_app.store.judgements import Judgements
from demo_app.store.project_records import NewItem, NewProject, Output, ProjectRecord
from demo_app.store.projects import Projects
from demo_app.store.records import USABLE

SETS = ("held_out", "general")
"""Of a report."""
MOST_SENT = 2_000
Direction = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Preferred:
    """Translations that people compared, by what most of them say of the candidate's."""

    better: int = 0
    worse: int = 0
    equal: int = 0

    @property
    def judged(self) -> int:
        return self.better + self.worse + self.equal

    @property
    def p(self) -> float | None:
        """Of a difference at least so large by chance: two-sided sign test; None where nobody saw any."""
        decided, fewer = self.better + self.worse, min(self.better, self.worse)
        if not decided:
            return None
        return min(1.0, 2 * sum(comb(decided, count) for count in range(fewer + 1)) / (1 << decided))


@dataclass(frozen=True, kw_only=True)
class TrialOutcome:
    """What came of all projects of one version so far."""

    projects: tuple[str, ...]
    """Ids; none before anything was sent."""
    sent: int
    """Translations."""
    people: int
    total: Preferred
    sets: Mapping[str, Preferred] = field(default_factory=dict)
    """By the part of the report that a translation is from."""


@dataclass(frozen=True)
class BlindTrials:
    """Admins send, reviewers look; to others it raises `NotAllowedError`."""

    registries: Registries
    projects: Projects
    judgements: Judgements
    person: Callable[[], Person]

    def send(
        self, model: str, version_id: str, at_most: int = 100, annotators: int = 1
    ) -> tuple[ProjectRecord, ...]:
        """Put translations that changed, drawn by chance from both sets, into a project a direction.

        What was sent before is not sent again; a larger number adds to it. Raises `ConfigError` for numbers
        out of range, `CheckpointError` where there is no report, `InputError` where nothing changed."""
        require_role(self.person(), "admin")
        require_range("at_most", at_most, 1, MOST_SENT)
        version = self.registries.of(model).get(version_id)
        report = require_report(version)
        drawn = _drawn(report, at_most)
        if not drawn:
            raise InputError(
                "A version must translate something otherwise to be compared, but its report tells of no "
                "change; there is nothing to send."
            )
        found = []
        for way, changes in sorted(drawn.items()):
            project = self._project({"model": model, "version": version.id}, way, annotators)
            self.projects.add_items(project.id, [*_items(project, report, changes)])
            found.append(project)
        return tuple(found)

    def outcome(self, model: str, version_id: str) -> TrialOutcome:
        """What people said so far, as far as it may be trained on."""
        require_role(self.person(), "reviewer")
        return self._outcome(model, version_id.rpartition("@")[2], self.projects.all())

    def outcomes(self, model: str) -> dict[str, TrialOutcome]:
        """The same of each version that was sent to people."""
        require_role(self.person(), "reviewer")
        every = self.projects.all()
        trials = [trial for project in every if (trial := _trial(project)) and trial["model"] == model]
        return {trial["version"]: self._outcome(model, trial["version"], every) for trial in trials}

    def _outcome(self, model: str, version: str, every: tuple[ProjectRecord, ...]) -> TrialOutcome:
        ours = [one for one in every if _trial(one) == {"model": model, "version": version}]
        people: set[str] = set()
        signs: dict[tuple[str, str], int] = defaultdict(int)
        for project in ours:
            query = JudgementQuery(project_id=project.id, kind="comparison", statuses=USABLE)
            for record, item in self.judgements.with_items(query):
                production, candidate = record.answer["ranks"][:2]
                signs[str(item.reason.get("set", "")), item.id] += (candidate < production) - (
                    production < candidate
                )
                people.add(record.user_id or "")
        sets = {name: _counted(sign for (of, _), sign in signs.items() if of == name) for name in SETS}
        return TrialOutcome(
            projects=tuple(project.id for project in ours),
            sent=sum(self.projects.extent(project.id).items for project in ours),
            people=len(people),
            total=_counted(signs.values()),
            sets=sets if ours else {},
        )

    def _project(self, trial: dict[str, str], way: Direction, annotators: int) -> ProjectRecord:
        """The one that there is, or a new one."""
        for project in self.projects.all():
            if _trial(project) == trial and (project.source_language, project.target_language) == way:
                return project
        new = NewProject(
            name=f"{trial['model']}@{trial['version']} {'-'.join(way)}",
            source_language=way[0],
            target_language=way[1],
            task="comparison",
            annotators=annotators,
            control_share=1.0,
            rules={"trial": trial},
            created_by=self.person().id,
        )
        return self.projects.add(new)


def _trial(project: ProjectRecord) -> dict[str, str] | None:
    found = project.rules.get("trial")
    return found if isinstance(found, dict) else None


def _drawn(report: Mapping[str, Any], at_most: int) -> dict[Direction, list[tuple[str, dict[str, Any]]]]:
    """Changes with their set, by direction: those whose hash is the least, so that more are a superset."""
    every = [(name, change) for name in SETS for change in report.get(name, {}).get("changes", ())]
    every.sort(key=lambda one: _digest(one[0], one[1]["source"], one[1]["before"], one[1]["after"]))
    drawn: dict[Direction, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for name, change in every[:at_most]:
        drawn[_way(report[name], change)].append((name, change))
    return drawn


def _way(judged: Mapping[str, Any], change: Mapping[str, Any]) -> Direction:
    """Reports of the first releases tell the directions of a set alone."""
    if "source_language" in change:
        return change["source_language"], change["target_language"]
    if len(judged["directions"]) != 1:
        raise InputError(
            "The report must tell the direction of each translation, but is of an older release; tune anew."
        )
    source, _, target = str(judged["directions"][0]).partition("-")
    return source, target


def _items(
    project: ProjectRecord, report: Mapping[str, Any], changes: list[tuple[str, dict[str, Any]]]
) -> Iterator[NewItem]:
    for place, (name, change) in enumerate(changes):
        texts = change["source"], change["before"], change["after"]
        yield NewItem(
            id=_digest(project.id, name, *texts),
            line=place + 1,
            source_text=texts[0],
            candidates=tuple(
                Output(text=text, made_by=str(report[side]))
                for side, text in (("production", texts[1]), ("candidate", texts[2]))
            ),
            is_control=True,
            rank=place / len(changes),
            reason={"rule": "control", "set": name},
        )


def _counted(signs: Iterable[int]) -> Preferred:
    every = list(signs)
    return Preferred(
        better=sum(sign > 0 for sign in every),
        worse=sum(sign < 0 for sign in every),
        equal=every.count(0),
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
