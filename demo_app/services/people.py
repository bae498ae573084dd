"""Who is acting, and what their role lets them do. Knows no password, no cookie and no SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.errors import ConsentMissingError, NotAllowedError, StaleRevisionError
from demo_app.store.records import Author

Role = Literal["annotator", "reviewer", "admin"]
Work = Literal["correction", "judgement", "choice"]
"""What a refusal is about."""
ROLES: tuple[Role, ...] = ("annotator", "reviewer", "admin")
"""Each may do what those before it may."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody as the services see them."""

    id: str | None
    """Of the account; None for the local person and for somebody who is not logged in."""
    name: str
    role: Role | None
    """None: may do nothing."""
    may_contribute: bool
    """Whether they accepted the dataset's licence and stated their languages."""
    licence: str | None = None
    """The one that they accepted last."""
    licence_accepted_at: datetime | None = None

    @property
    def author(self) -> Author:
        """As what they make is to be marked. Where nobody logs in there is no role to speak of."""
        role = None if self.id is None else self.role
        return Author(
            id=self.id, role=role, licence=self.licence, licence_accepted_at=self.licence_accepted_at
        )

    def may(self, role: Role) -> bool:
        """Whether they have this role or one above it."""
        return self.role is not None and ROLES.index(self.role) >= ROLES.index(role)


LOCAL = Person(id=None, name="", role="admin", may_contribute=True)
"""Whoever sits at a machine where nobody logs in."""
ANONYMOUS = Person(id=None, name="", role=None, may_contribute=False)

# Set anew for each request. Nobody is acting where it was forgotten, so forgetting it refuses.
_ACTING: ContextVar[Person] = ContextVar("acting", default=ANONYMOUS)


def acting() -> Person:
    """The person of the request that is being answered; `ANONYMOUS` outside of one."""
    return _ACTING.get()


def local_person() -> Person:
    """Always `LOCAL`."""
    return LOCAL


@contextmanager
def acting_as(person: Person) -> Iterator[None]:
    """Whatever the block calls, in threads that it waits for too, is done by this person."""
    token = _ACTING.set(person)
    try:
        yield
    finally:
        _ACTING.reset(token)


def require_role(person: Person, role: Role) -> None:
    """Raise `NotAllowedError` unless they have it or one above."""
    if person.role is None:
        raise NotAllowedError("You must be logged in for this, but are not; log in and try again.")
    if not person.may(role):
        raise NotAllowedError(
            f"For this you must be {_with_article(role)}, but your account is of "
            f"{_with_article(person.role)}; ask an administrator."
        )


def require_contributor(person: Person) -> None:
    """Raise `NotAllowedError` unless they are logged in, and `ConsentMissingError` unless they accepted the
    licence and stated their languages."""
    require_role(person, "annotator")
    if not person.may_contribute:
        raise ConsentMissingError(
            "Before you save anything you must accept the dataset's licence and state your languages; do so "
            "under your name at the top of the page. Nothing was saved."
        )


def require_own(person: Person, user_id: str | None, what: Work = "correction") -> None:
    """Raise `NotAllowedError` unless the work is theirs, or they review."""
    require_role(person, "annotator")
    if not person.may("reviewer") and user_id != person.id:
        raise NotAllowedError(f"You may see and change only your own {what}s, and this is not yours.")


def require_author(person: Person, user_id: str | None, what: Work = "correction") -> str:
    """Their id; raises `NotAllowedError` unless the work is theirs, and where nobody has an account."""
    require_role(person, "annotator")
    if person.id is None:
        raise NotAllowedError("Only somebody with an account has work of their own; log in first.")
    if user_id != person.id:
        raise NotAllowedError(f"You may do this only with your own {what}s, and this is not yours.")
    return person.id


def require_not_accepted(person: Person, status: str, what: Work = "correction") -> None:
    """Raise `StaleRevisionError` where somebody would take back what a reviewer accepted; reviewers may."""
    if status == "accepted" and not person.may("reviewer"):
        raise StaleRevisionError(
            f"A {what} can be taken back until a reviewer accepts it, but this one is accepted; ask a "
            "reviewer to reopen it. Nothing was changed."
        )


def _with_article(role: Role) -> str:
    return f"a {role}" if role == "reviewer" else f"an {role}"
