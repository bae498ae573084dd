"""A submission that has an id is stored once, however often it is sent."""

from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import pytest

from core.errors import InputError, StaleRevisionError
from demo_app.store.database import Store
from demo_app.store.records import CorrectionQuery, CorrectionRecord, NewCorrection
from tests.demo_app.store.samples import open_at, translation


@pytest.fixture
def new(store: Store) -> NewCorrection:
    shown = store.translations.add(translation())
    return NewCorrection(shown.id, 0, 0, "It is wet.", "corrected", 1.5, user_id="ada", id="k1")


def test_the_second_submission_gives_the_record_of_the_first(store: Store, new: NewCorrection) -> None:
    first = store.corrections.add(new)
    assert first.id == "k1"
    assert store.corrections.add(replace(new, duration_s=9)) == first
    edited = store.corrections.edit("k1", 1, "It is very wet.")
    assert store.corrections.add(new) == edited
    assert store.corrections.search(CorrectionQuery()).total == 1


@pytest.mark.parametrize(
    "other", [{"corrected_text": "Wet."}, {"segment_index": 1}, {"hypothesis_index": 1}, {"user_id": "bob"}]
)
def test_another_submission_under_the_same_id_is_refused(
    store: Store, new: NewCorrection, other: dict[str, object]
) -> None:
    first = store.corrections.add(new)
    with pytest.raises(InputError, match="another correction"):
        store.corrections.add(replace(new, **other))  # type: ignore[arg-type]
    assert store.corrections.history("k1") == (first,)


def test_what_was_taken_back_is_not_given_again(store: Store, new: NewCorrection) -> None:
    store.corrections.add(new)
    gone = store.corrections.delete("k1", 1)
    with pytest.raises(StaleRevisionError, match="under another key"):
        store.corrections.add(new)
    assert store.corrections.get("k1") == gone


def test_of_two_connections_that_race_both_get_the_one_record(
    store: Store, path: Path, new: NewCorrection
) -> None:
    other = open_at(path)
    start, found = Barrier(2), list[CorrectionRecord]()

    def add(own: Store) -> None:
        start.wait()
        found.append(own.corrections.add(new))

    threads = [Thread(target=add, args=(each,)) for each in (store, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert len(found) == 2 and found[0] == found[1]
    assert store.corrections.search(CorrectionQuery()).total == 1


def test_within_a_transaction_the_second_submission_leaves_it_whole(store: Store, new: NewCorrection) -> None:
    first = store.corrections.add(new)
    with store.database.writing():
        assert store.corrections.add(new) == first
        other = store.corrections.add(replace(new, id="k2"))
    assert store.corrections.get("k2") == other
