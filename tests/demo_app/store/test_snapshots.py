import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from core.errors import InputError, NotFoundError
from demo_app.store.database import Store
from demo_app.store.formats import FORMATS, format_of
from demo_app.store.judgement_records import JudgementRecord
from demo_app.store.records import NOBODY, CorrectionQuery, SnapshotRecord
from tests.demo_app.store.judged import project_of, rated
from tests.demo_app.store.samples import correct
from tests.demo_app.store.test_preferences import chosen, compared

LICENCE = "CC BY 4.0"


def frozen(store: Store, name: str = "v1", judgements: bool = False, **query: str) -> SnapshotRecord:
    return store.snapshots.freeze(name, CorrectionQuery(**query), LICENCE, judgements)  # type: ignore[arg-type]


def exported(store: Store, snapshot: SnapshotRecord, kind: str = "jsonl") -> bytes:
    file = io.BytesIO()
    format_of(kind).write(store.snapshots.selection(snapshot), file)
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


def judged_twice(store: Store) -> list[JudgementRecord]:
    """A rating and a comparison."""
    rating = rated(store, project_of(store)[0], user_id="ada")
    return [rating, compared(store, 2, 1, 2)]


def test_with_judgements_the_id_is_the_checksum_of_all_that_it_holds(store: Store) -> None:
    correct(store, "It is raining.")
    judged_twice(store)
    chosen(store)
    bare = frozen(store)
    whole = frozen(store, "whole", judgements=True)
    files = [exported(store, whole, kind) for kind in ("jsonl", "ratings", "preferences")]
    assert hashlib.sha256(b"".join(files)).hexdigest() == whole.id != bare.id
    assert [file.count(b"\n") for file in files] == [1, 1, 4]
    assert {name: whole.counts[name] for name in ("total", "ratings", "comparisons", "choices")} == {
        "total": 1, "ratings": 1, "comparisons": 1, "choices": 1
    }  # fmt: skip
    assert exported(store, bare, "ratings") == b"" and exported(store, bare, "preferences").count(b"\n") == 1
    assert frozen(store, "whole", judgements=True) == whole


def test_what_becomes_of_judgements_later_changes_no_snapshot(store: Store) -> None:
    rating, comparison = judged_twice(store)
    choice = chosen(store)
    whole = frozen(store, judgements=True)
    assert whole.counts["total"] == 0
    before = {kind: exported(store, whole, kind) for kind in ("ratings", "preferences")}
    store.judgements.revise(rating.id, 1, {**rating.answer, "score": 1})
    store.judgements.withdraw(comparison.id, 1, NOBODY)
    store.choices.withdraw(choice)
    judged_twice(store)
    assert {kind: exported(store, whole, kind) for kind in before} == before


def test_judgements_are_those_of_the_same_languages_person_and_status(store: Store) -> None:
    correct(store, "rain")
    judged_twice(store)
    chosen(store, ("en", "fr"))
    for place, (query, held) in enumerate(
        (
            ({"source_language": "fr"}, (1, 1, 0)),
            ({"target_language": "en", "user_id": "ada"}, (1, 0, 0)),
            ({"text": "rain"}, None),
            ({"statuses": ("accepted",)}, None),
        )
    ):
        chosen_query = CorrectionQuery(**query)  # type: ignore[arg-type]
        if place == 3:
            store.reviews.accept(correct(store, "accepted").id, 1)
        counts = store.snapshots.freeze(f"v{place}", chosen_query, LICENCE, judgements=True).counts
        found = tuple(counts[name] for name in ("ratings", "comparisons", "choices") if name in counts)
        assert found == (held or ()), query


def test_an_early_snapshot_has_the_files_that_it_had(store: Store) -> None:
    """Its id is their checksum: before ratings had z, and preferences people, licences and models; then
    before they told roles and the time of consent."""
    correct(store, "rain")
    rated(store, project_of(store)[0])
    compared(store, 1, 2, 2)
    whole = store.snapshots.freeze("v1", CorrectionQuery(), LICENCE, judgements=True)
    later = replace(whole, counts={name: n for name, n in whole.counts.items() if name != "vintage"})
    early = replace(whole, counts={name: n for name, n in later.counts.items() if name != "ties"})
    at_first = {"prompt", "chosen", "rejected", "source_language", "target_language", "id"}
    then = at_first | {"user_id", "licence", "chosen_by", "rejected_by"}
    for snapshot, fields in ((early, at_first), (later, then)):
        for line in exported(store, snapshot, "preferences").splitlines():
            assert set(json.loads(line)) == fields
    third = replace(whole, counts=whole.counts | {"vintage": 3})
    all_of_them = (early, later, third, whole)
    ratings = [set(json.loads(exported(store, one, "ratings"))) for one in all_of_them]
    assert [one - before for before, one in pairwise(ratings)] == [
        {"z"},
        {"annotator_role", "licence_accepted_at", "app_version"},
        {"is_control", "provenance"},
    ]
    assert {"user_role", "licence_accepted_at"} <= set(
        json.loads(exported(store, whole, "preferences").splitlines()[0])
    )


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
