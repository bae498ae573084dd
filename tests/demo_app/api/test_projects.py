"""A project as programs work through it: turns, answers, and what reviewers see."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from demo_app.store.project_records import NewItem, Output
from demo_app.store.records import CorrectionQuery
from tests.demo_app.api.rig import ApiRig, Caller
from tests.demo_app.store.test_choices import kept

MACHINE, OTHER = "The children gather chestnuts.", "Children collect chestnuts."
Projects = Callable[..., str]


@pytest.fixture
def project(rig: ApiRig, people: dict[str, Caller], shown: str, request: pytest.FixtureRequest) -> Projects:
    """Makes one of a task, with items; gives its id."""

    def make(task: str, items: int = 2, annotators: int = 1, **rules: Any) -> str:
        body = {"name": f"{request.node.name} {task}", "source_language": "fr", "target_language": "en"}
        told = people["root"](
            "POST", "/projects", body | {"task": task, "annotators": annotators, "rules": rules}
        )
        assert told.status_code == 201, told.text
        outputs = (Output(text=MACHINE, made_by="secret-model", translation_id=shown), Output(text=OTHER))
        new = [
            NewItem(line=line, source_text="Oui.", candidates=outputs, rank=line / 100, gold={"best": 0})
            for line in range(1, items + 1)
        ]
        rig.store.projects.add_items(told.json()["id"], new)
        return str(told.json()["id"])

    return make


def taken(caller: Caller, project: str) -> dict[str, Any]:
    told = caller("POST", f"/projects/{project}/turns")
    assert told.status_code == 200, told.text
    turn: dict[str, Any] = told.json()["turn"]
    return turn


def error_of(told: httpx.Response) -> tuple[int, str]:
    return told.status_code, told.json()["error"]["kind"]


def test_a_project_is_worked_through_turn_by_turn(ada: Caller, eve: Caller, project: Projects) -> None:
    made = project("post_edit")
    first = taken(ada, made)
    assert taken(ada, made)["id"] == first["id"] in [one["id"] for one in held(ada)]
    assert (first["item"]["kind"], first["item"]["text"]) == ("correction", MACHINE)
    answer = {"corrected_text": "Children gather chestnuts.", "duration_s": 8, "comment": "Or: pick?"}
    record = ada("PUT", f"/turns/{first['id']}/correction", answer)
    assert record.status_code == 200 and record.json()["corrected_text"] == "Children gather chestnuts."
    second = taken(ada, made)
    assert second["id"] != first["id"]
    assert ada("PUT", f"/turns/{second['id']}/flag", {"text": "Odd."}).json()["flag"] == "Odd."
    assert ada("POST", f"/turns/{second['id']}/extension").status_code == 200
    assert ada("POST", f"/turns/{second['id']}/skip", {"reason": "Not for me."}).status_code == 204
    assert ada("POST", f"/projects/{made}/turns").json() == {"turn": None}
    progress = eve("GET", f"/projects/{made}/progress").json()
    assert (progress["items"], progress["completed"], progress["open_turns"]) == (2, 1, 1)
    assert ada("GET", f"/projects/{made}/share").json()["answered"] == 1
    flagged = eve("GET", f"/projects/{made}/items?state=flagged").json()
    assert flagged["total"] == 1


def held(caller: Caller) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller("GET", "/turns").json()["turns"]
    return found


def test_a_turn_given_back_is_anybody_s_and_not_the_first_one_s_any_more(
    people: dict[str, Caller], project: Projects
) -> None:
    made = project("post_edit", items=1)
    turn = taken(people["ada"], made)
    assert people["ada"]("DELETE", f"/turns/{turn['id']}").status_code == 204
    assert taken(people["bob"], made)["item"] == turn["item"]
    late = people["ada"]("PUT", f"/turns/{turn['id']}/correction", {"corrected_text": "x", "duration_s": 1})
    assert error_of(late) == (409, "stale_revision")


def test_an_answer_sent_twice_is_stored_once_and_can_be_taken_back(
    rig: ApiRig, ada: Caller, project: Projects
) -> None:
    turn = taken(ada, project("post_edit", items=1))
    address, answer = f"/turns/{turn['id']}/correction", {"corrected_text": "Only once.", "duration_s": 3}
    told = [ada("PUT", address, answer, headers={"idempotency-key": "turn"}) for _ in range(2)]
    assert told[0].status_code == 200 and told[0].json() == told[1].json()
    assert rig.store.corrections.search(CorrectionQuery(text="Only once.")).total == 1
    again = ada("PUT", address, answer | {"corrected_text": "Something else."})
    assert error_of(again) == (409, "stale_revision")
    assert rig.store.corrections.search(CorrectionQuery(text="Something else.")).total == 0
    assert ada("DELETE", f"{address}?revision=1").json()["id"] == turn["id"]
    assert rig.store.corrections.search(CorrectionQuery(text="Only once.")).total == 0


def test_a_rating_is_given_revised_and_decided_about(
    people: dict[str, Caller], ada: Caller, eve: Caller, project: Projects
) -> None:
    turn = taken(ada, project("rating", items=1, categories=["Accuracy"]))
    assert turn["item"]["kind"] == "rating" and turn["item"]["categories"] == ["Accuracy"]
    span = {"start": 4, "end": 12, "severity": "minor", "category": "Accuracy"}
    told = ada("PUT", f"/turns/{turn['id']}/rating", {"score": 70, "spans": [span], "duration_s": 20})
    assert told.status_code == 200, told.text
    address = f"/judgements/{told.json()['id']}"
    assert ada("GET", address).json() == told.json()
    assert error_of(people["bob"]("GET", address)) == (403, "not_allowed")
    wrong = {"score": 101, "duration_s": 9}
    assert error_of(ada("PATCH", address, {"revision": 1, "answer": wrong})) == (400, "input")
    revised = ada("PATCH", address, {"revision": 1, "answer": wrong | {"score": 80}})
    assert revised.json()["answer"]["score"] == 80
    stale = eve("POST", f"{address}/accept", {"revision": 1})
    assert error_of(stale) == (409, "stale_revision")
    assert eve("POST", f"{address}/reject", {"revision": 2, "reason": "Careless."}).json()["revision"] == 3
    assert len(eve("GET", f"{address}/revisions").json()["revisions"]) == 3


def test_a_lead_asks_for_agreement_trust_and_the_ratings_as_files(
    people: dict[str, Caller], project: Projects
) -> None:
    made, eve = project("rating", items=1, annotators=2), people["eve"]
    for name, score in (("ada", 70), ("bob", 60)):
        turn = taken(people[name], made)
        told = people[name]("PUT", f"/turns/{turn['id']}/rating", {"score": score, "duration_s": 20})
        assert told.status_code == 200, told.text
    figures = eve("GET", f"/projects/{made}/agreement").json()
    assert (figures["task"], figures["answers"], figures["shared_items"]) == ("rating", 2, 1)
    trusts = eve("GET", f"/projects/{made}/trust").json()["people"]
    assert len(trusts) == 2 and all(0 < one["trust"] <= 1 for one in trusts)
    file = eve("GET", f"/projects/{made}/exports/esa")
    assert file.headers["content-type"] == "application/jsonl"
    assert [json.loads(line)["esa_score"] for line in file.text.splitlines()] == [70, 60]
    assert eve("GET", f"/projects/{made}/exports/mqm").headers["content-disposition"].endswith('.mqm.tsv"')
    assert error_of(eve("GET", f"/projects/{made}/exports/tmx")) == (400, "option")
    other = project("comparison", items=1)
    assert error_of(eve("GET", f"/projects/{other}/exports/esa")) == (400, "input")


def test_a_comparison_is_blind(ada: Caller, project: Projects) -> None:
    turn = taken(ada, project("comparison", items=1))
    assert "secret-model" not in str(turn) and "gold" not in str(turn)
    assert set(turn["item"]["texts"]) == {MACHINE, OTHER}
    address = f"/turns/{turn['id']}"
    assert error_of(ada("PUT", f"{address}/comparison", {"ranks": [1], "duration_s": 9})) == (400, "input")
    assert error_of(ada("PUT", f"{address}/rating", {"score": 5, "duration_s": 9})) == (400, "input")
    told = ada("PUT", f"{address}/comparison", {"ranks": [2, 1], "duration_s": 9})
    assert told.status_code == 200, told.text
    back = ada("DELETE", f"{address}/judgement?revision={told.json()['revision']}")
    assert back.json()["id"] == turn["id"]


def test_a_closed_project_gives_no_turns(people: dict[str, Caller], project: Projects) -> None:
    made, ada, root = project("post_edit"), people["ada"], people["root"]
    assert made in [one["id"] for one in ada("GET", "/projects").json()["projects"]]
    assert root("POST", f"/projects/{made}/close").json()["closed_at"] is not None
    assert ada("POST", f"/projects/{made}/turns").json() == {"turn": None}
    assert made not in [one["id"] for one in ada("GET", "/projects").json()["projects"]]
    assert root("POST", f"/projects/{made}/reopen").json()["closed_at"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"task": "guess"},
        {"annotators": 0},
        {"control_share": 2},
        {"name": " x"},
        {"name": "\ud800"},
        {"rules": {"colour": 1}},
        {"rules": {"categories": ["\ud800"]}},
    ],
)
def test_an_impossible_project_is_refused(people: dict[str, Caller], wrong: dict[str, Any]) -> None:
    body = {"name": "x", "source_language": "fr", "target_language": "en", "task": "rating"}
    assert people["root"]("POST", "/projects", body | wrong).status_code == 400


def test_own_work_is_seen_taken_along_and_withdrawn(
    rig: ApiRig, people: dict[str, Caller], ada: Caller, project: Projects, saved: Callable[..., Any]
) -> None:
    one = saved(ada, "The children gather chestnuts to withdraw.")
    turn = taken(ada, project("comparison", items=1))
    given = ada("PUT", f"/turns/{turn['id']}/comparison", {"ranks": [1, 2], "duration_s": 20}).json()
    choice = kept(rig.store, user_id=rig.accounts.named("ada").id)
    mine = ada("GET", "/mine/judgements").json()
    assert mine["total"] >= 1 and mine["judgements"][0]["id"] == given["id"]
    assert mine["judgements"][0]["texts"] == turn["item"]["texts"]
    assert "secret-model" not in ada("GET", "/mine/exports/judgements").text
    assert ada("GET", "/mine/choices").json()["choices"][0]["id"] == choice.id
    assert json.loads(ada("GET", "/mine/exports/corrections").text.splitlines()[0])["id"] == one["id"]
    for address in (f"/corrections/{one['id']}", f"/judgements/{given['id']}", f"/choices/{choice.id}"):
        body = None if "choices" in address else {"revision": 1}
        for other in ("bob", "eve"):
            assert error_of(people[other]("POST", f"{address}/withdraw", body)) == (403, "not_allowed")
        assert ada("POST", f"{address}/withdraw", body).status_code == 200
    left = ada("GET", "/mine/exports/judgements").text
    assert given["id"] not in left and choice.id not in left
    assert ada("GET", "/mine/judgements").json()["judgements"][0]["status"] == "withdrawn"
    assert error_of(ada("GET", "/mine/exports/none")) == (400, "option")
