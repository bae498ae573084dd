"""Translations as they were made. They are added and read, never changed."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFoundError
from core.options import options_to_dict
from core.results import Hypothesis, SegmentTranslation, Translation
from demo_app.store.engine import Database
from demo_app.store.memory_records import Recollection, Remembered
from demo_app.store.records import HypothesisRecord, SegmentRecord, TranslationRecord
from demo_app.store.schema import TranslationRow
from demo_app.store.search import require_storable

_MEMORY = ("from_correction", "suggestion")


class Translations:
    """Every translation that a person was shown, with the ids to recompute its attention from."""

    def __init__(self, database: Database, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._database, self._clock, self._new_id = database, clock, new_id

    def add(self, translation: Translation, recalled: Sequence[Recollection] = ()) -> TranslationRecord:
        """Store a translation; it is on disk when this returns. `recalled`: one a segment, or none."""
        record = with_memory(to_record(translation, self._new_id(), self._clock()), recalled)
        for text in (record.source_text, *(h.text for s in record.segments for h in s.hypotheses)):
            require_storable(text)
        segments = [asdict(segment) for segment in record.segments]
        with self._database.writing() as session:
            session.add(TranslationRow(**{**vars(record), "segments": segments}))
        return record

    def get(self, translation_id: str) -> TranslationRecord:
        """The translation with this id; raises `NotFoundError`."""
        with self._database.reading() as session:
            return find_translation(session, translation_id)

    def typed(self, source_language: str, target_language: str, at_most: int) -> list[str]:
        """Sentences of the newest translations of this direction, each once, the newest first."""
        row = TranslationRow
        found = (
            select(row.segments)
            .where(row.source_language == source_language, row.target_language == target_language)
            .order_by(row.seq.desc())
            .limit(at_most)
        )
        with self._database.reading() as session:
            texts = (part["source_text"] for segments in session.scalars(found) for part in segments)
            # Of what was imported some sentences are empty (`judged_records.only`).
            return list(dict.fromkeys(filter(None, texts)))[:at_most]


def to_record(translation: Translation, translation_id: str, created_at: datetime) -> TranslationRecord:
    """The translation as plain values."""
    return TranslationRecord(
        id=translation_id,
        created_at=created_at,
        source_language=translation.source_language,
        target_language=translation.target_language,
        source_text=translation.source_text,
        target_text=translation.text,
        segments=tuple(map(_segment, translation.segments)),
        options=options_to_dict(translation.options),
        model_id=translation.model_id,
        duration_s=translation.duration_s,
        model_digest=translation.origin.model_digest,
        tokenizer_digest=translation.origin.tokenizer_digest,
        signature=translation.origin.signature,
    )


def with_memory(record: TranslationRecord, recalled: Sequence[Recollection]) -> TranslationRecord:
    """What the memory had to say of each segment; corrections are part of the text."""
    if not recalled:
        return record
    segments = tuple(
        replace(
            segment,
            from_correction=one.correction,
            suggestion=one.suggestion,
            examples=tuple(found.correction_id for found in one.examples),
        )
        for segment, one in zip(record.segments, recalled, strict=True)
    )
    return replace(record, segments=segments, target_text="".join(map(_shown, segments)).strip())


def _shown(segment: SegmentRecord) -> str:
    found = segment.from_correction
    return (segment.hypotheses[0].text if found is None else found.text) + segment.separator


def find_translation(session: Session, translation_id: str) -> TranslationRecord:
    """As `Translations.get`, inside a transaction that is under way."""
    row = session.scalar(select(TranslationRow).where(TranslationRow.id == translation_id))
    if row is None:
        raise NotFoundError(
            f"There must be a translation {translation_id!r}, but there is none; translate again."
        )
    return _from_row(row)


def find_translations(session: Session, ids: Collection[str]) -> dict[str, TranslationRecord]:
    """Those of them that are there, by id."""
    rows = session.scalars(select(TranslationRow).where(TranslationRow.id.in_(ids))) if ids else ()
    return {row.id: _from_row(row) for row in rows}


def _from_row(row: TranslationRow) -> TranslationRecord:
    return TranslationRecord(
        id=row.id,
        created_at=row.created_at,
        source_language=row.source_language,
        target_language=row.target_language,
        source_text=row.source_text,
        target_text=row.target_text,
        segments=tuple(map(_segment_from_json, row.segments)),
        options=row.options,
        model_id=row.model_id,
        duration_s=row.duration_s,
        model_digest=row.model_digest,
        tokenizer_digest=row.tokenizer_digest,
        signature=row.signature,
    )


def _segment(segment: SegmentTranslation) -> SegmentRecord:
    return SegmentRecord(
        source_text=segment.source_text,
        separator=segment.separator,
        source_ids=segment.source_ids,
        source_pieces=segment.source_pieces,
        hypotheses=tuple(map(_hypothesis, segment.hypotheses)),
    )


def _hypothesis(hypothesis: Hypothesis) -> HypothesisRecord:
    return HypothesisRecord(
        text=hypothesis.text,
        ids=hypothesis.ids,
        pieces=hypothesis.pieces,
        token_log_probs=hypothesis.token_log_probs,
        log_prob=hypothesis.log_prob,
        score=hypothesis.score,
        finished=hypothesis.finished,
    )


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    """JSON has lists only; records are frozen all the way down."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _segment_from_json(values: dict[str, Any]) -> SegmentRecord:
    hypotheses = tuple(HypothesisRecord(**_tuples(each)) for each in values["hypotheses"])
    memory = {name: Remembered(**values[name]) for name in _MEMORY if values.get(name)}
    return SegmentRecord(**{**_tuples(values), "hypotheses": hypotheses, **memory})
