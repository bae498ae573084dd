import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import ConfigError, EmptyTextError, StoreError, StoreUnavailableError, TextTooLongError
from demo_app.services.dataset import DatasetService
from demo_app.settings import Settings
from demo_app.store.database import Store
from demo_app.store.records import CorrectionQuery
from tests.demo_app.store.samples import correct, open_at

NOON = datetime(2026, 5, 4, 12, 0, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_at(tmp_path / "x.db")
    yield opened
    opened.close()


@pytest.fixture
def service(store: Store) -> DatasetService:
    return DatasetService(Settings(max_text_chars=50), store.corrections, clock=lambda: NOON)


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    return tmp_path / "exports"


def test_export_is_the_filtered_set_on_all_pages(
    service: DatasetService, store: Store, exports: Path
) -> None:
    for number in range(5):
        correct(store, f"umbrella {number}")
        correct(store, f"parasol {number}")
    query = CorrectionQuery(text="UMBRELLA", page_size=2)
    found = [row.id for page in (1, 2, 3) for row in service.search(replace(query, page=page)).rows]
    lines = service.export(query, "jsonl", exports).read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == found
    with service.export(query, "csv", exports).open(encoding="utf-8", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == found
    assert len(found) == 5


def test_export_file_is_named_after_its_time_and_never_overwritten(
    service: DatasetService, store: Store, exports: Path
) -> None:
    first = service.export(CorrectionQuery(), "jsonl", exports)
    correct(store, "later")
    second = service.export(CorrectionQuery(), "jsonl", exports)
    assert first.name == second.name == "corrections-20260504T120009Z.jsonl"
    assert (first.read_text(), second.read_text().count("\n")) == ("", 1)


def test_export_into_an_impossible_folder_says_so(service: DatasetService, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailableError, match="must be written to .*file/sub"):
        service.export(CorrectionQuery(), "csv", tmp_path / "file" / "sub")


def test_failed_export_leaves_no_file(service: DatasetService, store: Store, exports: Path) -> None:
    with store.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE corrections RENAME TO gone")
    with pytest.raises(StoreError):
        service.export(CorrectionQuery(), "jsonl", exports)
    assert list(exports.iterdir()) == []


def test_unknown_kind_of_export_is_refused(service: DatasetService, exports: Path) -> None:
    with pytest.raises(ConfigError, match="`kind` must be one of jsonl, csv, but is 'xlsx'"):
        service.export(CorrectionQuery(), "xlsx", exports)  # type: ignore[arg-type]


def test_edit_is_checked_like_a_first_correction(service: DatasetService, store: Store) -> None:
    record = correct(store, "fine")
    for text, error in (("  ", EmptyTextError), ("x" * 51, TextTooLongError)):
        with pytest.raises(error):
            service.edit(record.id, 1, text)
    assert service.history(record.id) == (record,)


def test_deleted_record_comes_back_with_restore(service: DatasetService, store: Store) -> None:
    record = correct(store, "fine")
    service.delete(record.id, 1)
    assert service.counts().total == 0
    service.restore(record.id, 2)
    assert service.counts().total == 1
    assert service.get(record.id).corrected_text == "fine"
