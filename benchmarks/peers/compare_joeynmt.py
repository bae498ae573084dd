"""Ours beside JoeyNMT's: same weights, same sentences, same core, same process, in turns.

    PYTHON=benchmarks/peers/.venv-joeynmt/bin/python
    $PYTHON -m benchmarks.peers.compare_joeynmt --data pairs.fr-en.test.tsv.gz

Before anything is timed, both must give the same logits and (nearly) the same translations."""

import argparse
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from benchmarks.measure import (
    MODES,
    Mode,
    Output,
    Pass,
    Translate,
    environment,
    print_table,
    run_pass,
    summarise,
    warm_up,
    write_results,
)
from benchmarks.peers.joey_model import JoeyTranslator, silence
from core.checkpoint import Checkpoint, load_checkpoint
from core.device import choose_device
from core.options import BeamOptions, GreedyOptions
from core.text.batching import pad_ids
from core.text.corpus import Pair, read_pairs
from core.text.tokenizer import BOS_ID
from core.translator import Translator

MAX_LENGTH = 100
"""For both, so that neither is punished for sentences that run away."""
SAME_GREEDY, SAME_BEAM = 0.99, 0.90
"""Share of equal translations asked for. Beam search differs by its rule: JoeyNMT keeps a finished hypothesis
in its beam until all are finished, ours retires it."""
MAX_LOGIT_GAP = 1e-3
COLUMNS = (
    *("mode", "sentences", "ours_per_s", "joeynmt_per_s", "ratio", "cpu_ratio"),
    *("ours_bleu", "joeynmt_bleu", "same"),
)


@dataclass(frozen=True)
class Systems:
    """The two, loaded with the same weights."""

    ours: Translator
    joey: JoeyTranslator
    source: str
    target: str

    def our_side(self, beam: int) -> Translate:
        options = (
            GreedyOptions(max_length=MAX_LENGTH)
            if beam == 1
            else BeamOptions(beam_size=beam, length_penalty=1.0, max_length=MAX_LENGTH)
        )

        def translate(texts: Sequence[str]) -> list[Output]:
            found = self.ours.translate_segments(texts, self.source, self.target, options)
            return [(item.best.text, len(item.best.ids)) for item in found]

        return translate

    def joey_side(self, beam: int) -> Translate:
        return lambda texts: self.joey.translate(texts, beam, MAX_LENGTH)


