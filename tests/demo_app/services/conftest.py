"""A store, a loop, and the lab's services for each architecture or with what a test asks for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.translator import Translator
from demo_app.store.database import Store
from tests.demo_app.services.lab_rig import ARCHITECTURES, Rig, tiny
from tests.demo_app.services.loop_rig import Loop
from tests.demo_app.store.samples import open_empty


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Empty."""
    opened = open_empty(tmp_path / "x.db")
    yield opened
    opened.close()


@pytest.fixture
def new_rig(tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    """Makes a rig of the models given by name; it is closed at the end."""
    made: list[Rig] = []

    def make(**models: Translator) -> Rig:
        made.append(Rig(tmp_path / f"rig{len(made)}", models))
        return made[-1]

    yield make
    for rig in made:
        rig.close()


@pytest.fixture(scope="module", params=ARCHITECTURES)
def every_rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """One after the other with a model of each architecture."""
    rig = Rig(tmp_path_factory.mktemp("rig"), {"tiny": tiny(request.param)})
    yield rig
    rig.close()


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """With one recurrent model that has attention."""
    rig = Rig(tmp_path_factory.mktemp("rig"), {"tiny": tiny("additive")})
    yield rig
    rig.close()


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Loop]:
    """From corrections to a version that serves, with nothing in it yet."""
    made = Loop(tmp_path)
    yield made
    made.close()
