"""The versions of each model: the shipped one below `models_dir`, what came of feedback below `root`."""

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.checkpoint import digest_of
from core.errors import CheckpointError, CheckpointNotFoundError
from core.lineage import SHIPPED
from core.registry import Registry

_NAME = re.compile(r"[\w][\w.-]*")


@dataclass(frozen=True)
class Registries:
    """Raises the `CheckpointError` tree."""

    root: Path
    models_dir: Path

    def of(self, name: str) -> Registry:
        """The versions of one model; raises `CheckpointNotFoundError` for a name that is none."""
        base = self.models_dir / name
        if not _NAME.fullmatch(name) or not (base / "config.json").is_file():
            raise CheckpointNotFoundError(
                f"`model` must be one of the models in {self.models_dir}, but is {name!r}."
            )
        return Registry(self.root / name, base)

    def names(self) -> tuple[str, ...]:
        """Of all models."""
        return tuple(sorted(one.parent.name for one in self.models_dir.glob("*/config.json")))

    def production(self, name: str) -> Path:
        """The folder to serve."""
        return self.of(name).production().folder

    def earlier(self, name: str) -> tuple[Path, ...]:
        """Folders of what was in use before, the last one first, and of the shipped model at the end."""
        registry, ids = self.of(name), tuple[str, ...]()
        with suppress(CheckpointError):  # nobody can tell what was
            ids = registry.aliases().predecessors[::-1]
        folders = [registry.folder / one for one in ids if one != SHIPPED]
        return tuple(one for one in dict.fromkeys((*folders, registry.base)) if one.is_dir())

    def find(self, model_id: str) -> Path | None:
        """The folder of the very version that a stored row names, whatever its model's folder is called."""
        name, _, digest = model_id.partition("@")
        for known in sorted(self.names(), key=lambda known: known != name):
            base = self.models_dir / known
            if digest and digest_of(base).startswith(digest):
                return base
            try:
                return Registry(self.root / known, base).get(digest).folder
            except CheckpointError:
                continue
        return None
