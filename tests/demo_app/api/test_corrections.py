"""Corrections, exports and snapshots as programs handle them."""

import csv
import io
import json
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import httpx
import pytest

from demo_app.services.exports import KINDS
from demo_app.store.records import CorrectionQuery
from tests.demo_app.api.rig import ApiRig, Caller

Saved = Callable[..., dict[str, Any]]


def error_of(told: httpx.Response) -> tuple[int, str]:
    return told.status_code, told.json()["error"]["kind"]


def test_a_correction_is_kept_edited_deleted_and_restored(ada: Caller, eve: Caller, saved: Saved) -> None:
    one = saved(ada, "They gather chestnuts.", comment="Or: pick?")
    assert one["comment"] == "Or: pick?"
    address = f"/corrections/{one['id']}"
    assert ada("GET", address).json() == one and one["status"] == "submitted"
    edited = ada("PATCH", address, {"revision": 1, "corrected_text": "They pick chestnuts."}).json()
    assert (edited["revision"], edited["corrected_text"]) == (2, "They pick chestnuts.")
    assert ada("GET", f"{address}/revisions").json()["revisions"] == [one, edited]
    assert eve("DELETE", f"{address}?revision=2").json()["deleted_at"] is not None
    assert error_of(ada("PATCH", address, {"revision": 3, "corrected_text": "x"})) == (404, "not_found")
    assert eve("POST", f"{address}/restore", {"revision": 3}).json()["deleted_at"] is None


def test_who_is_late_is_told_and_changes_nothing(ada: Caller, eve: Caller, saved: Saved) -> None:
    address = f"/corrections/{saved(ada, 'First.')['id']}"
    assert eve("PATCH", address, {"revision": 1, "corrected_text": "Second."}).status_code == 200
    late = ("PATCH", address, {"revision": 1, "corrected_text": "Third."})
    assert error_of(ada(*late)) == (409, "stale_revision")
    assert error_of(eve("DELETE", f"{address}?revision=1")) == (409, "stale_revision")
    assert ada("GET", address).json()["corrected_text"] == "Second."


def test_what_was_set_aside_is_released(ada: Caller, eve: Caller, saved: Saved) -> None:
    one = saved(ada, "garbage garbage garbage")
    assert one["status"] == "quarantined" and one["checks"][0]["check"] == "repeated"
    assert one["id"] not in ids_of(ada("GET", "/corrections"))
    assert one["id"] in ids_of(ada("GET", "/corrections?status=quarantined"))
    address = f"/corrections/{one['id']}/release"
    assert eve("POST", address, {"revision": 1}).json()["status"] == "submitted"
    assert error_of(eve("POST", address, {"revision": 2})) == (404, "not_found")


def ids_of(told: httpx.Response) -> list[str]:
    assert told.status_code == 200, told.text
    return [one["id"] for one in told.json()["corrections"]]


def test_a_search_has_pages(ada: Caller, saved: Saved) -> None:
    made = [saved(ada, f"Paged number {number}.")["id"] for number in range(3)]
    pages = [ada("GET", f"/corrections?text=paged%20NUMBER&page_size=2&page={page}") for page in (1, 2, 3)]
    assert [ids_of(page) for page in pages] == [made[:0:-1], made[:1], []]
    assert {page.json()["total"] for page in pages} == {3}


def test_the_same_key_stores_once_and_tells_the_same(rig: ApiRig, ada: Caller, shown: str) -> None:
    body = correction(shown, "Sent twice.")
    first, again = (ada("POST", "/corrections", body, headers=key("k-1")) for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert stored(rig, "Sent twice.") == 1
    other = ada("POST", "/corrections", correction(shown, "Something else."), headers=key("k-1"))
    assert error_of(other) == (400, "input") and stored(rig, "Something else.") == 0


def test_two_people_may_choose_the_same_key(rig: ApiRig, people: dict[str, Caller], shown: str) -> None:
    body = correction(shown, "Everybody's key.")
    told = [people[name]("POST", "/corrections", body, headers=key("1")) for name in ("ada", "bob")]
    assert len({one.json()["id"] for one in told}) == stored(rig, "Everybody's key.") == 2


def test_a_race_with_one_key_stores_once(rig: ApiRig, ada: Caller, shown: str) -> None:
    start, told = Barrier(2), list[httpx.Response]()

    def send() -> None:
        start.wait()
        told.append(ada("POST", "/corrections", correction(shown, "Raced."), headers=key("race")))

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.status_code for one in told] == [201, 201] and told[0].json() == told[1].json()
    assert stored(rig, "Raced.") == 1


def key(value: str) -> dict[str, str]:
    return {"idempotency-key": value}


def correction(shown: str, text: str) -> dict[str, Any]:
    return {"translation_id": shown, "segment_index": 0, "corrected_text": text, "duration_s": 3}


def stored(rig: ApiRig, text: str) -> int:
    return rig.store.corrections.search(CorrectionQuery(text=text)).total


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_is_sent_and_nothing_stays_behind(
    rig: ApiRig, ada: Caller, eve: Caller, saved: Saved, kind: str
) -> None:
    one = saved(ada, f"Exported as {kind}.")
    told = eve("GET", f"/exports/{kind}?text=Exported%20as%20{kind}")
    assert told.status_code == 200 and int(told.headers["content-length"]) == len(told.content) > 0
    assert "attachment" in told.headers["content-disposition"]
    assert list(rig.bundle.exports.iterdir()) == []
    if kind == "jsonl":
        assert json.loads(told.text)["id"] == one["id"]
    if kind == "csv":
        assert [row["id"] for row in csv.DictReader(io.StringIO(told.text))] == [one["id"]]
    if kind == "parquet":
        assert told.content[:4] == b"PAR1"


def test_a_snapshot_is_what_it_was(ada: Caller, eve: Caller, saved: Saved) -> None:
    one = saved(ada, "Frozen in time.")
    frozen = eve("POST", "/snapshots", {"name": "first", "filter": {"text": "Frozen in"}})
    assert frozen.status_code == 201 and frozen.json()["counts"]["total"] == 1
    ada("PATCH", f"/corrections/{one['id']}", {"revision": 1, "corrected_text": "Frozen in spring."})
    assert "first" in [each["name"] for each in ada("GET", "/snapshots").json()["snapshots"]]
    lines = eve("GET", "/exports/jsonl?snapshot=first").text.splitlines()
    assert [json.loads(line)["corrected_text"] for line in lines] == ["Frozen in time."]
    assert error_of(eve("GET", "/exports/jsonl?snapshot=first&text=x")) == (400, "input")
    assert error_of(eve("GET", "/exports/jsonl?snapshot=none")) == (404, "not_found")
