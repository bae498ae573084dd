"""Accounts: who may log in, as what, and what they agreed to. Knows no cookie, no page and no SQL."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import get_args

from core.config import require_choice
from core.errors import InputError, LoginError, NotFoundError
from demo_app.services.attempts import Attempts
from demo_app.services.passwords import Passwords, check_password
from demo_app.services.people import ANONYMOUS, ROLES, Person, Role
from demo_app.services.secret_key import pseudonym
from demo_app.store.users import UserRecord, Users

MAX_NAME_CHARS = 60
MAX_LANGUAGES = 50
LEVELS = range(1, 6)
"""How well somebody knows a language: 1 a little, 5 as their own."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True)
class AccountService:
    """What can be done with accounts. Safe to share between threads. Raises the `StoreError` tree as well."""

    users: Users
    licence: str
    """Of the dataset: what contributors must have accepted."""
    key: str = field(repr=False)
    """Makes the ids of new accounts (`services.secret_key`)."""
    attempts: Attempts
    passwords: Passwords = field(default_factory=Passwords)

    def add(self, name: str, password: str, role: str) -> UserRecord:
        """A new account. Raises `InputError` for its name or password, `ConfigError` for an unknown role."""
        check_name(name)
        check_password(password)
        require_choice("role", role, get_args(Role))
        return self.users.add(pseudonym(name, self.key), name, self.passwords.hash(password), role)

    def authenticate(self, name: str, password: str, address: str) -> UserRecord:
        """The account, if name and password fit and it is not disabled; else `LoginError`.

        An unknown name takes as long as a wrong password, and both are told alike. Too many failures raise
        `BusyError` (services/attempts.py says how many)."""
        name = name.strip()
        self.attempts.begin(name.casefold(), address)
        known = self.users.named(name) if is_name(name) else None
        fits = self.passwords.fits(password, known.password_hash if known else None)
        if known is None or not fits or known.disabled_at is not None:
            raise LoginError("Name and password must fit each other, but do not; try again.")
        self.attempts.succeeded(name.casefold(), address)
        if self.passwords.is_outdated(known.password_hash):
            return self.users.set_password(known.id, self.passwords.hash(password))
        return known

    def change_password(self, name: str, password: str) -> UserRecord:
        """Give them another; whoever is logged in with the old one is logged out."""
        check_password(password)
        return self.users.set_password(self.named(name).id, self.passwords.hash(password))

    def change_own_password(self, user: UserRecord, now: str, new: str, address: str) -> UserRecord:
        """The same for who knows the one they have. Raises `InputError` for the new one, and for that of now
        as `authenticate`."""
        check_password(new)
        self.authenticate(user.name, now, address)
        return self.users.set_password(user.id, self.passwords.hash(new))

    def set_role(self, name: str, role: str) -> UserRecord:
        """What they may do from their next request on."""
        require_choice("role", role, get_args(Role))
        return self.users.set_role(self.named(name).id, role)

    def disable(self, name: str) -> UserRecord:
        """From now on none of their requests is answered; their work stays."""
        return self.users.disable(self.named(name).id)

    def enable(self, name: str) -> UserRecord:
        """The reverse of `disable`."""
        return self.users.enable(self.named(name).id)

    def set_languages(self, user_id: str, languages: dict[str, int]) -> UserRecord:
        """State how well they know each language; raises `InputError`."""
        if not 1 <= len(languages) <= MAX_LANGUAGES:
            raise InputError(
                f"You must state 1 to {MAX_LANGUAGES} languages that you know, but stated {len(languages)}."
            )
        for code, level in languages.items():
            if not _LANGUAGE.fullmatch(code) or level not in LEVELS:
                raise InputError(
                    f"A language must be a code with a level from 1 to 5, but is {code[:20]!r}, {level!r}."
                )
        return self.users.set_languages(user_id, languages)

    def accept_licence(self, user_id: str) -> UserRecord:
        """The dataset's licence as it is now."""
        return self.users.accept_licence(user_id, self.licence)

    def list(self) -> tuple[UserRecord, ...]:
        """Every account by name, disabled ones too."""
        return self.users.all()

    def named(self, name: str) -> UserRecord:
        """Raises `NotFoundError`."""
        found = self.users.named(name.strip())
        if found is None:
            raise NotFoundError(f"There must be an account {name!r}, but there is none; see the list.")
        return found

    def get(self, user_id: str | None) -> UserRecord | None:
        """The account, unless it is disabled or never was."""
        found = self.users.get(user_id) if user_id else None
        return None if found is None or found.disabled_at is not None else found

    def person(self, user_id: str | None) -> Person:
        """Whom the services see; `ANONYMOUS` without an account that may be used."""
        found = self.get(user_id)
        return ANONYMOUS if found is None else self.person_of(found)

    def person_of(self, user: UserRecord) -> Person:
        """The same for an account at hand."""
        role: Role | None = next((role for role in ROLES if role == user.role), None)
        agreed = user.licence == self.licence and bool(user.languages)
        return Person(
            id=user.id,
            name=user.name,
            role=role,
            may_contribute=agreed,
            licence=user.licence,
            licence_accepted_at=user.licence_accepted_at,
        )


def stamp(user: UserRecord) -> str:
    """Changes with the password and tells nothing of it: a login made before the change is then void."""
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:16]


def is_name(name: str) -> bool:
    """Whether an account could be called so."""
    return 0 < len(name) <= MAX_NAME_CHARS and name == name.strip() and name.isprintable()


def check_name(name: str) -> None:
    """Raise `InputError` unless an account may be called so."""
    if not is_name(name):
        raise InputError(
            f"A name must have 1 to {MAX_NAME_CHARS} visible characters and no space at either end, but is "
            f"{name[:80]!r}; choose another."
        )
