"""People who may log in. Their names are told apart whatever the case. Knows no password, only its hash."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import InputError, NotFoundError
from demo_app.store.engine import Database
from demo_app.store.schema import UserRow
from demo_app.store.search import fold, require_storable


@dataclass(frozen=True, kw_only=True)
class UserRecord:
    """One account."""

    id: str
    """A pseudonym: it stands in exports."""
    name: str
    password_hash: str
    role: str
    created_at: datetime
    """UTC, aware."""
    disabled_at: datetime | None
    """None while the person may log in."""
    languages: dict[str, int]
    """Code -> how well they know it, 1 (a little) to 5 (native)."""
    licence: str | None
    """The one that they accepted last, as it was called then."""
    licence_accepted_at: datetime | None


class Users:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def add(self, user_id: str, name: str, password_hash: str, role: str) -> UserRecord:
        """A new account; raises `InputError` when the name is taken."""
        require_storable(name)
        row = UserRow(
            id=user_id,
            name=name,
            name_key=fold(name),
            password_hash=password_hash,
            role=role,
            created_at=self._clock(),
            disabled_at=None,
            languages={},
            licence=None,
            licence_accepted_at=None,
        )
        try:
            with self._database.writing() as session:
                session.add(row)
                session.flush()
                return _record(row)
        except IntegrityError as error:
            raise InputError(
                f"A name must be new, but there is an account {name!r} already; choose another."
            ) from error

    def get(self, user_id: str) -> UserRecord | None:
        """The account with this id, a disabled one too."""
        with self._database.reading() as session:
            row = session.get(UserRow, user_id)
            return None if row is None else _record(row)

    def named(self, name: str) -> UserRecord | None:
        """The account with this name, whatever the case; a disabled one too."""
        require_storable(name)
        with self._database.reading() as session:
            row = session.scalar(select(UserRow).where(UserRow.name_key == fold(name)))
            return None if row is None else _record(row)

    def all(self) -> tuple[UserRecord, ...]:
        """Every account by name, disabled ones too."""
        with self._database.reading() as session:
            return tuple(map(_record, session.scalars(select(UserRow).order_by(UserRow.name_key))))

    def set_password(self, user_id: str, password_hash: str) -> UserRecord:
        """Raises `NotFoundError`, as the other changes do."""
        return self._change(user_id, password_hash=password_hash)

    def set_role(self, user_id: str, role: str) -> UserRecord:
        """What they may do from now on."""
        return self._change(user_id, role=role)

    def disable(self, user_id: str) -> UserRecord:
        """Never to log in again; what they made stays."""
        return self._change(user_id, disabled_at=self._clock())

    def enable(self, user_id: str) -> UserRecord:
        """The reverse."""
        return self._change(user_id, disabled_at=None)

    def set_languages(self, user_id: str, languages: dict[str, int]) -> UserRecord:
        """All that they know; what is not in it is forgotten."""
        return self._change(user_id, languages=languages)

    def accept_licence(self, user_id: str, licence: str) -> UserRecord:
        """Which text, and that it was now."""
        return self._change(user_id, licence=licence, licence_accepted_at=self._clock())

    def _change(self, user_id: str, **values: Any) -> UserRecord:
        change = update(UserRow).where(UserRow.id == user_id).values(**values)
        with self._database.writing() as session:
            changed = cast(CursorResult[Any], session.execute(change)).rowcount
            if changed != 1:
                raise NotFoundError(f"There must be an account {user_id!r}, but there is none.")
            return _record(_find(session, user_id))


def _find(session: Session, user_id: str) -> UserRow:
    return session.scalars(select(UserRow).where(UserRow.id == user_id)).one()


def _record(row: UserRow) -> UserRecord:
    return UserRecord(
        id=row.id,
        name=row.name,
        password_hash=row.password_hash,
        role=row.role,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        languages=dict(row.languages),
        licence=row.licence,
        licence_accepted_at=row.licence_accepted_at,
    )
