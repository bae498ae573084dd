"""What corrections do at once: how good suggestions are, how fast they are found, what neighbours gain.

    python -m benchmarks.bench_memory suggestions --name manual --train A.tsv.gz --test B.tsv.gz
    python -m benchmarks.bench_memory neighbours --name manual --train A.tsv.gz --test B.tsv.gz
    python -m benchmarks.bench_memory lookup --train A.tsv.gz --test B.tsv.gz [--rows 100000]

The pairs of the first file play corrections, the second column of the other is the reference."""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import sacrebleu
import torch

from benchmarks.measure import RESULTS, environment, percentile, print_table, write_results
from core.neighbours import with_examples, with_examples_each
from core.options import GreedyOptions, KnnOptions
from core.text.corpus import read_pairs
from core.text.normalize import normalize
from core.translator import Translator
from demo_app.services.memory import LEAST_LIKENESS
from demo_app.services.memory_index import SourceIndex

SEED = 1
LONGEST = 300
"""Characters of a side; longer ones are left out."""
BANDS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
EXAMPLES_EACH = 8
OPTIONS = {
    "near": KnnOptions(),
    "half": KnnOptions(weight=0.5, reach=0.0),
}
Pair = tuple[str, str]
Row = dict[str, Any]


def chosen_pairs(file: Path, count: int) -> list[Pair]:
    """So many at random, or all of them."""
    pairs = [(normalize(pair.first), normalize(pair.second)) for pair in read_pairs(file)]
    kept = [pair for pair in pairs if all(0 < len(side) <= LONGEST for side in pair)]
    random.Random(SEED).shuffle(kept)
    return kept[:count] if count else kept


def translations(translator: Translator, sources: Sequence[str], direction: Pair) -> list[str]:
    found = translator.translate_segments(sources, *direction, GreedyOptions())
    return [one.best.text for one in found]


def indexed(pairs: Sequence[Pair]) -> SourceIndex:
    index = SourceIndex()
    index.add(source for source, _ in pairs)
    return index


def suggestions(asked: argparse.Namespace) -> list[Row]:
    """By likeness of the source: how often its translation is better than the model's, by sentence chrF."""
    pairs = chosen_pairs(asked.train, 0)
    index, targets = indexed(pairs), dict(pairs)
    found = [
        (near[0], source, reference)
        for source, reference in chosen_pairs(asked.test, asked.sentences)
        if (near := index.nearest(source, BANDS[0], 1))
    ]
    own = translations(asked.translator, [source for _, source, _ in found], asked.direction)
    scored = [
        (near.likeness, chrf(targets[near.text], reference), chrf(text, reference))
        for (near, _, reference), text in zip(found, own, strict=True)
    ]
    bands = zip(BANDS, BANDS[1:], strict=False)
    return [
        row for low, high in bands if (row := band_row(low, [one for one in scored if low <= one[0] < high]))
    ]


def band_row(low: float, scored: Sequence[tuple[float, float, float]]) -> Row | None:
    if not scored:
        return None
    return {
        "from": low,
        "sentences": len(scored),
        "suggestion_chrf": round(statistics.mean(one[1] for one in scored), 1),
        "model_chrf": round(statistics.mean(one[2] for one in scored), 1),
        "better": round(statistics.mean(one[1] > one[2] for one in scored), 2),
    }


def neighbours(asked: argparse.Namespace) -> list[Row]:
    """The model alone, with all examples at hand, and with those that were found for each source.

    For sentences that have some, also their suggestion as it stands."""
    pairs, tests = chosen_pairs(asked.train, asked.rows), chosen_pairs(asked.test, asked.sentences)
    plain: Translator = asked.translator
    sources, target = [source for source, _ in tests], asked.direction[1]
    index, targets = indexed(pairs), dict(pairs)
    each = {
        source: [
            (near.text, targets[near.text]) for near in index.nearest(source, asked.least, EXAMPLES_EACH)
        ]
        for source in sources
    }
    each = {source: examples for source, examples in each.items() if examples}
    if asked.only_found:
        tests = [pair for pair in tests if pair[0] in each]
    makers: dict[str, Callable[[], Translator]] = {"the model alone": lambda: plain}
    for name in asked.options:
        options = OPTIONS[name]
        if not asked.only_found:
            makers[f"all {len(pairs)}, {name}"] = partial(with_examples, plain, pairs, target, options)
        found = f"{EXAMPLES_EACH} found for each, {name}"
        makers[found] = partial(with_examples_each, plain, each, target, options)
    if asked.only_found:
        best = {source: examples[0][1] for source, examples in each.items()}
        rows = [scores("the suggestion", [best[source] for source, _ in tests], tests)]
        return rows + [measured(name, make, tests, asked.direction) for name, make in makers.items()]
    rows = [measured(name, make, tests, asked.direction) for name, make in makers.items()]
    return [{**row, "with_examples": len(each)} for row in rows]


