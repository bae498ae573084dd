"""Views of an attention map: by words, by layer and head, by its aligner. Knows no colours."""

import numpy as np

from core.analysis.words import group_pieces, word_text
from core.config import require_range
from core.results import AttentionMap, FloatArray


def to_words(map: AttentionMap) -> AttentionMap:
    """The map between words: summed over a word's source pieces, averaged over its target pieces.

    Rows still sum to what they did, 1. The units must be pieces, in SentencePiece spelling."""
    sources, targets = group_pieces(map.source_units), group_pieces(map.target_units)
    columns = _members(sources, len(map.source_units)).T
    rows = _members(targets, len(map.target_units))
    rows /= np.maximum(rows.sum(1, keepdims=True), 1)
    weights = rows @ map.weights_LHTS.astype(np.float64) @ columns
    return AttentionMap(
        tuple(word_text(map.source_units[group.start : group.stop]) for group in sources),
        tuple(word_text(map.target_units[group.start : group.stop]) for group in targets),
        weights.astype(np.float32),
    )


def select(map: AttentionMap, layer: int | None, head: int | None) -> FloatArray:
    """(T, S) of one layer and one head; None takes the mean over all of them.

    Raises `ConfigError` for a layer or head that the model does not have."""
    layers, heads = map.weights_LHTS.shape[:2]
    weights = map.weights_LHTS
    if layer is not None:
        require_range("layer", layer, 0, layers - 1)
        weights = weights[layer : layer + 1]
    if head is not None:
        require_range("head", head, 0, heads - 1)
        weights = weights[:, head : head + 1]
    return np.asarray(weights.mean(axis=(0, 1)), dtype=np.float32)


def aligned(map: AttentionMap, aligner: tuple[int, int]) -> AttentionMap:
    """(1, 1, T, S): what the aligner (`Checkpoint.aligner`) links each piece with.

    Its row stands one later than that of the other heads, when the piece has been read; the last piece, EOS
    or where the length limit cut, is read by nobody, and its row is all 0. Raises `ConfigError` for a layer
    or head that the model does not have."""
    weights_TS = select(map, *aligner)
    later_TS = np.zeros_like(weights_TS)
    later_TS[:-1] = weights_TS[1:]
    return AttentionMap(map.source_units, map.target_units, later_TS[np.newaxis, np.newaxis])


def _members(groups: tuple[range, ...], pieces: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """(groups, pieces), 1 where the piece belongs to the group."""
    members = np.zeros((len(groups), pieces))
    for row, group in enumerate(groups):
        members[row, group.start : group.stop] = 1
    return members
