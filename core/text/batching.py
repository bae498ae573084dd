"""Lists of ids as rectangles of tensors, and plans that put like lengths together."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from core.text.tokenizer import PAD_ID

IntArray = npt.NDArray[np.int64]


def pad_ids(rows: Sequence[Sequence[int] | IntArray]) -> tuple[Tensor, Tensor]:
    """Ids (B, longest) int64 filled up with PAD, and the mask (bool, True = real token)."""
    lengths = [len(row) for row in rows]
    ids = np.full((len(rows), max(lengths)), PAD_ID, dtype=np.int64)
    for row, values in enumerate(rows):
        ids[row, : lengths[row]] = values
    mask = np.arange(max(lengths)) < np.array(lengths)[:, None]
    return torch.from_numpy(ids), torch.from_numpy(mask)


def batches_by_length(lengths: Sequence[int], max_rows: int, max_tokens: int) -> list[list[int]]:
    """Indices in batches of like length, longest first, of at most `max_rows` and `max_tokens` with padding.

    A single row longer than `max_tokens` is a batch of its own."""
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    batches: list[list[int]] = []
    for index in order:
        batch = batches[-1] if batches else []
        widest = lengths[batch[0]] if batch else 0
        if batch and len(batch) < max_rows and widest * (len(batch) + 1) <= max_tokens:
            batch.append(index)
        else:
            batches.append([index])
    return batches


def shuffled_batches(
    source_lengths: IntArray, target_lengths: IntArray, max_tokens: int, rng: np.random.Generator
) -> list[IntArray]:
    """Every index once, in token-bounded batches of like lengths, in random order.

    `max_tokens` bounds rows x longest target and rows x longest source. Which equals meet is random."""
    order = np.lexsort((rng.random(len(source_lengths)), target_lengths, source_lengths))
    batches, start, widest = [], 0, 0
    longer = np.maximum(source_lengths, target_lengths)[order]
    for position, length in enumerate(longer):
        widest = max(widest, int(length))
        if position > start and widest * (position - start + 1) > max_tokens:
            batches.append(order[start:position])
            start, widest = position, int(length)
    if len(order):
        batches.append(order[start:])
    return [batches[i] for i in rng.permutation(len(batches))]
