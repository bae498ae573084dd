"""docs/models.md from the cards of the shipped models and from results; no number there is typed by hand.

`python -m benchmarks.models_page` writes it, and each `MODEL_CARD.md` from its `card.json`, without measuring
anything; tests hold both to the figures."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean
from string import Template
from typing import Any

from benchmarks.measure import RESULTS
from core.checkpoint import CARD_FILE
from core.report.card import card_page, hardware, run_name, speed
from core.report.markdown import arrow, table
from core.training.recipe import read_recipe

ROOT = RESULTS.parent.parent
MODELS = ROOT / "assets" / "models"
RECIPES = ROOT / "assets" / "recipes"
PAGE = ROOT / "docs" / "models.md"
TEMPLATE = Path(__file__).with_name("models_page.txt")
Values = dict[str, Any]


def read_cards(models: Path) -> list[Values]:
    """`card.json` of each model that has one, by name."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(models.glob("*/card.json"))]


def read_results(results: Path) -> tuple[Values | None, list[Values]]:
    """(by length, Multi30k), as far as measured."""
    length = results / "length.json"
    trials = sorted((results / "multi30k").glob("*.json"))
    return (
        json.loads(length.read_text(encoding="utf-8")) if length.is_file() else None,
        [json.loads(path.read_text(encoding="utf-8")) for path in trials],
    )


def page(cards: Sequence[Values], length: Values | None, trials: Sequence[Values]) -> str:
    """The whole page, as Markdown."""
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        models=models_table(cards),
        total=f"{sum(card['size_bytes'] for card in cards) / 1e6:.0f} MB",
        ways=ways_table(cards),
        quality_note=_quality_note(cards),
        quality=quality_table(cards),
        length=length_section(length),
        alignment=alignment_table(cards),
        robustness=robustness_table(cards),
        multi30k=multi30k_table(trials),
    )


def models_table(cards: Sequence[Values]) -> str:
    rows = []
    for card in cards:
        training = card["training"]
        rows.append(
            [
                f"[{card['name']}](../assets/models/{card['name']}/MODEL_CARD.md)",
                f"{card['parameters'] / 1e6:.1f} M",
                f"{card['size_bytes'] / 1e6:.1f} MB",
                f"{training['tokens_seen'] / 1e6:.0f} M in {training['duration_s'] / 3600:.1f} h on "
                f"{hardware(training)}",
                speed(card),
            ]
        )
    head = ("model", "parameters", "on disk", "learned from, target pieces (the last part alone)", "speed")
    return table(head, rows)


def ways_table(cards: Sequence[Values]) -> str:
    """A row for each model that has a recipe."""
    names = [card["name"] for card in cards if (RECIPES / f"{card['name']}.toml").is_file()]
    return table(
        ("model", "recipes, the first one first"), [(name, ", ".join(way_to(name))) for name in names]
    )


def way_to(name: str) -> list[str]:
    """The recipes that a model takes, each of which begins with what the one before made."""
    names = [name]
    while start := read_recipe(RECIPES / f"{names[0]}.toml").start:
        names.insert(0, run_name(Path(start)))
    return names


def quality_table(cards: Sequence[Values]) -> str:
    """A row a direction and test set, a column a model."""
    found = {
        (row["direction"], row["data"], card["name"], row["search"]): row["bleu"]
        for card in cards
        for row in card["quality"]
    }
    rows = []
    for direction, data in dict.fromkeys((key[0], key[1]) for key in found):
        cells = []
        for card in cards:
            best = found.get((direction, data, card["name"], "beam 5"))
            greedy = found.get((direction, data, card["name"], "greedy"))
            cells.append("" if best is None else f"{best:.1f} ({greedy:.1f})")
        rows.append([arrow(direction), f"`{data}`", *cells])
    return table(("direction", "test set", *(card["name"] for card in cards)), rows)


def _quality_note(cards: Sequence[Values]) -> str:
    counts = sorted({row["sentences"] for card in cards for row in card["quality"]})
    return f"Sentences of a test set: {', '.join(f'{count:,}' for count in counts)}."


