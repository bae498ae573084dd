"""An attention row drawn between words, as the rows of its pieces. Knows no tensor."""

from collections.abc import Sequence

import numpy as np

from core.analysis.attention_map import select
from core.analysis.words import group_pieces
from core.changes import AttentionEdit
from core.config import require_range
from core.errors import ConfigError
from core.results import AttentionMap


def word_edits(
    map: AttentionMap, word: int, weights: Sequence[float], layer: int | None = None, head: int | None = None
) -> tuple[AttentionEdit, ...]:
    """One edit for each piece of a target word, so that `to_words` of the result has this row.

    `map`: between pieces, as the model made it; within a source word its pieces keep their proportions.
    `weights`: one a source word, tag and EOS among them. Raises `ConfigError` for a row that does not fit."""
    sources, targets = group_pieces(map.source_units), group_pieces(map.target_units)
    require_range("word", word, 0, len(targets) - 1)
    if len(weights) != len(sources):
        raise ConfigError(
            f"`weights` must be one for each word of the source, {len(sources)}, but are {len(weights)}."
        )
    own_TS = select(map, layer, head).astype(np.float64)
    edits = []
    for place in targets[word]:
        row_S = own_TS[place]
        for group, weight in zip(sources, weights, strict=True):
            pieces = slice(group.start, group.stop)
            shares = row_S[pieces] if row_S[pieces].sum() > 0 else np.ones(len(group))
            row_S[pieces] = weight * shares / shares.sum()
        edits.append(AttentionEdit(place, tuple(row_S.tolist()), layer, head))
    return tuple(edits)
