"""Fine-tune on a snapshot in the background: start, watch, cancel. Knows no SQL and no process."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from core.checkpoint import Checkpoint, load_checkpoint
from core.errors import InputError, NotFoundError
from core.evaluation.gate import MIN_GENERAL, MIN_HELD_OUT
from core.training.finetune_config import FinetuneConfig
from core.training.log import MetricsLog
from demo_app.jobs.corpora import general_pairs, train_files
from demo_app.jobs.finetune_spec import FinetuneJob
from demo_app.jobs.folder import JobFolder, owner_of
from demo_app.services.code_version import code_version
from demo_app.services.people import Person, require_role
from demo_app.services.registries import Registries
from demo_app.services.training_data import TrainingData, make_training_data
from demo_app.settings import Settings
from demo_app.store.job_records import CAME_TO_NOTHING, ENDED, JobRecord, NewJob
from demo_app.store.jobs import Jobs
from demo_app.store.records import SnapshotRecord
from demo_app.store.snapshots import Snapshots

KIND = "finetune"


@dataclass(frozen=True, kw_only=True)
class FinetuneRequest:
    """What is to be learned from, and how."""

    snapshot: str
    """Name, id, or the beginning of an id."""
    model: str
    """Its version in use when the training begins is what is tuned."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Of `core.training.finetune_config.FinetuneConfig`, where they are not the default."""
    halvings: int = 0
    """How often its batch is halved from the start: the same examples a step, in more parts."""
    id: str | None = None
    """Of the job, where whoever asks may ask twice and mean one; None makes a new one."""


@dataclass(frozen=True, kw_only=True)
class FinetunePlan:
    """What a training would learn from, and be judged by."""

    counts: dict[str, int]
    """As in the report."""
    corpora: int
    """Files of pairs that are replayed."""
    typed: int
    """Sentences that people typed, which are replayed where there are no such files."""
    preferences: int
    """Comparisons and chosen words in the snapshot, each against one text; options decide what they teach."""
    ratings: int
    """The same of rated texts."""
    general: int
    """Sentences that show whether the model gets worse elsewhere."""
    min_held_out: int
    """With fewer the gate cannot tell."""
    min_general: int


