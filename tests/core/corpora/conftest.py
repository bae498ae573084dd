"""A home for corpora, reached without any proxy."""

from collections.abc import Iterator

import pytest

from tests.core.corpora.home import Home, open_home


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with open_home() as opened:
        yield opened
