"""One trial: train, translate the test sentences, count. A finished trial is never run again."""

from pathlib import Path
from typing import Any

from benchmarks.measure import RESULTS, environment
from benchmarks.textbook.plan import BASE, BEAMS, DEV, PENALTIES, SOURCE, TARGET, TEST, TRAIN, recipe_values
from benchmarks.trials import bleu, join, texts_of, train_trial, write_result
from core.analysis.lengths import by_length
from core.options import BeamOptions, GreedyOptions
from core.text.corpus import Pair, read_pairs
from core.translator import Translator

FOLDER = RESULTS / "textbook"
_DIRECTION = (SOURCE, TARGET)
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
    trained = train_trial(recipe_values(name, seed), corpora, runs / f"{name}-{seed}", device_name)
    pairs = list(read_pairs(corpora / TEST, SOURCE, TARGET))
    result = {
        **{"name": name, "seed": seed, "parameters": trained.translator.parameters},
        **{key: trained.facts[key] for key in ("tokens_seen", "steps", "device")},
        "dev_bleu": trained.dev_bleu,
        "dev_loss": trained.dev_loss,
        **measure(trained.translator, pairs),
        "environment": environment(),
    }
    if name == BASE:
        result["beams"] = measure_beams(trained.translator, pairs)
    write_result(result_file(name, seed), result)


def measure(translator: Translator, pairs: list[Pair]) -> dict[str, Any]:
    """BLEU, lower-cased: greedy, beam 5, beam 5 by length of the source, and on joined sentences."""
    sources, references = [pair.first for pair in pairs], [pair.second for pair in pairs]
    best = texts_of(translator, sources, _DIRECTION, BeamOptions())
    longer = [join(pairs[start : start + _JOINED]) for start in range(0, len(pairs), _JOINED)]
    joined = texts_of(translator, [pair.first for pair in longer], _DIRECTION, BeamOptions())
    buckets = [
        {
            "label": bucket.label,
            "sentences": len(bucket.rows),
            "bleu": bleu(best, references, TARGET, bucket.rows),
        }
        for bucket in by_length(sources)
    ]
    return {
        "greedy": bleu(texts_of(translator, sources, _DIRECTION, GreedyOptions()), references, TARGET),
        "beam_5": bleu(best, references, TARGET),
        "by_length": buckets,
        "joined": bleu(joined, [pair.second for pair in longer], TARGET),
    }


def measure_beams(translator: Translator, pairs: list[Pair]) -> list[dict[str, Any]]:
    """BLEU and length of the output for each beam, with and without length penalty."""
    sources, references = [pair.first for pair in pairs], [pair.second for pair in pairs]
    written = sum(len(text.split()) for text in references)
    rows = []
    for penalty in PENALTIES:
        for size in BEAMS:
            options = BeamOptions(beam_size=size, length_penalty=penalty)
            texts = texts_of(translator, sources, _DIRECTION, options)
            length_ratio = round(sum(len(text.split()) for text in texts) / written, 4)
            score = bleu(texts, references, TARGET)
            rows.append({"beam": size, "penalty": penalty, "bleu": score, "length": length_ratio})
    return rows
