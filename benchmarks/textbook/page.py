"""docs/textbook.md and its pictures, from the results; nothing on the page is typed by hand."""

import json
from pathlib import Path
from string import Template

from benchmarks.pictures import DOCS, write_pictures
from benchmarks.textbook import figures
from benchmarks.textbook.claims import CLAIMS, TITLES, Results, ready, score, seed_deviation, spread, verdict
from benchmarks.textbook.findings import beam_finding, length_finding
from benchmarks.textbook.plan import BASE, TRIALS, recipe_values
from benchmarks.textbook.trial import FOLDER

TEMPLATE = Path(__file__).with_name("template.txt")
YARDSTICKS = (
    ("LSTM, no attention", 13.8, "lstm-none"),
    ("GRU, no attention", 20.6, "gru-none"),
    ("GRU, additive attention", 28.3, BASE),
    ("Transformer", 36.5, "transformer"),
)
"""Published by the notebooks of bentrevett/pytorch-seq2seq on the same test set, word level, lower-cased."""


def read_results() -> Results:
    """All trials that have been run, in the order of the plan."""
    found: Results = {}
    for name in TRIALS:
        files = sorted(FOLDER.glob(f"{name}-[0-9]*.json"))
        rows = [json.loads(file.read_text(encoding="utf-8")) for file in files]
        if rows := [row for row in rows if row["name"] == name]:
            found[name] = rows
    return found


def write_page() -> None:
    """Raises `SystemExit` when no trial has been run."""
    results = read_results()
    if BASE not in results:
        raise SystemExit("There is no result of the base model yet; run the trials first.")
    drawn = {
        "overview": figures.overview(results),
        "length": figures.by_length(results),
        "beams": figures.beams(results),
        "curves": figures.curves(results),
    }
    write_pictures({f"textbook-{name}": figure for name, figure in drawn.items()})
    (DOCS / "textbook.md").write_text(page(results), encoding="utf-8")


def page(results: Results) -> str:
    """The whole page, as Markdown."""
    base = recipe_values(BASE, 1)
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        epochs=base["training"]["epochs"],
        batch_tokens=f"{base['training']['batch_tokens']:,}",
        pieces=f"{base['data']['vocab_size']:,}",
        device=results[BASE][0]["device"].replace("1 threads", "one thread"),
        overview=overview_table(results),
        claims="\n\n".join(
            f"**{c.text}** ({c.said_by}) {verdict(c, results)}" for c in CLAIMS if ready(c, results)
        ),
        yardsticks=yardstick_table(results),
        deviation=f"{seed_deviation(results):.2f}",
        seeds=" and ".join(str(row["seed"]) for row in results[BASE]),
        length=length_finding(results),
        beams=beam_finding(results),
    )


def overview_table(results: Results) -> str:
    lines = [
        "| trial | parameters | greedy | beam 5 | seeds differ by |",
        "|---|---|---|---|---|",
    ]
    for name in sorted(results, key=lambda name: -score(results, name)):
        row = results[name][0]
        lines.append(
            f"| {TITLES[name]} | {row['parameters'] / 1e6:.1f} M | {score(results, name, 'greedy'):.1f} "
            f"| {score(results, name):.1f} | {spread(results, name):.1f} |"
        )
    return "\n".join(lines)


def yardstick_table(results: Results) -> str:
    lines = ["| model | notebook | here, greedy |", "|---|---|---|"]
    lines += [
        f"| {title} | {published} | {score(results, name, 'greedy'):.1f} |"
        for title, published, name in YARDSTICKS
        if name in results
    ]
    return "\n".join(lines)
