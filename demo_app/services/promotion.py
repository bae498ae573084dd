"""Which version of a model serves: through the gate, past it with a written reason, and back.

What the gate tests, and with what power, is `core.evaluation.gate`. A report counts only against the very
production that it compares with: once another version was promoted, the candidate must be judged anew."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from core.checkpoint import digest_of
from core.errors import CheckpointNotFoundError, InputError, PromotionRefusedError, StaleRevisionError
from core.evaluation.gate import Verdict
from core.lineage import Aliases, Event, Lineage, Version
from core.registry import Registry
from demo_app.services.people import Person, require_role
from demo_app.services.refusals import GateRefusal, refusal_by
from demo_app.services.registries import Registries

MIN_REASON_CHARS, MAX_REASON_CHARS = 10, 1000
Alias = Literal["production", "candidate", "predecessor", ""]


class Swaps(Protocol):
    """What this service needs of the pool of models."""

    def swap(self, name: str) -> object: ...


@dataclass(frozen=True, kw_only=True)
class VersionInfo:
    """One version as people see it."""

    model: str
    id: str
    alias: Alias
    digest: str
    lineage: Lineage | None
    """None of the shipped one."""
    verdict: Verdict | None
    """None where there is no report."""


@dataclass(frozen=True)
class PromotionService:
    """Admins change, reviewers look; to others it raises `NotAllowedError`. Thread-safe."""

    registries: Registries
    pool: Swaps
    person: Callable[[], Person]
    clock: Callable[[], datetime]
    tuned: Callable[[], str]
    """Id of the version that the job which runs now starts from; empty where none runs."""

    def versions(self, model: str) -> tuple[VersionInfo, ...]:
        """The shipped one first, then as they were made."""
        require_role(self.person(), "reviewer")
        registry = self.registries.of(model)
        return tuple(_info(model, registry, version) for version in registry.versions())

    def aliases(self, model: str) -> Aliases:
        """Which is which, whether its folder is there or not."""
        require_role(self.person(), "reviewer")
        return self.registries.of(model).aliases()

    def history(self, model: str) -> tuple[Event, ...]:
        """Oldest first; `facts` say who, and what reason they gave."""
        return self.aliases(model).history

    def report(self, model: str, version_id: str) -> dict[str, Any]:
        """As the job wrote it; raises `CheckpointNotFoundError` where there is none."""
        require_role(self.person(), "reviewer")
        return require_report(self.registries.of(model).get(version_id))

    def report_page(self, model: str, version_id: str) -> str:
        """The same as a page of HTML that stands alone."""
        self.report(model, version_id)
        folder = self.registries.of(model).get(version_id).folder
        return (folder / "report.html").read_text(encoding="utf-8")

    def promote(self, model: str, version_id: str, override: str = "") -> VersionInfo:
        """Serve it from now on. With a written reason, `override`, the gate is passed by, and that is kept.

        Raises `PromotionRefusedError` with the condition that failed, and `StaleRevisionError` if another was
        promoted while it was looked at; then, and whatever else is raised, this one does not serve."""
        require_role(self.person(), "admin")
        registry = self.registries.of(model)
        version, before = registry.get(version_id), registry.aliases().production
        refusal, reason = refusal_of(registry, version), _checked(override)
        if refusal and not reason:
            raise PromotionRefusedError(refusal.sentence)
        facts = {**refusal.to_facts(), "reason": reason} if refusal else {}
        registry.promote(version.id, self._now(), self._signed(facts), before)
        try:
            self.pool.swap(model)
        except Exception:
            with suppress(StaleRevisionError):  # somebody promoted another one, which is not ours to undo
                signed = self._signed({"reason": "It could not be served."})
                registry.rollback(self._now(), signed, version.id)
            raise
        return _info(model, registry, version)

    def rollback(self, model: str, reason: str = "", version_id: str | None = None) -> VersionInfo:
        """Serve again what served before; raises `ConfigError` where nothing did.

        `version_id`: what must be in use still, or `StaleRevisionError` is raised; None asks for nothing."""
        require_role(self.person(), "admin")
        registry = self.registries.of(model)
        facts = self._signed({"reason": reason.strip()[:MAX_REASON_CHARS]})
        version = registry.rollback(self._now(), facts, version_id)
        self.pool.swap(model)
        return _info(model, registry, version)

    def clean_up(self, model: str, keep: int) -> tuple[str, ...]:
        """Remove all but the newest so many; production, its predecessor and the candidate stay, and what a
        job is tuning."""
        require_role(self.person(), "admin")
        return self.registries.of(model).clean_up(keep, self._now(), self.tuned())

    def _now(self) -> str:
        return self.clock().isoformat()

    def _signed(self, facts: dict[str, Any]) -> dict[str, Any]:
        return {"by": self.person().id, **{name: value for name, value in facts.items() if value}}


def require_report(version: Version) -> dict[str, Any]:
    """As the job wrote it; raises `CheckpointNotFoundError` where there is none."""
    report = _report(version)
    if report is None:
        raise CheckpointNotFoundError(f"A version must have a report to be read, but {version.id} has none.")
    return report


def refusal_of(registry: Registry, version: Version) -> GateRefusal | None:
    """Why the gate does not let it through; None if it does."""
    report = _report(version)
    if report is None:
        sentence = (
            f"A version must have a report to be promoted, but {version.id} has none; to go back roll back, "
            "or give a reason to promote it all the same."
        )
        return GateRefusal(why="no_report", sentence=sentence)
    try:
        production = digest_of(registry.production().folder)
    except CheckpointNotFoundError as error:
        sentence = f"The report must compare with the model in use, but that cannot be found: {error}"
        return GateRefusal(why="no_production", sentence=sentence)
    compared = report["production"]
    if production[:12] != compared.rpartition("@")[2]:
        sentence = (
            f"The report must compare with the model in use, but compares with {compared}; another was "
            "promoted since, so tune anew."
        )
        return GateRefusal(why="stale", sentence=sentence, compared=compared)
    return refusal_by(Verdict.from_dict(report["verdict"]))


def _info(model: str, registry: Registry, version: Version) -> VersionInfo:
    aliases, report = registry.aliases(), _report(version)
    alias: Alias = ""
    if version.id == aliases.production:
        alias = "production"
    elif version.id == aliases.candidate:
        alias = "candidate"
    elif version.id == aliases.predecessor:
        alias = "predecessor"
    return VersionInfo(
        model=model,
        id=version.id,
        alias=alias,
        digest=digest_of(version.folder),
        lineage=version.lineage,
        verdict=Verdict.from_dict(report["verdict"]) if report else None,
    )


def _report(version: Version) -> dict[str, Any] | None:
    if version.lineage is None or not version.lineage.report:
        return None
    try:
        found = json.loads((version.folder / version.lineage.report).read_bytes())
        Verdict.from_dict(found["verdict"])
        return found if isinstance(found["production"], str) else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _checked(override: str) -> str:
    reason = override.strip()
    if reason and not MIN_REASON_CHARS <= len(reason) <= MAX_REASON_CHARS:
        raise InputError(
            f"A reason must have {MIN_REASON_CHARS} to {MAX_REASON_CHARS} characters, but has {len(reason)}; "
            "say why it is promoted all the same."
        )
    return reason
