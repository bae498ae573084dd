"""How the program starts, and how it says that it cannot."""

import shutil
import socket
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

import app
from core.checkpoint import save_checkpoint
from demo_app.factory import open_port
from tests.e2e.serving import Served, program_at, serve, settings_in
from tests.tiny import CONFIG, tiny_checkpoint


def fails_with(capsys: pytest.CaptureFixture[str], *flags: str) -> str:
    """The one line that the program says before it gives up."""
    assert app.main(flags) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and "Traceback" not in said.err
    return said.err


def test_no_connection_waits_to_be_acknowledged() -> None:
    with open_port("127.0.0.1", 0) as listener:
        listener.listen()
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_in_use_is_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        said = fails_with(capsys, "--port", port, "--data-dir", str(tmp_path))
    assert port in said and "--port" in said


def test_a_port_out_of_range_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert "99999" in fails_with(capsys, "--port", "99999")


def test_a_file_that_is_no_database_is_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "interlinear.db").write_bytes(b"no database at all, but long enough to look like one" * 40)
    assert "interlinear.db" in fails_with(capsys, "--port", "0", "--data-dir", str(tmp_path))


def test_a_database_of_a_newer_release_is_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    connection = sqlite3.connect(tmp_path / "interlinear.db")
    connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    connection.commit()
    connection.close()
    assert "newer" in fails_with(capsys, "--port", "0", "--data-dir", str(tmp_path))


def test_a_data_folder_that_is_a_file_is_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("")
    assert "taken" in fails_with(capsys, "--port", "0", "--data-dir", str(tmp_path / "taken"))


@pytest.fixture(params=["missing", "damaged"])
def crippled(request: pytest.FixtureRequest, tmp_path: Path, models_dir: Path) -> Iterator[Served]:
    folder = tmp_path / "models"
    if request.param == "damaged":
        shutil.copytree(next(path for path in models_dir.iterdir() if path.is_dir()), folder / "flipped")
        weights = folder / "flipped" / "model.safetensors"
        content = bytearray(weights.read_bytes())
        content[len(content) // 2] ^= 1
        weights.write_bytes(content)
    with serve(settings_in(tmp_path / "data", folder)) as served:
        yield served


def test_without_a_usable_model_the_page_starts_and_says_so(crippled: Served) -> None:
    page = httpx.get(crippled.url).text
    assert "No model can be used" in page
    told = program_at(crippled.url).predict(
        source_text="Bonjour.", route={"source": "fr", "target": "en"}, api_name="/translate"
    )[0]
    assert told["kind"] == "error" and str(crippled.settings.models_dir) in told["text"]


def test_a_model_without_attention_translates_and_its_page_has_none(tmp_path: Path) -> None:
    plain = tiny_checkpoint(replace(CONFIG, attention="none"), name="plain")
    save_checkpoint(tmp_path / "models" / "plain", plain)
    with serve(settings_in(tmp_path / "data", tmp_path / "models")) as served:
        visitor = program_at(served.url)
        outputs = visitor.predict(source_text="Bonjour.", options={"mode": "greedy"}, api_name="/translate")
    assert [value for value in outputs if isinstance(value, dict) and value.get("kind")] == []
    page = page_data(outputs)
    assert page["attention"] is None and page["model"]["layers"] == 0
    assert page["target"]["judgement"] and page["target"]["words"]


def test_a_sentence_whose_model_is_gone_is_opened_with_its_texts(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "old" / "gone", tiny_checkpoint(name="gone"))
    save_checkpoint(tmp_path / "new" / "here", tiny_checkpoint(name="here"))
    with serve(settings_in(tmp_path / "data", tmp_path / "old")) as served:
        visitor = program_at(served.url)
        before = page_data(
            visitor.predict(source_text="Bonjour.", options={"mode": "greedy"}, api_name="/translate")
        )
    with serve(settings_in(tmp_path / "data", tmp_path / "new")) as served:
        link = {"translation": before["shown"]["translation"], "segment": 0, "hypothesis": 0}
        outputs = program_at(served.url).predict(question=link, api_name="/open_link")
    (told,) = [value for value in outputs if isinstance(value, dict) and value.get("kind")]
    assert told["kind"] == "warning" and "gone@" in told["text"]
    after = page_data(outputs)
    assert (after["attention"], after["target"]["judgement"]) == (None, [])
    for side in ("source", "target"):
        assert (after[side]["text"], after[side]["pieces"]) == (before[side]["text"], before[side]["pieces"])


def test_on_a_phone_who_has_nothing_to_annotate_is_taken_to_the_projects(
    browser: Browser, tmp_path: Path, models_dir: Path
) -> None:
    """That tab is in a menu there."""
    with serve(settings_in(tmp_path, models_dir)) as served:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(served.url)
        page.get_by_role("tab", name="Annotate").click()
        page.get_by_test_id("no-projects").get_by_role("button", name="Make a project").click()
        page.get_by_test_id("new-project").wait_for()
        page.close()


def page_data(outputs: Any) -> dict[str, Any]:
    (page,) = [value for value in outputs if isinstance(value, dict) and "schema" in value]
    return dict(page)


def test_health_headers_and_no_way_to_other_hosts(served: Served) -> None:
    answer = httpx.get(f"{served.url}/healthz")
    assert answer.status_code == 200 and answer.json() == {"status": "ok"}
    policy = httpx.get(served.url).headers["content-security-policy"]
    assert "default-src 'self'" in policy and "http" not in policy
    assert httpx.get(f"{served.url}/docs").status_code == 404
