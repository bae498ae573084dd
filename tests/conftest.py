"""What every test shares: the device option, one torch thread, a fixed seed, versions in the report."""

import contextlib
import gc
import importlib
import os
import pkgutil
import random
import shutil
from importlib.metadata import version
from platform import python_version
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    import torch

SEED = 20_240_229
IN_MEMORY, ROOM_IN_MEMORY = "/dev/shm", 2 << 30
FIRST = (
    *("tests/e2e/test_models.py", "tests/e2e/", "tests/core/training/", "tests/demo_app/jobs/"),
    *("tests/demo_app/services/test_loop", "tests/core/interchange/", "tests/demo_app/store/"),
)
"""The longest files, so that no process has one left when the other has none; and the browser starts once."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--device", default="cpu", help="Where models under test run: cpu (default) or cuda.")


def pytest_configure(config: pytest.Config) -> None:
    keep_files_in_memory()
    # Who only hands tests to other processes has no need of the libraries, and the others wait for it.
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        prepare_libraries()
    config.addinivalue_line("markers", "slow: takes long; runs only when asked for with -m slow")
    config.addinivalue_line(
        "markers", "sqlite: is about SQLite or no database, so is not run on PostgreSQL too"
    )


def keep_files_in_memory() -> None:
    """A commit waits 1 ms for a disk. What a killed process wrote is there afterwards, as it is on a disk."""
    with contextlib.suppress(OSError):
        if shutil.disk_usage(IN_MEMORY).free > ROOM_IN_MEMORY:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", IN_MEMORY)


def prepare_libraries() -> None:
    import anyio
    import torch
    from hypothesis import settings

    # Property tests draw the same examples every time and are not timed: other work may share the machine.
    settings.register_profile("steady", max_examples=30, deadline=None, derandomize=True)
    settings.load_profile("steady")
    # Tiny tensors: a second thread costs more than it brings, and sums differ in their last bits.
    torch.set_num_threads(1)
    import_whole(anyio)
    # Else the first page does it: an import fails in Python 3.11 if meanwhile something dies that imports too
    # (python/cpython#91351), as what earlier tests left may.
    importlib.import_module("pydantic.v1")


def import_whole(package: ModuleType) -> None:
    """All its modules at once: pytest parses those of anyio, a plugin, anew when they are imported, and in a
    server's thread that would meet a parser that Python 3.11 cannot share (`tests/sources.py`)."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        with contextlib.suppress(ImportError):  # its backends of libraries that are not installed
            importlib.import_module(module.name)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: [not item.nodeid.startswith(place) for place in FIRST])
    if config.getoption("markexpr"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    items[:] = [item for item in items if item not in slow]
    config.hook.pytest_deselected(items=slow)


def pytest_collection_finish() -> None:
    # The libraries stay: to look through their 700,000 objects again and again took a seventh of the time.
    gc.collect()
    gc.freeze()
    # So do the pages that tests serve: all that is alive is looked through a hundredth as often.
    gc.set_threshold(700, 10, 1000)


def pytest_report_header(config: pytest.Config) -> str:
    names = ("torch", "gradio", "sqlalchemy", "sentencepiece", "sacrebleu", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    where = f"device {config.getoption('--device')}, {os.cpu_count()} cores, CI {bool(os.environ.get('CI'))}"
    return f"python {python_version()}, {versions}; {where}"


@pytest.fixture(scope="session")
def device(request: pytest.FixtureRequest) -> "torch.device":
    """The device that `--device` names; the same tests run on each."""
    import torch

    return torch.device(request.config.getoption("--device"))


@pytest.fixture(autouse=True)
def seeded(pytestconfig: pytest.Config) -> np.random.Generator:
    """Seed every generator before each test, so that a test alone does what it does in the suite."""
    import torch

    random.seed(SEED)
    if pytestconfig.getoption("--device") == "cpu":
        # `torch.manual_seed` notes a stack trace for each kind of device that is not there: 1 ms a test.
        torch.default_generator.manual_seed(SEED)
    else:
        torch.manual_seed(SEED)
    return np.random.default_rng(SEED)
