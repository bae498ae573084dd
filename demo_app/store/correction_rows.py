"""Between rows and records of corrections. Runs no SQL."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from core.analysis.edits import HTER_SIGNATURE, hter, operations
from core.errors import InputError, NotFoundError
from core.signature import VERSION
from demo_app.store.judgement_records import NewJudgement
from demo_app.store.records import (
    UNCHECKED,
    Assessment,
    CorrectionRecord,
    HypothesisRecord,
    NewCorrection,
    SegmentRecord,
    TranslationRecord,
)
from demo_app.store.schema import CorrectionRow, RevisionRow
from demo_app.store.search import search_text
from demo_app.store.selection import REVISED

_FIELDS = tuple(field.name for field in fields(CorrectionRecord))


def to_record(row: CorrectionRow) -> CorrectionRecord:
    """The newest revision as a record."""
    return CorrectionRecord(**_values(row, _FIELDS))


def at_revision(newest: CorrectionRecord, revision: RevisionRow) -> CorrectionRecord:
    """The record as it was at a revision."""
    return replace(newest, **_values(revision, REVISED))


def to_revision(record: CorrectionRecord) -> RevisionRow:
    """The row that keeps this revision for good."""
    return RevisionRow(correction_id=record.id, **{name: getattr(record, name) for name in REVISED})


def measured(machine_text: str, corrected_text: str) -> dict[str, Any]:
    """What follows from the two texts, by field."""
    return {
        "edits": operations(machine_text, corrected_text),
        "hter": hter(machine_text, corrected_text),
        "hter_signature": HTER_SIGNATURE,
    }


def first_revision(
    correction_id: str,
    new: NewCorrection,
    translation: TranslationRecord,
    now: datetime,
    assessed: Assessment = UNCHECKED,
) -> CorrectionRow:
    """A new correction with its facts from the translation. Raises as `find_hypothesis` does.

    `right` about another text than the machine's raises `InputError`."""
    segment, hypothesis = find_hypothesis(new, translation)
    if new.verdict == "right" and new.corrected_text != hypothesis.text:
        raise InputError("Only the machine's own text can be called right, but this text differs; save it.")
    return CorrectionRow(
        id=correction_id,
        revision=1,
        **_facts(translation, segment, hypothesis),
        segment_index=new.segment_index,
        hypothesis_index=new.hypothesis_index,
        corrected_text=new.corrected_text,
        search_text=search_text(segment.source_text, hypothesis.text, new.corrected_text),
        **measured(hypothesis.text, new.corrected_text),
        verdict=new.verdict,
        status=assessed.status,
        reason="",
        comment=new.comment,
        checks=assessed.checks,
        duration_s=new.duration_s,
        is_control=new.is_control,
        **signed(new),
        app_version=VERSION,
        created_at=now,
        updated_at=now,
        deleted_at=None,
    )


def signed(new: NewCorrection | NewJudgement) -> dict[str, Any]:
    """What a first revision says of whoever gave it."""
    return {
        "user_id": new.user_id,
        "user_role": new.user_role,
        "revised_by": new.user_id,
        "revised_role": new.user_role,
        "licence": new.licence,
        "licence_accepted_at": new.licence_accepted_at,
    }


def _facts(
    translation: TranslationRecord, segment: SegmentRecord, hypothesis: HypothesisRecord
) -> dict[str, Any]:
    """What no revision changes, because it was so when the person saw it."""
    return {
        "translation_id": translation.id,
        "source_language": translation.source_language,
        "target_language": translation.target_language,
        "source_text": segment.source_text,
        "machine_text": hypothesis.text,
        "score": hypothesis.score,
        "token_log_probs": hypothesis.token_log_probs,
        "model_id": translation.model_id,
        "model_digest": translation.model_digest,
        "tokenizer_digest": translation.tokenizer_digest,
        "options": translation.options,
        "signature": translation.signature,
        "source_ids": list(segment.source_ids),
        "target_ids": list(hypothesis.ids),
        "n_best": [each.text for each in segment.hypotheses],
    }


def find_hypothesis(
    new: NewCorrection, translation: TranslationRecord
) -> tuple[SegmentRecord, HypothesisRecord]:
    """What the correction is about; raises `NotFoundError` if that was never shown."""
    # A negative index would count from the end.
    if 0 <= new.segment_index < len(translation.segments):
        segment = translation.segments[new.segment_index]
        if 0 <= new.hypothesis_index < len(segment.hypotheses):
            return segment, segment.hypotheses[new.hypothesis_index]
    raise NotFoundError(
        f"The translation {translation.id!r} must have segment {new.segment_index} with hypothesis "
        f"{new.hypothesis_index}, but has not; correct one that it has."
    )


def _values(row: CorrectionRow | RevisionRow, names: tuple[str, ...]) -> dict[str, Any]:
    """JSON has lists only; records are frozen all the way down."""
    values = ((name, getattr(row, name)) for name in names)
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values}
