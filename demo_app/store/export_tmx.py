"""Corrections as a translation memory, TMX 1.4b (gala-global.org/tmx-14b). Knows no SQL and no path."""

import re
from datetime import UTC, datetime
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from demo_app.store.records import CorrectionRecord
from demo_app.store.selection import SCHEMA_VERSION, Selection

_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4">
<header creationtool="Interlinear" creationtoolversion="{SCHEMA_VERSION}" segtype="sentence" \
o-tmf="Interlinear" adminlang="en" srclang="*all*" datatype="plaintext"/>
<body>
"""
_TAIL = "</body>\n</tmx>\n"

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def write_tmx(selection: Selection, file: TextIO) -> int:
    """Write one translation unit a correction and return how many. What XML cannot hold becomes U+FFFD.

    The header has no date: the same corrections make the same bytes."""
    file.write(_HEAD)
    written = 0
    for record in selection.pairs():
        file.write(_unit(record))
        written += 1
    file.write(_TAIL)
    return written


def _unit(record: CorrectionRecord) -> str:
    created, changed = _moment(record.created_at), _moment(record.updated_at)
    facts = {
        "x-verdict": record.verdict,
        "x-status": record.status,
        "x-hter": repr(record.hter),
        "x-model": record.model_id,
    }
    return "".join(
        (
            f"<tu tuid={_attribute(record.id)} creationdate={created} changedate={changed} "
            f"srclang={_attribute(record.source_language)}>\n",
            f"<note>Machine translation: {_text(record.machine_text)}</note>\n" * bool(record.machine_text),
            *(f'<prop type="{name}">{_text(value)}</prop>\n' for name, value in facts.items()),
            _variant(record.source_language, record.source_text),
            _variant(record.target_language, record.corrected_text),
            "</tu>\n",
        )
    )


def _variant(language: str, text: str) -> str:
    return f"<tuv xml:lang={_attribute(language)}><seg>{_text(text)}</seg></tuv>\n"


def _text(text: str) -> str:
    # A parser would read a bare carriage return as a line feed.
    return escape(_NO_XML.sub("\ufffd", text), {"\r": "&#13;"})


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", text))


def _moment(time: datetime) -> str:
    return f'"{time.astimezone(UTC):%Y%m%dT%H%M%SZ}"'
