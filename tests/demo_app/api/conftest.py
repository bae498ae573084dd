"""People, and a translation that they talk about."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.demo_app.api.rig import ApiRig, Caller
from tests.demo_app.services.lab_rig import BEAM


@pytest.fixture(scope="package")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiRig]:
    made = ApiRig(tmp_path_factory.mktemp("api"), tiny="additive", bare="none")
    yield made
    made.close()


@pytest.fixture(scope="package")
def people(rig: ApiRig) -> dict[str, Caller]:
    """By name; "" is nobody."""
    return {name: rig.caller(name) for name in ("", "ada", "bob", "eve", "root")}


@pytest.fixture
def ada(people: dict[str, Caller]) -> Caller:
    return people["ada"]


@pytest.fixture
def eve(people: dict[str, Caller]) -> Caller:
    return people["eve"]


@pytest.fixture(scope="package")
def shown(rig: ApiRig) -> str:
    """Id of a translation with three hypotheses."""
    return rig.translated(options=BEAM).id


@pytest.fixture
def saved(shown: str) -> Callable[..., dict[str, Any]]:
    """Submits a correction in somebody's name."""

    def submit(caller: Caller, text: str = "The children gather chestnuts.", **more: Any) -> dict[str, Any]:
        body = {"translation_id": shown, "segment_index": 0, "corrected_text": text, "duration_s": 4.5}
        told = caller("POST", "/corrections", body | more)
        assert told.status_code == 201, told.text
        record: dict[str, Any] = told.json()
        return record

    return submit
