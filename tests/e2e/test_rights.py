"""Who may call what: every endpoint of both pages, by every role. Hiding one would not protect it."""

from typing import Any

import httpx
import pytest

from demo_app.services.people import ROLES
from demo_app.store.records import CorrectionQuery
from demo_app.ui.rights import RIGHTS
from tests.e2e.team import MEMBERS, Page, Team, notice

OWN_ROUTES = ("/me", "/mine", "/mine/export.jsonl", "/logout")
GRADIO_ROUTES = ("/config", "/gradio_api/info", "/gradio_api/startup-events", "/theme.css", "/zh/config")


def predicted(client: httpx.Client, prefix: str, endpoint: dict[str, Any]) -> list[httpx.Response]:
    """Both ways to call it."""
    body = {"data": [None] * len(endpoint["inputs"]), "fn_index": endpoint["id"], "session_hash": "x"}
    ways = ("run/predict", "queue/join")
    return [client.post(f"{prefix}/gradio_api/{way}", json=body) for way in ways]


@pytest.mark.parametrize("prefix", ["", "/zh"])
def test_every_endpoint_has_a_role_and_every_role_an_endpoint(team: Team, prefix: str) -> None:
    with team.visitor("root") as client:
        config = client.get(f"{prefix}/config").json()
    names = {each["api_name"] for each in config["dependencies"] if each["backend_fn"]}
    assert names - set(RIGHTS) == set(), "say in demo_app/ui/rights.py which role may call it"
    assert set(RIGHTS) - names == set()


@pytest.mark.parametrize("prefix", ["", "/zh"])
def test_a_stranger_is_turned_away_from_every_endpoint(team: Team, prefix: str) -> None:
    with team.visitor("root") as root:
        config = root.get(f"{prefix}/config").json()
    with team.visitor() as stranger:
        answers = [
            answer.status_code
            for each in config["dependencies"]
            if each["backend_fn"]
            for answer in predicted(stranger, prefix, each)
        ]
    assert len(answers) >= 2 * len(RIGHTS) - 2 and set(answers) == {401}


@pytest.mark.parametrize("route", [*OWN_ROUTES, *GRADIO_ROUTES])
def test_a_stranger_sees_no_route(team: Team, route: str) -> None:
    with team.visitor() as stranger:
        assert stranger.get(route).status_code == 401
        to_login = stranger.get(route, headers={"accept": "text/html"})
        assert (to_login.status_code, to_login.headers["location"].split("?")[0][-5:]) == (302, "login")
        assert stranger.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("name", MEMBERS)
def test_each_role_is_refused_what_is_above_it_and_nothing_else(team: Team, name: str) -> None:
    with team.visitor(name) as client:
        page = Page(client)
        told = {endpoint: notice(page(endpoint)) for endpoint in page.endpoints}
    role = ROLES.index(MEMBERS[name])
    forbidden = {endpoint for endpoint, words in told.items() if words.startswith("For this you must be")}
    above = {endpoint for endpoint, needed in RIGHTS.items() if ROLES.index(needed) > role}
    assert forbidden == above & set(told)
    assert above or name in ("eve", "root")


def test_the_queue_knows_who_calls_too(team: Team) -> None:
    with team.visitor("bob") as client:
        page = Page(client, "queued")
        endpoint = page.endpoints["delete_record"]
        body = {
            "data": [None] * len(endpoint["inputs"]),
            "fn_index": endpoint["id"],
            "session_hash": "queued",
        }
        assert client.post("/gradio_api/queue/join", json=body).status_code == 200
        with client.stream("GET", "/gradio_api/queue/data?session_hash=queued") as events:
            lines = next(line for line in events.iter_lines() if "process_completed" in line)
    assert "For this you must be a reviewer" in lines


def test_a_correction_of_another_can_be_neither_seen_nor_changed(team: Team) -> None:
    with team.visitor("bob") as client:
        assert Page(client).saved("Bob alone may read this: the lamp is lit.").startswith("Saved")
    (theirs,) = (
        row for row in team.store.corrections.stream(CorrectionQuery()) if "Bob alone" in row.corrected_text
    )
    assert theirs.user_id == team.accounts.named("bob").id and "bob" not in theirs.user_id
    with team.visitor("ada") as client:
        page = Page(client)
        assert "only your own" in notice(page("open_record", theirs.id))
        assert "Bob alone" not in str(page("search", {"text": "Bob alone", "status": "all"}))
        told = client.post("/mine", data={"id": theirs.id, "revision": "1"})
        assert told.status_code == 409 and "not yours" in told.text
    with team.visitor("eve") as client:
        page = Page(client)
        assert "Bob alone" in str(page("search", {"text": "Bob alone", "status": "all"}))
        opened = page("open_record", theirs.id)
        assert "Bob alone" in str(opened) and notice(opened) == ""
        assert "revision 2" in notice(page("save_revision", "The lamp is lit, says Eve."))
    history = team.store.corrections.history(theirs.id)
    eve = team.accounts.named("eve").id
    assert [one.revised_by for one in history] == [theirs.user_id, eve]
