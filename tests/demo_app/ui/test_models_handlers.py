"""What may go wrong on the Models tab is told in a sentence, and nothing changes by it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import gradio as gr
import pytest

from core.errors import (
    CheckpointNotFoundError,
    ConfigError,
    InputError,
    NotAllowedError,
    PromotionRefusedError,
    StaleRevisionError,
)
from core.lineage import SHIPPED
from demo_app.jobs.folder import Outcome
from demo_app.services.blind_trials import BlindTrials
from demo_app.services.people import LOCAL, acting, acting_as
from demo_app.store.job_records import NewJob
from demo_app.ui.feedback import Update
from demo_app.ui.models_handlers import ModelsHandlers
from demo_app.ui.models_layout import ModelsParts, build_models_layout
from demo_app.ui.models_training import TrainingHandlers
from demo_app.ui.models_view import ModelsView
from demo_app.ui.services import Services
from demo_app.ui.strings import load_strings
from tests.demo_app.services.loop_rig import Loop, sentence

REASON = "Looked at by two people."
ENGLISH, CHINESE = load_strings("en"), load_strings("zh")


@dataclass
class Rig:
    """The services that the tab asks, over a real loop."""

    loop: Loop
    login: bool = False

    def __post_init__(self) -> None:
        self.finetuning, self.promotion = self.loop.tuning, self.loop.promotion
        self.files, self.translation = self.loop.exports, self
        store = self.loop.store
        self.trials = BlindTrials(self.loop.registries, store.projects, store.judgements, acting)
        with gr.Blocks(analytics_enabled=False):
            self.parts: ModelsParts = build_models_layout(ENGLISH, (), self.finetuning.defaults())
        services = cast(Services, self)
        view = ModelsView(services, ENGLISH, self.parts)
        self.looking = ModelsHandlers(services, ENGLISH, self.parts, view)
        self.training = TrainingHandlers(services, ENGLISH, self.parts, view)

    def models(self) -> Any:
        return self.loop.pool.info()

    def model_trouble(self) -> str:
        return " ".join(self.loop.pool.problems().values())

    def person_of(self, user_id: str | None) -> Any:
        return LOCAL

    def shown(self, update: Update, part: str) -> Any:
        return update[getattr(self.parts, part)]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(Loop(tmp_path))
    with acting_as(LOCAL):
        yield made
    made.loop.close()


def form(**fields: Any) -> dict[str, Any]:
    return {"open": True, "model": "tiny", "snapshots": [], **fields}


def test_without_a_snapshot_the_form_asks_to_freeze_one(rig: Rig) -> None:
    opened = rig.shown(rig.training.open_training({"model": "tiny"}), "form")
    assert (opened["snapshots"], opened["snapshot"], opened["pending"]) == ([], "", False)
    for name, words in (("", "name"), ("v1", "must hold a correction")):
        told = rig.shown(rig.training.freeze_training(form(name=name)), "form")["frozen"]
        assert words in told["problem"]


def test_three_corrections_are_too_few_before_and_at_the_start(rig: Rig) -> None:
    rig.loop.freeze([sentence(number) for number in range(3)])
    made = rig.shown(rig.training.plan_training(form(snapshot="v1")), "form")
    assert "At least 10 corrections must be left to learn from" in made["plan"]["problem"]
    told = rig.shown(rig.training.start_training(form(snapshot="v1")), "form")
    assert "At least 10 corrections" in told["problem"] and rig.loop.store.jobs.all() == ()


def test_a_snapshot_is_frozen_planned_started_once_and_cancelled(rig: Rig) -> None:
    rig.loop.freeze([sentence(number) for number in range(30)], "older")
    rig.loop.freeze([sentence(number) for number in range(30, 40)], "v1")
    plan = rig.shown(rig.training.plan_training(form(snapshot="v1")), "form")["plan"]
    assert sum(one["count"] for one in plan["parts"]) == 40
    assert [one["kind"] for one in plan["notes"]] == ["warning"] * 3
    asked = form(snapshot="v1", options={"epochs": 2.0})
    started = rig.training.start_training(asked)
    (job,) = rig.loop.store.jobs.all()
    assert (job.options["epochs"], rig.shown(started, "job")["id"]) == (2, job.id)
    assert "under way already" in rig.shown(rig.training.start_training(asked), "form")["problem"]
    rows = rig.shown(rig.looking.open_models({"model": "tiny"}), "jobs")["rows"]
    assert [(one["id"], one["words"]) for one in rows] == [(job.id, "Waits for its turn")]
    cancelled = rig.shown(rig.training.cancel_job({"id": job.id}), "job")
    assert (cancelled["state"], cancelled["live"]) == ("cancelled", False)
    with pytest.raises(InputError, match="cancelled already"):
        rig.training.cancel_job({"id": job.id})


def test_what_came_to_nothing_is_started_again_and_the_new_job_is_shown(rig: Rig) -> None:
    rig.loop.freeze([sentence(number) for number in range(20)])
    job = rig.loop.start(seed=7)
    assert not rig.shown(rig.training.open_job({"selected": job.id}), "job")["came_to_nothing"]
    cancelled = rig.shown(rig.training.cancel_job({"id": job.id}), "job")
    assert cancelled["came_to_nothing"]
    again = rig.training.start_again(cancelled)
    shown, listed = rig.shown(again, "job"), rig.shown(again, "jobs")
    assert (shown["state"], shown["came_to_nothing"]) == ("queued", False) and shown["id"] != job.id
    assert listed["selected"] == shown["id"]
    assert [one["state"] for one in listed["rows"]] == ["queued", "cancelled"]
    assert rig.loop.store.jobs.get(shown["id"]).options["seed"] == 7


def test_a_bad_option_is_told_in_the_form(rig: Rig) -> None:
    rig.loop.freeze([sentence(number) for number in range(20)])
    for asked, words in (
        (form(snapshot="v1", options={"epochs": 0}), "`epochs` must be between"),
        (form(snapshot="v1", more="epochs: 3"), "Other options must be lines"),
        (form(snapshot="gone"), "There must be one snapshot 'gone'"),
        (None, "snapshot"),
    ):
        assert words in rig.shown(rig.training.start_training(asked), "form")["problem"]
    assert rig.loop.store.jobs.all() == ()


def test_a_job_that_failed_says_why_and_the_list_notices(rig: Rig) -> None:
    rig.loop.freeze([sentence(number) for number in range(20)])
    rig.training.start_training(form(snapshot="v1"))
    before = rig.shown(rig.training.watch_jobs({"model": "tiny"}, {}), "jobs")
    jobs = rig.loop.store.jobs
    running = jobs.start_next(jobs.all()[0].owner)
    assert running
    jobs.finish(running.id, "failed", error="The folder of this job was taken away.")
    after = rig.training.watch_jobs({**before, "model": "tiny"}, {"selected": SHIPPED})
    assert rig.shown(after, "jobs")["rows"][0]["state"] == "failed"
    assert rig.shown(after, "versions")["selected"] == SHIPPED
    settled = rig.shown(rig.training.settle_job({"id": running.id}), "job")
    assert "taken away" in settled["error"] and settled["failed_as"] == ""

    rig.loop.folder(running).end(Outcome(state="failed", error="In English.", kind="CheckpointError"))
    chinese = ModelsView(cast(Services, rig), CHINESE, rig.parts)
    told = chinese.job(jobs.get(running.id))[rig.parts.job]["failed_as"]
    assert told == CHINESE.errors["CheckpointError"]


def test_a_job_of_another_server_is_told_to_be_there(rig: Rig) -> None:
    new = NewJob(kind="finetune", model="tiny", base="tiny@0", snapshot_id="s", owner="of another server")
    job = rig.loop.store.jobs.add(new)
    opened = rig.shown(rig.training.open_job({"selected": job.id}), "job")
    assert (opened["words"], opened["log"]) == ("Waits for its turn (on another server)", "")
    rig.loop.store.jobs.start_next(new.owner)
    rig.loop.store.jobs.finish(job.id, "succeeded", version="0123456789ab")
    told = rig.shown(rig.training.settle_job({"id": job.id}), "job")
    assert told["words"] == "Done (on another server)"


def test_what_the_gate_refuses_needs_a_reason_and_the_way_back_is_one_click(rig: Rig) -> None:
    version = rig.loop.refused()
    opened = rig.shown(rig.looking.open_models({"model": "tiny"}), "versions")
    assert (opened["selected"], opened["in_use_id"], opened["before"]) == (version, SHIPPED, "")
    report = {"model": "tiny", "id": version}
    with pytest.raises(PromotionRefusedError):
        rig.looking.promote_version(report)
    promoted = rig.looking.promote_version({**report, "reason": REASON})
    assert rig.shown(promoted, "versions")["in_use_id"] == version
    history = rig.shown(promoted, "versions")["history"][0]
    told = {name: history[name] for name in ("reason", "refused", "refused_lang")}
    assert told == {"reason": REASON, "refused": "It cannot be told.", "refused_lang": ""}
    back = rig.looking.roll_back(rig.shown(promoted, "versions"))
    assert rig.shown(back, "versions")["in_use_id"] == SHIPPED
    assert "tiny@As shipped is in use again." in rig.shown(back, "notice")["text"]


def broken(rig: Rig, how: str) -> tuple[Rig, str]:
    """A server that starts after the version in use was broken; and that version."""
    version = rig.loop.refused()
    rig.looking.promote_version({"model": "tiny", "id": version, "reason": REASON})
    folder = rig.loop.registries.of("tiny").get(version).folder
    if how == "damaged":
        (folder / "model.safetensors").write_bytes(b"")
    else:
        shutil.rmtree(folder)
    rig.loop.restart()
    return Rig(rig.loop), version


@pytest.mark.parametrize("how", ["taken away", "damaged"])
def test_a_version_in_use_that_is_broken_is_told_and_rolled_back(rig: Rig, how: str) -> None:
    again, version = broken(rig, how)
    opened = again.shown(again.looking.open_models({"model": ""}), "versions")
    assert (opened["models"], opened["in_use_id"], opened["before"]) == (["tiny"], version, "As shipped")
    assert "serves in its place" in opened["trouble"]
    assert rig.loop.registries.of("tiny").aliases().production == version
    back = again.shown(again.looking.roll_back(opened), "versions")
    assert (back["in_use_id"], back["trouble"]) == (SHIPPED, "")


def test_another_version_may_be_promoted_over_one_that_was_taken_away(rig: Rig) -> None:
    again, _ = broken(rig, "taken away")
    other = rig.loop.refused(1 / 32)
    report = again.shown(again.looking.open_version({"model": "tiny", "selected": other}), "report")
    assert report["refused"]
    promoted = again.looking.promote_version({**report, "reason": REASON})
    assert again.shown(promoted, "versions")["in_use_id"] == other


def test_a_second_roll_back_from_the_same_page_is_refused(rig: Rig) -> None:
    shown: Any = {}
    for shift in (1 / 64, 1 / 32):
        report = {"model": "tiny", "id": rig.loop.refused(shift), "reason": REASON}
        shown = rig.shown(rig.looking.promote_version(report), "versions")
    rig.looking.roll_back(shown)
    left = rig.loop.registries.of("tiny").aliases()
    with pytest.raises(StaleRevisionError, match="The version in use must still be"):
        rig.looking.roll_back(shown)
    with pytest.raises(ConfigError, match="`in_use_id`"):
        rig.looking.roll_back({"model": "tiny"})
    assert rig.loop.registries.of("tiny").aliases() == left


def test_what_changed_goes_to_people_once_and_what_they_say_is_shown(rig: Rig) -> None:
    changes = [
        {"source": text, "reference": "r", "before": f"{text}1", "after": f"{text}2", "outcome": "better",
         "source_language": "fr", "target_language": "en", "chrf_before": 1.0, "chrf_after": 2.0}
        for text in "abc"
    ]  # fmt: skip
    version = rig.loop.refused(
        candidate="tiny@c", held_out=made_set(changes[:2]), general=made_set(changes[2:])
    )
    opened = rig.shown(rig.looking.open_version({"model": "tiny", "selected": version}), "report")
    assert (opened["trial"]["sent"], opened["trial"]["rows"], opened["trial"]["p"]) == (0, [], "")
    asked = {**opened, "send": {"at_most": 2, "annotators": 3}}
    for sent, said in ((2, "2 translations were sent"), (2, "sent before")):
        update = rig.looking.send_trial(asked)
        assert rig.shown(update, "report")["trial"]["sent"] == sent
        assert said in rig.shown(update, "notice")["text"]
    for send in (None, {}, {"at_most": "2", "annotators": 1}, {"at_most": True, "annotators": 1}):
        with pytest.raises(ConfigError, match="`at_most` must be a whole number"):
            rig.looking.send_trial({**opened, "send": send})
    with pytest.raises(ConfigError, match="at_most"):
        rig.looking.send_trial({**opened, "send": {"at_most": 0, "annotators": 1}})
    with acting_as(replace(LOCAL, role="reviewer")), pytest.raises(NotAllowedError):
        rig.looking.send_trial(asked)


def made_set(changes: list[dict[str, Any]]) -> dict[str, Any]:
    """Of a report: nothing but what changed."""
    unknown = {"production": None, "candidate": None}
    figures = {"sentences": len(changes), "measures": [], "changed": {"total": len(changes)}}
    return {"directions": ["fr-en"], "changes": changes, "perplexity": unknown, **figures}


def test_nonsense_is_told(rig: Rig) -> None:
    for value in (None, "x", {}, {"model": 3}):
        with pytest.raises(ConfigError, match="must name a `model`"):
            rig.looking.sift_changes(value)
    with pytest.raises(ConfigError, match="`keep` must be a whole number"):
        rig.looking.clean_up({"model": "tiny", "keep": True})
    with pytest.raises(CheckpointNotFoundError, match="must be one of the models"):
        rig.looking.open_models({"model": "../tiny"})
