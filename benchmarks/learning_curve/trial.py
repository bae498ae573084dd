"""One trial: learn from so many corrections, translate, count. A finished trial is never run again."""

import json
import math
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.learning_curve.plan import BASE, METHODS, options_of
from benchmarks.learning_curve.sets import (
    Corrections,
    Setting,
    read_corrections,
    read_general,
    read_replay,
    read_test,
    read_watched,
)
from benchmarks.measure import RESULTS, environment
from benchmarks.trials import write_result
from core.analysis.distance import edit_distance
from core.analysis.edits import hter
from core.checkpoint import load_checkpoint
from core.device import choose_device
from core.evaluation.candidate import Output, Sentence, output_of
from core.evaluation.gate import MARGIN_BLEU
from core.evaluation.measures import make_metrics
from core.evaluation.non_inferiority import non_inferiority
from core.options import GreedyOptions
from core.training.finetune import TuningData, finetune
from core.training.finetune_config import FinetuneConfig
from core.translator import Translator

FOLDER = RESULTS / "learning-curve"
_OPTIONS = GreedyOptions(max_length=150)


def result_file(setting: Setting, name: str, count: int, seed: int) -> Path:
    return FOLDER / setting.name / f"{name}-{count}-{seed}.json"


def run_trial(setting: Setting, name: str, count: int, seed: int, runs: Path, device_name: str) -> None:
    """Write the trial's result; an interrupted training goes on where it was."""
    method = METHODS.get(name)
    corrections = read_corrections(setting, count, seed, method is not None and method.is_watched)
    model, learned = setting.model, {}
    run = runs / setting.name / f"{name}-{count}-{seed}"
    if method is not None:
        started = time.process_time()
        model = tune(setting, name, corrections, seed, run, device_name)
        learned = {"training_cpu_s": round(time.process_time() - started, 1), **_facts(model)}
    result = {
        **{"method": name, "corrections": count, "seed": seed},
        **{"learned": len(corrections.learned), "dev": len(corrections.dev), **learned},
        **measure(setting, Translator.load(model, device_name), corrections.next, runs, device_name),
        "environment": environment(),
    }
    write_result(result_file(setting, name, count, seed), result)
    shutil.rmtree(run, ignore_errors=True)


def tune(
    setting: Setting, name: str, corrections: Corrections, seed: int, run: Path, device_name: str
) -> Path:
    """The model folder that comes of it."""
    config, is_watched = FinetuneConfig.from_dict(options_of(name, seed)), METHODS[name].is_watched
    data = tuning_data(setting, config, corrections, is_watched)
    return finetune(setting.model, data, config, run, choose_device(device_name), watch=lambda _: None)


def tuning_data(
    setting: Setting, config: FinetuneConfig, corrections: Corrections, is_watched: bool
) -> TuningData:
    """With replay where it is asked for."""
    checkpoint = load_checkpoint(setting.model)
    watched = read_watched(setting, checkpoint) if is_watched else []
    judged = [*watched, *corrections.dev]
    needs_replay = config.replay_ratio or config.ewc
    return TuningData(
        feedback=corrections.learned,
        replay=read_replay(setting, checkpoint, judged, config.seed) if needs_replay else (),
        held_out=corrections.dev,
        general=watched,
    )


def measure(
    setting: Setting, translator: Translator, coming: Sequence[Sentence], runs: Path, device_name: str
) -> dict[str, Any]:
    """Held-out sentences of the domain, the general set, and the next that a person would correct."""
    started = time.process_time()
    base = Translator.load(setting.model, device_name)
    found = measure_sets(setting, translator, base, runs)
    found["next"] = effort(coming, *(output_of(one, coming, _OPTIONS).texts for one in (base, translator)))
    return {**found, "evaluation_cpu_s": round(time.process_time() - started, 1)}


def measure_sets(setting: Setting, translator: Translator, base: Translator, runs: Path) -> dict[str, Any]:
    """Of the domain and the general set."""
    found = {}
    for part, sentences in (("domain", read_test(setting)), ("general", read_general(setting))):
        before = _base_output(setting, part, sentences, runs, base)
        is_base = translator.digest == base.digest
        after = before if is_base else output_of(translator, sentences, _OPTIONS)
        found[part] = compare(sentences, before, after)
    return found


def compare(sentences: Sequence[Sentence], before: Output, after: Output) -> dict[str, Any]:
    """All directions together, as the gate counts. `lower`: of the difference in BLEU, one-sided 95 %."""
    metrics = make_metrics("zh" if any(one.target_language == "zh" for one in sentences) else "en")
    references = [one.references for one in sentences]
    test = non_inferiority(before.texts, after.texts, references, metrics["bleu"], MARGIN_BLEU)
    streams = [[one.references[0] for one in sentences]]
    return {
        "sentences": len(sentences),
        "bleu": round(test.b, 2),
        "chrf": round(metrics["chrf"].corpus_score(list(after.texts), streams).score, 2),
        "loss": round(math.log(after.perplexity), 4),
        "bleu_before": round(test.a, 2),
        "loss_before": round(math.log(before.perplexity), 4),
        "difference": round(test.difference, 3),
        "lower": round(test.lower, 3),
        "p_of_a_fall": round(test.p, 4),
        "changed": round(mean(a != b for a, b in zip(before.texts, after.texts, strict=True)), 4),
    }


def effort(sentences: Sequence[Sentence], before: Sequence[str], after: Sequence[str]) -> dict[str, Any]:
    """What correcting these takes, by the base and by the tuned model: HTER, and keys as characters to
    insert, delete or replace."""
    right = [one.references[0] for one in sentences]
    rates = [[hter(*pair) for pair in zip(texts, right, strict=True)] for texts in (before, after)]
    keys = [
        sum(edit_distance(list(text), list(wanted)) for text, wanted in zip(texts, right, strict=True))
        for texts in (before, after)
    ]
    return {
        **{"hter_before": round(mean(rates[0]), 4), "hter": round(mean(rates[1]), 4)},
        **{"keys_before": keys[0], "keys": keys[1]},
    }


def write_base_outputs(setting: Setting, runs: Path, device_name: str) -> None:
    """What the base says of both sets, once for all trials."""
    base = Translator.load(setting.model, device_name)
    for part, sentences in (("domain", read_test(setting)), ("general", read_general(setting))):
        _base_output(setting, part, sentences, runs, base)


def _base_output(
    setting: Setting, part: str, sentences: Sequence[Sentence], runs: Path, base: Translator
) -> Output:
    """As kept in `runs`, or made now."""
    kind = "dev" if setting.on_dev else "test"
    path = runs / f"{BASE}.{setting.name}.{part}.{kind}.{base.digest[:12]}.{len(sentences)}.json"
    if not path.is_file():
        write_result(path, asdict(output_of(base, sentences, _OPTIONS)))
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Output(tuple(kept["texts"]), kept["perplexity"])


def _facts(model: Path) -> dict[str, Any]:
    """What the training says of itself."""
    facts = load_checkpoint(model).training["finetune"]
    return {name: facts[name] for name in ("config", "steps", "best_step", "tuned_share", "device")}