def measured(name: str, make: Callable[[], Translator], tests: Sequence[Pair], direction: Pair) -> Row:
    started = time.process_time()
    translator = make()
    built = time.process_time()
    texts = translations(translator, [source for source, _ in tests], direction)
    seconds = time.process_time() - built
    return {
        **scores(name, texts, tests),
        "build_cpu_s": round(built - started, 1),
        "cpu_ms_a_sentence": round(seconds / len(tests) * 1000, 1),
    }


def scores(name: str, texts: Sequence[str], tests: Sequence[Pair]) -> Row:
    references = [[reference for _, reference in tests]]
    return {
        "how": name,
        "sentences": len(tests),
        "bleu": round(sacrebleu.corpus_bleu(list(texts), references).score, 1),
        "chrf": round(sacrebleu.corpus_chrf(list(texts), references).score, 1),
    }


def lookup(asked: argparse.Namespace) -> list[Row]:
    """Milliseconds to find three sources like one, among so many distinct ones."""
    pairs, tests = chosen_pairs(asked.train, asked.rows), chosen_pairs(asked.test, asked.sentences)
    started = time.process_time()
    index = indexed(pairs)
    built = time.process_time() - started
    times = []
    for source, _ in tests:
        started = time.process_time()
        index.nearest(source, LEAST_LIKENESS, 3)
        times.append((time.process_time() - started) * 1000)
    return [
        {
            "sources": len(index),
            "p50_ms": round(statistics.median(times), 2),
            "p95_ms": round(percentile(times, 0.95), 2),
            "max_ms": round(max(times), 1),
            "build_cpu_s": round(built, 1),
        }
    ]


def chrf(text: str, reference: str) -> float:
    return float(sacrebleu.sentence_chrf(text, [reference]).score)


PARTS = {"suggestions": suggestions, "neighbours": neighbours, "lookup": lookup}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--name", default="", help="of the texts, in the results")
    parser.add_argument("--train", type=Path, required=True, help="pairs that play corrections")
    parser.add_argument("--test", type=Path, required=True, help="pairs that are asked for")
    parser.add_argument("--rows", type=int, default=0, help="of the corrections; 0 means all")
    parser.add_argument("--sentences", type=int, default=500, help="of the test")
    parser.add_argument("--least", type=float, default=0.4, help="likeness of an example to be taken")
    parser.add_argument("--only-found", action="store_true", help="only sentences that have examples")
    parser.add_argument("--options", nargs="*", default=["near"], choices=OPTIONS)
    parser.add_argument("--model", type=Path, default=Path("assets/models/fr-en"))
    parser.add_argument("--direction", nargs=2, default=("fr", "en"), metavar=("SOURCE", "TARGET"))
    return parser.parse_args()


def main() -> None:
    asked = parse_arguments()
    torch.set_num_threads(1)
    asked.direction = tuple(asked.direction)
    if asked.part != "lookup":
        asked.translator = Translator.load(asked.model, "cpu")
    rows = PARTS[asked.part](asked)
    print_table(rows, tuple(rows[-1]))
    file = RESULTS / "memory.json"
    kept = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    part = {**kept.get(asked.part, {}), asked.name or str(len(rows)): rows}
    signature = f"sacrebleu {sacrebleu.__version__}, greedy, seed {SEED}"
    write_results("memory", {**kept, "environment": environment(), "signature": signature, asked.part: part})


if __name__ == "__main__":
    main()
