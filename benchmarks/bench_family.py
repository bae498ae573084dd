"""Every architecture at about one size: how fast it learns and how fast it writes.

    python -m benchmarks.bench_family --data FOLDER --cores 2

Weights are random, so each sentence is written to the same number of pieces, whatever they say: what differs
is the work of the network alone. `--data` holds the corpora of the shipped model's recipe; the model lends
its vocabulary."""

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from benchmarks.batches import first_batches
from benchmarks.measure import environment, pin, print_table, write_results
from core.checkpoint import Checkpoint, load_checkpoint
from core.config import ConvolutionalConfig, ModelConfig, RecurrentConfig, TransformerConfig
from core.device import choose_device
from core.nn.factory import build_model
from core.options import BeamOptions, DecodeOptions, GreedyOptions
from core.training.examples import Batch
from core.training.own_recipe import own_recipe
from core.training.recipe import Recipe
from core.training.step import Stepper
from core.training.world import World
from core.translator import Translator

PIECES = 15
"""Written for each sentence."""
WARM_UP = 3
"""Batches whose time does not count."""
FAMILY: dict[str, ModelConfig] = {
    "GRU, no attention": RecurrentConfig(attention="none"),
    "GRU, dot": RecurrentConfig(attention="dot"),
    "GRU, additive": RecurrentConfig(),
    "GRU, scaled q/k/v": RecurrentConfig(attention="scaled"),
    "LSTM, additive": RecurrentConfig(cell="lstm", decoder_dim=448, encoder_dim=224),
    "GRU, additive, input feeding": RecurrentConfig(input_feeding=True),
    "convolutional encoder": ConvolutionalConfig(encoder_layers=3),
    "Transformer": TransformerConfig(feedforward_dim=384),
}
COLUMNS = (
    *("network", "parameters", "train_tokens_per_s", "greedy_1_per_s", "beam_1_per_s"),
    *("greedy_64_per_s", "beam_64_per_s"),
)
SEARCHES: dict[str, DecodeOptions] = {
    "greedy": GreedyOptions(max_length=PIECES),
    "beam": BeamOptions(beam_size=5, max_length=PIECES),
}


def train_rate(config: ModelConfig, recipe: Recipe, batches: list[Batch], device: torch.device) -> float:
    """Target pieces a second through the optimiser's real step."""
    stepper = Stepper(build_model(config, 1).to(device), recipe.training, World(device))
    started, tokens = 0.0, 0
    for number, batch in enumerate(batches):
        if number == WARM_UP:
            started = time.perf_counter()
        outcome = stepper.step([batch], 1e-4, 0.0, "the benchmark")
        tokens += outcome.tokens if number >= WARM_UP else 0
    return tokens / (time.perf_counter() - started)


def write_rates(translator: Translator, texts: list[str], single: int) -> dict[str, float]:
    """Sentences a second, one by one and 64 at once, greedy and beam 5."""
    source, target = translator.directions[0]
    rates = {}
    for size, chosen in ((1, texts[:single]), (64, texts)):
        for name, options in SEARCHES.items():
            translator.translate_segments(chosen[:size], source, target, options)
            started = time.perf_counter()
            for start in range(0, len(chosen), size):
                translator.translate_segments(chosen[start : start + size], source, target, options)
            rates[f"{name}_{size}_per_s"] = round(len(chosen) / (time.perf_counter() - started), 1)
    return rates


def measure(
    checkpoint: Checkpoint, batches: list[Batch], texts: list[str], arguments: argparse.Namespace
) -> list[dict[str, Any]]:
    """One row an architecture."""
    recipe = own_recipe(checkpoint)
    device = choose_device(arguments.device)
    rows = []
    for name, config in FAMILY.items():
        config = replace(config, vocab_size=checkpoint.config.vocab_size)
        model = build_model(config, 1).to(device).eval()
        translator = Translator(model, checkpoint.tokenizer, checkpoint.directions)
        row = {
            **{"network": name, "parameters": translator.parameters},
            "train_tokens_per_s": round(train_rate(config, recipe, batches, device)),
            **write_rates(translator, texts, arguments.single),
        }
        print(name, row["train_tokens_per_s"], flush=True)
        rows.append(row)
    return rows


def parse_arguments() -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--model", type=Path, default=Path("assets/models/fr-en"), help="lends its recipe")
    parser.add_argument("--data", type=Path, required=True, help="folder of the recipe's corpora")
    parser.add_argument("--batches", type=int, default=33)
    parser.add_argument("--single", type=int, default=64, help="sentences one by one")
    parser.add_argument("--batched", type=int, default=512, help="sentences 64 at once")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    pin(arguments.cores)
    torch.set_num_threads(arguments.cores)
    checkpoint = load_checkpoint(arguments.model)
    examples, batches = first_batches(checkpoint, arguments.data, arguments.batches)
    rows_of = [examples.pair_of[row] for row in range(arguments.batched)]
    texts = [checkpoint.tokenizer.decode(examples.first[int(row)].tolist()) for row in rows_of]
    rows = measure(checkpoint, batches, texts, arguments)
    print_table(rows, COLUMNS)
    facts = {"cores": arguments.cores, "device": arguments.device, "pieces": PIECES}
    write_results("family", {**facts, "environment": environment(), "rows": rows})


if __name__ == "__main__":
    main()
