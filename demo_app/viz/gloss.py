"""A hypothesis as words with their probabilities and the words they looked at, for the gloss on the page.

Plain values only: the page's script sets them as text, so nothing is escaped here."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.analysis.attention_map import select
from core.analysis.confidence import word_confidences
from core.analysis.words import group_pieces, word_text
from core.results import AttentionMap, Hypothesis

_NOT_A_WORD = re.compile(r"</s>|<2\w+>")


def gloss(source_pieces: Sequence[str], hypothesis: Hypothesis, words: AttentionMap | None) -> dict[str, Any]:
    """Source words, target words with `prob`, and `attention` (target x source; None without a map).

    The language tag and the end mark are no words: their columns and the end's row are left out, so a row
    may sum to less than 1."""
    units = [word_text([source_pieces[i] for i in group]) for group in group_pieces(source_pieces)]
    kept = [index for index, unit in enumerate(units) if not _NOT_A_WORD.fullmatch(unit)]
    confidences = word_confidences(hypothesis)
    return {
        "source": [units[index] for index in kept],
        "target": [{"text": word.text, "prob": round(word.prob, 4)} for word in confidences],
        "attention": None if words is None else _rows(words, kept, len(confidences)),
    }


def _rows(words: AttentionMap, kept: Sequence[int], count: int) -> list[list[float]]:
    weights_TS = select(words, None, None)[:count][:, list(kept)]
    rows: list[list[float]] = np.round(weights_TS.astype(float), 3).tolist()
    return rows
