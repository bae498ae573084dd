"""Settings: one sentence for each mistake, and an environment variable for each field."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import ConfigError
from core.evaluation.gate import MARGIN_BLEU
from demo_app.settings import Settings, default_data_dir
from demo_app.store.database import open_store


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("INTERLINEAR_"):
            monkeypatch.delenv(name)


def test_defaults_serve_this_machine_only_and_keep_data_out_of_the_source_tree() -> None:
    settings = Settings.load()
    assert settings.host == "127.0.0.1"
    assert not settings.data_dir.is_relative_to(Path(__file__).resolve().parents[2])
    assert settings.database_url == f"sqlite:///{settings.data_dir / 'interlinear.db'}"
    assert (settings.models_dir.parent / "models").name == "models"


def test_every_field_says_what_it_is() -> None:
    undocumented = [name for name, field in Settings.model_fields.items() if not field.description]
    assert undocumented == []


def test_the_environment_is_read_and_flags_win(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INTERLINEAR_PORT", "8080")
    monkeypatch.setenv("INTERLINEAR_DATA_DIR", str(tmp_path))
    assert Settings.load().port == 8080
    assert Settings.load(port=9090, host=None).port == 9090
    assert Settings.load().database_url == f"sqlite:///{tmp_path / 'interlinear.db'}"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLINEAR_PORT", "")
    assert Settings.load().port == 7860


def test_a_wrong_variable_is_named_with_its_value_and_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLINEAR_PORT", "99999")
    monkeypatch.setenv("INTERLINEAR_MAX_BATCH", "many")
    with pytest.raises(ConfigError) as caught:
        Settings.load()
    assert "`INTERLINEAR_PORT` is '99999': input should be less than or equal to 65535." in str(caught.value)
    assert "`INTERLINEAR_MAX_BATCH` is 'many'" in str(caught.value)


def test_a_wrong_flag_is_named_as_the_flag() -> None:
    with pytest.raises(ConfigError, match="`port` is '-1'"):
        Settings.load(port=-1)


def test_a_wrong_data_dir_is_one_sentence_about_the_data_dir() -> None:
    with pytest.raises(ConfigError) as caught:
        Settings.load(data_dir=7)
    assert str(caught.value).count("The setting") == 1


def test_a_queue_shorter_than_the_longest_text_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"must be at least twice `max_segments` \(50\), but is 99"):
        Settings.load(queue_size=99)
    assert Settings.load(queue_size=100).queue_size == 100


def test_home_is_expanded_in_paths() -> None:
    assert Settings.load(data_dir="~/somewhere").data_dir == Path.home() / "somewhere"


def test_xdg_data_home_is_used_when_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_data_dir() == tmp_path / "interlinear"
    monkeypatch.setenv("XDG_DATA_HOME", "relative/path")
    assert default_data_dir() == Path.home() / ".local" / "share" / "interlinear"


def test_a_data_dir_of_any_name_is_where_the_database_goes(tmp_path: Path) -> None:
    folder = tmp_path / "100%25 of #1? données"
    settings = Settings.load(data_dir=folder)
    open_store(settings.database_url, clock=lambda: datetime.now(UTC), new_id=lambda: "1").close()
    assert (folder / "interlinear.db").is_file()


def test_the_margin_of_the_gate_is_the_core_s_unless_set() -> None:
    assert Settings().gate_margin == MARGIN_BLEU
