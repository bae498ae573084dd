"""What was acknowledged is on disk: the real server is killed right after it said "saved"."""

import signal
from pathlib import Path
from typing import Any

import pytest

from demo_app.factory import new_id, utc_now
from demo_app.settings import Settings
from demo_app.store.database import open_store
from demo_app.store.records import CorrectionQuery
from tests.e2e.serving import Client, process, program_at, settings_in

SAVES_A_LIFE = 5


@pytest.mark.parametrize("kills", [1, pytest.param(20, marks=pytest.mark.slow)])
def test_kill_9_after_an_acknowledged_save_loses_nothing(
    tmp_path: Path, models_dir: Path, kills: int
) -> None:
    settings = settings_in(tmp_path, models_dir)
    acknowledged: list[str] = []
    for life in range(kills):
        with process(settings) as (server, url):
            visitor = program_at(url)
            for number in range(SAVES_A_LIFE):
                acknowledged.append(save(visitor, f"Vie {life}, phrase {number}."))
            server.send_signal(signal.SIGKILL)
            server.wait()
        assert stored(settings) == sorted(acknowledged)


def save(visitor: Client, source_text: str) -> str:
    """Returns only once the server said that it saved."""
    visitor.predict(source_text=source_text, options={"mode": "greedy"}, api_name="/translate")
    corrected = f"Corrected: {source_text}"
    told: dict[str, Any] = visitor.predict(correction_text=corrected, api_name="/save")[0]
    assert told["text"].startswith("Saved")
    return corrected


def stored(settings: Settings) -> list[str]:
    store = open_store(settings.database_url, clock=utc_now, new_id=new_id)
    try:
        return sorted(row.corrected_text for row in store.corrections.stream(CorrectionQuery()))
    finally:
        store.close()
