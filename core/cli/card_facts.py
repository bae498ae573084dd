"""What a card says without measuring: how the model was made, from what, and whose work that is."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.checkpoint import Checkpoint
from core.corpora.manifest import Corpus
from core.errors import ConfigError
from core.text.corpus import open_text
from core.training.recipe import Recipe

_TRAINING = (
    *("steps", "tokens_seen", "duration_s", "device", "processes", "torch"),
    *("dev_bleu_greedy", "dev_loss", "averaged_checkpoints", "alignment"),
)


def training_facts(checkpoint: Checkpoint, recipe: Recipe) -> dict[str, Any]:
    """Name, network, command, and how the training went."""
    training = recipe.training
    kept = {name: checkpoint.training[name] for name in _TRAINING if name in checkpoint.training}
    return {
        "name": checkpoint.name,
        "model_id": checkpoint.model_id,
        "directions": ["-".join(direction) for direction in checkpoint.directions],
        "network": asdict(checkpoint.config),
        "parameters": sum(tensor.numel() for tensor in checkpoint.weights.values()),
        "stored_as": ", ".join(sorted({str(t.dtype).split(".")[1] for t in checkpoint.weights.values()})),
        "command": f"python -m core train --recipe assets/recipes/{recipe.name}.toml --data FOLDER --out OUT",
        "training": {
            **{"seed": training.seed, "epochs": training.epochs, "start": recipe.start},
            "precision": checkpoint.training.get("precision", training.precision),
            **kept,
        },
    }


def data_facts(recipe: Recipe, corpora: Sequence[Corpus], folder: Path) -> list[dict[str, Any]]:
    """Each family of corpora that the recipe reads: licence, attribution, files with their pairs and weight.

    `pairs` is None for a file that the folder does not hold. Raises `ConfigError` for a file of no listed
    corpus, whose licence is therefore not known."""
    weights = recipe.data.weights or (1.0,) * len(recipe.data.train)
    families: dict[str, dict[str, Any]] = {}
    for name, weight in zip(recipe.data.train, weights, strict=True):
        corpus = next((one for one in corpora if name.startswith(f"{one.name}.")), None)
        if corpus is None:
            raise ConfigError(
                f"Each training file must be of a listed corpus, for a card tells its licence, but {name} is "
                f"of none; there are {', '.join(one.name for one in corpora)}."
            )
        about = {"name": corpus.family, "licence": corpus.licence, "attribution": corpus.attribution}
        family = families.setdefault(corpus.family, {**about, "files": []})
        family["files"].append({"file": name, "pairs": _count(folder / name), "weight": weight})
    return list(families.values())


def _count(path: Path) -> int | None:
    if not path.is_file():
        return None
    with open_text(path) as file:
        return sum(bool(line.strip()) for line in file)
