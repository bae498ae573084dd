"""docs/learning-curve.md and its pictures, from the results; nothing on the page is typed by hand."""

from pathlib import Path
from string import Template

from benchmarks.learning_curve import figures
from benchmarks.learning_curve.plan import (
    BASE,
    DEFAULT,
    DOMAINS,
    GENERAL_SENTENCES,
    METHODS,
    NEXT_SENTENCES,
    SEEDS,
    TEST_SENTENCES,
    WATCHED_SENTENCES,
)
from benchmarks.learning_curve.results import (
    GOALS,
    PLANNED,
    Curve,
    Goal,
    Row,
    Value,
    average,
    beats_on_both,
    change,
    gain,
    read_curves,
    saved,
    sentences_needed,
    spread,
    standard_error,
)
from benchmarks.learning_curve.trial import FOLDER
from benchmarks.pictures import DOCS, write_pictures
from core.report.markdown import arrow, table

TEMPLATE = Path(__file__).with_name("template.txt")
HEAD = (
    *("way", "corrections", "seeds", "BLEU", "above the base", "chrF", "general BLEU", "general loss"),
    *("keys saved", "HTER", "CPU s"),
)
PICTURES = {"trade": figures.trade, "learned": figures.learned, "keys": figures.keys}


def write_page() -> None:
    """Of the settings whose base was measured."""
    curves = [curve for curve in read_curves(FOLDER) if curve.of(BASE, 0)]
    drawn = {
        picture(curve, name): draw(curve)
        for curve in curves
        if curve.methods
        for name, draw in PICTURES.items()
    }
    if drawn:
        write_pictures(drawn)
    (DOCS / "learning-curve.md").write_text(page(curves), encoding="utf-8")


def picture(curve: Curve, name: str) -> str:
    return f"learning-curve-{curve.name.replace('.', '-')}-{name}"


def page(curves: list[Curve]) -> str:
    """The whole page, as Markdown."""
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        test=f"{TEST_SENTENCES:,}",
        general=f"{GENERAL_SENTENCES:,}",
        next=NEXT_SENTENCES,
        watched=WATCHED_SENTENCES,
        seeds=len(SEEDS),
        ways="\n".join(f"* **{method.title}**: {_told(name)}" for name, method in METHODS.items()),
        curves="\n\n".join(section(curve) for curve in curves) or "No trial has been run yet.",
    )


def section(curve: Curve) -> str:
    """One setting: what is done, whether the goals are met, pictures, tables."""
    model, domain, direction = curve.name.rsplit(".", 2)
    base = curve.of(BASE, 0)[0]
    parts = [
        f"## {DOMAINS[domain].title[0].upper()}{DOMAINS[domain].title[1:]}, {arrow(direction)}, `{model}`",
        f"{len(curve.rows)} of {PLANNED} trials are done. Before any correction the model has BLEU "
        f"{base['domain']['bleu']:.1f} and chrF {base['domain']['chrf']:.1f} on the domain, and BLEU "
        f"{base['general']['bleu']:.1f} on the general set.",
    ]
    if curve.methods:
        parts += [goals(curve), standard_errors(curve), pictures(curve), overview(curve), every(curve)]
    return "\n\n".join(part for part in parts if part)


def goals(curve: Curve) -> str:
    """A line each for the shipped defaults, as far as there are trials."""
    lines = [_goal(goal, rows) for goal in GOALS if (rows := curve.of(DEFAULT, goal.corrections))]
    better, of = beats_on_both(curve)
    if of:
        lines.append(f"* NMTVis' recipe is beaten on both axes at {better} of {of} numbers of corrections.")
    return "\n".join(lines)


def _goal(goal: Goal, rows: list[Row]) -> str:
    said = "met" if goal.is_met(rows) else "**not met**"
    return (
        f"* {goal.kind.capitalize()} at {goal.corrections:,} corrections, at least "
        f"{goal.least_gain:+.1f} BLEU on the domain with at most {goal.most_fall:.1f} lost on the "
        f"general set: {average(rows, gain):+.2f} and {average(rows, change):+.2f} ({_seeds(rows)}); {said}."
    )


def standard_errors(curve: Curve) -> str:
    """What chance does, and what the gate would need."""
    rows = [row for row in curve.rows if row["method"] != BASE]
    domain, general = (max(standard_error(row, part) for row in rows) for part in ("domain", "general"))
    said = (
        "The standard error of one trial's difference to the base, by paired bootstrap, is at most "
        f"{domain:.2f} BLEU on the domain and {general:.2f} on the general set; the fewer sentences a "
        "training changes, the smaller."
    )
    tuned = [(count, curve.of(DEFAULT, count)) for count in curve.points if curve.of(DEFAULT, count)]
    if not tuned:
        return said
    needed = ", ".join(
        f"{average(rows, sentences_needed):,.0f} ({count:,} corrections, "
        f"{average(rows, lambda row: 100 * row['general']['changed']):.1f} % of them changed)"
        for count, rows in tuned
    )
    return (
        f"{said} A candidate of the defaults that lost nothing in truth would pass the gate's test of the "
        f"general set nine times of ten with so many sentences: {needed}."
    )


def pictures(curve: Curve) -> str:
    titles = {
        "trade": "What was learned against what was forgotten, by way and number of corrections",
        "learned": "BLEU on the domain by corrections",
        "keys": "Keys saved on the next sentences by corrections",
    }
    return "\n\n".join(f"![{titles[name]}](images/{picture(curve, name)}.svg)" for name in PICTURES)


def overview(curve: Curve) -> str:
    """BLEU above the base: on the domain / on the general set."""
    head = ["way", *(f"{count:,}" for count in curve.points)]
    body = []
    for name in curve.methods:
        found = [curve.of(name, count) for count in curve.points]
        cells = [
            f"{average(rows, gain):+.1f} / {average(rows, change):+.1f}" if rows else "" for rows in found
        ]
        body.append([METHODS[name].title, *cells])
    return f"BLEU above the base, domain / general set, by corrections:\n\n{table(head, body)}"


def every(curve: Curve) -> str:
    """All figures; ± is the standard deviation over the seeds."""
    body = [
        _line(name, count, rows)
        for count in curve.points
        for name in curve.methods
        if (rows := curve.of(name, count))
    ]
    return table(HEAD, body)


def _line(name: str, count: int, rows: list[Row]) -> list[str]:
    def cell(value: str, part: str, digits: int) -> str:
        return f"{average(rows, lambda row: row[part][value]):.{digits}f}"

    loss = average(rows, lambda row: row["general"]["loss"] - row["general"]["loss_before"])
    return [
        *(METHODS[name].title, f"{count:,}", str(len(rows)), cell("bleu", "domain", 1)),
        spread_out(rows, gain),
        cell("chrf", "domain", 1),
        spread_out(rows, change),
        f"{loss:+.3f}",
        f"{average(rows, saved):.0f} %",
        cell("hter", "next", 3),
        f"{average(rows, lambda row: row['training_cpu_s']):.0f}",
    ]


def spread_out(rows: list[Row], value: Value) -> str:
    """The mean with its spread, which one seed alone has none of."""
    mean = f"{average(rows, value):+.2f}"
    return f"{mean} ± {spread(rows, value):.2f}" if len(rows) > 1 else mean


def _seeds(rows: list[Row]) -> str:
    return "1 seed" if len(rows) == 1 else f"{len(rows)} seeds"


def _told(name: str) -> str:
    options = METHODS[name].options
    said = ", ".join(f"`{key} = {value}`" for key, value in options.items())
    return f"{said or 'the defaults'}{', watched' if METHODS[name].is_watched else ''}."
