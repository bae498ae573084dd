"""From a report to what the Models tab shows of a version. Pure: what the job wrote in, plain values out."""

from collections.abc import Mapping, Sequence
from typing import Any

from demo_app.services.promotion import VersionInfo
from demo_app.ui.dataset_layout import direction_name
from demo_app.ui.models_gate import advice_words, condition_words
from demo_app.ui.models_render import Called, count_parts, duration, moment_of, verdict_of, version_name
from demo_app.ui.strings import Strings
from demo_app.viz.edits import edit_list

SETS = ("held_out", "general")
OUTCOMES = ("worse", "better", "equal")
PAGE_SIZE = 10
SIGNIFICANT = 0.05
"""As in the gate and in the report's own page."""
_DECIDES = {"held_out": "chrf", "general": "bleu"}
"""The measure by which the gate judges each set."""
_LOWER_IS_BETTER = ("ter",)
_SPELLED = {"bleu": "BLEU", "chrf": "chrF", "ter": "TER"}


def version_value(
    strings: Strings,
    version: VersionInfo,
    report: Mapping[str, Any] | None,
    snapshots: Called,
    defaults: Mapping[str, Any],
) -> dict[str, Any]:
    """Everything about one version but the changed translations. `defaults`: of the options."""
    words, changed = strings.models, _changed_options(version, defaults)
    value: dict[str, Any] = {
        "id": version.id,
        "model": version.model,
        "name": version_name(strings, version, snapshots),
        "alias": version.alias,
        "alias_word": words[f"alias_{version.alias}"] if version.alias else "",
        "verdict": verdict_of(version),
        "facts": _facts(strings, version, report or {}, changed),
        "counts": count_parts(strings, (report or {}).get("data", {})),
        "conditions": [],
        "warnings": _warnings(strings, report or {}),
        "sets": [],
    }
    if version.verdict is None or report is None:
        return value
    value["conditions"] = [
        {
            "name": words[f"condition_{one.name}"],
            "state": one.state,
            "state_word": words[f"state_{one.state}"],
            "text": condition_words(strings, one),
            "advice": advice_words(strings, one),
        }
        for one in version.verdict.conditions
    ]
    value["sets"] = [_set(strings, name, report[name]) for name in SETS if name in report]
    return value


def changes_value(report: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """A page of changed translations: of a `set`, of an `outcome` or all; the worst first, of better ones
    the best. What is asked for and is not there is the first of its kind."""
    name = asked.get("set") if asked.get("set") in SETS else SETS[0]
    outcome = asked.get("outcome") if asked.get("outcome") in OUTCOMES else ""
    found = report.get(str(name), {})
    rows = [one for one in found.get("changes", []) if not outcome or one["outcome"] == outcome]
    if outcome == "better":
        rows.reverse()
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    asked_page = asked.get("page")
    page = min(max(1, asked_page), pages) if isinstance(asked_page, int) else 1
    return {
        "set": name,
        "outcome": outcome,
        "page": page,
        "pages": pages,
        "counts": found.get("changed", {}),
        "sentences": found.get("sentences", 0),
        "rows": [_change(one) for one in rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]],
    }


def _change(one: Mapping[str, Any]) -> dict[str, Any]:
    gain = one["chrf_after"] - one["chrf_before"]
    return {
        "source": one["source"],
        "reference": one["reference"],
        "edits": edit_list(one["before"], one["after"]),
        # Reports of earlier releases do not say the languages.
        "source_language": one.get("source_language"),
        "target_language": one.get("target_language"),
        "outcome": one["outcome"],
        "gain": signed(gain, 0),
    }


def _set(strings: Strings, name: str, found: Mapping[str, Any]) -> dict[str, Any]:
    perplexity = found["perplexity"]
    return {
        "name": strings.models[f"set_{name}"],
        "sentences": found["sentences"],
        "measures": [_measure(row) for row in found["measures"]],
        "perplexity": [_figure(perplexity[side]) for side in ("production", "candidate")],
        "measure": _SPELLED[_DECIDES[name]],
        "directions": [_direction(strings, row) for row in _by_direction(found, name)],
    }


