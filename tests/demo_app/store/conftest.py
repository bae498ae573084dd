from collections.abc import Iterator
from pathlib import Path

import pytest

from demo_app.store.database import Store
from tests.demo_app.store.samples import open_at


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store of this test keeps its database; spaces and signs are legal in folder names."""
    return tmp_path / "my 50%41 data? #1" / "interlinear.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = open_at(path)
    yield opened
    opened.close()
