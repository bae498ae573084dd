"""Reading a project's answers item by item in little memory, whatever the order in which they came."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

ITEMS_PER_FETCH = 500
_NUMBERS_PER_FETCH = 10_000

One = TypeVar("One")


def row_numbers(session: Session, asked: Select[int]) -> "array[int]":
    """What a query for numbers finds, in eight bytes each."""
    return array("q", session.scalars(asked.execution_options(yield_per=_NUMBERS_PER_FETCH)))


def by_item(
    session: Session, items: Select[int], read: Callable[[Sequence[int]], Iterable[tuple[int, One]]]
) -> Iterator[tuple[One, ...]]:
    """All answers to each item, in the order of `items`, a query for their row numbers.

    `read` gives the answers to some items, each after the row number of its item. Beside those numbers the
    answers to `ITEMS_PER_FETCH` items are held."""
    numbers = row_numbers(session, items)
    for start in range(0, len(numbers), ITEMS_PER_FETCH):
        found: dict[int, list[One]] = {number: [] for number in numbers[start : start + ITEMS_PER_FETCH]}
        for number, answer in read(tuple(found)):
            found[number].append(answer)
        yield from map(tuple, found.values())
