import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo_app.store.database import Store, open_store
from tests.demo_app.store import postgres
from tests.demo_app.store.samples import counting_ids, empty_at, ticking_clock


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Who asks for a store, and not for the path of its file, is run in both databases."""
    if "database_url" not in metafunc.fixturenames:
        return
    only_sqlite = metafunc.definition.get_closest_marker("sqlite") or not postgres.IS_THERE
    asks_for_file = "path" in inspect.signature(metafunc.function).parameters
    kinds = ["sqlite"] if only_sqlite or asks_for_file else ["sqlite", "postgresql"]
    metafunc.parametrize("database_url", kinds, indirect=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store of this test keeps its database; spaces and signs are legal in folder names."""
    return tmp_path / "my 50%41 data? #1" / "interlinear.db"


@pytest.fixture
def database_url(request: pytest.FixtureRequest, path: Path) -> str:
    """Of a database without a row."""
    return empty_at(path) if request.param == "sqlite" else postgres.empty_url()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url, clock=ticking_clock(), new_id=counting_ids())
    yield opened
    opened.close()
