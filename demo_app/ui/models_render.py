"""From jobs and versions to what the Models tab lists. Pure: records in, plain values out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from core.lineage import SHIPPED, Event
from demo_app.services.finetuning import FinetunePlan
from demo_app.services.promotion import VersionInfo
from demo_app.services.refusals import GateRefusal
from demo_app.store.job_records import CAME_TO_NOTHING, ENDED, JobRecord
from demo_app.ui.dataset_render import moment
from demo_app.ui.models_doubts import doubts_warning
from demo_app.ui.models_gate import refusal_words
from demo_app.ui.strings import Strings

Called = Callable[[str], str]
"""What something is called here, by its id: a snapshot, or a person."""
PARTS = ("learned", "dev", "held_out", "dropped", "repeated", "unusable")
"""What becomes of the records of a snapshot; together they are all."""
_SHOWN_ENDED = 4
"""Jobs that failed or were cancelled; those that succeeded are versions."""


def listed_jobs(jobs: Iterable[JobRecord]) -> list[JobRecord]:
    """Those that wait or run, in the order of their turn, and the last ones that came to nothing."""
    found = list(jobs)
    live = [one for one in found if one.state not in ENDED][::-1]
    return [*live, *[one for one in found if one.state in CAME_TO_NOTHING][:_SHOWN_ENDED]]


def job_value(
    strings: Strings, job: JobRecord, place: int, snapshots: Called, now: datetime
) -> dict[str, Any]:
    """One job; `place`: how many are before it in the queue."""
    return {
        "id": job.id,
        "state": job.state,
        "live": job.state not in ENDED,
        "came_to_nothing": job.state in CAME_TO_NOTHING,
        "snapshot": snapshots(job.snapshot_id),
        "base": job.base,
        "words": job_words(strings, job, place),
        "percent": round(100 * _share(job)),
        "left": time_left(strings, job, now),
        "stopping": job.cancel_requested_at is not None,
        "error": job.error,
        "when": moment(job.started_at or job.created_at),
        "restarts": max(0, job.starts - 1),
        "warning": doubts_warning(strings, job.progress) if job.state == "running" else "",
    }


def job_words(strings: Strings, job: JobRecord, place: int) -> str:
    """Where it stands, in a few words."""
    words = strings.models
    if job.state == "queued":
        return words["waits"].format(count=place) if place else words["waits_next"]
    if job.state == "running":
        if job.cancel_requested_at is not None:
            return words["stopping"]
        stage = words.get(f"stage_{job.progress.get('stage', 'preparing')}", words["stage_preparing"])
        return stage.format(
            step=job.progress.get("step", 0), total=job.progress.get("total_steps", 0), **_set(strings, job)
        )
    return words[job.state]


def time_left(strings: Strings, job: JobRecord, now: datetime) -> str:
    """Empty while nobody can tell. Most stages say it themselves; of the rest it is a guess by the share."""
    if job.state != "running" or job.cancel_requested_at is not None:
        return ""
    share, told = _share(job), job.progress.get("seconds_left")
    if isinstance(told, int | float):
        words = strings.models.get(f"left_{job.progress.get('stage')}", strings.models["left"])
        return words.format(time=duration(strings, float(told)))
    if job.started_at is None or share < 0.2:
        return ""
    return strings.models["left"].format(
        time=duration(strings, (now - job.started_at).total_seconds() * (1 - share) / share)
    )


def duration(strings: Strings, seconds: float) -> str:
    """To the second, minute or quarter of an hour, as people say it."""
    words = strings.models
    if seconds < 60:
        return words["seconds"].format(count=max(1, round(seconds)))
    if seconds < 3600:
        return words["minutes"].format(count=round(seconds / 60))
    return words["hours"].format(count=f"{round(seconds / 900) / 4:g}")


def version_rows(
    strings: Strings, versions: Sequence[VersionInfo], snapshots: Called
) -> list[dict[str, Any]]:
    """Newest first."""
    rows = [
        {
            "id": one.id,
            "name": version_name(strings, one, snapshots),
            "when": moment_of(one.lineage.created_at) if one.lineage else "",
            "alias": one.alias,
            "alias_word": strings.models[f"alias_{one.alias}"] if one.alias else "",
            "verdict": verdict_of(one),
            "verdict_word": strings.models[f"verdict_{verdict_of(one)}"],
        }
        for one in versions
    ]
    return rows[::-1]


def version_name(strings: Strings, version: VersionInfo, snapshots: Called) -> str:
    """What it learned from; that is what people remember of it."""
    if version.lineage is None:
        return strings.models["shipped"]
    return snapshots(version.lineage.snapshot) or version.id


def verdict_of(version: VersionInfo) -> str:
    """passed, refused or none."""
    if version.verdict is None:
        return "none"
    return "passed" if version.verdict.passed else "refused"


def history_rows(
    strings: Strings,
    events: Iterable[Event],
    people: Called,
    called: Called,
    refusal_in: Callable[[Event], GateRefusal | None],
) -> list[dict[str, str]]:
    """Newest first: what happened to which version, who did it and why. `called`: names of versions."""
    words, rows = strings.models, []
    for event in events:
        what = ", ".join(called(one) for one in event.version.split(","))
        told = words[f"event_{event.kind}"].format(version=what, before=called(event.before))
        refusal, kept = refusal_in(event), str(event.facts.get("refused", ""))
        rows.append(
            {
                "when": moment_of(event.at),
                "text": told,
                "who": people(str(event.facts["by"])) if event.facts.get("by") else "",
                "reason": str(event.facts.get("reason", "")),
                "refused": refusal_words(strings, refusal) if refusal else kept,
                "refused_lang": "" if refusal else "en",
            }
        )
    return rows[::-1]


def plan_value(strings: Strings, plan: FinetunePlan) -> dict[str, Any]:
    """What a training would learn from, and what is to be known before it is started."""
    words, notes = strings.models, []
    if plan.corpora:
        notes.append(("good", words["replay_corpora"]))
    elif plan.typed:
        notes.append(("warning", words["replay_typed"].format(count=f"{plan.typed:,}")))
    else:
        notes.append(("warning", words["replay_none"]))
    for name, count in (("preferences", plan.preferences), ("ratings", plan.ratings)):
        if count:
            notes.append(("info", words[f"has_{name}"].format(count=f"{count:,}")))
    if plan.counts["disputed"]:
        notes.append(("info", words["has_disputed"].format(count=f"{plan.counts['disputed']:,}")))
    if plan.counts["held_out"] < plan.min_held_out:
        notes.append(
            ("warning", words["few_held_out"].format(count=plan.counts["held_out"], least=plan.min_held_out))
        )
    if plan.general < plan.min_general:
        notes.append(
            ("warning", words["few_general"].format(count=plan.general, least=f"{plan.min_general:,}"))
        )
    else:
        notes.append(("good", words["general"].format(count=f"{plan.general:,}")))
    return {
        "parts": count_parts(strings, plan.counts),
        "notes": [{"kind": kind, "text": text} for kind, text in notes],
    }


def count_parts(strings: Strings, counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """For the bar of counts; what is 0 is left out, but for what is learned from and judged by."""
    return [
        {"part": part, "name": strings.models[f"part_{part}"], "count": int(counts[part])}
        for part in PARTS
        if counts.get(part) or (part in ("learned", "held_out") and part in counts)
    ]


def moment_of(iso: str) -> str:
    """The same as `moment`, from what a file says; as it stands where that is no time."""
    try:
        return moment(datetime.fromisoformat(iso))
    except ValueError:
        return iso


def short_name(strings: Strings, version_id: str) -> str:
    """Of a version that may be gone."""
    return strings.models["shipped"] if version_id == SHIPPED else version_id


def _share(job: JobRecord) -> float:
    share = job.progress.get("share", 0)
    return min(1.0, max(0.0, float(share))) if isinstance(share, int | float) else 0.0


def _set(strings: Strings, job: JobRecord) -> dict[str, str]:
    name = str(job.progress.get("set", "held_out"))
    return {"set": strings.models.get(f"set_{name}", name)}
