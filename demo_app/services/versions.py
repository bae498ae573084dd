"""Which folder the name of a model stands for, as the pool of models asks it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class KnowsVersions(Protocol):
    """`services.registries.Registries`, or `OneVersion`. May raise the `CheckpointError` tree."""

    def production(self, name: str) -> Path: ...
    def find(self, model_id: str) -> Path | None: ...


@dataclass(frozen=True)
class OneVersion:
    """Every name stands for its own folder, for ever."""

    models_dir: Path

    def production(self, name: str) -> Path:
        return self.models_dir / name

    def find(self, model_id: str) -> Path | None:
        return None
