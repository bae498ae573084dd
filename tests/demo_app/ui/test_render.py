"""What stands beneath a translation: only what is true of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo_app.store.database import Store
from demo_app.ui.render import facts_of
from demo_app.ui.shown import Shown
from demo_app.ui.strings import load_strings
from tests.demo_app.store.samples import open_empty, translation

WORDS = load_strings("en").facts


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_empty(tmp_path / "x.db")
    yield made
    made.close()


def names(store: Store, **model: Any) -> list[str]:
    record = store.translations.add(translation("Il pleut.", "It rains."))
    page = {"model": {"is_apart": False, **model}, "target": {"log_prob": -1.0, "score": -0.5}}
    return [row["name"] for row in facts_of(WORDS, record, Shown.first(record, 0.0), page)]


def test_what_corrections_taught_is_told_where_it_answered_and_nowhere_else(store: Store) -> None:
    plain = [WORDS["score"], WORDS["log_prob"], WORDS["time"], WORDS["model"]]
    assert names(store) == plain
    assert names(store, is_apart=True) == [*plain, WORDS["apart"]]
