"""How sure the model was of each word it wrote."""

import math
from dataclasses import dataclass

from core.analysis.words import group_pieces, word_text
from core.results import Hypothesis

_EOS = "</s>"


@dataclass(frozen=True)
class WordConfidence:
    """One word and its probability, given the source and all words before it."""

    text: str
    prob: float
    """0 to 1: the product over its pieces, so longer words are less sure."""
    log_prob: float
    """Nats: the sum over its pieces."""
    piece_range: range
    """Its pieces within the hypothesis."""


def word_confidences(hypothesis: Hypothesis) -> tuple[WordConfidence, ...]:
    """One per word, in order; EOS is left out."""
    found = []
    for group in group_pieces(hypothesis.pieces):
        pieces = hypothesis.pieces[group.start : group.stop]
        if pieces == (_EOS,):
            continue
        log_prob = math.fsum(hypothesis.token_log_probs[group.start : group.stop])
        found.append(WordConfidence(word_text(pieces), math.exp(log_prob), log_prob, group))
    return tuple(found)
