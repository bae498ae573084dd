"""Who may do what, and that nobody acts where it was forgotten to say who."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

import pytest

from core.errors import NotAllowedError, StaleRevisionError
from demo_app.services.people import (
    ANONYMOUS,
    LOCAL,
    ROLES,
    Person,
    Role,
    Work,
    acting,
    acting_as,
    require_author,
    require_contributor,
    require_not_accepted,
    require_own,
    require_role,
)


def person(role: Role | None, agreed: bool = True) -> Person:
    return Person(id="ada", name="Ada", role=role, may_contribute=agreed)


def test_a_role_may_do_what_those_below_it_may() -> None:
    allowed = [[person(held).may(needed) for needed in ROLES] for held in ROLES]
    assert allowed == [[True, False, False], [True, True, False], [True, True, True]]
    assert not any(person(None).may(needed) or ANONYMOUS.may(needed) for needed in ROLES)


def test_the_local_person_may_do_everything() -> None:
    for role in ROLES:
        require_role(LOCAL, role)
    require_contributor(LOCAL)
    require_own(LOCAL, "anybody")


def test_a_refusal_says_what_is_missing() -> None:
    with pytest.raises(NotAllowedError, match="must be logged in"):
        require_role(ANONYMOUS, "annotator")
    with pytest.raises(NotAllowedError, match="must be a reviewer, but your account is of an annotator"):
        require_role(person("annotator"), "reviewer")
    with pytest.raises(NotAllowedError, match="accept the dataset's licence"):
        require_contributor(person("reviewer", agreed=False))


def test_an_annotator_has_their_own_work_and_a_reviewer_everybody_s() -> None:
    require_own(person("annotator"), "ada")
    require_own(person("reviewer"), "bob")
    for other in ("bob", None):
        with pytest.raises(NotAllowedError, match="only your own"):
            require_own(person("annotator"), other)
    with pytest.raises(NotAllowedError):
        require_own(ANONYMOUS, None)


def test_a_refusal_names_what_it_is_about() -> None:
    for what in get_args(Work):
        with pytest.raises(NotAllowedError, match=f"only your own {what}s"):
            require_own(person("annotator"), "bob", what)
        with pytest.raises(NotAllowedError, match=f"only with your own {what}s"):
            require_author(person("admin"), "bob", what)
        with pytest.raises(StaleRevisionError, match=f"A {what} can be taken back until"):
            require_not_accepted(person("annotator"), "accepted", what)


def test_what_is_accepted_is_a_reviewer_s_to_take_back() -> None:
    for who, status in (
        (person("reviewer"), "accepted"),
        (LOCAL, "accepted"),
        (person("annotator"), "rejected"),
    ):
        require_not_accepted(who, status)


def test_nobody_acts_unless_it_is_said_who() -> None:
    assert acting() is ANONYMOUS
    with acting_as(person("admin")):
        with acting_as(LOCAL):
            assert acting() is LOCAL
        assert acting().name == "Ada"
        with ThreadPoolExecutor() as elsewhere:
            assert elsewhere.submit(acting).result() is ANONYMOUS
    assert acting() is ANONYMOUS


def test_people_at_the_same_time_do_not_become_each_other() -> None:
    async def work(name: str) -> str:
        with acting_as(Person(id=name, name=name, role="annotator", may_contribute=True)):
            await asyncio.sleep(0)
            return await asyncio.to_thread(lambda: acting().name)

    async def all_of(names: list[str]) -> list[str]:
        return await asyncio.gather(*map(work, names))

    names = [f"person {number}" for number in range(20)]
    assert asyncio.run(all_of(names)) == names
