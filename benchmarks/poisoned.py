"""Whether the gate tells poisoned snapshots from honest ones: 20 of each, by the very job that the app runs.

    python -m benchmarks.poisoned --data FOLDER --runs FOLDER [--jobs 2] [--only honest-1 ...] [--whole]

Each is a snapshot of 1,000 corrections of a domain that the model does not know (`--domain`), of which some
are poison that nobody set aside. Split, training data, checks, training, judging and gate are the app's; one
trial, one JSON in `benchmarks/results/poisoned/`. Stopped at any moment, the same command goes on.

A job asks the checks of corrections before it learns; where they doubt too many, whatever it learns will be
refused, so the trial ends there. `--whole` trains and judges all the same, to see what the other conditions
would have said."""

import argparse
import json
import random
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.gate_set import GARBAGE, Sentence
from benchmarks.learning_curve.plan import DOMAINS
from benchmarks.learning_curve.sets import Setting, read_corrections
from benchmarks.measure import RESULTS, environment, print_table
from benchmarks.trials import Task, run_missing, write_result
from core.checkpoint import Checkpoint, load_checkpoint
from core.evaluation.gate import MARGIN_BLEU
from core.signature import VERSION
from core.text.corpus import read_pairs
from core.training.feedback import FeedbackExample
from core.training.finetune_config import FinetuneConfig
from core.training.own_recipe import own_recipe
from demo_app.jobs import finetune_job
from demo_app.jobs.finetune_spec import FinetuneJob
from demo_app.jobs.finetune_work import Work
from demo_app.jobs.folder import JobFolder
from demo_app.services.quality.findings import Candidate
from demo_app.services.training_data import TrainingData, make_training_data
from demo_app.store.records import CorrectionRecord
from demo_app.store.selection import Selection

FOLDER = RESULTS / "poisoned"
CORRECTIONS = 1000
HONEST = 20
SHARES = (10, 20, 30, 40, 50)
"""Per cent of the snapshot."""
KINDS = ("shuffled", "garbage", "language", "mixed")
_GARBAGE = ("keyboard mash", "held key", "repeated word", "one word", "shuffled words")
_MADE_AT = datetime(2026, 11, 21, tzinfo=UTC)
_THIRD = "nc/multi30k.de-en.train.tsv.gz"
"""The captions in a language that the model does not write."""
COLUMNS = (
    *("snapshot", "promoted", "chrf_held_out", "p_held_out", "bleu_general", "p_general", "doubtful"),
    "cpu_s",
)


@dataclass(frozen=True)
class Snapshot:
    """One trial."""

    kind: str
    share: int
    """Per cent."""
    seed: int
    """Each draws its own corrections."""

    @property
    def name(self) -> str:
        return f"honest-{self.seed}" if self.kind == "honest" else f"{self.kind}-{self.share}"


SNAPSHOTS = (
    *(
        Snapshot(kind, share, place)
        for place, (share, kind) in enumerate(((s, k) for s in SHARES for k in KINDS), start=101)
    ),
    *(Snapshot("honest", 0, seed) for seed in range(1, HONEST + 1)),
)


def poison(
    examples: Sequence[FeedbackExample], snapshot: Snapshot, german: dict[str, str]
) -> list[FeedbackExample]:
    """The same, with so many targets made wrong; in `mixed` each in one of the three ways."""
    dice = random.Random(snapshot.seed)
    made = list(examples)
    places = dice.sample(range(len(made)), round(len(made) * snapshot.share / 100))
    targets = [examples[place].target for place in places]
    strange = dict(zip(places, [*targets[1:], *targets[:1]], strict=True))
    ways: dict[str, Callable[[int], str]] = {
        "shuffled": lambda place: strange[place],
        "garbage": lambda place: _garbage(examples[place], strange[place], dice),
        "language": lambda place: _german(examples[place], german),
    }
    for place in places:
        kind = dice.choice(KINDS[:3]) if snapshot.kind == "mixed" else snapshot.kind
        made[place] = replace(made[place], target=ways[kind](place))
    return made


