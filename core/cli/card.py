"""`python -m core card`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from core.checkpoint import CARD_FILE, MEASURES_FILE, load_checkpoint
from core.cli.card_facts import data_facts, training_facts
from core.cli.flags import Device, Model
from core.corpora.manifest import read_manifest
from core.device import choose_device, device_name
from core.errors import ConfigError
from core.evaluation.card import (
    gold_files,
    held_out_files,
    measure_alignment,
    measure_quality,
    measure_speed,
    write_examples,
)
from core.evaluation.robustness import measure_robustness, read_typed_lines
from core.report.card import card_page
from core.training.files import saving, write_whole
from core.training.own_recipe import own_recipe
from core.translator import Translator

FORMAT_VERSION = 1
_ASSETS = Path(__file__).resolve().parents[2] / "assets"


def card(  # noqa: PLR0913 - each parameter is a flag
    model: Model,
    data: Annotated[Path, typer.Option(help="Folder of the recipe's corpora, with their test parts.")],
    corpora: Annotated[Path, typer.Option(help="TOML that tells the licences.")] = _ASSETS / "corpora.toml",
    examples: Annotated[Path, typer.Option(help="JSON of texts to translate.")] = _ASSETS
    / "card_examples.json",
    robustness: Annotated[
        Path | None, typer.Option(help="TSV of kind, source, target, text: what visitors type.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Only the first so many test pairs; 0 means all.")] = 0,
    device: Device = "auto",
) -> None:
    """Measure a trained model and write its card: MODEL_CARD.md to read, card.json for programs."""
    checkpoint = load_checkpoint(model)
    recipe = own_recipe(checkpoint)
    translator = Translator.from_checkpoint(checkpoint, choose_device(device))
    values = {
        "format_version": FORMAT_VERSION,
        **training_facts(checkpoint, recipe),
        "size_bytes": _size(model),
        "noise": recipe.data.noise,
        "data": data_facts(recipe, read_manifest(corpora), data),
        "measured_on": device_name(translator.device),
        "examples": write_examples(translator, _read_texts(examples)),
        "alignment": measure_alignment(translator, gold_files(data)),
    }
    if robustness is not None:
        report = measure_robustness(translator, read_typed_lines(robustness))
        values["robustness"] = {"data": robustness.name, **report.to_dict()}
    tests = held_out_files(data, recipe.data.dev)
    values["speed"] = measure_speed(translator, tests)
    values["quality"] = measure_quality(translator, tests, limit)
    _write(model, values)
    print(model / CARD_FILE)


def _write(folder: Path, values: dict[str, Any]) -> None:
    """The checksums of the folder are those of the model and stay as they are."""
    page = card_page(values)
    with saving("The card"):
        write_whole(folder / MEASURES_FILE, json.dumps(values, indent=1, ensure_ascii=False).encode() + b"\n")
        write_whole(folder / CARD_FILE, page.encode())


def _size(folder: Path) -> int:
    """Bytes of the folder without its card."""
    card_files = (MEASURES_FILE, CARD_FILE)
    return sum(path.stat().st_size for path in folder.iterdir() if path.name not in card_files)


def _read_texts(path: Path) -> list[dict[str, str]]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return [{"language": str(row["language"]), "text": str(row["text"])} for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"The examples in {path} must be a JSON list of objects with `language` and `text`, but cannot "
            f"be read: {error}."
        ) from error
