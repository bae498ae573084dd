"""A whole loop in a folder: a tiny model, corrections of it, a queue of trainings, a pool that serves."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from core.checkpoint import load_checkpoint, save_checkpoint
from core.evaluation.gate import Condition, Verdict
from core.lineage import Lineage
from core.registry import Registry
from core.translator import Translator
from demo_app.jobs import finetune_job
from demo_app.jobs.folder import JobFolder
from demo_app.services.exports import build_exports
from demo_app.services.finetuning import FinetuneRequest, FinetuningService
from demo_app.services.learning import build_promotion, tuned_now
from demo_app.services.model_pool import ModelPool
from demo_app.services.people import LOCAL, Person
from demo_app.services.registries import Registries
from demo_app.settings import Settings
from demo_app.store.database import Store
from demo_app.store.job_records import JobRecord
from demo_app.store.records import CorrectionQuery
from tests.demo_app.store.samples import correct, counting_ids, open_empty, ticking_clock
from tests.tiny import tiny_checkpoint

QUICK = {
    "epochs": 1,
    "batch_tokens": 4000,
    "replay_ratio": 1.0,
    "average_with_base": "no",
    "precision": "float32",
}
SYLLABLES = ("ba", "do", "fi", "gu", "le", "mo", "ni", "pa", "ru", "to")


def sentence(number: int) -> str:
    """Of letters that no two have in common for long."""
    digits = f"{number * 7919 % 9973:04}"
    return " ".join(SYLLABLES[int(digit)] + SYLLABLES[int(digits[-1])] for digit in digits) + f" {digits[0]}."


def add_refused(registry: Registry, home: Path, shift: float = 1 / 64, **report: object) -> str:
    """A candidate that the gate refuses, without a training; `report` has more to tell of it. Another `shift`
    is another version."""
    made = tiny_checkpoint()
    weights = {name: tensor + shift for name, tensor in made.weights.items()}
    save_checkpoint(home / "made", replace(made, weights=weights))
    told = {
        "production": load_checkpoint(registry.base).model_id,
        "verdict": Verdict((Condition("general_holds", "unknown", "It cannot be told.", {}),)).to_dict(),
        **report,
    }
    lineage = Lineage(created_at="2026-11-21", base="tiny@0", report="report.json")
    return registry.add(home / "made", lineage, {"report.json": json.dumps(told).encode()}).id


class Loop:
    """Everybody is the person that the test says."""

    def __init__(self, home: Path, corpora: Path | None = None) -> None:
        self.person: Person = LOCAL
        self.trust: dict[str, float] = {}
        models = home / "shipped"
        save_checkpoint(models / "tiny", tiny_checkpoint())
        self.settings = Settings(
            data_dir=home / "data", models_dir=models, corpora_dir=corpora, device="cpu", threads=1
        )
        self.store: Store = open_empty(home / "data" / "x.db")
        self.registries = Registries(self.settings.versions_dir, models)
        self.pool = self._open_pool()
        clock = ticking_clock()
        self.exports = build_exports(self.settings, self.store, lambda: LOCAL, clock)
        self.tuning = FinetuningService(
            settings=self.settings,
            registries=self.registries,
            snapshots=self.store.snapshots,
            jobs=self.store.jobs,
            typed=self.store.translations.typed,
            trust=lambda: self.trust,
            person=lambda: self.person,
            clock=clock,
            new_id=counting_ids("job"),
        )
        self.promotion = build_promotion(
            self.settings,
            self.pool,
            lambda: self.person,
            lambda: datetime(2026, 11, 21, tzinfo=UTC),
            lambda: tuned_now(self.settings, self.store),
        )

    def _open_pool(self) -> ModelPool:
        load, models = (lambda folder: Translator.load(folder, "cpu")), self.settings.models_dir
        return ModelPool(models, load, versions=self.registries)

    def restart(self) -> None:
        """As a server that is started anew: nothing is loaded yet."""
        self.pool = self._open_pool()
        self.promotion = replace(self.promotion, pool=self.pool)

    def freeze(self, sources: Sequence[str], name: str = "v1") -> str:
        for source in sources:
            correct(self.store, source.upper(), source, "something else")
        self.exports.freeze(name, CorrectionQuery())
        return name

    def start(self, snapshot: str = "v1", **options: object) -> JobRecord:
        request = FinetuneRequest(snapshot=snapshot, model="tiny", options={**QUICK, **options})
        return self.tuning.start(request)

    def folder(self, job: JobRecord) -> JobFolder:
        return JobFolder(self.settings.jobs_dir / job.id)

    def run(self, job: JobRecord) -> int:
        """The job's own main, in this process."""
        return finetune_job.run(self.folder(job))

    def trained(self, job: JobRecord) -> JobFolder:
        """Its folder as a training leaves it: what is left to do is to judge."""
        made = tiny_checkpoint()
        weights = {name: tensor + 1 / 128 for name, tensor in made.weights.items()}
        save_checkpoint(self.folder(job).path / "train" / "model", replace(made, weights=weights))
        return self.folder(job)

    def refused(self, shift: float = 1 / 64, **report: object) -> str:
        """A candidate that the gate refuses, without a training; `report` has more to tell of it."""
        return add_refused(self.registries.of("tiny"), self.settings.data_dir, shift, **report)

    def close(self) -> None:
        self.store.close()
