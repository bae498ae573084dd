"""Ratings with their marked errors, in the columns of the WMT releases. Knows no SQL and no path.

ESA as JSON lines (github.com/wmt-conference/wmt24-news-systems), MQM as TSV
(github.com/google/wmt-mqm-human-evaluation)."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from core.analysis.spans import MQM_WEIGHTS, ErrorSpan, mqm_weight, read_spans
from demo_app.store.export import defuse, json_line
from demo_app.store.project_records import ProjectRecord
from demo_app.store.selection import VINTAGE, Judged, time_text

MQM_COLUMNS = (
    *("system", "doc", "doc_id", "seg_id", "rater", "source", "target", "category", "severity", "metadata"),
)
NO_ERROR = "No-error"
"""Category and severity of the one line of a rating without errors."""
_SINCE = {
    1: ("z",),
    2: ("annotator_role", "licence_accepted_at", "app_version"),
    4: ("is_control", "provenance"),
}
"""Fields by the vintage that first had them."""
_BY_AUTHOR = 3
"""The vintage whose times are those of whoever rated. Before, they ended with the newest revision."""
_BREAKS = re.compile("[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""Tabs, and all that any reader takes for the end of a line. Each becomes one space: places stay."""


def write_esa(ratings: Iterable[Judged], file: TextIO, *, vintage: int = VINTAGE) -> int:
    """Write one JSON object a rating and return how many.

    Places are code points of `tgt`, the end not included; `missing` for what is not in it. `vintage`: as
    `Selection.vintage`."""
    left_out = [name for since, names in _SINCE.items() if since > vintage for name in names]
    written = 0
    for judged in ratings:
        line = _esa(judged, vintage)
        for name in left_out:
            del line[name]
        file.write(json_line(line))
        written += 1
    return written


def write_mqm(ratings: Iterable[Judged], file: TextIO) -> int:
    """Write a header and one line an error, `<v>` around it in the target, and return how many ratings.

    A cell that a spreadsheet would run as a formula has a quote before it, as in CSV."""
    file.write("\t".join(MQM_COLUMNS) + "\n")
    written = 0
    for judged in ratings:
        for cells in _mqm_lines(judged):
            file.write("\t".join(defuse(_BREAKS.sub(" ", cell)) for cell in cells) + "\n")
        written += 1
    return written


def _esa(judged: Judged, vintage: int) -> dict[str, Any]:
    project, record, item, z, written = judged
    output = item.candidates[0]
    spans = read_spans(record.answer["spans"])
    accepted_at = record.licence_accepted_at
    # The time taken was measured when the rating was given, not when somebody decided about it.
    ended_s = (record.created_at if vintage >= _BY_AUTHOR else record.updated_at).timestamp()
    return {
        "langs": f"{project.source_language}-{project.target_language}",
        "line_id": item.line - 1,
        "doc_id": project.name,
        "src": item.source_text,
        "tgt": output.text,
        "system": output.made_by,
        "annotator": record.user_id or "",
        "esa_score": record.answer["score"],
        "z": z,
        "esa_spans": list(map(_wmt_span, spans)),
        "proposed_spans": list(map(_wmt_span, read_spans(record.answer["proposed"]))),
        "mqm_weight": mqm_weight(spans, _weights(project)),
        "times": [ended_s - record.duration_s, ended_s],
        "comment": record.comment,
        "status": record.status,
        "checks": list(record.checks),
        "annotator_role": record.user_role,
        "licence": record.licence,
        "licence_accepted_at": accepted_at and time_text(accepted_at),
        "app_version": record.app_version,
        "is_control": item.is_control,
        "provenance": written[0] and vars(written[0]),
        "item_id": item.id,
        "id": record.id,
        "revision": record.revision,
    }


def _weights(project: ProjectRecord) -> Mapping[str, float]:
    """Of errors: the project's, or those of Freitag et al. 2021."""
    return {**MQM_WEIGHTS, **project.rules.get("mqm_weights", {})}


def _wmt_span(span: ErrorSpan) -> dict[str, Any]:
    place: dict[str, Any] = {"start_i": span.start, "end_i": span.end}
    if span.is_missing:
        place = {"start_i": "missing", "end_i": "missing"}
    return place | {"severity": span.severity, "error_type": span.category}


def _mqm_lines(judged: Judged) -> Iterable[Sequence[str]]:
    project, record, item, z, _ = judged
    output = item.candidates[0]
    segment = str(item.line)
    head = output.made_by, project.name, segment, segment, record.user_id or "", item.source_text
    about = {"id": record.id, "score": record.answer["score"], "z": z, "status": record.status}
    # The line, which is what `seg_id` means, stands in each file of a project.
    about |= {"is_control": item.is_control, "item_id": item.id}
    metadata = json.dumps(about, ensure_ascii=False)
    for span in read_spans(record.answer["spans"]):
        category = span.category or ("Accuracy/Omission" if span.is_missing else "Other")
        yield *head, _marked(output.text, span), category, span.severity.capitalize(), metadata
    if not record.answer["spans"]:
        yield *head, output.text, NO_ERROR, NO_ERROR, metadata


def _marked(text: str, span: ErrorSpan) -> str:
    if span.start is None or span.end is None:
        return text
    return f"{text[: span.start]}<v>{text[span.start : span.end]}</v>{text[span.end :]}"
