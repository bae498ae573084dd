"""Two people judge, a reviewer settles over HTTP, and agreement and exports tell of it."""

import json
from typing import Any

import pytest

from tests.demo_app.api.rig import ApiRig, Caller
from tests.demo_app.api.test_projects import Projects, error_of, taken
from tests.demo_app.api.test_projects import project as project

SPAN = {"start": 4, "end": 12, "severity": "major"}
Answers = dict[str, tuple[dict[str, Any], ...]]
RATINGS: Answers = {
    "ada": ({"score": 90}, {"score": 50}),
    "bob": ({"score": 40, "spans": [SPAN]}, {"score": 55}),
}
COMPARISONS: Answers = {"ada": ({"ranks": [1, 2]},), "bob": ({"ranks": [2, 1]},)}


def answer_all(people: dict[str, Caller], project: str, kind: str, answers: Answers) -> None:
    for name, given in answers.items():
        for answer in given:
            turn = taken(people[name], project)
            told = people[name]("PUT", f"/turns/{turn['id']}/{kind}", answer | {"duration_s": 20})
            assert told.status_code == 200, told.text


def awaiting(caller: Caller, project: str, kind: str) -> list[dict[str, Any]]:
    told = caller("GET", f"/judgements?kind={kind}&project_id={project}")
    assert told.status_code == 200, told.text
    found = told.json()
    assert found["total"] == len(found["rows"]) and found["is_exact"]
    rows: list[dict[str, Any]] = found["rows"]
    return rows


def settle(caller: Caller, row: dict[str, Any], who: str, **more: Any) -> Any:
    """Choose what one person said, as the row of the queue showed it."""
    records = [version["record"] for version in row["versions"]]
    (chosen,) = [record["id"] for record in records if record["user_id"] == who]
    body = {"revisions": {record["id"]: record["revision"] for record in records}, "chosen": chosen}
    return caller("POST", f"/items/{row['item']['id']}/judgements/adjudication", body | more)


def exported(caller: Caller, project: str) -> list[tuple[int, str]]:
    lines = caller("GET", f"/projects/{project}/exports/esa").text.splitlines()
    return sorted((row["esa_score"], row["status"]) for row in map(json.loads, lines))


def test_two_rate_a_reviewer_settles_and_agreement_and_export_tell_of_it(
    rig: ApiRig, people: dict[str, Caller], project: Projects
) -> None:
    made, eve = project("rating", items=2, annotators=2), people["eve"]
    answer_all(people, made, "rating", RATINGS)
    first, second = awaiting(eve, made, "rating")
    assert [version["record"]["answer"]["score"] for version in first["versions"]] == [90, 40]
    before = eve("GET", f"/projects/{made}/agreement").json()
    assert before["shared_items"] == 2 and before["alpha"] is not None
    bob = rig.accounts.named("bob").id
    accepted, rejected = settle(eve, first, bob, answer={"score": 60, "duration_s": 0}).json()["judgements"]
    assert (accepted["status"], accepted["answer"]["score"], accepted["user_id"]) == ("accepted", 60, bob)
    assert (accepted["revised_by"], accepted["duration_s"]) == (rig.accounts.named("eve").id, 20)
    assert rejected["status"] == "rejected" and rejected["answer"]["score"] == 90
    history = eve("GET", f"/judgements/{accepted['id']}/revisions").json()["revisions"]
    assert [one["answer"]["score"] for one in history] == [40, 60]
    assert eve("GET", f"/projects/{made}/agreement").json() == before, "people said what they said"
    assert [row["item"]["id"] for row in awaiting(eve, made, "rating")] == [second["item"]["id"]]
    assert exported(eve, made) == [(50, "submitted"), (55, "submitted"), (60, "accepted")]


def test_who_settles_after_another_is_told_and_changes_nothing(
    rig: ApiRig, people: dict[str, Caller], project: Projects
) -> None:
    made, eve, root = project("rating", items=1, annotators=2), people["eve"], people["root"]
    answer_all(people, made, "rating", {name: given[:1] for name, given in RATINGS.items()})
    ada, bob = (rig.accounts.named(name).id for name in ("ada", "bob"))
    (row,) = awaiting(eve, made, "rating")
    decided = settle(eve, row, bob).json()["judgements"]
    assert error_of(settle(root, row, ada)) == (409, "stale_revision")
    assert error_of(settle(people["ada"], row, ada)) == (403, "not_allowed")
    assert exported(eve, made) == [(40, "accepted")] and awaiting(eve, made, "rating") == []
    for one in decided:
        told = eve("POST", f"/judgements/{one['id']}/reopen", {"revision": one["revision"]})
        assert told.json()["status"] == "submitted"
    assert len(awaiting(eve, made, "rating")) == 1 and len(exported(eve, made)) == 2


def test_of_two_rankings_the_chosen_one_is_exported(
    rig: ApiRig, people: dict[str, Caller], project: Projects
) -> None:
    made, eve = project("comparison", items=1, annotators=2), people["eve"]
    answer_all(people, made, "comparison", COMPARISONS)
    (row,) = awaiting(eve, made, "comparison")
    accepted, rejected = settle(eve, row, rig.accounts.named("ada").id).json()["judgements"]
    assert (accepted["status"], rejected["status"]) == ("accepted", "rejected")
    left = eve("GET", "/exports/preferences").text
    assert accepted["id"] in left and rejected["id"] not in left
    assert eve("GET", f"/projects/{made}/agreement").json()["shared_items"] == 1


@pytest.mark.parametrize(
    "query", ["", "?kind=correction", "?kind=rating&status=accepted", "?kind=rating&page=0"]
)
def test_an_impossible_search_is_refused(eve: Caller, query: str) -> None:
    assert eve("GET", f"/judgements{query}").status_code == 400
