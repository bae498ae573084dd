"""Markdown that a table needs."""

from collections.abc import Iterable, Sequence

_BREAKS_TABLES = str.maketrans({"|": "\\|", "\n": " "})


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A bar or a line end within a cell does not break it."""
    lines = ["| " + " | ".join(cell.translate(_BREAKS_TABLES) for cell in cells) + " |" for cells in rows]
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *lines])


def arrow(direction: str) -> str:
    """`fr-en` as `fr → en`."""
    return direction.replace("-", " → ")
