"""Between rows and records of corrections. Runs no SQL."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any, cast

from core.analysis.edits import hter
from core.errors import InputError, NotFoundError
from demo_app.store.records import (
    UNCHECKED,
    Assessment,
    CorrectionRecord,
    HypothesisRecord,
    NewCorrection,
    SegmentRecord,
    Status,
    TranslationRecord,
    Verdict,
)
from demo_app.store.schema import CorrectionRow, RevisionRow
from demo_app.store.search import search_text

_FIELDS = tuple(field.name for field in fields(CorrectionRecord))
_LISTS = ("checks", "source_ids", "target_ids", "n_best")


def to_record(row: CorrectionRow) -> CorrectionRecord:
    """The newest revision as a record."""
    values = {name: getattr(row, name) for name in _FIELDS}
    return CorrectionRecord(**values | {name: tuple(values[name]) for name in _LISTS})


def at_revision(newest: CorrectionRecord, revision: RevisionRow) -> CorrectionRecord:
    """The record as it was at a revision: only these nine fields ever differ."""
    return replace(
        newest,
        revision=revision.revision,
        corrected_text=revision.corrected_text,
        verdict=cast(Verdict, revision.verdict),
        status=cast(Status, revision.status),
        checks=tuple(revision.checks),
        hter=revision.hter,
        revised_by=revision.revised_by,
        updated_at=revision.updated_at,
        deleted_at=revision.deleted_at,
    )


def to_revision(record: CorrectionRecord) -> RevisionRow:
    """The row that keeps this revision for good."""
    return RevisionRow(
        correction_id=record.id,
        revision=record.revision,
        corrected_text=record.corrected_text,
        verdict=record.verdict,
        status=record.status,
        checks=list(record.checks),
        hter=record.hter,
        revised_by=record.revised_by,
        updated_at=record.updated_at,
        deleted_at=record.deleted_at,
    )


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
        verdict=new.verdict,
        status=assessed.status,
        checks=list(assessed.checks),
        hter=hter(hypothesis.text, new.corrected_text),
        duration_s=new.duration_s,
        user_id=new.user_id,
        revised_by=new.user_id,
        created_at=now,
        updated_at=now,
        deleted_at=None,
    )


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
        "model_id": translation.model_id,
        "options": translation.options,
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
