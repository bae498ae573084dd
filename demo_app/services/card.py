"""The card of a dataset: what is in a file, where it came from, what may be done with it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from demo_app.store.fields import MEANINGS
from demo_app.store.records import STATUSES, SnapshotRecord
from demo_app.store.selection import COLUMNS, SCHEMA_VERSION
from demo_app.store.tally import HTER_STEPS, Tally

_FIELDS_OF = {
    "tsv": "One line a correction, no header: source, corrected text, machine text, source language, target "
    "language. Tabs and line ends in a text became spaces.",
    "tmx": "TMX 1.4b, one `tu` a correction: source and corrected text; the machine's text is its `note`, "
    "what else is known its `prop`s.",
    "preferences": "One JSON object a line: `prompt` (the source), `chosen` (the corrected text), `rejected` "
    "(the machine's), `source_language`, `target_language`, `id`, `user_id` (a pseudonym), `user_role`, "
    "`licence`, `licence_accepted_at`, `chosen_by` and `rejected_by` (the model that wrote it, null for the "
    "person). After the corrections come outputs that people compared and words that they chose in the "
    "lab, of a snapshot those that it holds; the counts do not hold these.",
    "ratings": "One JSON object a line, with the fields of the WMT's releases of ESA: a score from 0 to 100, "
    "its `z` among those of its rater in its project, and marked errors, of one translation. The counts, "
    "which are of corrections, do not hold these.",
    "judgements": "One JSON object a line: a rating, a comparison or words chosen in the lab, with all "
    "revisions, its item, its project and how a model wrote the texts. The counts do not hold these.",
}
BESIDE = ("ratings", "comparisons", "choices")
"""What a snapshot may hold beside corrections, by the names of its counts."""
_AGREED = {
    "alpha": "α",
    "alpha_standardised": "α of z-scores",
    "alpha_spans": "α of marked errors",
    "chrf": "chrF",
    "ter": "TER",
}
"""Figures of agreement, by their names in `AgreementFigures`."""
_PAIRS_ONLY = "Left out of the file: what is deleted, rejected or quarantined"
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


@dataclass(frozen=True)
class CardFacts:
    """What the corrections themselves do not tell."""

    kind: str
    """Of the file that the card describes."""
    licence: str
    made_at: datetime
    asked: Mapping[str, Any]
    """The filter, as `CorrectionQuery` has it."""
    agreement: Sequence[Mapping[str, Any]] | None
    """As `AgreementService.behind`; None where nobody kept it."""
    ties: int
    """Pairs of outputs that people ranked alike."""
    snapshot: SnapshotRecord | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Fields that records have in the file."""
        return self.snapshot.columns if self.snapshot else COLUMNS


def make_card(facts: CardFacts, tally: Tally) -> str:
    """Markdown that begins as cards on the Hugging Face hub do."""
    sections = (
        _front(facts, tally),
        "# Corrections of machine translations\n",
        _what(facts, tally),
        "## Counts\n\n" + _counts(facts, tally),
        "## How much was changed\n\n" + _changed(facts, tally),
        "## Agreement\n\n" + _agreement(facts),
        "## How it was made\n\n" + _made(tally),
        "## Fields\n\n" + _fields(facts),
        f"## Licence\n\n{facts.licence}\n",
    )
    return "\n".join(sections)


def _front(facts: CardFacts, tally: Tally) -> str:
    codes = sorted({code for pair in tally.languages for code in pair})
    size = next((name for above, name in _SIZES if tally.total < above), "n>1M")
    lines = (
        "---",
        f"license: {facts.licence.lower().replace(' ', '-')}",
        "language:",
        *(f"- {code}" for code in codes),
        "task_categories:",
        "- translation",
        "size_categories:",
        f"- {size}",
        "---",
    )
    return "\n".join(lines) + "\n"


def _what(facts: CardFacts, tally: Tally) -> str:
    lines = [f"{tally.total:,} sentences that a model translated and people corrected, or called right."]
    if facts.snapshot:
        lines.append(
            f"Snapshot {_code(facts.snapshot.name)}, frozen on {facts.made_at:%Y-%m-%d}; its id, "
            f"`{facts.snapshot.id}`, is the SHA-256 of {_summed(facts.snapshot)}."
        )
    else:
        lines.append(f"Exported on {facts.made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC.")
    narrowed = ", ".join(
        f"{name} {_code(value)}" for name, value in facts.asked.items() if _narrows(name, value)
    )
    lines.append(f"Filter: {narrowed or 'none'}.")
    return "\n".join(lines) + "\n"


def _summed(snapshot: SnapshotRecord) -> str:
    """What the id of a snapshot is a checksum of."""
    beside = {name: snapshot.counts[name] for name in BESIDE if name in snapshot.counts}
    if not beside:
        return "its export as JSON lines"
    told = ", ".join(f"{count:,} {name}" for name, count in beside.items())
    return f"its exports as JSON lines, ratings and preferences, one after the other; it also holds {told}"


