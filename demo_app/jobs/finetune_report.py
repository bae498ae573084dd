"""What report.json says of a candidate."""

from collections.abc import Mapping
from typing import Any

from core.evaluation.candidate import JudgedSet
from core.evaluation.gate import Verdict
from core.training.finetune_config import FinetuneConfig
from demo_app.jobs.finetune_spec import FinetuneJob

_TOLD = ("steps", "best_step", "tuned_share", "is_base", "is_specialist", "duration_s", "device")


def make_report(
    job: FinetuneJob,
    training: Mapping[str, Any],
    sides: tuple[str, str],
    verdict: Verdict,
    sets: Mapping[str, JudgedSet],
    doubts: Mapping[str, Any],
) -> dict[str, Any]:
    """Plain values. `training`: what the candidate's folder tells of it; `sides`: ids of the model in use and
    of the candidate; `sets`: `held_out` and `general`; `doubts`: as `jobs.doubts` tells them."""
    production, candidate = sides
    defaults = FinetuneConfig().to_dict()
    return {
        "format": 1,
        "created_at": job.created_at,
        "production": production,
        "candidate": candidate,
        "verdict": verdict.to_dict(),
        "doubts": doubts,
        "snapshot": job.snapshot_name,
        "snapshot_id": job.snapshot,
        "data": job.data,
        "options": job.config,
        "changed_options": {name: one for name, one in job.config.items() if one != defaults.get(name)},
        "training": _how_it_went(training.get("finetune", {})),
        "seed": FinetuneConfig.from_dict(job.config).seed,
        "code_version": job.code_version,
        **{name: found.to_dict() for name, found in sets.items()},
    }


def _how_it_went(facts: Mapping[str, Any]) -> dict[str, Any]:
    """With the number of pairs against forgetting, `replay`; nothing where the folder tells nothing."""
    told = {name: facts[name] for name in _TOLD if name in facts}
    return {**told, "replay": facts["data"]["replay"]["examples"]} if told else {}
