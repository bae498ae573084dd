"""Passwords as hashes, by Argon2id. Knows no account."""

import os
from base64 import b64encode
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from core.errors import InputError

MIN_CHARS = 10
MAX_CHARS = 200
"""A longer one only costs time."""
_AT_ONCE = 2
"""Each check takes 64 MiB (RFC 9106, second recommended option, is the library's default)."""


def check_password(password: str) -> None:
    """Raise `InputError` unless it may be somebody's new password."""
    if not MIN_CHARS <= len(password) <= MAX_CHARS:
        raise InputError(
            f"A password must have {MIN_CHARS} to {MAX_CHARS} characters, but this one has {len(password)}; "
            "choose another."
        )
    if not password.isprintable():
        raise InputError("A password must have no control characters, but this one has; choose another.")


class Passwords:
    """Makes and checks hashes; thread-safe."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._room = Semaphore(_AT_ONCE)
        self._nobody = _hash_of_nothing(self._hasher)

    def hash(self, password: str) -> str:
        """The hash with its salt and parameters, as text."""
        with self._room:
            return self._hasher.hash(password)

    def fits(self, password: str, hashed: str | None) -> bool:
        """Whether it is the password. None, for an unknown name, takes the same time and is False."""
        with self._room:
            try:
                self._hasher.verify(self._nobody if hashed is None else hashed, password[: MAX_CHARS + 1])
            except (VerificationError, InvalidHashError):
                return False
        return hashed is not None

    def is_outdated(self, hashed: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """Checking it takes as long as any other of the hasher; making it takes no time."""
    salt, digest = (
        b64encode(os.urandom(length)).decode().rstrip("=") for length in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2{hasher.type.name.lower()}$v={ARGON2_VERSION}${costs}${salt}${digest}"