def _by_direction(found: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Of the measure that decides; reports of earlier releases have none."""
    return [row for row in found.get("by_direction", ()) if row["measure"] == _DECIDES[name]]


def _direction(strings: Strings, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": _way(strings, row),
        "sentences": row["sentences"],
        "before": f"{row['a']:.1f}",
        "after": f"{row['b']:.1f}",
        "difference": signed(row["difference"], 1),
        "interval": [signed(row["low"], 1), signed(row["high"], 1)],
        "kind": row["kind"],
    }


def _way(strings: Strings, row: Mapping[str, Any]) -> str:
    return direction_name(strings.languages, *str(row["direction"]).split("-", 1))


def _warnings(strings: Strings, report: Mapping[str, Any]) -> list[str]:
    """What a verdict does not say, but whoever promotes should know."""
    words, found = strings.models, []
    if report.get("training", {}).get("is_base"):
        found.append(words["nothing_kept"])
    fallen = [
        f"{_way(strings, row)} ({signed(row['difference'], 1)})"
        for row in _by_direction(report.get("general", {}), "general")
        if row["kind"] == "worse"
    ]
    if fallen:
        found.append(words["fell_in"].format(directions=words["list_comma"].join(fallen)))
    return found


def _measure(row: Mapping[str, Any]) -> dict[str, Any]:
    """Both scores with their intervals; what is significant by both tests is called better or worse."""
    lower, difference = row["measure"] in _LOWER_IS_BETTER, row["difference"]
    p_values = row["p_bootstrap"], row["p_randomisation"]
    kind = ""
    if max(p_values) < SIGNIFICANT:
        kind = "better" if (difference < 0) == lower else "worse"
    return {
        "name": _SPELLED.get(row["measure"], row["measure"]),
        "lower_is_better": lower,
        "before": _side(row["a"], row["a_interval"]),
        "after": _side(row["b"], row["b_interval"]),
        "difference": signed(difference, 1),
        "kind": kind,
        "p": [chance(p) for p in p_values],
        "signature": row["signature"],
    }


def _side(value: float, interval: Sequence[float]) -> dict[str, Any]:
    low, high = interval
    return {"value": round(value, 2), "low": round(low, 2), "high": round(high, 2), "text": f"{value:.1f}"}


def _facts(
    strings: Strings, version: VersionInfo, report: Mapping[str, Any], options: str
) -> list[dict[str, str]]:
    """Where it comes from: name and value."""
    words, lineage = strings.models, version.lineage
    rows = {words["fact_id"]: f"{version.model}@{version.id}", words["fact_digest"]: version.digest[:16]}
    if lineage:
        rows |= {
            words["fact_made"]: moment_of(lineage.created_at),
            words["fact_base"]: lineage.base,
            words["fact_snapshot"]: " · ".join(
                filter(None, (str(report.get("snapshot", "")), lineage.snapshot[:12]))
            ),
            words["fact_training"]: _training(strings, report.get("training", {})),
            words["fact_options"]: options or words["options_default"],
            words["fact_seed"]: str(lineage.seed),
            words["fact_program"]: lineage.code_version,
        }
    return [{"name": name, "value": value} for name, value in rows.items() if value]


def _training(strings: Strings, facts: Mapping[str, Any]) -> str:
    """How long it took, and how much of what was learned is in the version; empty of earlier releases."""
    if not facts:
        return ""
    return strings.models["trained"].format(
        steps=f"{facts['steps']:,}",
        best=f"{facts['best_step']:,}",
        replay=f"{facts['replay']:,}",
        share=_kept(strings, facts),
        time=duration(strings, facts["duration_s"]),
        device=facts["device"],
    )


def _kept(strings: Strings, facts: Mapping[str, Any]) -> str:
    if facts["is_base"]:
        return f"{0:.0%}"
    return strings.models["trained_apart"] if facts.get("is_specialist") else f"{facts['tuned_share']:.0%}"


def _changed_options(version: VersionInfo, defaults: Mapping[str, Any]) -> str:
    """Those that are not the default, as `epochs = 3`."""
    options = version.lineage.options if version.lineage else {}
    return ", ".join(f"{name} = {value}" for name, value in options.items() if value != defaults.get(name))


def signed(value: float, digits: int) -> str:
    """With a plus, or a minus sign as printers have it."""
    return f"{value:+.{digits}f}".replace("-", "−")


def chance(p: float) -> str:
    """A p-value as it is printed."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _figure(value: float | None) -> str:
    return "∞" if value is None else f"{value:.2f}"
