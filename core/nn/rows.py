"""Rows of attention that are put in place of a model's own, and heads that are switched off.

Letters: B batch, H heads, T queries, S keys."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from core.changes import AttentionEdit, Change, Head
from core.config import require_range
from core.errors import ConfigError


class Row(NamedTuple):
    """One row, for every sentence of the batch."""

    position: int
    head: int | None
    """None means every head."""
    weights_S: Tensor


class LayerChange(NamedTuple):
    """What is changed in one layer of a decoder."""

    rows: tuple[Row, ...] = ()
    kept_self_H11: Tensor | None = None
    """As `kept_heads` makes it."""
    kept_cross_H11: Tensor | None = None


UNCHANGED = LayerChange()


def with_rows(weights_BHTS: Tensor, rows: Sequence[Row], start: int) -> Tensor:
    """The weights with the rows in their places; query 0 stands at position `start`."""
    inside = [row for row in rows if start <= row.position < start + weights_BHTS.shape[2]]
    if not inside:
        return weights_BHTS
    changed_BHTS = weights_BHTS.clone()
    for row in inside:
        heads = slice(None) if row.head is None else slice(row.head, row.head + 1)
        changed_BHTS[:, heads, row.position - start] = row.weights_S
    return changed_BHTS


def rows_of_layer(edits: Sequence[AttentionEdit], layer: int, mask_BS: Tensor) -> tuple[Row, ...]:
    """The rows for one layer; `mask_BS` is the sources' own."""
    rows = []
    for edit in edits:
        if edit.layer in (None, layer):
            weights_S = torch.tensor(edit.weights, dtype=torch.float64)
            weights_S = (weights_S / weights_S.sum()).to(mask_BS.device, torch.float32)
            rows.append(Row(edit.position, edit.head, weights_S))
    return tuple(rows)


def kept_heads(
    heads_off: frozenset[Head], kind: str, layer: int, heads: int, device: torch.device
) -> Tensor | None:
    """(H, 1, 1), 0 for those that are off and 1 for others; None where all of a layer's heads stay."""
    off = [head.head for head in heads_off if (head.kind, head.layer) == (kind, layer)]
    if not off:
        return None
    kept_H11 = torch.ones(heads, 1, 1, device=device)
    kept_H11[off] = 0.0
    return kept_H11


def require_fit(change: Change, mask_BS: Tensor, heads: dict[str, tuple[int, int]]) -> None:
    """Raise `ConfigError` for what the model or the source does not have.

    `heads`: layers and heads of each kind of attention, `cross` being always there."""
    layers, count = heads["cross"]
    if change.edits and not layers:
        raise ConfigError("There is no attention to edit in this model; take one that has some.")
    lengths = set(mask_BS.sum(1).tolist())
    for edit in change.edits:
        if lengths != {len(edit.weights)}:
            raise ConfigError(
                f"`weights` must be one for each source piece, {max(lengths)}, but are {len(edit.weights)}."
            )
        require_range("layer", edit.layer or 0, 0, layers - 1)
        require_range("head", edit.head or 0, 0, count - 1)
    for off in change.heads_off:
        if off.kind not in heads or set(heads) == {"cross"}:
            raise ConfigError("Heads can be switched off in a Transformer only; take one, or edit attention.")
        require_range("layer", off.layer, 0, heads[off.kind][0] - 1)
        require_range("head", off.head, 0, heads[off.kind][1] - 1)
