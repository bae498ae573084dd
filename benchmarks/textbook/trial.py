"""One trial: train, translate the test sentences, count. A finished trial is never run again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from benchmarks.measure import RESULTS, environment
from benchmarks.textbook.plan import BASE, BEAMS, DEV, PENALTIES, SOURCE, TARGET, TEST, TRAIN, recipe_values
from core.analysis.lengths import by_length
from core.device import choose_device
from core.evaluation.measures import corpus_bleu
from core.options import BeamOptions, DecodeOptions, GreedyOptions
from core.text.corpus import Pair, read_pairs
from core.training.log import MetricsLog
from core.training.recipe import recipe_from_dict
from core.training.run import train
from core.translator import Translator

FOLDER = RESULTS / "textbook"
_JOINED = 3
"""Consecutive test sentences that make one long one."""


def prepare(data: Path, folder: Path) -> None:
    """Lower-cased copies of the corpora, for the yardsticks are lower-cased."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, origin in ((TRAIN, "train"), (DEV, "val"), (TEST, "test_2016_flickr")):
        pairs = read_pairs(data / f"multi30k.de-en.{origin}.tsv.gz", SOURCE, TARGET)
        lines = (f"{pair.first.lower()}\t{pair.second.lower()}\n" for pair in pairs)
        (folder / name).write_text("".join(lines), encoding="utf-8")


def result_file(name: str, seed: int) -> Path:
    return FOLDER / f"{name}-{seed}.json"


def run_trial(name: str, seed: int, corpora: Path, runs: Path, device_name: str) -> None:
    """Write the trial's result; an interrupted training goes on where it was."""
    device = choose_device(device_name)
    recipe = recipe_from_dict(recipe_values(name, seed))
    run = runs / f"{name}-{seed}"
    model = train(recipe, corpora, run, device, show_progress=False)
    translator = Translator.load(model, device_name)
    pairs = list(read_pairs(corpora / TEST, SOURCE, TARGET))
    facts = json.loads((model / "config.json").read_text(encoding="utf-8"))["training"]
    curve = [row for row in MetricsLog(run / "metrics.jsonl").read() if "dev_bleu" in row]
    result = {
        **{"name": name, "seed": seed, "parameters": translator.parameters},
        **{key: facts[key] for key in ("tokens_seen", "steps", "device")},
        "dev_bleu": [row["dev_bleu"][f"{SOURCE}-{TARGET}"] for row in curve],
        "dev_loss": [row["dev_loss"] for row in curve],
        **measure(translator, pairs),
        "environment": environment(),
    }
    if name == BASE:
        result["beams"] = measure_beams(translator, pairs)
    FOLDER.mkdir(parents=True, exist_ok=True)
    unfinished = result_file(name, seed).with_suffix(".tmp")
    unfinished.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    unfinished.replace(result_file(name, seed))


def measure(translator: Translator, pairs: list[Pair]) -> dict[str, Any]:
    """BLEU, lower-cased: greedy, beam 5, beam 5 by length of the source, and on joined sentences."""
    sources, references = [pair.first for pair in pairs], [pair.second for pair in pairs]
    best = texts_of(translator, sources, BeamOptions())
    longer = [join(pairs[start : start + _JOINED]) for start in range(0, len(pairs), _JOINED)]
    buckets = [
        {"label": bucket.label, "sentences": len(bucket.rows), "bleu": bleu(best, references, bucket.rows)}
        for bucket in by_length(sources)
    ]
    return {
        "greedy": bleu(texts_of(translator, sources, GreedyOptions()), references),
        "beam_5": bleu(best, references),
        "by_length": buckets,
        "joined": bleu(
            texts_of(translator, [pair.first for pair in longer], BeamOptions()),
            [pair.second for pair in longer],
        ),
    }


def measure_beams(translator: Translator, pairs: list[Pair]) -> list[dict[str, Any]]:
    """BLEU and length of the output for each beam, with and without length penalty."""
    sources, references = [pair.first for pair in pairs], [pair.second for pair in pairs]
    written = sum(len(text.split()) for text in references)
    rows = []
    for penalty in PENALTIES:
        for size in BEAMS:
            texts = texts_of(translator, sources, BeamOptions(beam_size=size, length_penalty=penalty))
            length_ratio = round(sum(len(text.split()) for text in texts) / written, 4)
            rows.append(
                {"beam": size, "penalty": penalty, "bleu": bleu(texts, references), "length": length_ratio}
            )
    return rows


def texts_of(translator: Translator, sources: list[str], options: DecodeOptions) -> list[str]:
    options = replace(options, max_length=150)
    found = translator.translate_segments(sources, SOURCE, TARGET, options)
    return [item.best.text for item in found]


def join(pairs: list[Pair]) -> Pair:
    return Pair(" ".join(pair.first for pair in pairs), " ".join(pair.second for pair in pairs))


def bleu(texts: list[str], references: list[str], rows: tuple[int, ...] | None = None) -> float:
    chosen = range(len(texts)) if rows is None else rows
    return round(corpus_bleu([texts[i] for i in chosen], [references[i] for i in chosen], TARGET), 2)


def one_thread() -> None:
    """Trials run side by side, one core each."""
    torch.set_num_threads(1)
