"""What serves where the version in use cannot be loaded: the last before it that can. Changes no alias."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from core.errors import CheckpointError, CorruptCheckpointError
from demo_app.services.versions import KnowsVersions

log = logging.getLogger(__name__)


class _HasId(Protocol):
    @property
    def model_id(self) -> str: ...


Model = TypeVar("Model", bound=_HasId)


def load_in_use(versions: KnowsVersions, load: Callable[[Path], Model], name: str) -> tuple[Model, Path, str]:
    """The version in use, its folder and nothing to tell; else what served before it, and why.

    Raises `CheckpointError` with what is wrong with the one in use where no other can be loaded either."""
    try:
        folder = versions.production(name)
        return load(folder), folder, ""
    except Exception as error:
        log.exception("The version of %s that is in use cannot be loaded.", name)
        for folder in versions.earlier(name):
            if model := _sound(load, folder):
                return model, folder, in_its_place(error, model)
        if isinstance(error, CheckpointError):
            raise
        raise CorruptCheckpointError(f"The model {name!r} cannot be read: {error!r}.") from error


def in_its_place(failure: Exception, model: _HasId) -> str:
    """What is wrong, and what answers meanwhile."""
    said = str(failure) if isinstance(failure, CheckpointError) else f"{failure!r}."
    return f"{said} {model.model_id} serves in its place until that is repaired or rolled back."


def _sound(load: Callable[[Path], Model], folder: Path) -> Model | None:
    try:
        return load(folder)
    except Exception as error:  # whatever it is, another one may be sound
        log.warning("Nor can what was in use before, %s: %r", folder, error)
        return None
