"""Run the trials that have no result yet, then draw the page.

    python -m benchmarks.textbook --data FOLDER --runs FOLDER [--jobs 2] [--only gru-none] [--device cuda]

`--data` holds `multi30k.de-en.{train,val,test_2016_flickr}.tsv.gz`; `--runs` keeps unfinished trainings."""

import argparse
from pathlib import Path

from benchmarks.textbook.page import write_page
from benchmarks.textbook.plan import SEEDS, TRIALS
from benchmarks.textbook.trial import prepare, result_file, run_trial
from benchmarks.trials import Task, run_missing


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder of the corpora; without it only the page is drawn")
    parser.add_argument("--runs", type=Path, default=Path("runs/textbook"))
    parser.add_argument("--jobs", type=int, default=1, help="trials side by side, one core each")
    parser.add_argument("--only", nargs="+", choices=TRIALS, default=list(TRIALS))
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS))
    parser.add_argument("--device", default="cpu")
    return parser.parse_args()


def run_trials(arguments: argparse.Namespace) -> None:
    corpora = arguments.runs / "corpora"
    prepare(arguments.data, corpora)
    tasks = [
        Task(result_file(name, seed), run_trial, (name, seed, corpora, arguments.runs, arguments.device))
        for seed in arguments.seeds
        for name in arguments.only
    ]
    run_missing(tasks, arguments.jobs)


def main() -> None:
    arguments = parse_arguments()
    if arguments.data is not None:
        run_trials(arguments)
    write_page()


if __name__ == "__main__":
    main()