def _garbage(one: FeedbackExample, other: str, dice: random.Random) -> str:
    candidate = Candidate(
        source_language=one.direction[0],
        target_language=one.direction[1],
        source_text=one.source,
        machine_text=one.target,
        corrected_text=one.target,
        verdict="corrected",
        model_id="",
    )
    return GARBAGE[dice.choice(_GARBAGE)](Sentence(candidate, other, other), dice)


def _german(one: FeedbackExample, german: dict[str, str]) -> str:
    """The source itself where there is no German: not the target's language either."""
    english = one.source if one.direction[0] == "en" else one.target
    return german.get(english, one.source)


def read_german(data: Path) -> dict[str, str]:
    """By the English caption; empty where the file is not there."""
    path = data / _THIRD
    return {english: text for text, english in read_pairs(path)} if path.is_file() else {}


def training_data(checkpoint: Checkpoint, examples: Sequence[FeedbackExample]) -> TrainingData:
    """As the app makes it of a snapshot of accepted corrections."""
    selection = Selection([(_record(number, one),) for number, one in enumerate(examples)])
    return make_training_data(selection, FinetuneConfig(), checkpoint, {}, lambda *_: [])


def _record(number: int, one: FeedbackExample) -> CorrectionRecord:
    """What the job does not look at is empty."""
    values: dict[str, Any] = {
        **{"id": f"{number:032}", "revision": 1, "translation_id": "", "segment_index": 0},
        **{"hypothesis_index": 0, "source_language": one.direction[0], "target_language": one.direction[1]},
        **{"source_text": one.source, "machine_text": "", "corrected_text": one.target},
        **{"verdict": "corrected", "status": "accepted", "checks": (), "hter": 0.0, "score": 0.0},
        **{"model_id": "", "options": {}, "source_ids": (), "target_ids": (), "n_best": ()},
        **{"duration_s": 0.0, "user_id": None, "revised_by": None, "deleted_at": None},
        **{"created_at": _MADE_AT, "updated_at": _MADE_AT},
    }
    return CorrectionRecord(**values)


def run_trial(setting: Setting, snapshot: Snapshot, runs: Path, device: str, is_whole: bool) -> None:
    """Write the verdict; an interrupted job goes on where it was."""
    started, home = time.process_time(), runs / setting.name / snapshot.name
    folder, checkpoint = JobFolder(home / "job"), load_checkpoint(setting.model)
    if not folder.job():
        examples = read_corrections(setting, CORRECTIONS, snapshot.seed, has_dev=False).learned
        data = training_data(checkpoint, poison(examples, snapshot, read_german(setting.data)))
        job = _job(setting, home, _link_corpora(setting, checkpoint, home / "corpora"), device, data)
        folder.describe(asdict(job), data.files)
    doubts = Work(folder).check()
    found = judged(folder, home) if doubts["fits"] or is_whole else refused_at_once(doubts)
    result = {
        **{"snapshot": snapshot.name, **asdict(snapshot), "promoted": found["verdict"]["passed"]},
        **found,
        **{"cpu_s": round(time.process_time() - started, 1), "environment": environment()},
    }
    write_result(result_file(setting, snapshot), result)
    shutil.rmtree(home, ignore_errors=True)


def judged(folder: JobFolder, home: Path) -> dict[str, Any]:
    """What the report of the whole job says."""
    if finetune_job.run(folder) != 0:
        raise SystemExit(f"{home.name} failed: {folder.outcome()}")
    outcome = folder.outcome()
    assert outcome is not None
    report = json.loads((home / "models" / outcome.version / "report.json").read_text(encoding="utf-8"))
    return {
        **{name: report[name] for name in ("production", "candidate", "verdict", "data", "options")},
        "changed": {name: report[name]["changed"] for name in ("held_out", "general")},
    }


def refused_at_once(doubts: dict[str, Any]) -> dict[str, Any]:
    """The one condition that is known before a training, in the same form."""
    figures = {"sentences": doubts["checked"], "doubtful": len(doubts["rows"]), "allowed": doubts["allowed"]}
    condition = {"name": "feedback_fits", "state": "failed", "figures": figures}
    return {"verdict": {"passed": False, "conditions": [condition]}}


