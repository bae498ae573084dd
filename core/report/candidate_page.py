"""The report of a candidate as one HTML file to read, keep and print. Every text is escaped."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from html import escape
from typing import Any

from core.evaluation.measures import LABELS
from core.evaluation.significance import Comparison
from core.report.page import badge, document, marked_pair, measures_table, signed

_SHOWN = 100
"""Of each list; the JSON beside the page has all."""
_SETS = (("held_out", "Held-out feedback"), ("general", "General set"))
_CONDITIONS = {
    "held_out_improves": "Better on feedback",
    "general_holds": "No worse elsewhere",
    "feedback_fits": "Feedback that fits",
}
_DECIDES = {"held_out": "chrf", "general": "bleu"}
"""The measure by which the gate judges each set."""
_COUNTS = {
    "learned": "learned from",
    "dev": "watched the training",
    "held_out": "held out to judge by",
    "dropped": "dropped, as too like a held-out one",
    "repeated": "repeated another",
    "unusable": "could not be used",
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
{_warnings(report)}
{_doubts(report.get("doubts", {}))}
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


def _warnings(report: Mapping[str, Any]) -> str:
    """What a verdict does not say, but whoever promotes should know."""
    found = []
    if report.get("training", {}).get("is_base"):
        found.append(
            "Nothing that was learned could be kept: what watched the training got no better, or the general "
            "set got worse. The candidate is the model that it was tuned from."
        )
    fallen = [row for row in _rows_by_direction(report, "general") if row["kind"] == "worse"]
    if fallen:
        told = ", ".join(f"{_way(row)} ({signed(row['difference'], 1)})" for row in fallen)
        found.append(f"The general set is judged as a whole, but BLEU fell in {told}.")
    return "".join(
        f'<section class="card verdict warning"><h2>! To be known</h2><p>{escape(text)}</p></section>'
        for text in found
    )


def _doubts(doubts: Mapping[str, Any]) -> str:
    """What a reviewer should look at, with the names of the checks; older reports do not tell."""
    rows = doubts.get("rows", [])
    if not rows:
        return ""
    heading = f"Corrections that the checks doubt: {len(rows):,} of {doubts['checked']:,}"
    return f'<section class="card"><h2>{heading}</h2>{_listed(rows, _doubt)}</section>'


def _listed(rows: Sequence[Mapping[str, Any]], draw: Callable[[Mapping[str, Any]], str]) -> str:
    """The first ones, and how many more there are."""
    rest = len(rows) - _SHOWN
    more = f'<p class="note">{rest:,} more are in report.json.</p>' if rest > 0 else ""
    return "".join(map(draw, rows[:_SHOWN])) + more


def _doubt(row: Mapping[str, Any]) -> str:
    checks = ", ".join(str(one["check"]).replace("_", " ") for one in row["findings"])
    return f"""<div class="example"><span class="gain worse">{escape(checks)}</span>
<p class="given"><b>Source</b>{escape(row["source"])}</p>
<p class="given"><b>Correction</b>{escape(row["target"])}</p></div>"""


def _rows_by_direction(report: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Of the measure that decides; reports of earlier releases have none."""
    return [row for row in report[name].get("by_direction", ()) if row["measure"] == _DECIDES[name]]


def _way(row: Mapping[str, Any]) -> str:
    return str(row["direction"]).replace("-", " → ")


def _tables(report: Mapping[str, Any]) -> str:
    return "".join(
        measures_table(f"{heading}, {found['sentences']:,} sentences", _measures(found))
        + _by_direction(heading, _rows_by_direction(report, name))
        for name, heading in _SETS
        if (found := report[name])["measures"]
    )


def _by_direction(heading: str, rows: list[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    listed = [
        f"<tr><td>{escape(_way(row))}</td><td>{row['sentences']:,}</td><td>{row['a']:.2f}</td>"
        f'<td>{row["b"]:.2f}</td><td class="{escape(row["kind"])}">{signed(row["difference"], 2)}'
        f"<small>{signed(row['low'], 1)} to {signed(row['high'], 1)}</small></td></tr>"
        for row in rows
    ]
    measure = LABELS[rows[0]["measure"]]
    return f"""<section class="card">
<h2>{escape(heading)} by direction: {measure}</h2>
<p class="note">Small print: 95 % interval of the difference, by paired bootstrap; coloured where it lies on
one side of 0. Of many directions one may do so by chance.</p>
<table>
<thead><tr><th>Direction</th><th>Sentences</th><th>{badge("a")}</th><th>{badge("b")}</th>
<th>B − A</th></tr></thead>
<tbody>{"".join(listed)}</tbody>
</table>
</section>"""


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
    return (
        f'<section class="card"><h2>{escape(heading)}: what changed</h2><p class="note">{told}</p>'
        f'<div class="tally">{bar if changes else ""}</div>{_listed(changes, _change)}</section>'
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
        "Corrections": _counts(report.get("data", {})),
        "Training": _training(report.get("training", {})),
        "Options set": _set_by_hand(report),
        "All options": _spoken(report.get("options", {})),
        "Seed": report.get("seed", ""),
        "Program": report.get("code_version", ""),
        **{
            f"Perplexity, {heading.lower()}": " → ".join(
                _figure(report[name]["perplexity"][side]) for side in ("production", "candidate")
            )
            for name, heading in _SETS
        },
    }
    listed = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in rows.items() if value != ""
    )
    return f'<section class="card"><h2>How it was made</h2><dl class="facts">{listed}</dl></section>'


def _counts(data: Mapping[str, int]) -> str:
    """What became of each; what is 0 is left out."""
    told = [f"{data[name]:,} {words}" for name, words in _COUNTS.items() if data.get(name)]
    disputed = f"; of those learned from, {data['disputed']:,} are disputed" if data.get("disputed") else ""
    return f"of {data['records']:,}: {'; '.join(told)}{disputed}" if data else ""


def _training(facts: Mapping[str, Any]) -> str:
    if not facts:
        return ""
    return (
        f"{facts['steps']:,} steps, best after {facts['best_step']:,}; kept: "
        f"{_kept(facts)}; {facts['replay']:,} pairs against forgetting; "
        f"{facts['duration_s']:,} s on {facts['device']}"
    )


def _kept(facts: Mapping[str, Any]) -> str:
    if facts["is_base"]:
        return "nothing"
    if facts.get("is_specialist"):
        return "what was learned, for texts like the corrections; all others are answered as before"
    share = f"{facts['tuned_share']:.0%} of what was learned, the rest as before"
    return "what was learned" if facts["tuned_share"] == 1 else share


def _set_by_hand(report: Mapping[str, Any]) -> str:
    """Those that were not the default; reports of earlier releases do not tell."""
    if "changed_options" not in report:
        return ""
    return _spoken(report["changed_options"]) or "all as by default"


def _spoken(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _figure(value: float | None) -> str:
    return "∞" if value is None else f"{value:.2f}"