def _counts(facts: CardFacts, tally: Tally) -> str:
    directions = (
        (f"{source} → {target}", count) for (source, target), count in tally.languages.most_common()
    )
    rows = (
        *(("direction", name, count) for name, count in directions),
        *(("verdict", name, count) for name, count in tally.verdicts.most_common()),
        *(("status", name, count) for name, count in tally.statuses.most_common()),
        *(("model", _code(name), count) for name, count in tally.models.most_common()),
        *([("deleted", "", tally.deleted)] if tally.deleted else ()),
        *(_consents(tally) if "licence" in facts.columns else ()),
    )
    return _table(("by", "", "corrections"), rows)


def _consents(tally: Tally) -> Iterable[tuple[str, str, int]]:
    for name, count in tally.licences.most_common():
        yield "licence accepted by the writer", _code(name) if name else "nobody was asked", count


def _changed(facts: CardFacts, tally: Tally) -> str:
    ranges = (f"{low:g}–{high:g}" for low, high in pairwise(HTER_STEPS))
    names = (f"{HTER_STEPS[0]:g}", *ranges, f"above {HTER_STEPS[-1]:g}")
    rows = ((name, tally.hter_classes[place]) for place, name in enumerate(names))
    mean = "–" if tally.mean_hter is None else f"{tally.mean_hter:.3f}"
    said = "HTER: edits per word of the corrected text (Snover et al. 2006). Mean: "
    table = f"{said}{mean}.\n\n" + _table(("HTER", "corrections"), rows)
    if "hter_signature" not in facts.columns:
        return table
    # Figures of two kinds are in one mean where corrections are older than a change of the measure.
    signatures = ((_code(name), count) for name, count in tally.hter_signatures.most_common())
    return table + "\n" + _table(("signature of HTER", "corrections"), signatures)


def _agreement(facts: CardFacts) -> str:
    return "\n".join(filter(None, (_figures(facts.agreement), _ties(facts.ties))))


def _figures(agreement: Sequence[Mapping[str, Any]] | None) -> str:
    if agreement is None:
        return "It was not kept when this was frozen.\n"
    if not agreement:
        return "Nothing of this was answered in a project, where several people have the same text.\n"
    head = ("project", "task", "texts of two people or more", *_AGREED.values())
    rows = (
        (one["project"], one["task"], one["shared_items"], *(_figure(one[name]) for name in _AGREED))
        for one in agreement
    )
    said = (
        "Of all answers in the projects that this comes from, as far as they may be trained on. α is "
        "Krippendorff's: 1 where people agree, 0 where they agree as by chance. chrF (0 to 100) and TER are "
        "between corrections of the same text.\n\n"
    )
    return said + _table(head, rows)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _ties(count: int) -> str:
    if not count:
        return ""
    said = "Pairs of translations that people compared and called equally good"
    return f"{said}: {count:,}. Files of preferences cannot hold them.\n"


def _made(tally: Tally) -> str:
    span = (
        f"from {tally.first_at:%Y-%m-%d} to {tally.last_at:%Y-%m-%d}" if tally.last_at else "at no time yet"
    )
    return (
        "A model translated each sentence, and a person edited the translation or called it right, in "
        f"Interlinear, {span}. What has the status `accepted` was accepted by a reviewer. Under the model "
        "named `imported` are pairs that were brought in from files.\n"
    )


def _fields(facts: CardFacts) -> str:
    if facts.kind in _FIELDS_OF:
        return f"{_FIELDS_OF[facts.kind]} {_PAIRS_ONLY}.\n"
    whole = ("schema_version", *facts.columns, "history") if facts.kind == "jsonl" else facts.columns
    rows = ((f"`{name}`", *MEANINGS[name]) for name in whole)
    return f"Schema version {SCHEMA_VERSION}.\n\n" + _table(("field", "type", "meaning"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    def line(cells: Iterable[object]) -> str:
        texts = (f"{cell:,}" if isinstance(cell, int) else _plain(cell).replace("|", "\\|") for cell in cells)
        return "| " + " | ".join(texts) + " |"

    return "\n".join((line(head), "|" + "---|" * len(head), *map(line, rows))) + "\n"


def _code(value: Any) -> str:
    """Shown as it is."""
    return "`" + _plain(value).replace("`", "'") + "`"


def _narrows(name: str, value: Any) -> bool:
    """Whether a part of a filter leaves anything out."""
    return bool(value) and not (name == "statuses" and set(value) >= set(STATUSES))


def _plain(value: Any) -> str:
    """On one line."""
    text = ", ".join(value) if isinstance(value, list | tuple) else str(value)
    return " ".join(text.split())