@dataclass(frozen=True)
class FinetuningService:
    """Admins start and cancel, reviewers look; to others it raises `NotAllowedError`."""

    settings: Settings
    registries: Registries
    snapshots: Snapshots
    jobs: Jobs
    typed: Callable[[str, str, int], list[str]]
    """Sentences that people typed, by direction, at most so many."""
    trust: Callable[[], Mapping[str, float]]
    """How far each person's corrections count, by id."""
    person: Callable[[], Person]
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    def start(self, request: FinetuneRequest) -> JobRecord:
        """Put it into the queue, with all that it needs in a folder of its own.

        What has an id already that is here is not started again: the job is returned as it is now.
        Raises `ConfigError` for options, `NotFoundError` for a snapshot, `CheckpointError` for a model, and
        `InputError` if there is too little to learn from or the same is in the queue already."""
        require_role(self.person(), "admin")
        config = FinetuneConfig.from_dict(dict(request.options))
        snapshot = self.snapshots.find(request.snapshot)
        registry = self.registries.of(request.model)
        base = load_checkpoint(registry.production().folder)
        new = NewJob(
            kind=KIND,
            model=request.model,
            base=base.model_id,
            snapshot_id=snapshot.id,
            options=config.to_dict(),
            created_by=self.person().id,
            owner=owner_of(self.settings.jobs_dir),
            id=request.id or self.new_id(),
        )
        if request.id and (earlier := self._sent_before(new)):
            return earlier
        self._require_new(new)
        data, _ = self._data(snapshot, config, base)
        job = self._job(request, snapshot, config, data)

        def prepare() -> None:
            self._require_new(new)  # once more: the data took seconds
            JobFolder(self.settings.jobs_dir / str(new.id)).describe(asdict(job), data.files)

        return _require_same(self.jobs.add(new, prepare), new)

    def start_again(self, job_id: str) -> JobRecord:
        """Put the same into the queue as a new job: snapshot, model and options, the seed among them.

        Of what the old one learned nothing is left to go on from: it begins anew, from what is in use when
        its turn comes. How far the batch had to be halved is not found out again.
        Raises `NotFoundError`, `InputError` unless that one failed or was cancelled, and as `start` does."""
        require_role(self.person(), "admin")
        job = self.jobs.get(job_id)
        if job.state not in CAME_TO_NOTHING:
            raise InputError(
                f"A job can be started again once it failed or was cancelled, but this one is {job.state}."
            )
        return self.start(
            FinetuneRequest(
                snapshot=job.snapshot_id,
                model=job.model,
                options=job.options,
                halvings=self._folder(job).halvings(),
            )
        )

    def plan(self, snapshot_name: str, model: str) -> FinetunePlan:
        """What a start without options would begin with, without starting; raises as `start` does."""
        require_role(self.person(), "reviewer")
        base = load_checkpoint(self.registries.of(model).production().folder)
        snapshot = self.snapshots.find(snapshot_name)
        data, general = self._data(snapshot, FinetuneConfig(), base)
        selection = self.snapshots.selection(snapshot)
        typed = [content for name, content in data.files.items() if name.startswith("typed.")]
        return FinetunePlan(
            counts=data.counts,
            corpora=len(train_files(self.settings.corpora_dir, base.directions)),
            typed=sum(content.count(b"\n") for content in typed),
            preferences=sum(1 for _ in selection.preferences),
            ratings=sum(1 for _ in selection.ratings),
            general=general,
            min_held_out=MIN_HELD_OUT,
            min_general=MIN_GENERAL,
        )

    def defaults(self) -> dict[str, Any]:
        """Every option with the value that it has when nobody says another."""
        return FinetuneConfig().to_dict()

    def all(self) -> tuple[JobRecord, ...]:
        """Newest first."""
        require_role(self.person(), "reviewer")
        return self.jobs.all()

    def get(self, job_id: str) -> JobRecord:
        """Raises `NotFoundError`."""
        require_role(self.person(), "reviewer")
        return self.jobs.get(job_id)

    def is_elsewhere(self, job: JobRecord) -> bool:
        """Whether its files lie in the data folder of another server, with its log, curve and version."""
        return bool(job.owner) and job.owner != owner_of(self.settings.jobs_dir)

    def cancel(self, job_id: str) -> JobRecord:
        """Take it out of the queue, or stop it; raises `InputError` if it has ended."""
        require_role(self.person(), "admin")
        job = self.jobs.cancel(job_id)
        if job.state in ENDED:
            self._folder(job).tidy()
        return job

    def log_tail(self, job_id: str, lines: int = 40) -> str:
        """What its process printed last."""
        return self._folder(self.get(job_id)).log_tail(lines)

    def failed_as(self, job_id: str) -> str:
        """Name of the class of `core.errors` that it failed with; empty where it is none, or did not fail."""
        outcome = self._folder(self.get(job_id)).outcome()
        return outcome.kind if outcome else ""

    def doubts(self, job_id: str) -> dict[str, Any]:
        """Corrections that the checks doubt, as `jobs.doubts` tells them; empty while nobody asked."""
        return self._folder(self.get(job_id)).doubts()

    def curve(self, job_id: str) -> list[dict[str, Any]]:
        """Rows of its log: `step` with `loss` of the training, or with `held_out` and `general`."""
        return MetricsLog(self._folder(self.get(job_id)).path / "train" / "metrics.jsonl").read()

    def _data(
        self, snapshot: SnapshotRecord, config: FinetuneConfig, base: Checkpoint
    ) -> tuple[TrainingData, int]:
        """And how many general sentences judge."""
        selection, trust = self.snapshots.selection(snapshot), self.trust()
        watched, judged = general_pairs(self.settings.corpora_dir, base)
        data = make_training_data(selection, config, base, trust, self.typed, (*watched, *judged))
        return data, len(judged)

    def _folder(self, job: JobRecord) -> JobFolder:
        return JobFolder(self.settings.jobs_dir / job.id)

    def _job(
        self, request: FinetuneRequest, snapshot: SnapshotRecord, config: FinetuneConfig, data: TrainingData
    ) -> FinetuneJob:
        registry, settings = self.registries.of(request.model), self.settings
        return FinetuneJob(
            registry=str(registry.folder),
            shipped=str(registry.base),
            corpora=str(settings.corpora_dir or ""),
            config=config.to_dict(),
            device=settings.device,
            threads=settings.threads,
            margin=settings.gate_margin,
            snapshot=snapshot.id,
            snapshot_name=snapshot.name,
            created_at=self.clock().isoformat(),
            code_version=code_version(),
            data=data.counts,
            halvings=request.halvings,
        )

    def _sent_before(self, new: NewJob) -> JobRecord | None:
        """The job of this id, if there is one; raises `InputError` if it was asked for as something else."""
        try:
            return _require_same(self.jobs.get(str(new.id)), new)
        except NotFoundError:
            return None

    def _require_new(self, new: NewJob) -> None:
        """A second click on a button must not train twice."""
        for job in self.jobs.all():
            same = (job.model, job.snapshot_id, job.options) == (new.model, new.snapshot_id, new.options)
            # What waits will start from what is in use by then, whatever that was when it was asked for.
            if same and (job.state == "queued" or (job.state == "running" and job.base == new.base)):
                raise InputError(
                    f"This snapshot with these options must not be under way already, but is {job.state} as "
                    f"job {job.id}; wait for it, or cancel it."
                )


def _require_same(job: JobRecord, new: NewJob) -> JobRecord:
    # Another base is no difference: a version may have been promoted since.
    if (job.model, job.snapshot_id, job.options) != (new.model, new.snapshot_id, new.options):
        raise InputError(
            "What is sent again must be what was sent first, but this is another job; nothing was started."
        )
    return job
