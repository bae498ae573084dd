"""What becomes of garbage, as a program sees it: kept, set aside with the reason, released."""

import json
from typing import Any

import pytest

from tests.e2e.serving import Client
from tests.e2e.test_api import Visitor, downloaded, notice

SENTENCE = "La pendule du salon retarde de dix minutes."
GERMAN = "Die Uhr im Wohnzimmer geht zehn Minuten nach."


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def names(row: dict[str, Any]) -> list[str]:
    return [finding["check"] for finding in row["checks"]]


def found(visitor: Visitor, status: str) -> list[str]:
    rows = visitor("search", query={"text": GERMAN, "status": status})["records"]["rows"]
    return [row["id"] for row in rows]


def set_aside_figure(visitor: Visitor) -> int:
    items = visitor("search", query={})["headline"]["items"]
    return sum(int(item["value"]) for item in items if item["name"] == "set aside")


def test_garbage_is_saved_set_aside_and_comes_back_when_it_is_released(visitor: Visitor) -> None:
    before = set_aside_figure(visitor)
    visitor.translate(SENTENCE)
    told = notice(visitor("save", correction_text=GERMAN))
    assert told.startswith("Saved, but set aside") and "reads like German, not like English" in told
    assert (found(visitor, ""), set_aside_figure(visitor)) == ([], before + 1)
    (record,) = found(visitor, "quarantined")
    opened = visitor("open_record", record=record)
    assert opened["history"]["set_aside"] and "German" in " ".join(opened["history"]["reasons"])
    released = visitor("release_record", query={"text": GERMAN}, page={"page": 1})
    assert "Released" in notice(released) and not released["history"]["set_aside"]
    assert [row["status"] for row in released["history"]["revisions"]] == ["submitted", "quarantined"]
    assert (found(visitor, ""), set_aside_figure(visitor)) == ([record], before)
    assert "is set aside" in notice(visitor("release_record", query={}, page={"page": 1}))
    again = visitor("set_aside_again", query={"text": GERMAN}, page={"page": 1})
    assert "awaits a decision" in notice(again) and again["history"]["set_aside"]
    assert (found(visitor, ""), set_aside_figure(visitor)) == ([], before + 1)


def test_an_export_of_the_page_holds_nothing_that_was_set_aside(visitor: Visitor) -> None:
    visitor.translate("Le chat noir dort sur le piano.")
    visitor("save", correction_text="zzzzzzzzzzzz")
    for status, count in (("", 0), ("quarantined", 1), ("all", 1)):
        query = {"text": "zzzzzzzzzzzz", "status": status}
        made = downloaded(visitor("export_file", query=query, export={"kind": "jsonl"}))
        lines = made.read_text("utf-8").splitlines()
        assert len(lines) == count and all("repetition" in names(json.loads(line)) for line in lines)


def test_an_edit_that_mends_it_takes_it_back(visitor: Visitor) -> None:
    visitor.translate("Le vent du nord est froid.")
    assert "set aside" in notice(visitor("save", correction_text="wwwwwwwwwww"))
    again = notice(visitor("save", correction_text="The north wind is cold."))
    assert again.startswith("Saved as revision 2")
