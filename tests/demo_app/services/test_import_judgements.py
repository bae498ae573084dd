"""Files of judgements, told from those of corrections by what is in them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import InputError
from demo_app.services.exports import build_exports
from demo_app.services.imports import ImportReport
from demo_app.services.people import LOCAL
from demo_app.settings import Settings
from demo_app.store.database import Store
from demo_app.store.records import CorrectionQuery
from tests.demo_app.services.test_imports import NOON, Importing, file, rows
from tests.demo_app.store.judged import project_of, rated
from tests.demo_app.store.samples import open_empty
from tests.demo_app.store.test_preferences import chosen, compared


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    opened = open_empty(tmp_path / "other.db", prefix="other")
    yield opened
    opened.close()


def test_judgements_come_in_as_corrections_do(store: Store, other: Store, tmp_path: Path) -> None:
    """In their order; what cannot be one is told by its line, what comes twice is not doubled."""
    importing = Importing(other)
    compared(store, 1, 2, 2)
    rated(store, project_of(store)[0])
    chosen(store)
    asked = CorrectionQuery()
    service = build_exports(Settings(), store, lambda: LOCAL, lambda: NOON)
    lines = service.write_file(asked, "judgements", tmp_path).read_text("utf-8").splitlines()
    path = file(tmp_path, "any name.jsonl", "{", *lines[:2], "", '{"kind": "rating"}', lines[2], lines[0])
    assert importing(path) == ImportReport(added=3, present=1, refused=2)
    assert [line for line, _ in importing.told] == [1, 5]
    for found in (store, other):
        assert [type(one).__name__ for one in found.judged_histories.stream(asked)] == [
            *("WholeJudgement", "WholeJudgement", "WholeChoice")
        ]
    assert list(other.judged_histories.stream(asked)) == list(store.judged_histories.stream(asked))
    assert importing(path) == ImportReport(present=4, refused=2)


@pytest.mark.parametrize("kind", ["ratings", "preferences"])
def test_what_tells_only_a_part_is_refused_with_what_to_export_instead(
    store: Store, other: Store, tmp_path: Path, kind: str
) -> None:
    importing = Importing(other)
    compared(store, 1, 2, 2)
    rated(store, project_of(store)[0])
    path = build_exports(Settings(), store, lambda: LOCAL, lambda: NOON).write_file(
        CorrectionQuery(), kind, tmp_path
    )
    with pytest.raises(InputError, match="export `jsonl` and `judgements` instead"):
        importing(path)
    assert not rows(other) and not other.projects.all()
