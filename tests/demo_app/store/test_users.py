"""Accounts as they are kept."""

import pytest

from core.errors import ForbiddenCharacterError, InputError, NotFoundError
from demo_app.store.database import Store
from demo_app.store.users import UserRecord


def added(store: Store, name: str = "Ada") -> UserRecord:
    return store.users.add(f"id of {name}", name, "hash", "annotator")


def test_an_account_is_found_by_its_name_in_any_case_and_by_its_id(store: Store) -> None:
    user = added(store, "Élodie")
    assert (
        store.users.named("ÉLODIE") == store.users.named("e\u0301lodie") == store.users.get(user.id) == user
    )
    assert store.users.named("Elodie") is None and store.users.get("nobody") is None
    assert (user.languages, user.licence, user.disabled_at) == ({}, None, None)


def test_two_names_that_differ_in_case_are_one(store: Store) -> None:
    added(store, "Ada")
    with pytest.raises(InputError, match="account 'ADA' already"):
        store.users.add("other", "ADA", "hash", "admin")
    assert [user.name for user in store.users.all()] == ["Ada"]


def test_changes_are_kept_and_leave_the_rest_alone(store: Store) -> None:
    user, other = added(store), added(store, "Bob")
    store.users.set_languages(user.id, {"fr": 5, "en": 3})
    store.users.accept_licence(user.id, "CC BY 4.0")
    store.users.set_password(user.id, "other hash")
    store.users.set_role(user.id, "reviewer")
    changed = store.users.disable(user.id)
    assert changed == store.users.named("ada")
    assert (changed.languages, changed.licence) == ({"fr": 5, "en": 3}, "CC BY 4.0")
    assert (changed.password_hash, changed.role) == ("other hash", "reviewer")
    assert changed.licence_accepted_at and changed.disabled_at
    assert changed.created_at < changed.licence_accepted_at < changed.disabled_at
    assert store.users.enable(user.id).disabled_at is None
    assert store.users.get(other.id) == other


def test_what_is_not_there_cannot_be_changed(store: Store) -> None:
    with pytest.raises(NotFoundError, match="must be an account 'nobody'"):
        store.users.disable("nobody")
    with pytest.raises(ForbiddenCharacterError):
        store.users.named("a\0b")
