"""Ratings, comparisons and chosen words with all that they are about, on their way out to files and in from
them: what a file has to tell, so that another database can hold them. Knows no SQL and no file format."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from demo_app.store.choices import ChoiceRecord
from demo_app.store.judgement_records import JudgementRecord
from demo_app.store.project_records import NewItem, NewProject
from demo_app.store.records import SegmentRecord, TranslationRecord

_NOTHING = SegmentRecord("", "", (), (), ())


@dataclass(frozen=True, kw_only=True)
class WholeJudgement:
    """A rating or a comparison with its past, its item and its project.

    Of item and project what never changes: whether they are open is a matter of the queue."""

    project_id: str
    project_created_at: datetime
    project: NewProject
    item: NewItem
    translations: tuple[TranslationRecord, ...]
    """That the outputs of the item came of, as `only`."""
    history: tuple[JudgementRecord, ...]
    """Every revision, oldest first."""


@dataclass(frozen=True, kw_only=True)
class WholeChoice:
    """Words that a person chose in the lab."""

    choice: ChoiceRecord
    translation: TranslationRecord
    """In which they were, as `only`."""


Whole = WholeJudgement | WholeChoice


def only(translation: TranslationRecord, segments: Collection[int]) -> TranslationRecord:
    """A translation without the other sentences of its text, which nobody gave away, and without what a
    memory held of them, which is other people's. Places stay."""
    if not translation.segments:
        return translation
    kept = tuple(
        replace(one, from_correction=None, suggestion=None, examples=()) if place in segments else _NOTHING
        for place, one in enumerate(translation.segments)
    )
    said = [one for one in kept if one != _NOTHING]
    source = "\n".join(one.source_text for one in said)
    target = "\n".join(one.hypotheses[0].text for one in said if one.hypotheses)
    return replace(translation, segments=kept, source_text=source, target_text=target)


def joined(known: TranslationRecord, come: TranslationRecord) -> TranslationRecord | None:
    """What both know of one translation; what is known stays as it is. None if they cannot be of one.

    A correction that was imported notes its translation without a sentence: then nothing else is known."""
    if not known.segments or not come.segments:
        return known if known.segments else come
    if len(known.segments) != len(come.segments):
        return None
    pairs = zip(known.segments, come.segments, strict=True)
    return replace(known, segments=tuple(other if one == _NOTHING else one for one, other in pairs))