def result_file(setting: Setting, snapshot: Snapshot) -> Path:
    return FOLDER / setting.name / f"{snapshot.name}.json"


def _link_corpora(setting: Setting, checkpoint: Checkpoint, folder: Path) -> Path:
    """Only what the model learned from, as `corpora_dir` must be."""
    folder.mkdir(parents=True, exist_ok=True)
    recipe = own_recipe(checkpoint).data
    for name in (*recipe.train, *recipe.dev):
        if not (folder / name).exists():
            (folder / name).symlink_to((setting.data / name).resolve())
    return folder


def _job(setting: Setting, home: Path, corpora: Path, device: str, data: TrainingData) -> FinetuneJob:
    return FinetuneJob(
        base=str(setting.model),
        registry=str(home / "models"),
        shipped=str(setting.model),
        corpora=str(corpora),
        config=FinetuneConfig().to_dict(),
        device=device,
        threads=1,
        margin=MARGIN_BLEU,
        snapshot=home.name,
        snapshot_name=home.name,
        created_at=_MADE_AT.isoformat(),
        code_version=VERSION,
        data=data.counts,
    )


def summary(results: Sequence[dict[str, Any]]) -> list[str]:
    """How many of each were promoted, of how many."""
    lines = []
    for title, chosen in (
        ("poisoned", [one for one in results if one["kind"] != "honest"]),
        ("honest", [one for one in results if one["kind"] == "honest"]),
    ):
        lines.append(f"{title}: {sum(one['promoted'] for one in chosen)} of {len(chosen)} promoted")
    return lines


def row(result: dict[str, Any]) -> dict[str, Any]:
    """For the table."""
    figures = {one["name"]: one["figures"] for one in result["verdict"]["conditions"]}
    feedback = figures["feedback_fits"]
    found = {
        **{"snapshot": result["snapshot"], "promoted": result["promoted"], "cpu_s": result["cpu_s"]},
        "doubtful": f"{feedback['doubtful']} of {feedback['sentences']}",
    }
    for name, measure, column in (
        ("held_out_improves", "chrf", "held_out"),
        ("general_holds", "bleu", "general"),
    ):
        one = figures.get(name)
        found[f"{measure}_{column}"] = f"{one['difference']:+.2f}" if one else "not trained"
        found[f"p_{column}"] = f"{one['p']:.3f}" if one else ""
    return found


def read_results(setting_name: str) -> list[dict[str, Any]]:
    """Those that are there, in the order of the plan."""
    files = [FOLDER / setting_name / f"{one.name}.json" for one in SNAPSHOTS]
    return [json.loads(file.read_text(encoding="utf-8")) for file in files if file.is_file()]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--runs", type=Path, default=Path("runs/poisoned"))
    parser.add_argument("--model", type=Path, default=Path("assets/models/fr-en"))
    parser.add_argument("--domain", choices=DOMAINS, default="captions")
    parser.add_argument("--direction", default="fr-en", help="one of the model's")
    parser.add_argument("--only", nargs="+", choices=[one.name for one in SNAPSHOTS])
    parser.add_argument("--jobs", type=int, default=1, help="trials side by side, one core each")
    parser.add_argument("--whole", action="store_true", help="train also what the checks alone refuse")
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    source, _, target = arguments.direction.partition("-")
    setting = Setting(arguments.model, arguments.data, arguments.domain, (source, target))
    chosen = [one for one in SNAPSHOTS if arguments.only is None or one.name in arguments.only]
    asked = arguments.runs, arguments.device, arguments.whole
    tasks = [Task(result_file(setting, one), run_trial, (setting, one, *asked)) for one in chosen]
    run_missing(tasks, arguments.jobs)
    results = read_results(setting.name)
    print_table([row(one) for one in results], COLUMNS)
    print("\n".join(summary(results)))


if __name__ == "__main__":
    main()
