"""Logging in and out, one's account and one's own work, over HTTP as a browser without a script does it."""

import json
import sqlite3
from collections.abc import Callable

import httpx
import pytest

from demo_app.services.attempts import FAILURES_OF_A_NAME
from demo_app.store.records import CorrectionQuery
from demo_app.web.session import COOKIE
from tests.demo_app.store.judged import project_of, rated
from tests.demo_app.store.test_preferences import compared
from tests.e2e.team import FORM, PASSWORD, Page, Team


def log_in(
    client: httpx.Client, name: str = "ada", password: str = PASSWORD, **headers: str
) -> httpx.Response:
    return client.post("/login", data={"name": name, "password": password}, headers=headers)


def test_a_login_gives_a_cookie_that_scripts_and_other_sites_cannot_have(team: Team) -> None:
    with team.visitor() as client:
        told = log_in(client)
        cookie = told.headers["set-cookie"]
    assert told.status_code == 303
    assert all(part in cookie for part in (f"{COOKIE}=", "HttpOnly", "SameSite=lax", "Max-Age=604800"))
    assert "Secure" not in cookie and "ada" not in cookie


def test_behind_https_the_cookie_goes_over_https_alone(team: Team) -> None:
    with team.visitor() as client:
        told = log_in(client, **{"x-forwarded-proto": "https"})
    assert "Secure" in told.headers["set-cookie"]


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong horse"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_login_is_told_on_the_page_and_keeps_the_name(team: Team, name: str, password: str) -> None:
    with team.visitor() as client:
        told = log_in(client, name, password)
        assert told.status_code == 403 and COOKIE not in told.headers.get("set-cookie", "")
        assert "Name and password must fit each other" in told.text and f'value="{name}"' in told.text
        assert password not in told.text or not password


