"""Hashes: real Argon2, with parameters that cost little."""

from typing import Literal

import pytest
from argon2 import PasswordHasher

from core.errors import InputError
from demo_app.services.passwords import MAX_CHARS, MIN_CHARS, Passwords, check_password

WEAK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def test_a_hash_fits_its_password_alone_and_is_never_the_same_twice() -> None:
    passwords = Passwords(WEAK)
    first, second = passwords.hash("correct horse"), passwords.hash("correct horse")
    assert first != second and "horse" not in first
    assert passwords.fits("correct horse", first) and passwords.fits("correct horse", second)
    assert not passwords.fits("correct horse ", first)


@pytest.mark.parametrize("hashed", [None, "", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
def test_what_is_no_hash_fits_nothing(hashed: str | None) -> None:
    assert not Passwords(WEAK).fits("the password of nobody", hashed)


def test_an_unknown_name_is_checked_with_the_same_work() -> None:
    done: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            done.append(str(hash).rpartition("$")[0].rpartition("$")[0])
            return super().verify(hash, password)

    passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    passwords.fits("some password", None)
    passwords.fits("some password", passwords.hash("another one"))
    assert len(done) == 2 and done[0] == done[1]


def test_a_hash_of_weaker_days_is_outdated() -> None:
    weak = Passwords(WEAK)
    assert not weak.is_outdated(weak.hash("correct horse"))
    assert Passwords().is_outdated(weak.hash("correct horse"))


@pytest.mark.parametrize("password", ["", "x" * (MIN_CHARS - 1), "x" * (MAX_CHARS + 1), "ten chars\n\n"])
def test_a_password_that_is_too_short_too_long_or_unprintable_is_refused(password: str) -> None:
    with pytest.raises(InputError, match="A password must have"):
        check_password(password)


def test_any_script_and_spaces_are_welcome() -> None:
    check_password("ä" * MIN_CHARS)
    check_password("正确的马 电池 订书钉 吧吧")
