"""How a job of the loop ends that does not end well: told, and without leaving what nobody needs."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest

from core.checkpoint import save_checkpoint
from core.config import TransformerConfig
from core.errors import CheckpointError, CheckpointNotFoundError, ConfigError, InputError, NotFoundError
from core.registry import Registry
from demo_app.jobs import finetune_job
from demo_app.jobs.finetune_work import Work
from demo_app.jobs.folder import NO_ROOM, JobFolder, Outcome, owner_of
from demo_app.store.job_records import JobRecord, NewJob
from tests.demo_app.services.loop_rig import Loop, sentence
from tests.tiny import tiny_checkpoint

LATER = datetime(2027, 1, 1, tzinfo=UTC)
MANY = [sentence(number) for number in range(20)]
NEW = NewJob(kind="finetune", model="tiny", base="tiny@0", snapshot_id="")


def test_what_is_too_long_for_the_model_is_told_before_and_fails_nothing(tmp_path: Path) -> None:
    """Neither at once nor after the training: what is held out, watches, or is general is no exception."""
    loop = Loop(tmp_path, corpora := tmp_path / "corpora")
    shape = TransformerConfig(
        vocab_size=400, embed_dim=16, heads=2, encoder_layers=1, decoder_layers=1, max_positions=64
    )
    save_checkpoint(loop.settings.models_dir / "tiny", tiny_checkpoint(shape))
    corpora.mkdir()
    long = [" ".join(map(sentence, range(start, start + 8))) for start in range(1000, 1096, 8)]
    short = [sentence(number) for number in range(2000, 2016)]
    rows = "".join(f"{text}\t{text.title()}\n" for text in [*short, *long[:4]])
    (corpora / "toy.fr-en.dev.tsv").write_text(rows)
    loop.freeze([*MANY, *long])
    plan = loop.tuning.plan("v1", "tiny")
    assert (plan.counts["records"], plan.counts["unusable"], plan.general) == (32, 12, 24)
    job = loop.start()
    assert loop.run(job) == 0, loop.folder(job).log_tail(50)
    loop.close()


def test_a_model_that_was_taken_away_meanwhile_is_told(loop: Loop) -> None:
    loop.freeze(MANY)
    job = loop.start()
    shutil.rmtree(loop.settings.models_dir / "tiny")
    assert loop.run(job) == 1
    outcome = loop.folder(job).outcome()
    assert outcome and outcome.state == "failed"
    assert "config.json" in outcome.error


@dataclass(frozen=True)
class Robbed(JobFolder):
    """While it is trained on, the model that it starts from is taken away."""

    base: Path

    def tell(self, progress: Mapping[str, Any]) -> None:
        if progress["stage"] == "training":
            shutil.rmtree(self.base, ignore_errors=True)
        super().tell(progress)


def test_a_model_that_was_taken_away_before_it_was_compared_with_is_told(loop: Loop) -> None:
    loop.freeze(MANY)
    registry = loop.registries.of("tiny")
    loop.promotion.promote("tiny", version := loop.refused(), "Looked at by two people.")
    folder = Robbed(loop.folder(loop.start()).path, registry.get(version).folder)
    assert finetune_job.run(folder) == 1
    outcome = folder.outcome()
    assert outcome and (outcome.state, outcome.kind) == ("failed", "CheckpointNotFoundError")
    assert "A model folder must hold config.json" in outcome.error
    assert (folder.path / "train" / "model").is_dir()
    assert registry.aliases().production == version and registry.aliases().candidate is None


class FullDisk(JobFolder):
    """Nothing can be written to it until something was removed."""

    def tell(self, progress: Mapping[str, Any]) -> None:
        raise OSError(ENOSPC, "No space left on device")

    def end(self, outcome: Outcome) -> None:
        if (self.path / "feedback.jsonl").exists():
            raise OSError(ENOSPC, "No space left on device")
        super().end(outcome)


def test_a_job_on_a_full_disk_makes_room_to_say_so(loop: Loop) -> None:
    loop.freeze(MANY)
    folder = FullDisk(loop.folder(loop.start()).path)
    assert finetune_job.run(folder) == 1
    assert folder.outcome() == Outcome(state="failed", error=NO_ROOM)


def test_a_version_is_as_old_as_it_is_and_not_as_its_job(loop: Loop) -> None:
    loop.freeze(MANY)
    made = Work(loop.trained(loop.start()), lambda: LATER).do()
    registry = loop.registries.of("tiny")
    assert [(one.kind, one.at) for one in registry.history()] == [("added", LATER.isoformat())]
    lineage = registry.get(made).lineage
    assert lineage and lineage.created_at == LATER.isoformat()


class Crowded(Registry):
    """Nothing can be removed from it."""

    def clean_up(self, keep: int, at: str, spared: str = "") -> tuple[str, ...]:
        raise CheckpointError("Which version is in use could not be saved (No space left on device).")


def test_a_version_that_was_added_counts_though_older_ones_cannot_be_removed(loop: Loop) -> None:
    loop.freeze(MANY)
    work = Work(loop.trained(loop.start()))
    work.registry = Crowded(work.registry.folder, work.registry.base)
    assert work.do() == loop.registries.of("tiny").aliases().candidate


def test_cleaning_up_leaves_what_a_job_starts_from_as_long_as_it_runs(loop: Loop) -> None:
    loop.freeze(MANY)
    versions = [loop.refused(1 / part) for part in (8, 16, 32)]
    loop.promotion.promote("tiny", versions[0], "Looked at by two people.")
    job = loop.start()
    assert loop.store.jobs.start_next(job.owner)
    for version in versions[1:]:
        loop.promotion.promote("tiny", version, "Looked at by two people.")
    assert loop.promotion.clean_up("tiny", 0) == ()
    loop.store.jobs.finish(job.id, "failed")
    assert loop.promotion.clean_up("tiny", 0) == (versions[0],)


def test_of_a_job_that_is_cancelled_while_it_waits_no_data_stay(loop: Loop) -> None:
    loop.freeze(MANY)
    job = loop.start()
    loop.tuning.cancel(job.id)
    assert [path.name for path in loop.folder(job).path.iterdir()] == ["job.json"]


def test_a_job_that_is_to_stop_stops(loop: Loop) -> None:
    loop.freeze(MANY)
    job = loop.start()
    loop.folder(job).ask_to_stop()
    assert loop.run(job) == 1
    outcome = loop.folder(job).outcome()
    assert outcome and outcome.state == "cancelled"


def failed(loop: Loop, **job: Any) -> JobRecord:
    """One that a server saw fail: of what it learned from nothing is left."""
    jobs = loop.store.jobs
    made = (
        jobs.add(replace(NEW, owner=owner_of(loop.settings.jobs_dir), **job)) if job else loop.start(seed=7)
    )
    assert jobs.start_next(made.owner) == jobs.get(made.id)
    loop.folder(made).tidy()
    return jobs.finish(made.id, "failed", error="The disk has no room left.")


def test_what_failed_is_started_again_as_it_was_and_the_failed_one_stays(loop: Loop) -> None:
    loop.freeze(MANY)
    loop.freeze([sentence(number) for number in range(20, 30)], "v2")  # is not what is meant
    first = loop.start(seed=7)
    learned = files(loop.folder(first))
    loop.tuning.cancel(first.id)
    again = loop.tuning.start_again(first.id)
    assert again.id != first.id and again.state == "queued" and again.options["seed"] == 7
    for name in ("model", "snapshot_id", "options", "owner"):
        assert getattr(again, name) == getattr(first, name)
    assert files(loop.folder(again)) == learned and "feedback.jsonl" in learned
    assert loop.store.jobs.get(first.id).state == "cancelled"


def files(folder: JobFolder) -> dict[str, bytes]:
    """What is learned from and judged by."""
    return {path.name: path.read_bytes() for path in folder.path.iterdir() if path.name != "job.json"}


def test_a_job_whose_model_was_put_back_succeeds_when_it_is_started_again(loop: Loop, tmp_path: Path) -> None:
    loop.freeze(MANY)
    old = failed(loop)
    shipped, aside = loop.settings.models_dir / "tiny", tmp_path / "aside"
    shipped.rename(aside)
    with pytest.raises(CheckpointNotFoundError, match="`model` must be one of the models"):
        loop.tuning.start_again(old.id)
    assert loop.store.jobs.all() == (old,)
    aside.rename(shipped)
    again = loop.tuning.start_again(old.id)
    loop.trained(again)
    assert loop.run(again) == 0, loop.folder(again).log_tail(50)


def test_what_is_gone_or_no_longer_an_option_is_told_and_nothing_is_queued(loop: Loop) -> None:
    loop.freeze(MANY)
    here = loop.store.snapshots.find("v1").id
    for job, told in (
        (failed(loop, snapshot_id="0" * 64), "There must be one snapshot '0000"),
        (failed(loop, snapshot_id=here, options={"of_an_older_release": 1}), "of_an_older_release"),
    ):
        with pytest.raises((NotFoundError, ConfigError), match=told):
            loop.tuning.start_again(job.id)
    with pytest.raises(NotFoundError, match="There must be a job 'gone'"):
        loop.tuning.start_again("gone")
    assert {one.state for one in loop.store.jobs.all()} == {"failed"}


def test_it_waits_behind_what_is_under_way_and_is_not_started_twice(loop: Loop) -> None:
    loop.freeze(MANY)
    old, jobs = failed(loop), loop.store.jobs
    running, waiting = loop.start(seed=1), loop.start(seed=2)
    jobs.start_next(old.owner)
    again = loop.tuning.start_again(old.id)
    with pytest.raises(InputError, match=f"under way already, but is queued as job {again.id}"):
        loop.tuning.start_again(old.id)
    for expected in (running, waiting, again):
        assert (under_way := jobs.running(old.owner) or jobs.start_next(old.owner))
        assert under_way.id == expected.id
        with pytest.raises(InputError, match="once it failed or was cancelled, but this one is running"):
            loop.tuning.start_again(under_way.id)
        jobs.finish(under_way.id, "succeeded")
    with pytest.raises(InputError, match="but this one is succeeded"):
        loop.tuning.start_again(again.id)


def test_how_far_the_batch_had_to_be_halved_is_not_found_out_again(loop: Loop) -> None:
    loop.freeze(MANY)
    old = loop.start()
    for starts in (1, 2):
        loop.folder(old).note_death(starts, is_killed=True)
    loop.tuning.cancel(old.id)
    again = loop.tuning.start_again(old.id)
    assert (loop.folder(again).halvings(), loop.folder(again).deaths().fruitless) == (2, 0)
    loop.folder(again).note_death(1, is_killed=True)
    loop.tuning.cancel(again.id)
    assert loop.folder(loop.tuning.start_again(again.id)).halvings() == 3


def test_it_starts_from_what_is_in_use_by_then(loop: Loop) -> None:
    loop.freeze(MANY)
    old = failed(loop)
    loop.promotion.promote("tiny", loop.refused(), "Looked at by two people.")
    again = loop.tuning.start_again(old.id)
    assert again.base != old.base
    assert Work(loop.folder(again)).base == loop.registries.of("tiny").production().folder
