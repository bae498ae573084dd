"""Corrections as pairs of sentences to learn from: TSV, and preferences. Knows no SQL and no path."""

import re
from itertools import chain
from typing import Any, TextIO

from demo_app.store.export import json_line
from demo_app.store.provenance import Provenance, of_machine_text
from demo_app.store.records import CorrectionRecord
from demo_app.store.selection import Preference, Selection, time_text

_BREAKS = re.compile("[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
"""Tabs, and all that any reader takes for the end of a line."""
_SINCE = {
    1: ("user_id", "licence", "chosen_by", "rejected_by"),
    2: ("user_role", "licence_accepted_at"),
    4: ("is_control", "chosen_provenance", "rejected_provenance"),
}
"""Fields by the vintage that first had them."""
_OBJECTS = ("chosen_provenance", "rejected_provenance")


def write_tsv(selection: Selection, file: TextIO) -> int:
    """Write source, corrected and machine text, source and target language; no header, no quotes.

    What `core.text.corpus` reads. A text is one line there, so a break in it becomes a space."""
    written = 0
    for record in selection.pairs():
        texts = record.source_text, record.corrected_text, record.machine_text
        cells = *(_BREAKS.sub(" ", text) for text in texts), record.source_language, record.target_language
        file.write("\t".join(cells) + "\n")
        written += 1
    return written


def write_preferences(selection: Selection, file: TextIO) -> int:
    """Write, as JSON lines, what was preferred to what: where a person changed a text of the machine's, or
    preferred one of several.

    `prompt`, `chosen` and `rejected` are what trainers of DPO and CPO ask for."""
    written = 0
    left_out = {name for since, names in _SINCE.items() if since > selection.vintage for name in names}
    corrected = (
        _corrected(one)
        for one in selection.pairs()
        if one.machine_text and one.corrected_text != one.machine_text
    )
    for preference in chain(corrected, selection.preferences):
        values = vars(preference) | {name: _plain(getattr(preference, name)) for name in _OBJECTS}
        if accepted_at := preference.licence_accepted_at:
            values["licence_accepted_at"] = time_text(accepted_at)
        file.write(json_line({name: value for name, value in values.items() if name not in left_out}))
        written += 1
    return written


def _plain(provenance: Provenance | None) -> dict[str, Any] | None:
    return None if provenance is None else vars(provenance)


def _corrected(record: CorrectionRecord) -> Preference:
    return Preference(
        prompt=record.source_text,
        chosen=record.corrected_text,
        rejected=record.machine_text,
        source_language=record.source_language,
        target_language=record.target_language,
        id=record.id,
        user_id=record.user_id,
        user_role=record.user_role,
        licence=record.licence,
        licence_accepted_at=record.licence_accepted_at,
        rejected_by=record.model_id,
        is_control=record.is_control,
        rejected_provenance=of_machine_text(record),
    )
