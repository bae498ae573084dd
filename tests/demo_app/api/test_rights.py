"""Who may call what: every route by every role. The description of the API is the list of routes."""

import json
from typing import Any

import pytest

from demo_app.services.people import ROLES
from tests.demo_app.api.rig import MEMBERS, ApiRig, Caller

BODIES: dict[str, Any] = {"POST": {}, "PUT": {}, "PATCH": {}}
NEEDED = {
    "reviewer": {
        ("DELETE", "/corrections/{id}"),
        ("POST", "/corrections/{id}/restore"),
        ("POST", "/corrections/{id}/release"),
        ("GET", "/exports/{format}"),
        ("POST", "/snapshots"),
        ("GET", "/projects/{id}/items"),
        ("GET", "/projects/{id}/progress"),
        ("GET", "/projects/{id}/agreement"),
        ("GET", "/projects/{id}/trust"),
        ("GET", "/projects/{id}/exports/{format}"),
        ("GET", "/judgements"),
        ("POST", "/judgements/{id}/accept"),
        ("POST", "/judgements/{id}/reject"),
        ("POST", "/judgements/{id}/reopen"),
        ("POST", "/judgements/{id}/restore"),
        ("GET", "/reviews"),
        ("GET", "/reviews/{id}"),
        ("POST", "/reviews/{id}/accept"),
        ("POST", "/reviews/{id}/reject"),
        ("POST", "/reviews/{id}/reopen"),
        ("POST", "/items/{id}/adjudication"),
        ("POST", "/items/{id}/judgements/adjudication"),
        ("GET", "/jobs"),
        ("GET", "/jobs/{id}"),
        ("GET", "/jobs/{id}/curve"),
        ("GET", "/jobs/{id}/log"),
        ("GET", "/models/{name}/versions"),
        ("GET", "/models/{name}/history"),
        ("GET", "/models/{name}/versions/{id}/report"),
        ("GET", "/models/{name}/versions/{id}/trial"),
    },
    "admin": {
        ("POST", "/projects"),
        ("POST", "/projects/{id}/close"),
        ("POST", "/projects/{id}/reopen"),
        ("POST", "/projects/{id}/files"),
        ("POST", "/jobs"),
        ("POST", "/jobs/{id}/cancel"),
        ("POST", "/models/{name}/versions/{id}/trial"),
        ("POST", "/models/{name}/promotion"),
        ("POST", "/models/{name}/rollback"),
        ("POST", "/models/{name}/clean-up"),
    },
    "anybody": {("POST", "/login")},
}
"""All else is for annotators and whoever is above them."""


def routes(rig: ApiRig) -> dict[tuple[str, str], str]:
    return {
        (method.upper(), path): operation["x-role"]
        for path, operations in rig.described()["paths"].items()
        for method, operation in operations.items()
    }


def asked(caller: Caller, method: str, path: str) -> tuple[int, str]:
    """Status and kind of what is told to a call that is fit for no route."""
    address = (
        path.replace("{id}", "nothing")
        .replace("{name}", "none")
        .replace("{index}", "0")
        .replace("{format}", "none")
    )
    told = caller(method, address, BODIES.get(method))
    return told.status_code, told.json().get("error", {}).get("kind", "")


def test_every_route_needs_the_role_that_is_meant(rig: ApiRig) -> None:
    found = routes(rig)
    for route, role in found.items():
        assert role == next((one for one, those in NEEDED.items() if route in those), "annotator"), route
    assert set().union(*NEEDED.values()) <= set(found) and len(found) >= 18


def test_a_stranger_is_turned_away_from_all_but_the_login(rig: ApiRig, people: dict[str, Caller]) -> None:
    told = {route: asked(people[""], *route) for route in routes(rig)}
    assert told.pop(("POST", "/login")) == (400, "input")
    assert set(told.values()) == {(401, "login")}


@pytest.mark.parametrize("name", MEMBERS)
def test_each_role_is_refused_what_is_above_it_and_nothing_else(
    rig: ApiRig, people: dict[str, Caller], name: str
) -> None:
    order = ("anybody", *ROLES)
    found, level = routes(rig), order.index(MEMBERS[name])
    refused = {route for route in found if asked(people[name], *route) == (403, "not_allowed")}
    assert refused == {route for route, role in found.items() if order.index(role) > level}


def test_a_correction_of_another_can_be_neither_seen_nor_changed(
    people: dict[str, Caller], saved: Any
) -> None:
    one = saved(people["bob"], "Bob alone may read this.")
    ada, eve, address = people["ada"], people["eve"], f"/corrections/{one['id']}"
    change = {"revision": 1, "corrected_text": "Ada was here."}
    for told in (ada("GET", address), ada("GET", f"{address}/revisions"), ada("PATCH", address, change)):
        assert (told.status_code, told.json()["error"]["kind"]) == (403, "not_allowed")
    assert ada("GET", "/corrections?text=Bob%20alone&status=all").json()["total"] == 0
    assert eve("GET", "/corrections?text=Bob%20alone&status=all").json()["total"] == 1
    assert eve("GET", address).json() == one


def test_nothing_is_saved_before_the_licence_and_the_languages(rig: ApiRig, shown: str) -> None:
    rig.accounts.add("newcomer", "correct horse battery", "annotator")
    body = {"translation_id": shown, "segment_index": 0, "corrected_text": "x", "duration_s": 1}
    told = rig.caller("newcomer")("POST", "/corrections", body)
    assert (told.status_code, told.json()["error"]["kind"]) == (403, "consent_missing")


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_what_a_page_of_another_site_sends_is_refused(
    rig: ApiRig, people: dict[str, Caller], headers: dict[str, str]
) -> None:
    body = {"name": "ada", "password": "correct horse battery"}
    for caller in (people[""], people["ada"]):
        told = caller("POST", "/login", body, headers=headers)
        assert (told.status_code, told.json()["error"]["kind"]) == (403, "another_site")
        assert "set-cookie" not in told.headers


def test_a_wrong_password_is_told_and_the_next_guesses_wait(rig: ApiRig) -> None:
    rig.accounts.add("guessed", "correct horse battery", "annotator")
    told = [rig.caller()("POST", "/login", {"name": "guessed", "password": "wrong"}) for _ in range(6)]
    assert [each.status_code for each in told] == [401] * 5 + [429]
    assert int(told[-1].headers["retry-after"]) > 0
    assert told[0].json()["error"]["kind"] == "login" and "wrong" not in json.dumps(told[0].json())


def test_a_browser_is_not_sent_to_the_login_page_by_an_address_of_the_api(people: dict[str, Caller]) -> None:
    assert people[""]("GET", "/models", headers={"accept": "text/html"}).status_code == 401
