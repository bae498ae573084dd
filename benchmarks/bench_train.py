"""How fast a model learns: target pieces a second through the real training loop.

    python -m benchmarks.bench_train --recipe RECIPE.toml --data FOLDER --steps 300 --cores 2

The first steps warm up and do not count. A model folder lends its vocabulary: learning one takes minutes."""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from benchmarks.measure import environment, pin, print_table, write_results
from core.checkpoint import load_checkpoint
from core.device import choose_device
from core.nn.factory import build_model
from core.training.data import TrainingData, load_examples, load_training_examples
from core.training.loop import Trainer
from core.training.own_recipe import own_recipe
from core.training.recipe import Recipe, read_recipe
from core.training.world import World

WARM_UP_STEPS = 50  # the loop logs every 50 steps, and the first row is where the stopwatch starts
COLUMNS = ("cores", "device", "precision", "steps", "target_tokens_per_s", "loss")


def build_trainer(arguments: argparse.Namespace, folder: Path) -> Trainer:
    """A trainer that stops after the steps asked for."""
    checkpoint = load_checkpoint(arguments.model)
    recipe = read_recipe(arguments.recipe) if arguments.recipe else own_recipe(checkpoint)
    tokenizer = checkpoint.tokenizer
    examples = load_training_examples(arguments.data, recipe.data, tokenizer)
    dev_examples = load_examples(arguments.data, recipe.data.dev, recipe.data, tokenizer)
    model = build_model(recipe.model, recipe.training.seed).to(choose_device(arguments.device))
    data = TrainingData(tokenizer, [lambda: examples], dev_examples, [])
    world = World(choose_device(arguments.device))
    whole = Trainer(recipe, model, data, folder, world)
    part = shorten(recipe, arguments.steps / whole.steps_per_epoch)
    return Trainer(part, model, data, folder, world)


def shorten(recipe: Recipe, epochs: float) -> Recipe:
    """The same run, ended early, with its learning rate planned for the shorter run."""
    return replace(recipe, training=replace(recipe.training, epochs=epochs))


def rate(rows: list[dict[str, Any]]) -> float:
    """Target pieces a second between the first and the last logged step."""
    logged = [row for row in rows if "tokens_per_s" in row]
    first, last = logged[0], logged[-1]
    seconds = last["tokens_seen"] / last["tokens_per_s"] - first["tokens_seen"] / first["tokens_per_s"]
    return float((last["tokens_seen"] - first["tokens_seen"]) / seconds)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recipe", type=Path, help="TOML of the run; without it the model's own recipe")
    parser.add_argument(
        "--model", type=Path, default=Path("assets/models/fr-en"), help="lends its vocabulary"
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of the corpora that the recipe names"
    )
    parser.add_argument("--steps", type=int, default=300, help="at least 100; 50 of them warm up")
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    if arguments.steps < 2 * WARM_UP_STEPS:
        raise SystemExit(f"`--steps` must be at least {2 * WARM_UP_STEPS}, but is {arguments.steps}.")
    pin(arguments.cores)
    torch.set_num_threads(arguments.cores)
    with tempfile.TemporaryDirectory() as folder:
        trainer = build_trainer(arguments, Path(folder))
        trainer.run()
        logged = trainer.log.read()
    losses = [row["loss"] for row in logged if "loss" in row]
    row = {
        "cores": arguments.cores,
        "device": arguments.device,
        "precision": trainer.recipe.training.precision,
        "steps": trainer.progress.step,
        "target_tokens_per_s": round(rate(logged)),
        "loss": losses[-1],
    }
    print_table([row], COLUMNS)
    write_results("train", {**row, "recipe": trainer.recipe.to_dict(), "environment": environment()})


if __name__ == "__main__":
    main()
