"""The report of a candidate as one HTML file to read, keep and print. Every text is escaped."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from html import escape
from typing import Any

from core.evaluation.significance import Comparison
from core.report.page import badge, document, marked_pair, measures_table, signed

_SHOWN = 100
"""Changes of a set; the JSON beside the page has all."""
_SETS = (("held_out", "Held-out feedback"), ("general", "General set"))
_CONDITIONS = {
    "held_out_improves": "Better on feedback",
    "general_holds": "No worse elsewhere",
    "feedback_fits": "Feedback that fits",
}
_MARKS = {"passed": "✓", "failed": "✗", "unknown": "?"}


def candidate_page(report: Mapping[str, Any]) -> str:
    """`report` as the job writes it to report.json."""
    title = f"{report['candidate']} beside {report['production']}"
    names = "".join(
        f'<span class="name">{badge(letter)}{escape(report[name])}, {spoken}</span>'
        for letter, name, spoken in (
            ("a", "production", "in use"),
            ("b", "candidate", "the candidate"),
        )
    )
    verdict = report["verdict"]
    heading = "May be promoted" if verdict["passed"] else "Not to be promoted"
    return document(
        title,
        f"""<h1>{heading}</h1>
<p class="about">{escape(str(report.get("created_at", "")))}</p>
<div class="systems">{names}</div>
{_conditions(verdict["conditions"])}
{_tables(report)}
{_changes(report)}
{_facts(report)}""",
    )


def _conditions(conditions: Iterable[Mapping[str, Any]]) -> str:
    return "".join(
        f'<section class="card verdict {escape(one["state"])}"><h2>{_MARKS[one["state"]]} '
        f"{escape(_CONDITIONS.get(one['name'], one['name']))}</h2><p>{escape(one['sentence'])}</p></section>"
        for one in conditions
    )


def _tables(report: Mapping[str, Any]) -> str:
    return "".join(
        measures_table(f"{heading}, {found['sentences']:,} sentences", _measures(found))
        for name, heading in _SETS
        if (found := report[name])["measures"]
    )


def _measures(found: Mapping[str, Any]) -> list[Comparison]:
    names = [field.name for field in fields(Comparison)]
    return [Comparison(**{name: row[name] for name in names}) for row in found["measures"]]


def _changes(report: Mapping[str, Any]) -> str:
    return "".join(_changes_of(heading, report[name]) for name, heading in _SETS)


def _changes_of(heading: str, found: Mapping[str, Any]) -> str:
    counts, changes = found["changed"], found["changes"]
    told = (
        f"{counts['total']:,} of {found['sentences']:,} translations changed: {counts['worse']:,} for the "
        f"worse, {counts['equal']:,} neither, {counts['better']:,} for the better, by chrF of the sentence. "
        "The worst come first; marked words are not in the other output."
    )
    bar = "".join(
        f'<i class="{kind}" style="flex:{int(counts[kind])}"></i>' for kind in ("worse", "equal", "better")
    )
    rows = "".join(map(_change, changes[:_SHOWN]))
    rest = len(changes) - _SHOWN
    more = f'<p class="note">{rest:,} more are in report.json.</p>' if rest > 0 else ""
    return (
        f'<section class="card"><h2>{escape(heading)}: what changed</h2><p class="note">{told}</p>'
        f'<div class="tally">{bar if changes else ""}</div>{rows}{more}</section>'
    )


def _change(change: Mapping[str, Any]) -> str:
    gain = change["chrf_after"] - change["chrf_before"]
    before, after = marked_pair(change["before"], change["after"])
    return f"""<div class="example"><span class="gain {escape(change["outcome"])}">{signed(gain, 0)}</span>
<p class="given"><b>Source</b>{escape(change["source"])}</p>
<p class="given"><b>Reference</b>{escape(change["reference"])}</p>
<p>{badge("a")}<span class="a-text">{before}</span></p>
<p>{badge("b")}<span class="b-text">{after}</span></p></div>"""


def _facts(report: Mapping[str, Any]) -> str:
    rows = {
        "Snapshot": report.get("snapshot", ""),
        "Learned from": _spoken(report.get("data", {})),
        "Options": _spoken(report.get("options", {})),
        "Seed": report.get("seed", ""),
        "Program": report.get("code_version", ""),
        **{
            f"Perplexity, {heading.lower()}": " → ".join(
                _figure(report[name]["perplexity"][side]) for side in ("production", "candidate")
            )
            for name, heading in _SETS
        },
    }
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in rows.items())
    return f'<section class="card"><h2>How it was made</h2><dl class="facts">{listed}</dl></section>'


def _spoken(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _figure(value: float | None) -> str:
    return "∞" if value is None else f"{value:.2f}"
