"""Four eyes: a reviewer decides about other people's work. Knows no SQL and no page.

What they submitted themselves they may reject, and take that back, but neither accept nor reopen after
another; administrators may, so that a team of one is not stuck."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Protocol

from core.errors import NotAllowedError
from demo_app.services.people import Person
from demo_app.store.records import Status


class Revision(Protocol):
    """Of a correction or a judgement."""

    @property
    def user_id(self) -> str | None: ...
    @property
    def revised_by(self) -> str | None: ...
    @property
    def status(self) -> Status: ...


def may_decide(person: Person, record: Revision) -> bool:
    """Whether their word about it counts."""
    is_own = person.id is not None and record.user_id == person.id
    return person.may("admin") or (person.may("reviewer") and not is_own)


def require_others(person: Person, record: Revision) -> None:
    """Raise `NotAllowedError` for a reviewer's own."""
    if not may_decide(person, record):
        raise NotAllowedError(
            "You may accept or reopen only what others submitted, and this is your own; ask another reviewer."
        )


def require_may_reopen(person: Person, history: Sequence[Revision]) -> None:
    """The same, but for a rejection that is their own too, and for a release. `history`: oldest first."""
    if history[-1].status == "submitted":
        return  # To set it aside again adds nothing.
    rejections = list(takewhile(lambda one: one.status == "rejected", reversed(history)))
    if not rejections or rejections[-1].revised_by != person.id:
        require_others(person, history[-1])
