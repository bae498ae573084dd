"""The models of the settings, as the services share them. Importing this loads torch, which takes seconds."""

from functools import partial

from core.device import use_threads
from core.translator import Translator
from demo_app.services.learning import registries
from demo_app.services.model_pool import ModelPool
from demo_app.settings import Settings


def open_pool(settings: Settings) -> ModelPool:
    """Loads nothing yet."""
    use_threads(settings.threads)
    load = partial(Translator.load, device=settings.device)
    return ModelPool(settings.models_dir, load, settings.default_model, registries(settings))