def test_guessing_is_stopped_and_told(team: Team) -> None:
    team.accounts.add("Guessed", PASSWORD, "annotator")
    with team.visitor() as client:
        for _ in range(FAILURES_OF_A_NAME):
            assert log_in(client, "guessed", "a wrong guess").status_code == 403
        told = log_in(client, "GUESSED")
    assert told.status_code == 403 and "too many failed logins" in told.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_form_of_another_site_is_refused(team: Team, origin: str) -> None:
    with team.visitor("ada") as client:
        for path in ("/login", "/logout", "/me", "/password", "/mine", "/gradio_api/run/predict"):
            assert client.post(path, data=FORM, headers={"origin": origin}).status_code == 403
        assert client.get("/me").status_code == 200
        assert log_in(client, origin=team.url).status_code == 303
        assert log_in(client, **{"sec-fetch-site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("content", [b"name=" + b"a" * 100_000, b"\xff\xfe", b"&" * 5_000 + b"a=1"])
def test_what_no_form_of_ours_sends_is_told(team: Team, content: bytes) -> None:
    with team.visitor() as client:
        told = client.post("/login", content=content)
    assert told.status_code == 403 and 'role="alert"' in told.text


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("?next=%3Ftranslation%3Dabc%26segment%3D0", "?translation=abc&segment=0"),
        ("?next=zh%2F", "zh/"),
        ("", "."),
        *(
            (f"?next={bad}", ".")
            for bad in ("https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "logout", "..%2F")
        ),
    ],
)
def test_a_login_leads_to_the_page_that_was_asked_for_and_never_elsewhere(
    team: Team, asked: str, place: str
) -> None:
    with team.visitor("bob"), team.visitor() as client:
        told = client.post(f"/login{asked}", data={"name": "bob", "password": PASSWORD})
    assert (told.status_code, told.headers["location"]) == (303, place)


def test_a_permalink_comes_back_after_the_login(team: Team) -> None:
    with team.visitor() as client:
        to_login = client.get("/zh/?translation=abc", headers={"accept": "text/html"})
        location = to_login.headers["location"]
        assert location == "../login?next=zh%2F%3Ftranslation%3Dabc"
        assert '<html lang="zh-CN">' in client.get(f"/zh/{location}").text


@pytest.mark.parametrize(("language", "word"), [("en", "Log in"), ("zh", "登录")])
def test_the_pages_speak_the_visitor_s_language(team: Team, language: str, word: str) -> None:
    with team.visitor() as client:
        chosen = client.get(f"/login?language={language}", headers={"accept-language": "fr"})
        assert f"<h1>{word}</h1>" in chosen.text
        assert f"<h1>{word}</h1>" in client.get("/login").text
        assert f"<h1>{word}</h1>" in client.get("/login", headers={"accept-language": language}).text


def test_nothing_is_saved_before_the_licence_and_the_languages(team: Team) -> None:
    team.accounts.add("Newcomer", PASSWORD, "annotator")
    with team.visitor("newcomer", agreed=False) as client:
        page = Page(client)
        assert "accept the dataset's licence" in page.saved("Refused, since nothing was agreed.")
        assert client.post("/me", data={"level-fr": "3"}).status_code == 303
        assert "accept the dataset's licence" in page.saved("Refused, since nothing was agreed.")
        assert client.post("/me", data=FORM | {"level-fr": "3"}).status_code == 303
        assert page.saved("Taken, since all was agreed.").startswith("Saved")
    user = team.accounts.named("newcomer")
    assert (user.languages, user.licence) == ({"fr": 3, "en": 5}, "CC BY 4.0")
    assert team.store.corrections.search(CorrectionQuery(text="Refused, since")).total == 0


@pytest.mark.parametrize(
    "form", [{"accept": "CC BY 4.0"}, {"level-fr": "9"}, {"level-fr": "x"}, {"level-<b>": "1"}]
)
def test_impossible_statements_are_told_and_change_nothing(team: Team, form: dict[str, str]) -> None:
    with team.visitor("ada") as client:
        before = team.accounts.named("ada")
        told = client.post("/me", data=form)
        assert told.status_code == 400 and 'role="alert"' in told.text and "<b>" not in told.text
        assert team.accounts.named("ada") == before


def test_own_work_is_seen_exported_and_withdrawn(team: Team) -> None:
    with team.visitor("bob") as client:
        page = Page(client)
        for text in ("Mine to <keep>.", "Mine to withdraw."):
            assert page.saved(text).startswith("Saved")
        own = CorrectionQuery(user_id=team.accounts.named("bob").id)
        gone, kept = team.store.corrections.search(own).rows
        shown = client.get("/mine").text
        assert "Mine to &lt;keep&gt;." in shown and "Mine to withdraw." in shown
        told = client.post("/mine", data={"id": gone.id, "revision": str(gone.revision)})
        assert told.headers["location"] == "mine?withdrawn=1"
        again = client.post("/mine", data={"id": gone.id, "revision": "2"})
        assert again.status_code == 409 and 'role="alert"' in again.text
        assert again.url.path == "/mine"  # so that the links of the page lead where they say
        lines = client.get("/mine/export.jsonl").text.splitlines()
        assert [json.loads(line)["id"] for line in lines] == [kept.id]
        assert "bob" not in lines[0]
        assert client.get("/mine").text.count('data-testid="withdraw"') == 1
    with team.visitor("eve") as client:
        assert "Mine to withdraw." not in str(Page(client)("search", {"text": "Mine to", "status": "all"}))
    assert [row.id for row in team.store.corrections.stream(own)] == [kept.id]


def test_own_ratings_and_comparisons_are_seen_exported_and_withdrawn(team: Team) -> None:
    user_id = team.accounts.named("bob").id
    (item,) = project_of(team.store, source_text="Il <pleut>.")
    rating = rated(team.store, item, 41, user_id=user_id)
    comparison = compared(team.store, 2, 1, 3, user_id=user_id)
    with team.visitor("bob") as client:
        shown = client.get("/mine").text
        assert shown.count('data-testid="withdraw-judgement"') == 2
        assert "Il &lt;pleut&gt;." in shown and "41 of 100; errors: 0" in shown and "Place 3" in shown
        form = {"what": "judgement", "id": rating.id, "revision": "1"}
        assert client.post("/mine", data=form).headers["location"] == "mine?withdrawn=1"
        assert client.post("/mine", data=form).status_code == 409
        lines = client.get("/mine/judgements.jsonl").text.splitlines()
        assert [json.loads(line)["id"] for line in lines] == [comparison.id]
        assert client.get("/mine?judged=9").status_code == 200


@pytest.mark.parametrize("page", ["0", "99999999", "-1", "x", "9" * 30, "0" + "9" * 20])
def test_an_impossible_page_of_own_work_is_a_page_nevertheless(team: Team, page: str) -> None:
    with team.visitor("ada") as client:
        assert client.get(f"/mine?page={page}").status_code == 200


def test_logging_out_ends_it(team: Team) -> None:
    with team.visitor("ada") as client:
        assert "Log out?" in client.get("/logout").text and client.get("/me").status_code == 200
        assert client.post("/logout").headers["location"] == "login"
        assert client.get("/me").status_code == 401


def test_a_disabled_account_and_a_new_password_end_every_login_at_once(team: Team) -> None:
    team.accounts.add("Leaver", PASSWORD, "admin")
    with team.visitor("leaver") as client:
        page = Page(client)
        team.accounts.disable("leaver")
        assert client.get("/me").status_code == 401
        with pytest.raises(httpx.HTTPStatusError, match="401"):
            page("search", {"text": ""})
        team.accounts.enable("leaver")
        assert client.get("/me").status_code == 200
        team.accounts.change_password("leaver", "another " + PASSWORD)
        assert client.get("/me").status_code == 401


def test_who_changes_their_own_password_stays_logged_in_here_and_nowhere_else(team: Team) -> None:
    team.accounts.add("Dan", PASSWORD, "annotator")
    with team.visitor("dan") as here, team.visitor("dan") as there:
        for form, words in (
            ({"password": "a wrong guess", "new-password": "another horse"}, "must fit each other"),
            ({"password": PASSWORD, "new-password": "tiny one"}, "10 to 200 characters"),
        ):
            told = here.post("/password", data=form)
            assert told.status_code == 400 and words in told.text and 'role="alert"' in told.text
            assert not any(value in told.text for value in form.values())
        assert here.get("/password?language=zh").status_code == there.get("/me").status_code == 200
        form = {"password": PASSWORD, "new-password": "another horse"}
        assert here.post("/password", data=form).headers["location"] == "me?saved=1"
        assert here.get("/me?saved=1").status_code == 200
        assert there.get("/me").status_code == 401
    with team.visitor() as client:
        assert client.post("/password", data=form).status_code == 401


@pytest.mark.parametrize(
    "spoil", [lambda text: text[:-1] + "~", lambda text: "x" + text, lambda _: "", str.upper]
)
def test_a_cookie_that_is_not_ours_is_nobody_s(team: Team, spoil: Callable[[str], str]) -> None:
    with team.visitor("ada") as client:
        ours = client.cookies[COOKIE]
    assert httpx.get(f"{team.url}/me", cookies={COOKIE: ours}).status_code == 200
    assert httpx.get(f"{team.url}/me", cookies={COOKIE: spoil(ours)}).status_code == 401


def test_passwords_are_nowhere_in_the_database_and_names_in_no_correction(team: Team) -> None:
    with sqlite3.connect(team.served.settings.data_dir / "interlinear.db") as database:
        assert PASSWORD not in "\n".join(database.iterdump())
        corrections = [str(row) for row in database.execute("SELECT * FROM corrections")]
    assert corrections and not any("bob" in row.lower() for row in corrections)
