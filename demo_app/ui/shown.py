"""What a visitor looks at: ids and indexes only, so a reload or a second tab loses nothing but a view."""

from dataclasses import dataclass, replace
from typing import Self

from demo_app.services.readings import Place, Target, target_of_search
from demo_app.store.records import HypothesisRecord, SegmentRecord, TranslationRecord
from demo_app.ui.trail import Trail


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One sentence of one stored translation."""

    translation_id: str
    segment: int
    trails: tuple[Trail, ...]
    """One a sentence."""
    opened_at_s: float
    """When the sentence came on the page, by the monotonic clock."""
    saved: tuple[str, int] | None = None
    """Correction and revision that this sentence was saved as."""

    @classmethod
    def first(cls, record: TranslationRecord, now_s: float) -> Self:
        """The first sentence with its best hypothesis."""
        trails = (Trail(),) * len(record.segments)
        return cls(translation_id=record.id, segment=0, trails=trails, opened_at_s=now_s)

    @property
    def trail(self) -> Trail:
        return self.trails[self.segment]

    @property
    def hypothesis(self) -> int:
        """Rank, from 0, of the hypothesis that was taken last."""
        return self.trail.hypothesis

    @property
    def place(self) -> Place:
        return Place(translation_id=self.translation_id, segment=self.segment)

    def turned_to(self, segment: int, now_s: float) -> Self:
        """Another sentence of the same translation."""
        return replace(self, segment=segment, opened_at_s=now_s, saved=None)

    def choosing(self, hypothesis: int) -> Self:
        """Another hypothesis of the same sentence, as a step that can be undone."""
        if self.trail.target is None and self.hypothesis == hypothesis:
            return self
        return self._with(self.trail.going_on(hypothesis))

    def going_on(self, target: Target) -> Self:
        """A target made from what is looked at now."""
        return self._with(self.trail.going_on(target))

    def at_step(self, step: int) -> Self:
        """Back or forth among the targets made so far."""
        return self._with(self.trail.at(step))

    def _with(self, trail: Trail) -> Self:
        before, after = self.trails[: self.segment], self.trails[self.segment + 1 :]
        return replace(self, trails=(*before, trail, *after), saved=None)


def segment_of(record: TranslationRecord, shown: Shown) -> SegmentRecord:
    return record.segments[shown.segment]


def hypothesis_of(record: TranslationRecord, shown: Shown) -> HypothesisRecord:
    """The search's own translation of the sentence, as it was picked."""
    hypotheses = segment_of(record, shown).hypotheses
    return hypotheses[min(max(0, shown.hypothesis), len(hypotheses) - 1)]


def target_text(record: TranslationRecord, shown: Shown) -> str:
    """What the sentence reads like now: a target made since, or the hypothesis."""
    return shown.trail.target.text if shown.trail.target else hypothesis_of(record, shown).text


def target_of(record: TranslationRecord, shown: Shown) -> Target:
    """The same with its ids."""
    found = hypothesis_of(record, shown)
    return shown.trail.target or target_of_search("hypothesis", found)


_FOLLOWED = ("word", "tree", "correction")
"""Kinds of target that a person wrote or steered word by word: these go into the correction box."""


def box_text(record: TranslationRecord, old: Shown, new: Shown, correction_text: str) -> str:
    """The correction box follows a person's choice of words, but never overwrites what they typed."""
    untouched = correction_text in ("", target_text(record, old), hypothesis_of(record, old).text)
    made = new.trail.target
    return (
        target_text(record, new)
        if untouched and (made is None or made.kind in _FOLLOWED)
        else correction_text
    )


def recalled_text(record: TranslationRecord, shown: Shown) -> str | None:
    """The correction that stands in place of the model's words, as it was saved."""
    found = segment_of(record, shown).from_correction
    return None if found is None else found.text


def chosen_texts(record: TranslationRecord, shown: Shown) -> list[str]:
    """The translation as it reads now, sentence by sentence."""
    return [target_text(record, replace(shown, segment=index)) for index in range(len(record.segments))]


def chosen_text(record: TranslationRecord, shown: Shown) -> str:
    """The whole translation as it reads now."""
    texts = chosen_texts(record, shown)
    return "".join(
        text + segment.separator for text, segment in zip(texts, record.segments, strict=True)
    ).strip()
