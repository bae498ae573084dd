"""Corrections as a translation memory, TMX 1.4b (gala-global.org/tmx-14b). Knows no SQL and no path."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from demo_app.store.records import CorrectionRecord
from demo_app.store.selection import SCHEMA_VERSION, Selection, plain

_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4">
<header creationtool="Interlinear" creationtoolversion="{SCHEMA_VERSION}" segtype="sentence" \
o-tmf="Interlinear" adminlang="en" srclang="*all*" datatype="plaintext"/>
<body>
"""
_TAIL = "</body>\n</tmx>\n"

_FACTS = {"x-verdict": "verdict", "x-status": "status", "x-hter": "hter", "x-model": "model_id"}
_LATER = (
    *("hter_signature", "edits", "comment", "reason", "checks", "score", "token_log_probs", "model_digest"),
    *("tokenizer_digest", "options", "signature", "user_role", "revised_role", "licence"),
    *("licence_accepted_at", "app_version", "duration_s", "revision", "is_control"),
)
"""Fields that became a `prop` with schema 0006 or later, if they hold anything: lists and objects as JSON."""
_MARK = "app_version"
"""A column that older snapshots do not have. Their files stay as they were, to the byte."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def write_tmx(selection: Selection, file: TextIO) -> int:
    """Write one translation unit a correction and return how many. What XML cannot hold becomes U+FFFD.

    The header has no date: the same corrections make the same bytes."""
    file.write(_HEAD)
    written = 0
    later = [name for name in _LATER if name in selection.columns] if _MARK in selection.columns else []
    for record in selection.pairs():
        file.write(_unit(record, later))
        written += 1
    file.write(_TAIL)
    return written


def _unit(record: CorrectionRecord, later: list[str]) -> str:
    created, changed = _moment(record.created_at), _moment(record.updated_at)
    people = _people(record) if later else ""
    return "".join(
        (
            f"<tu tuid={_attribute(record.id)} creationdate={created} changedate={changed}{people} "
            f"srclang={_attribute(record.source_language)}>\n",
            f"<note>Machine translation: {_text(record.machine_text)}</note>\n" * bool(record.machine_text),
            *(_prop(kind, getattr(record, name)) for kind, name in _FACTS.items()),
            *_later(record, later),
            _variant(record.source_language, record.source_text),
            _variant(record.target_language, record.corrected_text),
            "</tu>\n",
        )
    )


def _people(record: CorrectionRecord) -> str:
    ids = {"creationid": record.user_id, "changeid": record.revised_by}
    return "".join(f" {name}={_attribute(id_)}" for name, id_ in ids.items() if id_)


def _later(record: CorrectionRecord, names: list[str]) -> Iterator[str]:
    for name, value in plain(record, names).items():
        if value not in (None, "", (), {}):
            yield _prop("x-" + name.replace("_", "-"), value)


def _prop(kind: str, value: object) -> str:
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f'<prop type="{kind}">{_text(said)}</prop>\n'


def _variant(language: str, text: str) -> str:
    return f"<tuv xml:lang={_attribute(language)}><seg>{_text(text)}</seg></tuv>\n"


def _text(text: str) -> str:
    # A parser would read a bare carriage return as a line feed.
    return escape(_NO_XML.sub("\ufffd", text), {"\r": "&#13;"})


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", text))


def _moment(time: datetime) -> str:
    return f'"{time.astimezone(UTC):%Y%m%dT%H%M%SZ}"'
