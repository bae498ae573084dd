"""How well the quality gate tells garbage from corrections: recall and false alarms, kind by kind.

    python -m benchmarks.bench_quality --data FOLDER

FOLDER holds tatoeba.fr-en.{dev,test}.tsv.gz and pydocs.fr-en.{dev,test}.tsv.gz, and tatoeba.de-en and
tatoeba.es-en for the third language. References are corrections of what the model wrote; garbage is made
from the same sentences (gate_set.py). Thresholds were set on dev files; test files are held out."""

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

from benchmarks.gate_set import GENUINE, Labelled, labelled, mean, read_some, sentences
from benchmarks.measure import environment, print_table, write_results
from core.translator import Translator
from demo_app.services.quality.gate import Gate
from demo_app.services.quality.languages import LangidDetector
from demo_app.services.quality.scores import Scores

CORPORA = ("tatoeba", "pydocs")
COLUMNS = ("split", "file", "kind", "corrections", "set_aside", "share", "checks")
MAX_PIECES = 512


@dataclass
class Kept:
    """Stands in for the store: what was saved before."""

    texts: set[tuple[str, str]] = field(default_factory=set)

    def find_same(
        self, languages: tuple[str, str], source_text: str, corrected_text: str, ignoring: str = ""
    ) -> str | None:
        return "an earlier one" if (source_text, corrected_text) in self.texts else None


class OneModel:
    """Stands in for the pool. Forced passes are remembered: many corrections share them."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        self.score = lru_cache(50_000)(self._score)

    def by_id(self, model_id: str) -> Scores:
        return self

    def encode_source(self, text: str, target_language: str) -> tuple[int, ...]:
        return self._translator.encode_source(text, target_language)

    def encode_target(self, text: str) -> tuple[int, ...]:
        return self._translator.encode_target(text)

    def _score(self, source_ids: Sequence[int], target_ids: Sequence[int]) -> tuple[float, ...]:
        return self._translator.score(source_ids, target_ids)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, default=Path("assets/models/fr-en"), help="model folder")
    parser.add_argument("--data", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--sentences", type=int, default=75, help="of each file and direction")
    parser.add_argument("--split", choices=("dev", "test", "both"), default="both")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--show", help="print the corrections of this kind that were judged wrongly")
    return parser.parse_args()


def make_set(translator: Translator, folder: Path, split: str, count: int) -> Iterator[Labelled]:
    """All kinds from each corpus and direction; the two directions come from different pairs."""
    dice = random.Random(2)
    foreign = [
        pair.first
        for language in ("de", "es")
        for pair in read_some(folder / f"tatoeba.{language}-en.{split}.tsv.gz", (language, "en"), 200, 0)
    ]
    for corpus in CORPORA:
        path = folder / f"{corpus}.fr-en.{split}.tsv.gz"
        for place, languages in enumerate((("fr", "en"), ("en", "fr"))):
            pairs = read_some(path, languages, count, skip=place * count)
            for sentence in sentences(translator, pairs, languages, foreign):
                yield from labelled(sentence, corpus, dice)


def judge(gate: Gate, kept: Kept, one: Labelled) -> tuple[bool, list[str]]:
    """Whether it is set aside, and by which checks."""
    kept.texts.clear()
    if one.kind == "stored before":
        kept.texts.add((one.candidate.source_text, one.candidate.corrected_text))
    found = gate.assess(one.candidate)
    severe = [finding["check"] for finding in found.checks if finding["severity"] == "severe"]
    return found.status == "quarantined", severe


Judged = tuple[Labelled, bool, list[str]]


def rows_of(split: str, judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """A row for each file and kind, then sums."""
    rows = []
    for file in (*CORPORA, "both"):
        here = [one for one in judged if file in (one[0].file, "both")]
        for kind in dict.fromkeys(one.kind for one, _, _ in here):
            rows.append(row_of(split, file, kind, [each for each in here if each[0].kind == kind]))
        garbage = [each for each in here if not each[0].is_genuine]
        genuine = [each for each in here if each[0].is_genuine]
        corrections = [each for each in genuine if each[0].kind != GENUINE[-1]]
        rows.append(row_of(split, file, "all garbage (recall)", garbage))
        rows.append(row_of(split, file, "all genuine (false alarms)", genuine))
        rows.append(row_of(split, file, "genuine, changed (false alarms)", corrections))
        rows.append({**row_of(split, file, "precision", here), "share": precision(garbage, genuine)})
    return rows


def row_of(split: str, file: str, kind: str, judged: Sequence[Judged]) -> dict[str, Any]:
    checks: dict[str, int] = {}
    for _, _, names in judged:
        for name in names:
            checks[name] = checks.get(name, 0) + 1
    share = mean([aside for _, aside, _ in judged])
    return {
        "split": split,
        "file": file,
        "kind": kind,
        "corrections": len(judged),
        "set_aside": sum(aside for _, aside, _ in judged),
        "share": None if share is None else round(share, 4),
        "checks": dict(sorted(checks.items(), key=lambda item: -item[1])),
    }


def precision(garbage: Sequence[Judged], genuine: Sequence[Judged]) -> float | None:
    """If as much garbage came as genuine corrections."""
    caught, wrong = (mean([aside for _, aside, _ in each]) for each in (garbage, genuine))
    return round(caught / (caught + wrong), 4) if caught and wrong is not None else None


def main() -> None:
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    translator = Translator.load(arguments.model, arguments.device)
    kept = Kept()
    gate = Gate(OneModel(translator), kept, LangidDetector(), MAX_PIECES)
    rows = []
    for split in ("dev", "test") if arguments.split == "both" else (arguments.split,):
        made = make_set(translator, arguments.data, split, arguments.sentences)
        judged = [(one, *judge(gate, kept, one)) for one in made]
        rows += rows_of(split, judged)
        for one, aside, names in judged:
            if one.kind == arguments.show and aside == one.is_genuine:
                print(one.file, names, one.candidate, sep="\n  ")
    print_table(rows, COLUMNS)
    if arguments.split == "both":
        results = {"model_id": translator.model_id, "sentences": arguments.sentences, "rows": rows}
        write_results("quality-gate", {**results, "environment": environment()})


if __name__ == "__main__":
    main()
