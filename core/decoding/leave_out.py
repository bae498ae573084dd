"""A given target, scored while parts of its source are left out. Searches nothing.

Letters: G parts, T target."""

from collections.abc import Sequence

import numpy as np
import torch

from core.decoding.force import force
from core.decoding.search import SpecialIds
from core.nn.seq2seq import Seq2Seq
from core.results import FloatArray

_MAX_PIECES = 2048
"""Target pieces of one batch: their logits are what takes memory."""


def leave_out(
    model: Seq2Seq,
    source_ids: Sequence[int],
    parts: Sequence[range],
    target_ids: Sequence[int],
    special: SpecialIds,
    device: torch.device,
) -> FloatArray:
    """(G, T) log-probabilities of the target where each part of the source is missing.

    What is left moves together, as if it had never been there: a mark in its place would be a piece that
    most models never learned to read. Raises `NonFiniteScoresError`; `ValueError` for a part that is all."""
    lengths = [len(source_ids) - len(part) for part in parts]
    if min(lengths, default=1) < 1:
        raise ValueError("Something of the source must be left.")
    found = np.zeros((len(parts), len(target_ids)), np.float32)
    rows = max(1, _MAX_PIECES // max(1, len(target_ids)))
    for first in range(0, len(parts), rows):
        chosen = parts[first : first + rows]
        rest = [[*source_ids[: part.start], *source_ids[part.stop :]] for part in chosen]
        width = max(map(len, rest))
        ids_BS = torch.tensor([[*ids, *[special.pad] * (width - len(ids))] for ids in rest], device=device)
        lengths_B1 = torch.tensor([[len(ids)] for ids in rest], device=device)
        mask_BS = torch.arange(width, device=device) < lengths_B1
        scored = force(model, ids_BS, mask_BS, [target_ids] * len(rest), special)
        found[first : first + rows] = [one.token_log_probs for one in scored]
    return found
