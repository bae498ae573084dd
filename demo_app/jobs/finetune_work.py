"""A candidate out of feedback, whole or not at all: check, tune, judge, add to the registry.

Each step finds what a killed process before it has finished, and a run that was interrupted goes on from its
last saved state."""

import json
import logging
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from core.checkpoint import load_checkpoint
from core.device import choose_device, keep_few_kernels, use_threads
from core.errors import CheckpointError, CorpusError
from core.evaluation.candidate import JudgedSet, Sentence, judge_models
from core.evaluation.gate import Feedback, judge
from core.lineage import Lineage
from core.registry import Registry
from core.report.candidate_page import candidate_page
from core.text.corpus import languages_of
from core.training.feedback import FeedbackExample, read_feedback, without_judged
from core.training.finetune import TuningData, finetune
from core.training.finetune_config import FinetuneConfig
from core.training.finetune_loop import TuningStep
from core.training.finetune_replay import PseudoReplay, replay_pairs
from core.translator import Translator
from demo_app.jobs.corpora import MAX_REPLAY, general_pairs, train_files
from demo_app.jobs.doubts import find_doubts, read_corrections
from demo_app.jobs.feedback_check import MAX_CHECKED
from demo_app.jobs.finetune_report import make_report
from demo_app.jobs.finetune_spec import FinetuneJob
from demo_app.jobs.folder import JobFolder
from demo_app.jobs.pace import Pace

logger = logging.getLogger(__name__)
_PREPARED_SHARE, _CHECKED_SHARE, _TRAINED_SHARE, _JUDGED_SHARE = 0.01, 0.1, 0.78, 0.98
_REPLAYED_SHARE = 0.25
"""Where the training begins if its replay is to be made first."""
_MAX_HELD_OUT = 3_000
"""Sentences to judge by: sacreBLEU's bootstrap holds all 1,000 samples of them in memory."""
_KEPT_VERSIONS = 5
"""Beside those in use: what is older goes when a new one comes."""


class CancelledByPerson(Exception):
    """Somebody asked the job to stop."""


