"""What answers sources of a domain in place of the weights that answer all others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.domain import Domain

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class Specialist(Generic[T]):
    """Weights at rest, or a translator, of the same shape as those that stand for all else.

    A hard choice between experts (Jacobs et al. 1991) by the source alone: what it does not cover is answered
    as if it was not there."""

    own: T
    domain: Domain

    def map(self, make: Callable[[T], U]) -> "Specialist[U]":
        """Another of the same domain."""
        return Specialist(make(self.own), self.domain)
