"""Training beside JoeyNMT's: the same batches, the same core, the same process, in turns.

    PYTHON=benchmarks/peers/.venv-joeynmt/bin/python
    $PYTHON -m benchmarks.peers.train_joeynmt --data FOLDER

Each network of each program starts from random weights, learns from the same batches and is timed by target
pieces a second; the losses show that all of them learn."""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from benchmarks.batches import first_batches
from benchmarks.measure import environment, print_table, write_results
from benchmarks.peers.joey_model import silence
from benchmarks.peers.joey_training import JoeyStepper
from core.checkpoint import Checkpoint, load_checkpoint
from core.config import ModelConfig, TransformerConfig
from core.device import choose_device
from core.nn.factory import build_model
from core.training.examples import Batch
from core.training.own_recipe import own_recipe
from core.training.recipe import TrainConfig
from core.training.step import Stepper
from core.training.world import World

COLUMNS = (
    "network",
    "program",
    "precision",
    "parameters",
    "tokens_per_s",
    "ratio",
    "first_loss",
    "last_loss",
)
RATE = 2e-4
"""Learning rate for all: none of them is warmed up."""
TRANSFORMER = TransformerConfig(
    embed_dim=256, heads=4, encoder_layers=3, decoder_layers=3, feedforward_dim=1024, dropout=0.1
)


@dataclass
class Side:
    """One program with one network, and what it did so far."""

    program: str
    precision: str
    parameters: int
    step: Callable[[Batch], float]
    rates: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)

    def run(self, batches: list[Batch]) -> None:
        """Learn from the batches against the clock."""
        started = time.perf_counter()
        self.losses += [self.step(batch) for batch in batches]
        tokens = sum(int(batch.target_mask_BT.sum()) for batch in batches)
        self.rates.append(tokens / (time.perf_counter() - started))


def our_side(config: ModelConfig, training: TrainConfig, precision: Any) -> Side:
    training = replace(training, precision=precision)
    model = build_model(config, training.seed)
    stepper = Stepper(model, training, World(choose_device("cpu")))

    def step(batch: Batch) -> float:
        outcome = stepper.step([batch], training.learning_rate, 0.0, "the benchmark")
        return outcome.plain / outcome.tokens

    return Side("interlinear", precision, sum(p.numel() for p in model.parameters()), step)


def joey_side(checkpoint: Checkpoint, config: ModelConfig, training: TrainConfig) -> Side:
    stepper = JoeyStepper(checkpoint, config, training)
    return Side("joeynmt", "float32", stepper.parameters, stepper.step)


def compare(sides: list[Side], batches: list[Batch], rounds: int) -> list[dict[str, Any]]:
    """In turns; the first two batches warm up. Ratios are to JoeyNMT, which has one precision."""
    for side in sides:
        side.run(batches[:2])
        side.rates.clear()
    for _ in range(rounds):
        for side in sides:
            side.run(batches)
    joey = next(statistics.median(side.rates) for side in sides if side.program == "joeynmt")
    return [
        {
            **{"program": side.program, "precision": side.precision, "parameters": side.parameters},
            "tokens_per_s": round(statistics.median(side.rates)),
            "ratio": round(statistics.median(side.rates) / joey, 2),
            "first_loss": round(side.losses[0], 3),
            "last_loss": round(side.losses[-1], 3),
        }
        for side in sides
    ]


def parse_arguments() -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--model", type=Path, default=Path("assets/models/fr-en"), help="lends its recipe")
    parser.add_argument("--data", type=Path, required=True, help="folder of the recipe's corpora")
    parser.add_argument("--batches", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=2, help="A B A B is two; the medians count")
    parser.add_argument("--core", type=int, default=0, help="the one core that both run on")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, [arguments.core])
    torch.set_num_threads(1)
    silence()
    checkpoint = load_checkpoint(arguments.model)
    _, batches = first_batches(checkpoint, arguments.data, arguments.batches)
    training = replace(own_recipe(checkpoint).training, learning_rate=RATE)
    networks = {"recurrent": checkpoint.config, "transformer": replace(TRANSFORMER, vocab_size=8000)}
    rows = []
    for name, config in networks.items():
        sides = [
            our_side(config, training, "bfloat16"),
            our_side(config, training, "float32"),
            joey_side(checkpoint, config, training),
        ]
        rows += [{"network": name, **row} for row in compare(sides, batches, arguments.rounds)]
    print_table(rows, COLUMNS)
    facts = {"peer": "joeynmt 2.3.0", "batches": len(batches), "rounds": arguments.rounds}
    write_results("peers-training", {**facts, "environment": environment(), "rows": rows})


if __name__ == "__main__":
    main()
