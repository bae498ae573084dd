import hashlib
import io
from collections.abc import Callable

import pytest

from core.errors import InputError, NotFoundError
from demo_app.store.database import Store
from demo_app.store.formats import FORMATS
from demo_app.store.records import CorrectionQuery, SnapshotRecord
from tests.demo_app.store.samples import correct

LICENCE = "CC BY 4.0"


def frozen(store: Store, name: str = "v1", **query: str) -> SnapshotRecord:
    return store.snapshots.freeze(name, CorrectionQuery(**query), LICENCE)  # type: ignore[arg-type]


def exported(store: Store, snapshot: SnapshotRecord, kind: str = "jsonl") -> bytes:
    file = io.BytesIO()
    FORMATS[kind].write(store.snapshots.selection(snapshot), file)
    return file.getvalue()


def test_the_id_is_the_checksum_of_the_exported_lines(store: Store) -> None:
    for number in range(11):
        correct(store, f"rain {number} é 🌧")
    snapshot = frozen(store)
    assert hashlib.sha256(exported(store, snapshot)).hexdigest() == snapshot.id


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_that_happens_later_changes_a_file_of_it(store: Store, kind: str) -> None:
    first, second, third = (correct(store, f"rain {number}") for number in range(3))
    store.corrections.edit(second.id, 1, "rain edited before")
    snapshot = frozen(store)
    before = exported(store, snapshot, kind)
    store.corrections.edit(first.id, 1, "edited after")
    store.corrections.edit(second.id, 2, "edited after")
    store.corrections.delete(third.id, 1)
    correct(store, "new")
    assert exported(store, snapshot, kind) == before
    assert b"rain edited before" in before or kind == "parquet"
    assert store.snapshots.find("v1") == snapshot


def test_a_snapshot_holds_what_its_filter_selects_and_knows_it(store: Store) -> None:
    for number in range(4):
        correct(store, f"umbrella {number}")
    store.corrections.delete(correct(store, "umbrella, deleted").id, 1)
    correct(store, "parasol")
    snapshot = frozen(store, text="UMBR")
    assert len(list(store.snapshots.selection(snapshot).histories)) == snapshot.counts["total"] == 4
    assert snapshot.counts["directions"] == {"fr-en": 4}
    assert (snapshot.filter["text"], snapshot.licence) == ("UMBR", LICENCE)


def test_freezing_the_same_again_makes_no_second_snapshot(store: Store) -> None:
    correct(store, "rain")
    snapshot = frozen(store)
    assert frozen(store) == snapshot
    with pytest.raises(InputError, match="frozen already, as 'v1'"):
        frozen(store, "v2")
    assert store.snapshots.all() == (snapshot,)


def test_a_name_stands_for_one_thing(store: Store) -> None:
    correct(store, "rain")
    frozen(store)
    correct(store, "snow")
    with pytest.raises(InputError, match="'v1' must be free"):
        frozen(store)


def test_of_nothing_there_is_no_snapshot(store: Store) -> None:
    correct(store, "rain")
    with pytest.raises(InputError, match="must hold a correction"):
        frozen(store, text="parasol")
    assert store.snapshots.all() == ()


@pytest.mark.parametrize("name", ["", " v1", "v1\n", "a" * 101, "0123456789ab", "tab\there"])
def test_a_name_that_cannot_be_typed_or_told_from_an_id_is_refused(store: Store, name: str) -> None:
    correct(store, "rain")
    with pytest.raises(InputError, match="snapshot's name"):
        frozen(store, name)


@pytest.mark.parametrize("called", [lambda one: one.name, lambda one: one.id, lambda one: one.id[:8]])
def test_it_is_found_by_name_and_by_the_beginning_of_its_id(
    store: Store, called: Callable[[SnapshotRecord], str]
) -> None:
    correct(store, "rain")
    first = frozen(store, "über 你好")
    correct(store, "snow")
    frozen(store, "other")
    assert store.snapshots.find(called(first)) == first


@pytest.mark.parametrize("name", ["nobody", "abcdef0", "%", ""])
def test_what_is_not_there_is_not_found(store: Store, name: str) -> None:
    correct(store, "rain")
    frozen(store)
    with pytest.raises(NotFoundError, match="must be one snapshot"):
        store.snapshots.find(name)
