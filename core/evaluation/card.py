"""What a model card says of a model: everything that is measured, as plain values. Writes nothing."""

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from core.errors import CorpusError
from core.evaluation.align import score_alignments, score_intersections, token_maps
from core.evaluation.evaluate import evaluate
from core.evaluation.gold import read_token_pairs
from core.evaluation.references import read_evaluation_set
from core.options import BeamOptions, DecodeOptions, GreedyOptions
from core.text.corpus import languages_of
from core.translator import Translator

SEARCHES: dict[str, DecodeOptions] = {"greedy": GreedyOptions(), "beam 5": BeamOptions(beam_size=5)}
_KEPT = (
    *("direction", "data", "sentences", "bleu", "chrf", "ter", "perplexity", "token_accuracy"),
    "by_length",
)
_SIGNED = ("bleu", "chrf", "ter")
_TIMED = 256
"""Sentences that the stopwatch looks at."""
Direction = tuple[str, str]


def held_out_files(folder: Path, dev_files: Sequence[str]) -> list[Path]:
    """The test file beside each dev file of a recipe: `x.fr-en.dev.tsv.gz` has `x.fr-en.test.tsv.gz`.

    Raises `CorpusError` when there is none."""
    named = [folder / name.replace(".dev.", ".test.") for name in dev_files if ".dev." in name]
    found = [path for path in named if path.is_file()]
    if not found:
        raise CorpusError(
            f"{folder} must hold a test file for a dev file of the model, such as "
            f"{', '.join(path.name for path in named) or 'x.fr-en.test.tsv'}, but holds none."
        )
    return found


def gold_files(folder: Path) -> list[Path]:
    """Word alignments by people, `align/gold.*.dev.*`, if the folder has any."""
    return sorted((folder / "align").glob("gold.*.dev.*"))


def measure_quality(translator: Translator, tests: Sequence[Path], limit: int = 0) -> list[dict[str, Any]]:
    """A row for each test file, direction and search; `limit` > 0 takes the first so many pairs."""
    rows = []
    for (source, target), path in product(translator.directions, tests):
        if set(languages_of(path)) != {source, target}:
            continue
        held_out = read_evaluation_set(path, source, target, limit)
        for search, options in SEARCHES.items():
            report = evaluate(translator, held_out, options)
            signatures = {name: report["signatures"][name] for name in _SIGNED}
            kept = {name: report[name] for name in _KEPT}
            rows.append({**kept, "search": search, "signatures": signatures})
    return rows


def measure_speed(translator: Translator, tests: Sequence[Path]) -> dict[str, float]:
    """Sentences a second by search, in the first direction that a test file has, 64 at once at most.

    On a CPU seconds of processor time, all threads together, whoever else is using the machine; else of the
    clock."""
    path, (source, target) = next(
        (path, pair)
        for pair in translator.directions
        for path in tests
        if set(languages_of(path)) == set(pair)
    )
    texts = read_evaluation_set(path, source, target, _TIMED).sources
    clock = time.process_time if translator.device.type == "cpu" else time.perf_counter
    rates = {}
    for search, options in SEARCHES.items():
        started = clock()
        translator.translate_segments(texts, source, target, options)
        rates[search] = round(len(texts) / (clock() - started), 1)
    return rates


def measure_alignment(translator: Translator, gold: Sequence[Path]) -> list[dict[str, Any]]:
    """A table for each direction with gold links, and one for what both directions of a pair agree on.

    `links` is `argmax` or `intersection`; `heads` holds AER, precision and recall in percent, the mean (layer
    and head None) first and the model's aligner, if it has one, last, `later`; `best` is the row with the
    lowest AER. Empty without attention."""
    if not translator.has_attention:
        return []
    return [table for path in gold for table in _tables(translator, path)]


def _tables(translator: Translator, path: Path) -> Iterator[dict[str, Any]]:
    first, second = languages_of(path)
    known = [way for way in ((first, second), (second, first)) if way in translator.directions]
    pairs = {way: read_token_pairs(path, *way) for way in known}
    ways = (False, True) if translator.aligner else (False,)
    maps = {way: [token_maps(translator, pairs[way], *way, later) for later in ways] for way in known}
    for way in known:
        rows = [score_alignments(found, pairs[way], 0.0) for found in maps[way]]
        yield _table(path, way, "argmax", _with_aligner(translator, rows))
    if len(known) == 2:
        both = zip(maps[first, second], maps[second, first], strict=True)
        rows = [score_intersections(*found, pairs[first, second]) for found in both]
        yield _table(path, (first, second), "intersection", _with_aligner(translator, rows))


def _with_aligner(translator: Translator, rows: Sequence[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Those of the mean and all heads; then the one of the aligner, which stands alone in its map."""
    if translator.aligner is None:
        return rows[0]
    layer, head = translator.aligner
    return [*rows[0], {**rows[1][0], "layer": layer, "head": head, "later": True}]


def write_examples(translator: Translator, texts: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """What the model makes of each text (`language`, `text`) in every direction from its language, beam 5."""
    return [
        {"source": source, "target": target, "text": item["text"], "translation": found.text}
        for source, target in translator.directions
        for item in texts
        if item["language"] == source
        for found in [translator.translate(item["text"], source, target, BeamOptions(beam_size=5))]
    ]


def _table(path: Path, direction: Direction, links: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    best = min(rows, key=lambda row: row["aer"])
    return {"data": path.name, "direction": "-".join(direction), "links": links, "best": best, "heads": rows}
