"""What the lab's views send, checked once; all raise `ConfigError` or `InputError`."""

import re
from typing import Any

from core.changes import AttentionEdit, Change, Head
from core.errors import ConfigError, InputError
from demo_app.ui.components.values import read_choice, read_index

_KINDS = ("cross", "encoder", "decoder")
_MOST_HEADS = 4096
_MOST_WEIGHT = 1e9
_PLACE = re.compile(r"[0-9]{1,6}")


def read_place(question: Any, count: int) -> int:
    """Piece of the target that is meant."""
    return read_index("at", question.get("at") if isinstance(question, dict) else question, count)


def read_instead(question: Any, count: int) -> tuple[int, int | str]:
    """Place, and the id of a piece or words as typed."""
    place = read_place(question, count)
    instead = question.get("id", question.get("text")) if isinstance(question, dict) else None
    if isinstance(instead, bool) or not isinstance(instead, int | str):
        raise InputError(f"`id` must be a piece, or `text` what to write instead, but {instead!r} was sent.")
    return place, instead


def read_prefix(question: Any) -> tuple[int, ...]:
    """Ids of the pieces to go on from."""
    ids = question.get("prefix") if isinstance(question, dict) else question
    if not isinstance(ids, list) or not all(isinstance(i, int) and not isinstance(i, bool) for i in ids):
        raise InputError(f"`prefix` must be a list of piece ids, but is {ids!r}.")
    return tuple(ids)


def read_layer_head(question: Any) -> tuple[int | None, int | None]:
    """Whose attention; None for all."""
    values = question if isinstance(question, dict) else {}
    return read_choice(values.get("layer")), read_choice(values.get("head"))


def read_change(question: Any) -> Change:
    """Rows of attention by piece of the target, and heads to switch off."""
    values = question if isinstance(question, dict) else {}
    rows, off = values.get("rows") or {}, values.get("off") or []
    if not isinstance(rows, dict) or not isinstance(off, list):
        raise InputError("`rows` must be weights by row, and `off` a list of heads, but they are not.")
    return Change(tuple(_edit(place, row) for place, row in rows.items()), frozenset(map(_head, off)))


def _edit(place: Any, row: Any) -> AttentionEdit:
    known = _PLACE.fullmatch(str(place)) and isinstance(row, list) and all(map(_is_weight, row))
    if not known:
        raise InputError(f"A row must be a list of weights under its place, but {str(place)[:20]!r} is not.")
    return AttentionEdit(int(place), tuple(map(float, row)))


def _is_weight(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _MOST_WEIGHT


def _head(named: Any) -> Head:
    if not isinstance(named, list) or len(named) != 3 or named[0] not in _KINDS:
        raise ConfigError(f"A head must be [cross | encoder | decoder, layer, head], but is {named!r}.")
    kind, layer, head = named
    return Head(kind, read_index("layer", layer, _MOST_HEADS), read_index("head", head, _MOST_HEADS))
