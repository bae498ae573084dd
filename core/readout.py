"""From what a search found to what people read."""

from collections.abc import Sequence

from core.decoding.search import Candidate
from core.results import Hypothesis, SegmentTranslation
from core.text.tokenizer import Tokenizer


def segment_of(
    text: str, source_ids: tuple[int, ...], found: Sequence[Candidate], tokenizer: Tokenizer
) -> SegmentTranslation:
    """Of one source; nothing stands behind it."""
    pieces = tokenizer.pieces(source_ids)
    return SegmentTranslation(text, source_ids, pieces, hypotheses_of(found, tokenizer), "")


def hypotheses_of(found: Sequence[Candidate], tokenizer: Tokenizer) -> tuple[Hypothesis, ...]:
    """In the same order."""
    return tuple(
        Hypothesis(
            text=tokenizer.target.decode(item.ids),
            ids=item.ids,
            pieces=tokenizer.target.pieces(item.ids),
            token_log_probs=item.token_log_probs,
            score=item.score,
            finished=item.finished,
        )
        for item in found
    )
