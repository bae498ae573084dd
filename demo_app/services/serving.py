"""What translates, wired: the models in use, the corrections that act, and what keeps both up to date.

Importing this loads torch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.decoding.ensemble import Ensemble
from core.neighbours import with_examples_each
from core.options import KnnOptions
from core.translator import Translator
from demo_app.jobs.keeper import Keeper
from demo_app.services.learning import build_runner
from demo_app.services.memory import TranslationMemory
from demo_app.services.model_pool import ModelPool
from demo_app.services.people import Person
from demo_app.services.served_model import ServedModel
from demo_app.services.translation import Pair, TranslationService
from demo_app.settings import Settings
from demo_app.store.database import Store


@dataclass(frozen=True)
class Serving:
    """To be closed."""

    translation: TranslationService
    keeper: Keeper
    """Over the jobs in the background, and over what another program promotes or corrects."""

    def close(self) -> None:
        """Let the running batch finish; waiting and later requests get `BusyError`."""
        self.keeper.close()
        self.translation.close()


def serve(
    settings: Settings,
    store: Store,
    pool: ModelPool,
    person: Callable[[], Person],
    clock: Callable[[], datetime],
) -> Serving:
    """Where people log in, corrections must be accepted to act for others than their author."""
    memory = TranslationMemory(store.memory, person, only_accepted=settings.login)
    tasks = build_runner(settings, store, clock).tick, pool.refresh, memory.catch_up
    return Serving(TranslationService(settings, pool, store.translations, memory, steered), Keeper(tasks))


def steered(model: ServedModel, examples: Mapping[str, Sequence[Pair]], target: str) -> ServedModel:
    """The model with examples at hand; itself where it is none that shows its states."""
    if not isinstance(model, Translator) or isinstance(model.model, Ensemble):
        return model
    return with_examples_each(model, examples, target, KnnOptions())
