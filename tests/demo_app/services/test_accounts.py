"""Accounts from their making to their end."""

import pytest
from argon2 import PasswordHasher

from core.errors import BusyError, ConfigError, InputError, LoginError, NotFoundError
from demo_app.services.accounts import AccountService, stamp
from demo_app.services.attempts import FAILURES_OF_A_NAME, Attempts
from demo_app.services.passwords import Passwords
from demo_app.services.people import ANONYMOUS
from demo_app.store.database import Store

PASSWORD = "correct horse"
HERE = "127.0.0.1"


def service(store: Store, licence: str = "CC BY 4.0") -> AccountService:
    weak = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return AccountService(store.users, licence, "k" * 40, Attempts(lambda: 0.0), weak)


@pytest.fixture
def accounts(store: Store) -> AccountService:
    made = service(store)
    made.add("Ada", PASSWORD, "annotator")
    return made


def test_name_and_password_open_the_account_whatever_the_name_s_case(accounts: AccountService) -> None:
    user = accounts.authenticate(" aDA ", PASSWORD, HERE)
    assert (user.name, user.role) == ("Ada", "annotator")
    assert PASSWORD not in repr(user)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Ada", "wrong horse"),
        ("Ada", ""),
        ("Bob", PASSWORD),
        ("", PASSWORD),
        ("a\0b", PASSWORD),
        ("A" * 99, ""),
    ],
)
def test_all_that_does_not_fit_is_told_alike(accounts: AccountService, name: str, password: str) -> None:
    with pytest.raises(LoginError) as raised:
        accounts.authenticate(name, password, HERE)
    assert str(raised.value) == "Name and password must fit each other, but do not; try again."


def test_a_disabled_account_is_told_as_a_wrong_password_and_can_be_enabled(accounts: AccountService) -> None:
    user_id = accounts.disable("ada").id
    with pytest.raises(LoginError, match="must fit each other"):
        accounts.authenticate("Ada", PASSWORD, HERE)
    assert accounts.get(user_id) is None and accounts.person(user_id) is ANONYMOUS
    accounts.enable("ada")
    assert accounts.authenticate("Ada", PASSWORD, HERE).id == user_id


def test_guessing_comes_to_an_end_even_with_the_right_password(accounts: AccountService) -> None:
    for _ in range(FAILURES_OF_A_NAME):
        with pytest.raises(LoginError):
            accounts.authenticate("Ada", "a guess at it", HERE)
    with pytest.raises(BusyError, match="too many failed logins"):
        accounts.authenticate("ada", PASSWORD, HERE)
    assert accounts.authenticate("ada", PASSWORD, "10.0.0.2")


@pytest.mark.parametrize(
    ("now", "new", "error"),
    [
        ("wrong horse", "another horse", LoginError),
        (PASSWORD, "short", InputError),
        (PASSWORD, "a\0" * 9, InputError),
    ],
)
def test_who_changes_their_own_password_must_know_it_and_choose_a_good_one(
    accounts: AccountService, now: str, new: str, error: type[Exception]
) -> None:
    user = accounts.named("ada")
    with pytest.raises(error):
        accounts.change_own_password(user, now, new, HERE)
    assert accounts.named("ada") == user
    changed = accounts.change_own_password(user, PASSWORD, "another horse", HERE)
    assert accounts.authenticate("Ada", "another horse", HERE).id == user.id
    assert stamp(changed) != stamp(user), "logins of before are void"


def test_the_password_of_a_login_that_was_stolen_cannot_be_guessed(accounts: AccountService) -> None:
    user = accounts.named("ada")
    for _ in range(FAILURES_OF_A_NAME):
        with pytest.raises(LoginError):
            accounts.change_own_password(user, "a guess at it", "another horse", HERE)
    with pytest.raises(BusyError):
        accounts.change_own_password(user, PASSWORD, "another horse", HERE)


def test_a_new_password_replaces_the_old_one_and_its_logins(accounts: AccountService) -> None:
    before = accounts.named("ada")
    after = accounts.change_password("ada", "another horse")
    assert stamp(before) != stamp(after) and stamp(after) == stamp(accounts.set_role("ada", "admin"))
    assert accounts.authenticate("Ada", "another horse", HERE)
    with pytest.raises(LoginError):
        accounts.authenticate("Ada", PASSWORD, HERE)


def test_a_hash_of_weaker_days_is_made_anew_at_the_next_login(accounts: AccountService, store: Store) -> None:
    stronger = AccountService(
        store.users,
        "CC BY 4.0",
        "k" * 40,
        Attempts(lambda: 0.0),
        Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)),
    )
    assert "m=8," in accounts.named("ada").password_hash
    assert "m=16," in stronger.authenticate("ada", PASSWORD, HERE).password_hash
    assert "m=16," in stronger.authenticate("ada", PASSWORD, HERE).password_hash


@pytest.mark.parametrize("name", ["", " ", " Ada", "Ada ", "x" * 61, "a\nb", "a\x00"])
def test_an_impossible_name_is_refused(accounts: AccountService, name: str) -> None:
    with pytest.raises(InputError, match="A name must have 1 to 60"):
        accounts.add(name, PASSWORD, "annotator")


def test_a_taken_name_a_short_password_and_an_unknown_role_are_refused(accounts: AccountService) -> None:
    with pytest.raises(InputError, match="already"):
        accounts.add("ADA", PASSWORD, "annotator")
    with pytest.raises(InputError, match="10 to 200 characters, but this one has 5"):
        accounts.add("Bob", "horse", "annotator")
    with pytest.raises(ConfigError, match="role"):
        accounts.add("Bob", PASSWORD, "king")
    with pytest.raises(ConfigError, match="role"):
        accounts.set_role("Ada", "king")
    with pytest.raises(NotFoundError, match="'Bob'"):
        accounts.change_password("Bob", PASSWORD)
    assert [user.name for user in accounts.list()] == ["Ada"]


def test_somebody_contributes_once_both_languages_and_licence_are_there(accounts: AccountService) -> None:
    user_id = accounts.named("ada").id
    assert not accounts.person(user_id).may_contribute
    accounts.set_languages(user_id, {"fr": 5, "zh-Hant": 1})
    assert not accounts.person(user_id).may_contribute
    accepted = accounts.accept_licence(user_id)
    assert (accepted.licence, accepted.licence_accepted_at is not None) == ("CC BY 4.0", True)
    assert accounts.person(user_id).may_contribute


def test_another_licence_must_be_accepted_anew(accounts: AccountService, store: Store) -> None:
    user_id = accounts.named("ada").id
    accounts.set_languages(user_id, {"fr": 5})
    accounts.accept_licence(user_id)
    assert not service(store, "CC0").person(user_id).may_contribute


@pytest.mark.parametrize(
    "languages",
    [{}, {"fr": 0}, {"fr": 6}, {"French": 3}, {"": 3}, {"<b>": 3}, {f"a{n:02}": 1 for n in range(60)}],
)
def test_impossible_languages_are_refused(accounts: AccountService, languages: dict[str, int]) -> None:
    with pytest.raises(InputError):
        accounts.set_languages(accounts.named("ada").id, languages)


def test_the_id_of_an_account_tells_nothing_of_its_name(accounts: AccountService) -> None:
    assert "ada" not in accounts.named("ada").id.lower()
