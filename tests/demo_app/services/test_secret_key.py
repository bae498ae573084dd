"""The secret: made once, kept to oneself, and never told."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.errors import ConfigError, StoreUnavailableError
from demo_app.services.secret_key import FILE, pseudonym, secret_key
from demo_app.settings import Settings

KEY = "k" * 40


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    key = secret_key(settings)
    assert len(key) >= 43 and secret_key(settings) == key
    assert stat.S_IMODE((tmp_path / "new" / FILE).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == [FILE]
    assert secret_key(Settings(data_dir=tmp_path / "other")) != key


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(8) as starters:
        assert len(set(starters.map(lambda _: secret_key(settings), range(16)))) == 1


def test_a_key_of_the_settings_wins_and_is_not_shown(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_key=SecretStr(KEY))
    assert secret_key(settings) == KEY and not (tmp_path / FILE).exists()
    assert KEY not in repr(settings)


def test_a_short_key_is_refused_without_being_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="at least 32 characters, but has 6") as raised:
        secret_key(Settings(data_dir=tmp_path, secret_key=SecretStr("sesame")))
    assert "sesame" not in str(raised.value)
    (tmp_path / FILE).write_text("open\n")
    with pytest.raises(ConfigError, match="secret.key must have at least 32"):
        secret_key(Settings(data_dir=tmp_path))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailableError, match="secret key must be kept in"):
        secret_key(Settings(data_dir=tmp_path / "file"))


def test_a_pseudonym_is_stable_and_belongs_to_person_and_key() -> None:
    one = pseudonym("ada", KEY)
    assert one == pseudonym("ADA", KEY) and "ada" not in one
    assert len({one, pseudonym("bob", KEY), pseudonym("ada", KEY[:-1])}) == 3