def length_section(length: Values | None) -> str:
    if length is None:
        return "Not measured yet: `python -m benchmarks.length`."
    rows = length["rows"]
    names, directions = _ordered(rows, "model"), _ordered(rows, "direction")
    counts = [item["sentences"] for item in rows[0]["joined"]]
    body = []
    for name in names:
        own = [row["joined"] for row in rows if row["model"] == name]
        body.append([name, *(f"{mean(one[i]['bleu'] for one in own):.1f}" for i in range(len(counts)))])
    head = ("BLEU", *(f"{n} joined" if n > 1 else "alone" for n in counts))
    return (
        "Left, test sentences by their length; right, consecutive test sentences read as one text, which "
        "no\ntraining pair was. The mean of "
        f"{', '.join(map(arrow, directions))}, {rows[0]['sentences']:,} sentences each; beam 5.\n\n"
        f"![BLEU by length of the source](images/length.svg)\n\n{table(head, body)}"
    )


def alignment_table(cards: Sequence[Values]) -> str:
    """A dash where a model does not know the direction."""
    tables = {
        (found["direction"], found["links"], card["name"]): found["best"]
        for card in cards
        for found in card["alignment"]
    }
    columns = sorted(dict.fromkeys((key[0], key[1]) for key in tables), key=lambda key: key[1])
    rows = [
        [card["name"], *(_aer(tables.get((*column, card["name"])), card) for column in columns)]
        for card in cards
    ]
    said = [f"{arrow(d)}{' and back' if links == 'intersection' else ''}" for d, links in columns]
    return table(("model", *said), rows)


def _aer(best: Values | None, card: Values) -> str:
    if best is None:
        return "–" if card["alignment"] else "no attention"
    where = "" if best["layer"] is None else f" (layer {best['layer']}, head {best['head']})"
    return f"{best['aer']:.1f}{where}"


def robustness_table(cards: Sequence[Values]) -> str:
    measured = {card["name"]: card["robustness"] for card in cards if "robustness" in card}
    if not measured:
        return "Not measured yet: `python -m core card --robustness FILE`."
    shares = {
        (kind["kind"], name): kind["percent"] for name, report in measured.items() for kind in report["kinds"]
    }
    kinds = dict.fromkeys(kind for kind, _ in shares)
    rows = [[kind, *(_percent(shares.get((kind, name))) for name in measured)] for kind in kinds]
    rows.append(["all", *(f"{report['percent']:.1f}" for report in measured.values())])
    rows.append(["emoji kept", *(_percent(report["emoji_percent"]) for report in measured.values())])
    return table(("kind", *measured), rows)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def multi30k_table(trials: Sequence[Values]) -> str:
    """The mean of the seeds, and how far they lie apart."""
    if not trials:
        return "Not run yet."
    rows = []
    for name in _ordered(trials, "name"):
        for direction in sorted({row["direction"] for row in trials if row["name"] == name}):
            own = [row for row in trials if (row["name"], row["direction"]) == (name, direction)]
            best = [row["beam_5"]["bleu"] for row in own]
            means = [mean(best), mean(row["greedy"] for row in own), mean(row["beam_5_lower"] for row in own)]
            size = f"{own[0]['parameters'] / 1e6:.1f} M"
            spread = f"{min(best):.1f}–{max(best):.1f}"
            seeds = ", ".join(str(row["seed"]) for row in own)
            rows.append([name, arrow(direction), size, *(f"{value:.1f}" for value in means), spread, seeds])
    head = (
        "network",
        "direction",
        "parameters",
        "beam 5",
        "greedy",
        "beam 5, lower-cased",
        "from–to",
        "seeds",
    )
    return f"{table(head, rows)}\n\n`{trials[0]['signatures']['bleu']}`"


def _ordered(rows: Iterable[Values], key: str) -> list[str]:
    return list(dict.fromkeys(row[key] for row in rows))


def main() -> None:
    for path in sorted(MODELS.glob("*/card.json")):
        card = json.loads(path.read_text(encoding="utf-8"))
        (path.parent / CARD_FILE).write_text(card_page(card), encoding="utf-8")
    PAGE.write_text(page(read_cards(MODELS), *read_results(RESULTS)), encoding="utf-8")
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main()
