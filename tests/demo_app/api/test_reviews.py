"""Reviewers decide over HTTP as on the page."""

from typing import Any

import pytest

from demo_app.store.project_records import NewItem, NewProject, Output
from tests.demo_app.api.rig import ApiRig, Caller
from tests.demo_app.api.test_corrections import Saved, error_of


def test_a_correction_is_decided_about_and_reopened(ada: Caller, eve: Caller, saved: Saved) -> None:
    one = saved(ada, "To be decided about.")
    address = f"/reviews/{one['id']}"
    assert one["id"] in [row["record"]["id"] for row in eve("GET", "/reviews?page_size=500").json()["rows"]]
    (version,) = eve("GET", address).json()["versions"]
    assert version["record"] == one and version["may_decide"]
    assert "".join(edit["after"] for edit in version["edits"]) == "To be decided about."
    accepted = eve("POST", f"{address}/accept", {"revision": 1, "corrected_text": "Decided."}).json()
    assert (accepted["status"], accepted["corrected_text"]) == ("accepted", "Decided.")
    late = eve("POST", f"{address}/reject", {"revision": 1, "reason": "x"})
    assert error_of(late) == (409, "stale_revision")
    reopened = eve("POST", f"{address}/reopen", {"revision": accepted["revision"]}).json()
    again = {"revision": reopened["revision"], "reason": " "}
    assert error_of(eve("POST", f"{address}/reject", again))[0] == 400
    assert eve("POST", f"{address}/reject", again | {"reason": "No."}).json()["reason"] == "No."


def test_nobody_accepts_their_own(eve: Caller, saved: Saved) -> None:
    one = saved(eve, "Her own.")
    assert error_of(eve("POST", f"/reviews/{one['id']}/accept", {"revision": 1})) == (403, "not_allowed")


def test_of_two_versions_one_is_chosen(rig: ApiRig, people: dict[str, Caller], shown: str) -> None:
    new = NewProject(name="two", source_language="fr", target_language="en", task="post_edit", annotators=2)
    made = rig.store.projects.add(new).id
    output = Output(text="A machine's.", translation_id=shown)
    rig.store.projects.add_items(made, [NewItem(line=1, source_text="Oui.", candidates=(output,))])
    given = []
    for name in ("ada", "bob"):
        turn = people[name]("POST", f"/projects/{made}/turns").json()["turn"]
        answer = {"corrected_text": f"By {name}.", "duration_s": 9}
        given.append(people[name]("PUT", f"/turns/{turn['id']}/correction", answer).json()["id"])
    address = f"/items/{turn['item']['item']}/adjudication"
    body: dict[str, Any] = {"revisions": {given[0]: 1}, "chosen": given[0]}
    assert error_of(people["eve"]("POST", address, body)) == (409, "stale_revision")
    decided = people["eve"]("POST", address, body | {"revisions": dict.fromkeys(given, 1)}).json()
    found = {one["id"]: one["status"] for one in decided["corrections"]}
    assert found == {given[0]: "accepted", given[1]: "rejected"}


@pytest.mark.parametrize("query", ["status=accepted", "page=0", "colour=red", "project_id=%00"])
def test_an_impossible_search_is_refused(eve: Caller, query: str) -> None:
    assert eve("GET", f"/reviews?{query}").status_code == 400