def load_systems(checkpoint: Checkpoint, source: str, target: str, factored: bool) -> Systems:
    """JoeyNMT reads its tokeniser from a file, so it gets one for as long as it takes to read."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tokenizer.model"
        file.write_bytes(checkpoint.tokenizer.serialized)
        joey = JoeyTranslator(checkpoint, str(file), target, factored)
    ours = Translator.from_checkpoint(checkpoint, choose_device("cpu"))
    return Systems(ours, joey, source, target)


def require_same_logits(systems: Systems, pairs: Sequence[Pair]) -> float:
    """Largest difference of any logit under teacher forcing; exits when it is more than rounding."""
    encoded = [
        (systems.ours.encode_source(pair.first, systems.target), systems.ours.encode_target(pair.second))
        for pair in pairs
    ]
    encoded.sort(key=lambda item: -len(item[0]))
    source_ids, mask = pad_ids([source for source, _ in encoded])
    target_in, target_mask = pad_ids([(BOS_ID, *target[:-1]) for _, target in encoded])
    with torch.inference_mode():
        ours = systems.ours.model(source_ids, mask, target_in).logits_BTV
    gap = float((ours - systems.joey.logits(source_ids, mask, target_in))[target_mask].abs().max())
    if gap > MAX_LOGIT_GAP:
        raise SystemExit(f"The weights were not carried over: logits differ by up to {gap:.4f}.")
    return gap


def require_same_texts(mode: Mode, ours: Pass, joey: Pass) -> float:
    """Share of equal translations; exits when the two do not do the same work."""
    pairs = list(zip(ours.outputs, joey.outputs, strict=True))
    same = sum(a[0].strip() == b[0].strip() for a, b in pairs) / len(pairs)
    wanted = SAME_GREEDY if mode.beam == 1 else SAME_BEAM
    if same < wanted:
        raise SystemExit(
            f"{mode.name}: only {same:.1%} of the translations are equal, at least {wanted:.0%} must be."
        )
    return same


def ratio_of(ours: dict[str, Any], joey: dict[str, Any], figure: str) -> float:
    return round(float(ours[figure] / joey[figure]), 2)


def compare(systems: Systems, mode: Mode, pairs: Sequence[Pair], rounds: int) -> dict[str, Any]:
    """Check on a few, then ours, theirs, ours, theirs ...; medians as one row."""
    texts, references = [pair.first for pair in pairs], [pair.second for pair in pairs]
    ours, joey = systems.our_side(mode.beam), systems.joey_side(mode.beam)
    few = texts[: max(64, mode.batch)]
    require_same_texts(mode, run_pass(ours, few, mode.batch), run_pass(joey, few, mode.batch))
    our_passes, joey_passes = [], []
    for side in (ours, joey):
        warm_up(side, texts, mode.batch)
    for _ in range(rounds):
        our_passes.append(run_pass(ours, texts, mode.batch))
        joey_passes.append(run_pass(joey, texts, mode.batch))
    our_row = summarise(mode, our_passes, references, systems.target)
    joey_row = summarise(mode, joey_passes, references, systems.target)
    return {
        "mode": mode.name,
        "sentences": len(texts),
        "ours_per_s": our_row["sentences_per_s"],
        "joeynmt_per_s": joey_row["sentences_per_s"],
        "ratio": ratio_of(our_row, joey_row, "sentences_per_s"),
        "cpu_ratio": ratio_of(our_row, joey_row, "sentences_per_cpu_s"),
        "ours_bleu": our_row["bleu"],
        "joeynmt_bleu": joey_row["bleu"],
        "same": round(require_same_texts(mode, our_passes[0], joey_passes[0]), 3),
        "ours": our_row,
        "joeynmt": joey_row,
    }


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, default=Path("assets/models/fr-en"), help="model folder")
    parser.add_argument("--data", type=Path, required=True, help="test pairs, TSV or JSONL, plain or .gz")
    parser.add_argument("--source", default="fr")
    parser.add_argument("--target", default="en")
    parser.add_argument("--core", type=int, default=0, help="the one core that both run on")
    parser.add_argument("--rounds", type=int, default=2, help="A B A B is two; the medians count")
    parser.add_argument("--single", type=int, default=500, help="sentences at batch 1")
    parser.add_argument("--batched", type=int, default=2000, help="sentences at batch 64")
    parser.add_argument("--factored", action="store_true", help="lend JoeyNMT our cheaper output layer")
    parser.add_argument(
        "--check", action="store_true", help="only check that both do the same work; no timing"
    )
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, [arguments.core])
    torch.set_num_threads(1)
    silence()
    checkpoint = load_checkpoint(arguments.model)
    systems = load_systems(checkpoint, arguments.source, arguments.target, arguments.factored)
    pairs = list(islice(read_pairs(arguments.data, arguments.source, arguments.target), arguments.batched))
    gap = require_same_logits(systems, pairs[:64])
    print(f"logits differ by {gap:.1e} at most", flush=True)
    if arguments.check:
        for mode in MODES:
            sides = systems.our_side(mode.beam), systems.joey_side(mode.beam)
            found = [run_pass(side, [pair.first for pair in pairs[:192]], mode.batch) for side in sides]
            print(f"{mode.name}: {require_same_texts(mode, *found):.1%} equal", flush=True)
        return
    rows = []
    for mode in MODES:
        size = arguments.single if mode.batch == 1 else arguments.batched
        rows.append(compare(systems, mode, pairs[:size], arguments.rounds))
        print(f"{mode.name}: {rows[-1]['ratio']} x", flush=True)
    print_table(rows, COLUMNS)
    facts = {
        "peer": "joeynmt 2.3.0" + (" with our output layer" if arguments.factored else ""),
        "model_id": checkpoint.model_id,
        "data": arguments.data.name,
        "direction": f"{arguments.source}-{arguments.target}",
        "core": arguments.core,
        "rounds": arguments.rounds,
        "max_logit_gap": gap,
        "environment": environment(),
        "rows": rows,
    }
    write_results("peers-factored" if arguments.factored else "peers", facts)


if __name__ == "__main__":
    main()
