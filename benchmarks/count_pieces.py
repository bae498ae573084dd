"""How often training saw each piece of a finished model, for one that was trained before that was counted.

`python -m benchmarks.count_pieces MODEL --data FOLDER` reads the corpora of the model's own recipe again and
writes `piece_counts.json` into its folder. It joins no checksum, so the model keeps its id."""

import json
from pathlib import Path
from typing import Annotated

import typer

from core.checkpoint import COUNTS_FILE, load_checkpoint
from core.training.data import load_training_examples
from core.training.own_recipe import own_recipe


def count_pieces(
    model: Path, data: Annotated[Path, typer.Option(help="Folder of the corpora that it was trained on.")]
) -> None:
    """Each pair is counted once, as training does."""
    checkpoint = load_checkpoint(model)
    examples = load_training_examples(data, own_recipe(checkpoint).data, checkpoint.tokenizer)
    counts = examples.piece_counts(checkpoint.tokenizer.vocab_size).tolist()
    (model / COUNTS_FILE).write_text(json.dumps(counts) + "\n", encoding="ascii")


if __name__ == "__main__":
    typer.run(count_pieces)
