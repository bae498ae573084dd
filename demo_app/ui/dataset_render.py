"""From stored corrections to what the Dataset tab shows. Pure: records in, plain values out."""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from demo_app.store.records import CorrectionRecord, Counts, Page, SnapshotRecord
from demo_app.ui.dataset_layout import direction_name
from demo_app.ui.strings import Strings
from demo_app.viz.edits import edit_list


def record_rows(page: Page, empty: str) -> dict[str, Any]:
    """Value of the list; `empty` says why an empty one is, if not because nothing was corrected yet."""
    return {"rows": [_row(record) for record in page.rows], "selected": None, "empty": empty}


def headline(strings: Strings, counts: Counts) -> dict[str, Any]:
    """Total, each direction, mean HTER."""
    hter = "–" if counts.mean_hter is None else percent(counts.mean_hter)
    names = strings.languages
    directions = [(direction_name(names, *pair), f"{count:,}") for pair, count in counts.by_direction.items()]
    words = strings.dataset
    figures = [(words.total, f"{counts.total:,}"), *directions, (words.mean_hter, hter)]
    return {"items": [{"name": name, "value": value} for name, value in figures]}


def editor_facts(strings: Strings, record: CorrectionRecord) -> dict[str, Any]:
    """What never changes about a correction."""
    facts = [
        direction_name(strings.languages, record.source_language, record.target_language),
        strings.verdicts[record.verdict],
        record.model_id,
        _search_words(strings, record.options),
    ]
    return {
        "source": record.source_text,
        "machine": record.machine_text,
        "source_language": record.source_language,
        "target_language": record.target_language,
        "facts": [fact for fact in facts if fact],
    }


def revision_rows(history: Iterable[CorrectionRecord]) -> list[dict[str, Any]]:
    """Newest first."""
    rows = [
        {
            "number": record.revision,
            "text": record.corrected_text,
            "when": moment(record.updated_at),
            "hter": percent(record.hter),
        }
        for record in history
    ]
    return rows[::-1]


def snapshot_rows(snapshots: Iterable[SnapshotRecord]) -> dict[str, Any]:
    """Value of the dialog that exports."""
    rows = [
        {"id": one.id, "name": one.name, "count": f"{one.counts['total']:,}", "when": moment(one.created_at)}
        for one in snapshots
    ]
    return {"snapshots": rows}


def percent(rate: float) -> str:
    """Example: `percent(0.25)` is `25 %`."""
    # Halves go up, as they do in the page's scripts; a format would round 12.5 to 12.
    return f"{math.floor(rate * 100 + 0.5)} %"


def moment(time: datetime) -> str:
    """To the minute, UTC."""
    return time.strftime("%Y-%m-%d %H:%M")


def _row(record: CorrectionRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "source": record.source_text,
        "machine": record.machine_text,
        "edits": edit_list(record.machine_text, record.corrected_text),
        "hter": percent(record.hter),
        "verdict": record.verdict,
        "direction": f"{record.source_language} → {record.target_language}",
        "model": record.model_id,
        "when": moment(record.updated_at),
        "source_language": record.source_language,
        "target_language": record.target_language,
    }


def _search_words(strings: Strings, options: dict[str, Any]) -> str:
    if not options:
        return ""  # Imported: nobody knows.
    if options.get("mode") == "beam":
        return f"{strings.decoding['beam']} {options.get('beam_size')}"
    return strings.decoding[options.get("mode", "greedy")]
