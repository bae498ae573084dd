"""`python -m core train`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from core.cli.flags import Device
from core.device import choose_device
from core.training.recipe import read_recipe
from core.training.run import train_together
from core.training.world import join_world


def train(
    recipe: Annotated[Path, typer.Option(help="TOML file that describes the run.")],
    data: Annotated[Path, typer.Option(help="Folder of the corpora that the recipe names.")],
    out: Annotated[Path, typer.Option(help="Folder of the run; the model comes to OUT/model.")],
    device: Device = "auto",
    epochs: Annotated[float | None, typer.Option(help="Instead of the recipe's.")] = None,
) -> None:
    """Train a model, or go on with a run that was interrupted. Also under `torchrun`."""
    plan = read_recipe(recipe)
    if epochs is not None:
        plan = replace(plan, training=replace(plan.training, epochs=epochs))
    world = join_world(choose_device(device))
    try:
        folder = train_together(world, plan, data, out)
        if world.is_first:
            print(folder)
    finally:
        world.leave()
