"""How much of the source the translation looked at."""

import numpy as np

from core.analysis.attention_map import select
from core.results import AttentionMap, FloatArray


def source_coverage(words_map: AttentionMap) -> FloatArray:
    """(S,) attention that each source unit received over all target units, mean of layers and heads.

    About 1 where one target word answers to one source word; near 0 where the source was passed over."""
    return np.asarray(select(words_map, None, None).sum(axis=0), dtype=np.float32)
