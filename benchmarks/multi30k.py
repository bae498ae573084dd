"""The published yardsticks on Multi30k: this repository's two networks, both directions, several seeds.

    python -m benchmarks.multi30k --data FOLDER --runs FOLDER [--jobs 2] [--only rnn] [--device cuda]

`--data` holds `multi30k.de-en.{train,val,test_2016_flickr}.tsv.gz`, as they are: cased. Each trial writes
`benchmarks/results/multi30k/`; one that has been run is not run again. `--smoke` tries everything in some
70 steps and keeps its figures beside the runs. `python -m benchmarks.models_page` draws the table."""

import argparse
from pathlib import Path
from typing import Any

from benchmarks.measure import RESULTS, environment
from benchmarks.trials import Direction, Task, bleu, run_missing, texts_of, train_trial, write_result
from core.evaluation.measures import corpus_scores, make_metrics
from core.options import BeamOptions, GreedyOptions
from core.text.corpus import read_pairs

FOLDER = RESULTS / "multi30k"
DIRECTIONS: tuple[Direction, ...] = (("de", "en"), ("en", "de"))
SEEDS = (1, 2, 3)
_FILE = "multi30k.de-en.{}.tsv.gz"
TEST = _FILE.format("test_2016_flickr")
MODELS: dict[str, dict[str, dict[str, Any]]] = {
    # what did best in the first trial of the textbook, which knows lower-cased text only, read twice as often
    "rnn": {
        "data": {"vocab_size": 4000},
        "model": {"embed_dim": 256, "encoder_dim": 256, "decoder_dim": 512, "dropout": 0.3},
        "training": {
            **{"epochs": 12, "batch_tokens": 2000, "learning_rate": 1.5e-3, "warmup_steps": 300},
            **{"patience": 5, "keep_best": 3},
        },
    },
    # transformer_tiny of Wu et al. 2021 (ACL, section 4): larger ones learn 29,000 pairs by heart. A cosine
    # over 40 epochs instead of their 66 with an inverse square root, for two cores
    "transformer": {
        "data": {"vocab_size": 4000},
        "model": {
            **{"architecture": "transformer", "embed_dim": 128, "heads": 4, "feedforward_dim": 256},
            **{"encoder_layers": 4, "decoder_layers": 4, "dropout": 0.3},
        },
        "training": {
            **{"epochs": 40, "batch_tokens": 2000, "learning_rate": 3e-3, "warmup_steps": 2000},
            **{"decay": "cosine", "patience": 10, "keep_best": 5},
        },
    },
}
_SMOKE: dict[str, dict[str, Any]] = {
    "data": {"dev_sentences": 16},
    "training": {"batch_tokens": 2000, "epochs": 0.25, "warmup_steps": 20},
}
_SMOKE_SENTENCES = 16


def recipe_values(name: str, direction: Direction, seed: int) -> dict[str, Any]:
    """The whole recipe of a trial, as plain values."""
    parts = MODELS[name]
    files = {"train": [_FILE.format("train")], "dev": [_FILE.format("val")], "directions": [list(direction)]}
    return {
        "name": name,
        "data": {**files, "dev_sentences": 1014, **parts["data"]},
        "model": parts["model"],
        "training": {"label_smoothing": 0.1, "seed": seed, **parts["training"]},
    }


def smoke_values(values: dict[str, Any]) -> dict[str, Any]:
    """The same trial with hardly any training."""
    return {**values, **{section: {**values[section], **changes} for section, changes in _SMOKE.items()}}


def trial_name(values: dict[str, Any]) -> str:
    """As `rnn-de-en-1`."""
    return f"{values['name']}-{'-'.join(values['data']['directions'][0])}-{values['training']['seed']}"


def run_trial(
    values: dict[str, Any], data: Path, runs: Path, results: Path, device_name: str, limit: int
) -> None:
    """Train, translate, write the result; `limit` > 0 takes the first so many test sentences."""
    name = trial_name(values)
    trained = train_trial(values, data, runs / name, device_name)
    source, target = values["data"]["directions"][0]
    pairs = list(read_pairs(data / TEST, source, target))[: limit or None]
    sources, references = [pair.first for pair in pairs], [pair.second for pair in pairs]
    greedy = texts_of(trained.translator, sources, (source, target), GreedyOptions())
    best = texts_of(trained.translator, sources, (source, target), BeamOptions())
    metrics = {
        name: metric for name, metric in make_metrics(target).items() if name in ("bleu", "chrf", "ter")
    }
    scores = corpus_scores(best, [(text,) for text in references], metrics)
    lower = bleu([text.lower() for text in best], [text.lower() for text in references], target)
    result = {
        **{"name": values["name"], "direction": f"{source}-{target}", "seed": values["training"]["seed"]},
        **{"parameters": trained.translator.parameters, "sentences": len(pairs)},
        **{key: trained.facts[key] for key in ("tokens_seen", "steps", "duration_s", "device")},
        "dev_bleu": trained.dev_bleu,
        "greedy": bleu(greedy, references, target),
        "beam_5": {measure: round(value, 2) for measure, value in scores.values.items()},
        "beam_5_lower": lower,
        "signatures": scores.signatures,
        "environment": environment(),
    }
    write_result(results / f"{name}.json", result)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--runs", type=Path, default=Path("runs/multi30k"))
    parser.add_argument("--jobs", type=int, default=1, help="trials side by side, one core each")
    parser.add_argument("--only", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS))
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--smoke", action="store_true", help="some 70 steps, figures beside the runs")
    return parser.parse_args()


def tasks_of(arguments: argparse.Namespace) -> list[Task]:
    """First all models with the first seed, so that a table stands early."""
    runs = arguments.runs / "smoke" if arguments.smoke else arguments.runs
    results = runs / "results" if arguments.smoke else FOLDER
    limit = _SMOKE_SENTENCES if arguments.smoke else 0
    tasks = []
    for seed in arguments.seeds:
        for direction in DIRECTIONS:
            for name in arguments.only:
                values = recipe_values(name, direction, seed)
                values = smoke_values(values) if arguments.smoke else values
                given = (values, arguments.data, runs, results, arguments.device, limit)
                tasks.append(Task(results / f"{trial_name(values)}.json", run_trial, given))
    return tasks


def main() -> None:
    arguments = parse_arguments()
    run_missing(tasks_of(arguments), arguments.jobs)


if __name__ == "__main__":
    main()
