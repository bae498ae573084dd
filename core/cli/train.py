"""`python -m core train`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from core.cli.flags import Device
from core.device import choose_device
from core.training.recipe import read_recipe
from core.training.run import train as run_training


def train(
    recipe: Annotated[Path, typer.Option(help="TOML file that describes the run.")],
    data: Annotated[Path, typer.Option(help="Folder of the corpora that the recipe names.")],
    out: Annotated[Path, typer.Option(help="Folder of the run; the model comes to OUT/model.")],
    device: Device = "auto",
    epochs: Annotated[float | None, typer.Option(help="Instead of the recipe's.")] = None,
) -> None:
    """Train a model, or go on with a run that was interrupted."""
    plan = read_recipe(recipe)
    if epochs is not None:
        plan = replace(plan, training=replace(plan.training, epochs=epochs))
    print(run_training(plan, data, out, choose_device(device)))
