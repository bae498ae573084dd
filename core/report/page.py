"""A comparison as one HTML file: everything in it, nothing fetched, every text escaped."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import plotly.graph_objects as go

from core.analysis.edits import diff_words
from core.evaluation.compare import ComparisonReport
from core.evaluation.measures import LABELS, LOWER_IS_BETTER
from core.evaluation.significance import Comparison
from core.report.figures import length_figure, scatter_figure

SIGNIFICANT = 0.05
_EXAMPLES = 8
_CONFIG = {"displayModeBar": False, "responsive": True}


def comparison_page(report: ComparisonReport) -> str:
    """The whole page."""
    gains = [b - a for a, b in zip(report.a.chrf, report.b.chrf, strict=True)]
    order = sorted(range(len(gains)), key=lambda row: gains[row])
    losses = [row for row in order[:_EXAMPLES] if gains[row] < 0]
    wins = [row for row in order[::-1][:_EXAMPLES] if gains[row] > 0]
    title = f"{report.a.name} and {report.b.name} on {report.held_out.name}"
    return document(
        title,
        f"""{_header(report)}
{measures_table("Measures", report.measures)}
<div class="two">
{_plot("By length of the source", "chrF; n is the number of sentences.", length_figure(report), True)}
{_plot("Sentence by sentence", _counts(gains), scatter_figure(report), False)}
</div>
<div class="two">
{_examples("Where B gains most", report, wins)}
{_examples("Where B loses most", report, losses)}
</div>""",
    )


def document(title: str, content: str) -> str:
    """A page of its own, light or dark as the reader has it; `content` is HTML, the title is not."""
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<style>
{style}</style>
</head>
<body>
<main>
{content}
</main>
</body>
</html>
"""


def _header(report: ComparisonReport) -> str:
    held_out = report.held_out
    about = f"{held_out.name}, {held_out.source} → {held_out.target}, {len(held_out.sources):,} sentences"
    names = "".join(
        f'<span class="name">{badge(letter)}{escape(system.name)}</span>'
        for letter, system in (("a", report.a), ("b", report.b))
    )
    return f"""<h1>{escape(_verdict(report.measures))}</h1>
<p class="about">{escape(about)}</p>
<div class="systems">{names}</div>"""


def _verdict(measures: Sequence[Comparison]) -> str:
    """By chrF, the measure of single sentences too; both tests must agree."""
    chrf = next(row for row in measures if row.measure == "chrf")
    if max(chrf.p_bootstrap, chrf.p_randomisation) >= SIGNIFICANT:
        return f"No significant difference in chrF ({signed(chrf.difference, 1)})"
    better = "B" if chrf.difference > 0 else "A"
    return f"{better} is better by {abs(chrf.difference):.1f} chrF"


def measures_table(heading: str, measures: Sequence[Comparison]) -> str:
    """A card with both scores, the difference and its tests, a measure a row."""
    rows = "\n".join(_row(row) for row in measures)
    signatures = "".join(
        f"<dt>{escape(LABELS[row.measure])}</dt><dd>{escape(row.signature)}</dd>" for row in measures
    )
    return f"""<section class="card">
<h2>{escape(heading)}</h2>
<p class="note">Small print: 95 % interval. p: by paired bootstrap, and by paired approximate randomisation. A
difference is coloured where both are below {SIGNIFICANT}. ↓ means lower is better.</p>
<table>
<thead><tr><th>Measure</th><th>{badge("a")}</th><th>{badge("b")}</th><th>B − A</th>
<th>p bootstrap</th><th>p random</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
<details><summary>Signatures</summary><dl>{signatures}</dl></details>
</section>"""


def _row(row: Comparison) -> str:
    lower = row.measure in LOWER_IS_BETTER
    kind = ""
    if max(row.p_bootstrap, row.p_randomisation) < SIGNIFICANT:
        kind = "better" if (row.difference < 0) == lower else "worse"
    arrow = ' <span class="arrow">↓</span>' if lower else ""
    return (
        f"<tr><td>{escape(_unbroken(LABELS[row.measure]))}{arrow}</td>{_cell(row.a, row.a_interval)}"
        f'{_cell(row.b, row.b_interval)}<td class="{kind}">{signed(row.difference, 2)}</td>'
        f"<td>{_chance(row.p_bootstrap)}</td><td>{_chance(row.p_randomisation)}</td></tr>"
    )


def _cell(value: float, interval: tuple[float, float]) -> str:
    return f"<td>{value:.2f}<small>{interval[0]:.1f}–{interval[1]:.1f}</small></td>"


def _counts(gains: Sequence[float]) -> str:
    better, worse = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
    return f"B better on {better:,}, A on {worse:,}, equal on {len(gains) - better - worse:,}."


def _plot(heading: str, note: str, figure: go.Figure, first: bool) -> str:
    """The library itself goes in with the first figure only."""
    plot = figure.to_html(full_html=False, include_plotlyjs=first, config=_CONFIG)
    return f'<section class="card"><h2>{heading}</h2><p class="note">{note}</p>{plot}</section>'


def _examples(heading: str, report: ComparisonReport, rows: Sequence[int]) -> str:
    found = "".join(_example(report, row) for row in rows) or '<p class="note">Nowhere.</p>'
    note = "By chrF of the sentence; marked words are not in the other output."
    return f'<section class="card"><h2>{heading}</h2><p class="note">{note}</p>{found}</section>'


def _example(report: ComparisonReport, row: int) -> str:
    gain = report.b.chrf[row] - report.a.chrf[row]
    a_marked, b_marked = marked_pair(report.a.texts[row], report.b.texts[row])
    references = " / ".join(report.held_out.references[row])
    kind = "better" if gain > 0 else "worse"
    return f"""<div class="example"><span class="gain {kind}">{signed(gain, 0)}</span>
<p class="given"><b>Source</b>{escape(report.held_out.sources[row])}</p>
<p class="given"><b>Reference</b>{escape(references)}</p>
<p>{badge("a")}<span class="a-text">{a_marked}</span></p>
<p>{badge("b")}<span class="b-text">{b_marked}</span></p></div>"""


def marked_pair(a: str, b: str) -> tuple[str, str]:
    """Both texts as HTML, with what the other does not have in `<mark>`."""
    edits = diff_words(a, b)
    return (
        "".join(_marked(edit.before, edit.kind != "equal") for edit in edits),
        "".join(_marked(edit.after, edit.kind != "equal") for edit in edits),
    )


def _marked(text: str, changed: bool) -> str:
    word = text.lstrip()
    space = text[: len(text) - len(word)]
    return f"{space}<mark>{escape(word)}</mark>" if changed and word else escape(text)


def _chance(p: float) -> str:
    return "&lt;0.001" if p < 0.001 else f"{p:.3f}"


def _unbroken(label: str) -> str:
    return label.replace("-", "\u2011")


def signed(value: float, digits: int) -> str:
    """With a plus, or a minus sign as printers have it."""
    return f"{value:+.{digits}f}".replace("-", "−")


def badge(letter: str) -> str:
    """The sign of system `a` or `b`."""
    return f'<span class="badge {letter}">{letter.upper()}</span>'