class Work:
    """One job, from its files to a version."""

    tell_every_s = 0.3

    def __init__(self, folder: JobFolder, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.folder, self.job, self.clock = folder, FinetuneJob(**folder.job()), clock
        self.registry = Registry(Path(self.job.registry), Path(self.job.shipped))
        self.corpora = Path(self.job.corpora) if self.job.corpora else None
        self._ready_share = _CHECKED_SHARE
        self._told, self._facts = ("", 0.0), dict[str, Any]()

    @cached_property
    def base(self) -> Path:
        """The version that is in use when the job first starts; a later start goes on from the same."""
        base = self.job.base or str(self.registry.production().folder)
        if not self.job.base:
            self.folder.note(base=base)
        return Path(base)

    def do(self) -> str:
        """The id of the version that came of it."""
        job = self.job
        use_threads(job.threads)
        keep_few_kernels()
        self.tell("preparing", 0.0)
        base = load_checkpoint(self.base)
        self._facts, directions = {"base": base.model_id}, base.directions
        watched, general = general_pairs(self.corpora, base)
        doubts = self.check()
        model = self._tune(watched, general, directions)
        report = self._judge(model, general, doubts)
        self.tell("adding", _JUDGED_SHARE)
        lineage = Lineage(
            created_at=self.clock().isoformat(),
            base=report["production"],
            snapshot=job.snapshot,
            options=job.config,
            seed=report["seed"],
            code_version=job.code_version,
            report="report.json",
        )
        files = {
            "report.json": json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n",
            "report.html": candidate_page(report).encode(),
        }
        version = self.registry.add(model, lineage, files)
        try:
            self.registry.clean_up(_KEPT_VERSIONS, self.clock().isoformat(), self.base.name)
        except (CheckpointError, OSError):
            logger.exception("Older versions could not be removed; the new one is there all the same.")
        return version.id

    def check(self) -> dict[str, Any]:
        """Which corrections the checks doubt, told before anything is learned from them: too many, and the
        gate will refuse what comes of it. A later start does not ask again."""
        doubts = self.folder.doubts()
        if not doubts:
            every = read_corrections(self.folder.path)
            pace = self._pace("checking", min(len(every), MAX_CHECKED), _PREPARED_SHARE, _CHECKED_SHARE)
            pace.further(0)
            doubts = find_doubts(every, Translator.load(self.base, self.job.device), pace.further)
            self.folder.keep_doubts(doubts)
        self._facts |= {name: doubts[name] for name in ("checked", "fits", "allowed")}
        self._facts["doubtful"] = len(doubts["rows"])
        return doubts

    def _tune(
        self,
        watched: list[FeedbackExample],
        general: list[FeedbackExample],
        directions: tuple[tuple[str, str], ...],
    ) -> Path:
        done = self.folder.path / "train" / "model"
        if done.is_dir():
            return done
        dev = self._read("dev")
        data = TuningData(
            feedback=self._read("feedback") + self._read("judged"),
            replay=self.replay([*watched, *general, *dev, *self._read("held_out")], directions),
            held_out=dev,
            general=watched,
            halvings=self.folder.halvings(),
        )
        config = FinetuneConfig.from_dict(self.job.config)
        device = choose_device(self.job.device)
        return finetune(self.base, data, config, self.folder.path / "train", device, self._watch_training)

    def replay(
        self, judged: Iterable[FeedbackExample], directions: tuple[tuple[str, str], ...]
    ) -> list[FeedbackExample]:
        """Pairs that the model learned from; where none are on disk, what it says itself of typed texts.
        Nothing of it is equal to what is judged by."""
        files = train_files(self.corpora, directions)
        pairs = (
            replay_pairs(files, directions, MAX_REPLAY)
            if files
            else replay_pairs(self._own_words(), directions, both_ways=False)
        )
        return without_judged(pairs, judged)

    def _own_words(self) -> list[Path]:
        """Files of the model's own translations, and of sources that it makes up where it knows the way back:
        to learn them again is to stay as it is. Those of a killed process are gone on with."""
        texts = sorted(self.folder.path.glob("typed.*.txt"))
        if not texts:
            return []
        own = PseudoReplay(
            Translator.load(self.base, self.job.device), self.folder.path / "replay", beam_size=1
        )
        both_ways = [file for file in texts if languages_of(file)[::-1] in own.translator.directions]
        # What is made up is translated there and back.
        plan = [(own.label, file, 1) for file in texts] + [(own.make_up, file, 2) for file in both_ways]
        sizes = [times * file.read_bytes().count(b"\n") for _, file, times in plan]
        self._ready_share = _REPLAYED_SHARE
        pace, made = self._pace("replaying", sum(sizes), _CHECKED_SHARE, _REPLAYED_SHARE), []
        for (make, file, _), size in zip(plan, sizes, strict=True):
            try:
                made.append(make(file, pace.part(size)))
            except CorpusError as error:  # too little was typed, or the model has no answer to it
                logger.warning("Nothing to replay of %s: %s", file.name, error)
        return made

    def _judge(self, model: Path, general: list[FeedbackExample], doubts: dict[str, Any]) -> dict[str, Any]:
        production = Translator.load(self.base, self.job.device)
        candidate = Translator.load(model, self.job.device)
        sets = self._judged(production, candidate, general)
        feedback = Feedback(doubts["checked"], len(doubts["rows"]))
        verdict = judge(sets["held_out"], sets["general"], feedback, self.job.margin)
        sides = production.model_id, candidate.model_id
        return make_report(self.job, load_checkpoint(model).training, sides, verdict, sets, doubts)

    def _judged(
        self, production: Translator, candidate: Translator, general: list[FeedbackExample]
    ) -> dict[str, JudgedSet]:
        held_out = _sentences(self._read("held_out")[:_MAX_HELD_OUT])
        asked = {"held_out": held_out, "general": _sentences(general)}
        total = 2 * sum(map(len, asked.values()))
        pace = self._pace("judging", total, _TRAINED_SHARE, _JUDGED_SHARE)
        sets = {}
        for name, sentences in asked.items():
            pace.further(0, set=name)
            watch = partial(pace.further, set=name)
            sets[name] = judge_models(production, candidate, sentences, watch=watch)
        return sets

    def _pace(self, stage: str, total: int, first: float, last: float) -> Pace:
        """Of so many texts, between two shares of the job."""

        def told(share: float, seconds_left: float | None, **more: Any) -> None:
            self.tell(stage, first + share * (last - first), seconds_left=seconds_left, **more)

        return Pace(total, told)

    def _watch_training(self, step: TuningStep) -> None:
        first = self._ready_share
        share = first + (_TRAINED_SHARE - first) * step.step / max(step.total_steps, 1)
        self.tell(
            "training",
            share,
            step=step.step,
            total_steps=step.total_steps,
            losses=step.losses,
            seconds_left=step.remaining_s,
            evaluations=list(step.evaluations),
        )

    def tell(self, stage: str, share: float, **more: Any) -> None:
        """Progress for whoever watches, not too often; raises `CancelledByPerson`."""
        if self.folder.is_to_stop():
            raise CancelledByPerson
        now = time.monotonic()
        before, told_at = self._told
        if stage == before and now - told_at < self.tell_every_s:
            return
        self._told = stage, now
        self.folder.tell(
            {"stage": stage, "share": round(share, 4), "seconds_left": None, **self._facts, **more}
        )

    def _read(self, name: str) -> list[FeedbackExample]:
        path = self.folder.path / f"{name}.jsonl"
        return read_feedback(path) if path.exists() else []


def _sentences(examples: list[FeedbackExample]) -> list[Sentence]:
    """One for each source, with all its right answers."""
    answers: dict[tuple[str, tuple[str, str]], list[str]] = {}
    for one in examples:
        answers.setdefault((one.source, one.direction), []).append(one.target)
    return [Sentence(*way, source, tuple(texts)) for (source, way), texts in answers.items()]
