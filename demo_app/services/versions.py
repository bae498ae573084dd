"""Which folder the name of a model stands for, and which of several is best: what the pool of models asks."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import mean
from typing import Protocol

_CARD = "card.json"
"""`core.checkpoint.MEASURES_FILE`, whose module would bring torch along to commands that need none."""


class KnowsVersions(Protocol):
    """`services.registries.Registries`, or `OneVersion`. May raise the `CheckpointError` tree."""

    def production(self, name: str) -> Path: ...
    def earlier(self, name: str) -> Iterable[Path]: ...
    def find(self, model_id: str) -> Path | None: ...


@dataclass(frozen=True)
class OneVersion:
    """Every name stands for its own folder, for ever."""

    models_dir: Path

    def production(self, name: str) -> Path:
        return self.models_dir / name

    def earlier(self, name: str) -> Iterable[Path]:
        return ()

    def find(self, model_id: str) -> Path | None:
        return None


def best_first(folders: Iterable[Path]) -> list[Path]:
    """By the mean BLEU of beam search in their cards, then those without a card; alike ones by name."""
    return sorted(folders, key=lambda folder: (-_bleu(folder / _CARD), folder.name))


def _bleu(card: Path) -> float:
    try:
        return _read_bleu(card, card.stat().st_mtime_ns)
    except OSError:
        return 0.0


@lru_cache(maxsize=256)
def _read_bleu(card: Path, changed_ns: int) -> float:
    """0 where the card does not tell. `changed_ns`: a card that is measured anew is read anew."""
    with suppress(ValueError, KeyError, TypeError):
        rows = json.loads(card.read_bytes())["quality"]
        found = [float(row["bleu"]) for row in rows if row["search"] != "greedy"]
        return mean(found) if found else 0.0
    return 0.0
