"""A model card as Markdown, from the figures in `card.json`. Measures nothing."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from string import Template
from typing import Any

from core.evaluation.measures import LABELS
from core.report.card_findings import BEST_SEARCH, LEAST_SENTENCES, findings, head_name
from core.report.card_network import network
from core.report.markdown import arrow, table

_SIGNED = ("bleu", "chrf", "ter")


def card_page(card: dict[str, Any]) -> str:
    """The whole card."""
    template = Template(Path(__file__).with_name("card.txt").read_text(encoding="utf-8"))
    return template.substitute(
        name=card["name"],
        headline=_headline(card["directions"]),
        facts="\n".join(f"| {name} | {value} |" for name, value in _facts(card)),
        quality=_quality(card["quality"]),
        signatures=_signatures(card["quality"]),
        lengths=_lengths(card["quality"]),
        findings="\n".join(f"- {text}" for text in findings(card)),
        examples=_examples(card["examples"]),
        robustness=_robustness(card.get("robustness")),
        alignment=_alignment(card["alignment"]),
        data=_data(card["data"], card["noise"]),
    )


def _headline(directions: Sequence[str]) -> str:
    said = ", ".join(arrow(direction) for direction in directions)
    if len(directions) == 1:
        return f"{said}."
    return f"{said}: one network, told the target language by a tag before the source."


def run_name(model: Path) -> str:
    """What a run is called by, in whose folder the finished model lies as `model`."""
    return model.parent.name if model.name == "model" else model.name


def _facts(card: dict[str, Any]) -> Iterable[tuple[str, str]]:
    training = card["training"]
    minutes = round(training["duration_s"] / 60)
    start = training.get("start")
    begun = f"begun with the weights of {run_name(Path(start))}; " if start else ""
    yield "network", f"{network(card['network'])}; {card['parameters'] / 1e6:.1f} million parameters"
    yield "size", f"{card['size_bytes'] / 1e6:.1f} MB on disk, {card['stored_as']}"
    yield "command", f"`{card['command']}`, seed {training['seed']}"
    yield (
        "training",
        f"{begun}up to {training['epochs']:g} epochs, {training['steps']:,} steps, "
        f"{training['tokens_seen'] / 1e6:.1f} million target pieces, {training['precision']} products, "
        f"{minutes:,} minutes on {hardware(training)}",
    )
    averaged = training["averaged_checkpoints"]
    which = f"the average of the {averaged} best" if averaged > 1 else "the best"
    bleu = training.get("dev_bleu_greedy")
    measured = f"dev loss {training['dev_loss']:.3f}" if bleu is None else f"dev BLEU {bleu:.2f} (greedy)"
    yield "weights", f"{which} of its checkpoints, {measured}"
    if taught := training.get("alignment"):
        yield "aligner", _aligner(taught)
    yield "speed", speed(card)
    yield "model id", f"`{card['model_id']}`"


def hardware(training: dict[str, Any]) -> str:
    """What a run had to itself; several processes each had as much."""
    count = training.get("processes", 1)
    return f"{training['device']}{f' in each of {count} processes' if count > 1 else ''}"


def _aligner(taught: dict[str, Any]) -> str:
    head = f"--layer {taught['layer']} --head {taught['head']}{' --later' if taught.get('later') else ''}"
    pairs = f"--pairs {taught['pairs_of_each']} " if "pairs_of_each" in taught else ""
    command = f"python -m core guide --data FOLDER {pairs}{head} --epochs {taught['epochs']:g}"
    return f"afterwards a head was taught by `{command}`, on {taught['pairs']:,} linked examples"


def speed(card: dict[str, Any]) -> str:
    """Sentences a second of each search, and what a second is of."""
    rates = ", ".join(f"{rate:.0f} {search}" for search, rate in card["speed"].items())
    of = "a core" if card["measured_on"].startswith("CPU") else card["measured_on"]
    return f"{rates}; sentences a second of {of}, 64 at once"


def _quality(rows: Sequence[dict[str, Any]]) -> str:
    head = ("direction", "test set", "search", "BLEU", "chrF", "TER", "perplexity")
    return table(
        head,
        (
            (
                *(arrow(row["direction"]), f"`{row['data']}`, {row['sentences']:,}", row["search"]),
                *(f"{row[name]:.2f}" for name in (*_SIGNED, "perplexity")),
            )
            for row in rows
        ),
    )


def _signatures(rows: Sequence[dict[str, Any]]) -> str:
    """Each that occurs, with the directions that it holds for where there are several."""
    lines = []
    for name in _SIGNED:
        said: dict[str, list[str]] = {}
        for row in rows:
            said.setdefault(row["signatures"][name], []).append(arrow(row["direction"]))
        for signature, directions in said.items():
            where = f" ({', '.join(dict.fromkeys(directions))})" if len(said) > 1 else ""
            lines.append(f"- {LABELS[name]} `{signature}`{where}")
    return "\n".join(lines)


def _lengths(rows: Sequence[dict[str, Any]]) -> str:
    best = [row for row in rows if row["search"] == BEST_SEARCH]
    labels = list(dict.fromkeys(bucket["length"] for row in best for bucket in row["by_length"]))
    labels.sort(key=lambda label: int(label.rstrip("+").split("–")[0]))
    body = []
    for row in best:
        buckets = {bucket["length"]: bucket for bucket in row["by_length"]}
        body.append([arrow(row["direction"]), f"`{row['data']}`", *(_bucket(buckets.get(x)) for x in labels)])
    unit = best[0]["by_length"][0]["unit"]
    note = f"A dash stands for fewer than {LEAST_SENTENCES} sentences; a Chinese character counts as a word."
    return f"{table(('direction', 'test set', *(f'{x} {unit}' for x in labels)), body)}\n\n{note}"


def _bucket(bucket: dict[str, Any] | None) -> str:
    return f"{bucket['bleu']:.1f}" if bucket and bucket["sentences"] >= LEAST_SENTENCES else "–"


def _examples(rows: Sequence[dict[str, str]]) -> str:
    body = ((arrow(f"{row['source']}-{row['target']}"), row["text"], row["translation"]) for row in rows)
    return table(("direction", "source", "translation"), body)


def _robustness(report: dict[str, Any] | None) -> str:
    """Its own section, or nothing when it was not measured."""
    if report is None:
        return ""
    kinds = sorted(report["kinds"], key=lambda kind: kind["percent"])
    rows = [
        (kind["kind"], f"{kind['passed']} of {kind['lines']}", f"{kind['percent']:.1f}") for kind in kinds
    ]
    passed = sum(one["passed"] for one in kinds)
    rows.append(("all", f"{passed} of {report['lines']}", f"{report['percent']:.1f}"))
    return (
        f"## What visitors type\n\n`{report['data']}`, lines of our own: one passes if the output is not "
        "empty, repeats no four words three times, and drops no number and no address.\n\n"
        f"{table(('kind', 'passed', '%'), rows)}\n\n"
    )


def _alignment(tables: Sequence[dict[str, Any]]) -> str:
    """Its own section, or nothing for a model without attention or without gold links."""
    if not tables:
        return ""
    rows = []
    for found in tables:
        mean, best = found["heads"][0], found["best"]
        direction = arrow(found["direction"])
        said = direction if found["links"] == "argmax" else f"{direction} and back, links of both"
        cells = (f"{best['aer']:.1f}", f"{best['precision']:.1f}", f"{best['recall']:.1f}")
        name = head_name(best) if len(found["heads"]) > 1 else "the only one"
        rows.append((said, f"`{found['data']}`", f"{mean['aer']:.1f}", name, *cells))
    head = ("direction", "gold", "AER of the mean", "best head", "its AER", "precision", "recall")
    return (
        "## Attention as alignment\n\n"
        "Each target word linked with the source word it looked at most, against links by people "
        "(Och & Ney 2003), in percent; AER is better when lower. Every head is in `card.json`.\n\n"
        f"{table(head, rows)}\n\n"
    )


def _data(corpora: Sequence[dict[str, Any]], noise: float) -> str:
    lines = [
        f"- {corpus['name']}, {corpus['licence']}: {', '.join(_file(item) for item in corpus['files'])}. "
        f"{corpus['attribution']}"
        for corpus in corpora
    ]
    if noise:
        lines.append(f"- Of {100 * noise:g} % of the pairs, noisy copies made by this program as well.")
    return "\n".join(lines)


def _file(item: dict[str, Any]) -> str:
    notes = [f"{item['pairs']:,} pairs"] if item["pairs"] else []
    if item["weight"] != 1:
        notes.append(f"read {item['weight']:g} times an epoch")
    return f"`{item['file']}`" + (f" ({', '.join(notes)})" if notes else "")
