"""How good the shipped model is: BLEU, chrF and TER of each direction, greedy and beam 5.

    python -m benchmarks.bench_translation --data pairs.fr-en.test.tsv.gz

The figures are those of `python -m core evaluate`, kept in one file."""

import argparse
from pathlib import Path

import torch

from benchmarks.measure import environment, print_table, write_results
from core.evaluation.evaluate import evaluate_file
from core.options import BeamOptions, DecodeOptions, GreedyOptions
from core.translator import Translator

COLUMNS = ("direction", "search", "bleu", "chrf", "ter", "sentences", "sentences_per_s")
SEARCHES: dict[str, DecodeOptions] = {"greedy": GreedyOptions(), "beam 5": BeamOptions(beam_size=5)}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, default=Path("assets/models/fr-en"), help="model folder")
    parser.add_argument("--data", type=Path, required=True, help="test pairs, TSV or JSONL, plain or .gz")
    parser.add_argument("--limit", type=int, default=0, help="only the first so many pairs; 0 means all")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    translator = Translator.load(arguments.model, arguments.device)
    rows = []
    for source, target in translator.directions:
        for search, options in SEARCHES.items():
            report = evaluate_file(translator, arguments.data, source, target, options, arguments.limit)
            rows.append({**report, "search": search})
    print_table(rows, COLUMNS)
    results = {"model_id": translator.model_id, "environment": environment(), "rows": rows}
    write_results("translation", results)


if __name__ == "__main__":
    main()
