"""From stored corrections to what the Dataset tab shows. Pure: records in, plain values out."""

import math
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from demo_app.store.project_records import ProjectRecord
from demo_app.store.records import CorrectionRecord, Counts, Page, SnapshotRecord
from demo_app.ui.dataset_layout import direction_name
from demo_app.ui.strings import Strings
from demo_app.viz.edits import edit_list

Name = Callable[[str | None], str]
"""What a person is called, by the id of their account; None where nobody logged in."""


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
    if counts.quarantined:
        figures.append((words.set_aside, f"{counts.quarantined:,}"))
    return {"items": [{"name": name, "value": value} for name, value in figures]}


def editor_facts(strings: Strings, record: CorrectionRecord) -> dict[str, Any]:
    """What never changes about a correction, and what the quality gate found about its newest text."""
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
        "reasons": reason_sentences(strings, record),
        "set_aside": record.status == "quarantined",
    }


def reason_sentences(strings: Strings, record: CorrectionRecord) -> list[str]:
    """A sentence for each finding, severe ones first."""
    return reasons_in_words(strings, record.checks)


def reasons_in_words(strings: Strings, checks: Iterable[dict[str, Any]]) -> list[str]:
    """The same of the findings of any answer."""
    found = sorted(checks, key=lambda finding: finding.get("severity") != "severe")
    return [_reason(strings, finding) for finding in found]


def _reason(strings: Strings, finding: dict[str, Any]) -> str:
    """The sentence with its values; the bare name for a check of another release."""
    name = str(finding.get("check"))
    values = {
        key: strings.languages.get(str(value), value) for key, value in finding.get("values", {}).items()
    }
    try:
        return strings.checks[name].format_map(values)
    except KeyError:
        return name


def revision_rows(history: Iterable[CorrectionRecord], name: Name) -> list[dict[str, Any]]:
    """Newest first; `status` is `deleted` for a revision that hid it."""
    rows = [
        {
            "number": record.revision,
            "text": record.corrected_text,
            "when": moment(record.updated_at),
            "hter": percent(record.hter),
            "status": "deleted" if record.deleted_at and record.status != "withdrawn" else record.status,
            "who": name(record.revised_by),
            "reason": record.reason,
            "comment": record.comment,
        }
        for record in history
    ]
    return rows[::-1]


def export_offers(snapshots: Iterable[SnapshotRecord], projects: Iterable[ProjectRecord]) -> dict[str, Any]:
    """Value of the dialog that exports; `projects` are those where texts are rated."""
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "count": f"{one.counts['total']:,}",
            "beside": f"{one.beside:,}" if one.beside else "",
            "when": moment(one.created_at),
        }
        for one in snapshots
    ]
    return {"snapshots": rows, "projects": [{"id": one.id, "name": one.name} for one in projects]}


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
        "set_aside": record.status == "quarantined",
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
