"""From what awaits review to what the Review tab shows. Pure: records in, plain values out."""

from collections.abc import Iterable
from typing import Any, Protocol

from core.analysis.spans import read_spans
from demo_app.services.review import ReviewedItem, ShownVersion
from demo_app.store.judgement_records import JudgementRecord
from demo_app.store.project_records import ItemRecord, ProjectRecord
from demo_app.store.records import AWAITING
from demo_app.store.review_records import JudgedItem, Version
from demo_app.ui.annotate_render import asked_value, given
from demo_app.ui.dataset_render import moment, percent, reasons_in_words
from demo_app.ui.projects_render import pseudonym
from demo_app.ui.strings import Strings
from demo_app.viz.marked_text import missing, stretches


class Asks(Protocol):
    """What is to be known of whoever looks at judgements."""

    def may_decide(self, judgement: JudgementRecord) -> bool: ...
    def shown(self, judgement: JudgementRecord) -> dict[str, Any]: ...


_PREVIEW_CHARS = 200


def correction_rows(strings: Strings, versions: Iterable[Version]) -> list[dict[str, Any]]:
    """Rows of the queue; versions of one item are one row, where its first stands."""
    rows: dict[str, dict[str, Any]] = {}
    for version in versions:
        record = version.record
        row = rows.setdefault(
            version.item_id or record.id, _row(strings, record.id, record.source_text, record)
        )
        row["count"] += 1
        row["flag"] = row["flag"] or version.flag or ""
        row["note"] = row["note"] or f"HTER {percent(record.hter)}"
    return list(rows.values())


def judgement_row(strings: Strings, judged: JudgedItem) -> dict[str, Any]:
    """The judgements of one item as a row."""
    records = [one.record for one in judged.versions]
    row = _row(strings, records[0].id, judged.item.source_text, records[0])
    note = ", ".join(str(one.answer["score"]) for one in records if one.kind == "rating")
    flag = next((one.flag for one in judged.versions if one.flag), "")
    return {**row, "count": len(records), "note": note, "flag": flag}


def correction_value(strings: Strings, reviewed: ReviewedItem, project: str) -> dict[str, Any]:
    """All that was made of one text, side by side."""
    first = reviewed.versions[0].record
    return {
        "kind": "correction",
        "key": reviewed.id or first.id,
        "item": reviewed.id or "",
        "project": project,
        "source": first.source_text,
        "machine": first.machine_text,
        "source_language": first.source_language,
        "target_language": first.target_language,
        "versions": [_version(strings, number, one) for number, one in enumerate(reviewed.versions, start=1)],
    }


def judged_value(
    strings: Strings, judged: JudgedItem, project: ProjectRecord, person: Asks
) -> dict[str, Any]:
    """Ratings or comparisons of one item; errors are drawn on its text."""
    item, kind = judged.item, judged.versions[0].record.kind
    return {
        "kind": kind,
        "key": item.id,
        "item": item.id,
        "project": project.name,
        "source": item.source_text,
        "machine": item.candidates[0].text if item.candidates and kind == "rating" else "",
        "source_language": project.source_language,
        "target_language": project.target_language,
        "versions": [
            {
                **_judged(strings, number, one.record, item),
                "flag": one.flag or "",
                "may_decide": person.may_decide(one.record),
                # What a reviewer needs to answer in the annotator's place.
                "asked": asked_value(strings, project, person.shown(one.record)),
                "given": given(one.record),
            }
            for number, one in enumerate(judged.versions, start=1)
        ],
    }


def _row(strings: Strings, id_: str, source: str, record: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "source": source[:_PREVIEW_CHARS],
        "who": pseudonym(strings, record.user_id),
        "when": f"{record.created_at:%Y-%m-%d}",
        "count": 0,
        "flag": "",
        "note": "",
    }


def _version(strings: Strings, number: int, one: ShownVersion) -> dict[str, Any]:
    record = one.record
    return {
        **_answer(strings, number, record, "version"),
        "may_decide": one.may_decide,
        "edits": [{"kind": edit.kind, "before": edit.before, "after": edit.after} for edit in one.edits],
        "text": record.corrected_text,
        "verdict": record.verdict,
        "figure": percent(record.hter),
        "flag": one.flag or "",
    }


def _judged(strings: Strings, number: int, record: JudgementRecord, item: ItemRecord) -> dict[str, Any]:
    value = _answer(strings, number, record, "answer")
    if record.kind == "comparison":
        places = sorted(range(len(item.candidates)), key=lambda place: record.answer["ranks"][place])
        ranked = [
            {
                "rank": strings.review["rank"].format(rank=record.answer["ranks"][place]),
                "best": record.answer["ranks"][place] == 1,
                "text": item.candidates[place].text,
                "made_by": item.candidates[place].made_by,
            }
            for place in places
        ]
        return {**value, "figure": "", "ranked": ranked}
    spans = read_spans(record.answer["spans"])
    marked = {"marked": stretches(item.candidates[0].text, spans), "missing": missing(spans)}
    return {**value, **marked, "figure": str(record.answer["score"]), "errors": len(spans)}


def _answer(strings: Strings, number: int, record: Any, kind: str) -> dict[str, Any]:
    """What corrections and judgements have in common."""
    status = "deleted" if record.deleted_at else record.status
    return {
        "id": record.id,
        "revision": record.revision,
        "number": number,
        "name": strings.review[kind].format(number=number),
        "who": pseudonym(strings, record.user_id),
        "when": moment(record.created_at),
        "seconds": strings.review["seconds"].format(seconds=f"{record.duration_s:.0f}"),
        "status": status,
        "awaits": status in AWAITING,
        "reason": record.reason,
        "comment": record.comment,
        "reasons": reasons_in_words(strings, record.checks),
    }
