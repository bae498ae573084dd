"""The learning loop, wired: as the server has it, and as the commands have it. Importing this loads torch."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from demo_app.jobs.folder import owner_of
from demo_app.jobs.runner import Runner
from demo_app.services.answers import Answers
from demo_app.services.blind_trials import BlindTrials
from demo_app.services.finetuning import FinetuningService
from demo_app.services.people import Person
from demo_app.services.promotion import PromotionService, Swaps
from demo_app.services.registries import Registries
from demo_app.services.trust import mean_trust
from demo_app.settings import Settings
from demo_app.store.database import Store

Clock = Callable[[], datetime]


def build_finetuning(
    settings: Settings, store: Store, person: Callable[[], Person], clock: Clock, new_id: Callable[[], str]
) -> FinetuningService:
    """Trust is taken from all projects at the moment of a start."""
    answers = answers_of(store)
    return FinetuningService(
        settings=settings,
        registries=registries(settings),
        snapshots=store.snapshots,
        jobs=store.jobs,
        typed=store.translations.typed,
        trust=lambda: mean_trust(store.projects, answers),
        person=person,
        clock=clock,
        new_id=new_id,
    )


def build_promotion(
    settings: Settings, pool: Swaps, person: Callable[[], Person], clock: Clock, tuned: Callable[[], str]
) -> PromotionService:
    """Whatever serves is told through the pool. `tuned`: see `tuned_now`."""
    return PromotionService(registries(settings), pool, person, clock, tuned)


def tuned_now(settings: Settings, store: Store) -> str:
    """Id of the version that the job which runs here starts from; empty where none runs."""
    running = store.jobs.running(owner_of(settings.jobs_dir))
    return running.base.rpartition("@")[2] if running else ""


def build_trials(settings: Settings, store: Store, person: Callable[[], Person]) -> BlindTrials:
    """Of candidates, before they are promoted."""
    return BlindTrials(registries(settings), store.projects, store.judgements, person)


def answers_of(store: Store) -> Answers:
    """Of all projects."""
    return Answers(store.judgements, store.project_edits)


def build_runner(settings: Settings, store: Store, clock: Clock) -> Runner:
    """Of the program's own jobs."""
    return Runner(store.jobs, settings.jobs_dir, finetune_command, clock)


def registries(settings: Settings) -> Registries:
    """Of all models."""
    return Registries(settings.versions_dir, settings.models_dir)


def finetune_command(folder: Path) -> list[str]:
    """What a process of fine-tuning is started with."""
    return [sys.executable, "-m", "demo_app.jobs.finetune_job", str(folder)]
