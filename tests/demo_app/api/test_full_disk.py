"""A disk that fills up while programs send corrections: they are told, and what was saved stays saved."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from demo_app.store.database import Store
from demo_app.store.records import CorrectionQuery
from tests.demo_app.api.rig import ApiRig, Caller
from tests.demo_app.store.test_faults import limit_pages
from tests.full_disk import no_file_above

TRIES = 20


@contextmanager
def few_pages(store: Store) -> Iterator[None]:
    """What SQLite finds where the system says that there is no room (ENOSPC)."""
    allow = limit_pages(store, extra=4)
    yield
    allow(1000)


@contextmanager
def small_files(store: Store) -> Iterator[None]:
    """What it finds where a quota of the system stops the file itself."""
    log = Path(f"{store.database.place}-wal")
    with no_file_above(log.stat().st_size + 60_000):
        yield


@pytest.mark.parametrize("full", [few_pages, small_files])
def test_a_full_disk_is_told_loses_nothing_and_takes_what_is_sent_again(
    tmp_path: Path, full: Callable[[Store], AbstractContextManager[None]]
) -> None:
    rig = ApiRig(tmp_path, login=False)
    ask, shown = rig.caller(), rig.translated().id
    with full(rig.store):
        told = [submit(ask, shown, number) for number in range(TRIES)]
        saved = [one.json()["id"] for one in told if one.status_code == 201]
        refused = {number for number, one in enumerate(told) if one.status_code == 503}
        assert saved and refused and len(saved) + len(refused) == TRIES
        error = told[min(refused)].json()["error"]
        assert error["kind"] == "store_unavailable"
        assert "room" in error["message"] and error["message"].endswith("Nothing was changed.")
        assert ids(rig) == sorted(saved)
        assert ask("GET", f"/corrections/{saved[0]}").json()["id"] == saved[0]  # reading goes on
    again = [submit(ask, shown, number) for number in range(TRIES)]
    assert {one.status_code for one in again} == {201}
    assert ids(rig) == sorted({one.json()["id"] for one in again}) and len(ids(rig)) == TRIES
    rig.close()


def submit(ask: Caller, shown: str, number: int) -> httpx.Response:
    body: dict[str, Any] = {"translation_id": shown, "segment_index": 0, "duration_s": 4.5}
    body["corrected_text"] = f"The children gather {number} chestnuts. " * 20
    return ask("POST", "/corrections", body, headers={"idempotency-key": str(number)})


def ids(rig: ApiRig) -> list[str]:
    return sorted(row.id for row in rig.store.corrections.stream(CorrectionQuery(include_deleted=True)))
