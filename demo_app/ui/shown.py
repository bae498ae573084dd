"""What a visitor looks at: ids and indexes only, so a reload or a second tab loses nothing but a view."""

from dataclasses import dataclass, replace
from typing import Literal, Self

from core.results import Hypothesis
from demo_app.store.records import HypothesisRecord, SegmentRecord, TranslationRecord

Unit = Literal["words", "pieces"]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One sentence of one stored translation."""

    translation_id: str
    segment: int
    chosen: tuple[int, ...]
    """Hypothesis picked for each sentence."""
    opened_at_s: float
    """When the sentence came on the page, by the monotonic clock."""
    unit: Unit = "words"
    layer: int | None = None
    """Layer and head of the attention; None is the mean."""
    head: int | None = None
    saved: tuple[str, int] | None = None
    """Correction and revision that this sentence was saved as."""

    @classmethod
    def first(cls, record: TranslationRecord, now_s: float, before: "Shown | None" = None) -> Self:
        """The first sentence with its best hypothesis; words or pieces as it was `before`."""
        chosen = (0,) * len(record.segments)
        unit = before.unit if before else "words"
        return cls(translation_id=record.id, segment=0, chosen=chosen, opened_at_s=now_s, unit=unit)

    @property
    def hypothesis(self) -> int:
        return self.chosen[self.segment]

    def turned_to(self, segment: int, now_s: float) -> Self:
        """Another sentence of the same translation."""
        return replace(self, segment=segment, opened_at_s=now_s, saved=None)

    def choosing(self, hypothesis: int) -> Self:
        """Another hypothesis of the same sentence."""
        chosen = list(self.chosen)
        chosen[self.segment] = hypothesis
        return replace(self, chosen=tuple(chosen), saved=None)


def segment_of(record: TranslationRecord, shown: Shown) -> SegmentRecord:
    return record.segments[shown.segment]


def hypothesis_of(record: TranslationRecord, shown: Shown) -> HypothesisRecord:
    hypotheses = segment_of(record, shown).hypotheses
    return hypotheses[min(max(0, shown.hypothesis), len(hypotheses) - 1)]


def chosen_texts(record: TranslationRecord, shown: Shown) -> list[str]:
    """The translation as picked, sentence by sentence."""
    return [
        segment.hypotheses[index].text for segment, index in zip(record.segments, shown.chosen, strict=True)
    ]


def chosen_text(record: TranslationRecord, shown: Shown) -> str:
    """The whole translation as picked."""
    texts = chosen_texts(record, shown)
    return "".join(
        text + segment.separator for text, segment in zip(texts, record.segments, strict=True)
    ).strip()


def as_result(record: HypothesisRecord) -> Hypothesis:
    """The stored hypothesis as the library knows it."""
    return Hypothesis(
        text=record.text,
        ids=record.ids,
        pieces=record.pieces,
        token_log_probs=record.token_log_probs,
        score=record.score,
        finished=record.finished,
    )
