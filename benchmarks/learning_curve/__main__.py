"""Run the trials that have no result yet, then draw the page.

    python -m benchmarks.learning_curve --data FOLDER --runs FOLDER [--jobs 2] [--points 100 1000] [--seeds 1]
        [--only default nmtvis] [--model assets/models/fr-en] [--domain pydocs] [--direction en-fr]

`--data` holds the corpora of the model's recipe and of the domain; `--runs` keeps unfinished trainings.
Stopped at any moment, the same command goes on. Without `--data` only the page is drawn."""

import argparse
from pathlib import Path

from benchmarks.learning_curve.page import write_page
from benchmarks.learning_curve.plan import DOMAINS, METHODS, POINTS, SEEDS, trials
from benchmarks.learning_curve.sets import Setting
from benchmarks.learning_curve.trial import result_file, run_trial, write_base_outputs
from benchmarks.trials import Task, one_thread, run_missing
from core.checkpoint import load_checkpoint


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder of the corpora; without it only the page is drawn")
    parser.add_argument("--runs", type=Path, default=Path("runs/learning-curve"))
    parser.add_argument("--model", type=Path, default=Path("assets/models/fr-en"))
    parser.add_argument("--domain", choices=DOMAINS, default="captions")
    parser.add_argument("--direction", default="fr-en", help="one of the model's")
    parser.add_argument("--only", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--points", nargs="+", type=int, default=list(POINTS), help="numbers of corrections")
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS))
    parser.add_argument("--jobs", type=int, default=1, help="trials side by side, one core each")
    parser.add_argument("--device", default="cpu")
    return parser.parse_args()


def setting_of(arguments: argparse.Namespace) -> Setting:
    """Raises `SystemExit` for a direction that the model has not."""
    source, _, target = arguments.direction.partition("-")
    directions = load_checkpoint(arguments.model).directions
    if (source, target) not in directions:
        known = ", ".join("-".join(way) for way in directions)
        raise SystemExit(f"The direction must be one of {known}, but is {arguments.direction}.")
    return Setting(arguments.model, arguments.data, arguments.domain, (source, target))


def make_tasks(setting: Setting, arguments: argparse.Namespace) -> list[Task]:
    """The cheapest first, all seeds of a point together."""
    return [
        Task(
            result_file(setting, name, count, seed),
            run_trial,
            (setting, name, count, seed, arguments.runs, arguments.device),
        )
        for name, count in trials(tuple(arguments.only), tuple(arguments.points))
        for seed in arguments.seeds
    ]


def main() -> None:
    arguments = parse_arguments()
    if arguments.data is not None:
        setting = setting_of(arguments)
        one_thread()
        write_base_outputs(setting, arguments.runs, arguments.device)
        run_missing(make_tasks(setting, arguments), arguments.jobs)
    write_page()


if __name__ == "__main__":
    main()
