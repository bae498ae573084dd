"""Who is sent to which page."""

import asyncio

import httpx
import pytest
from starlette.responses import PlainTextResponse

from demo_app.ui.language import LANGUAGES, Language, by_language, links_from, preferred

ENGLISH = "English here"


@pytest.mark.parametrize(
    ("chosen", "accepted", "code"),
    [
        ("", "", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("", "en;q=0.2, zh-TW ; q=0.7", "zh"),
        ("", "fr, zh;q=0.5", "zh"),
        ("", "zh;q=0, en;q=0.1", "en"),
        ("", "de,*;q=0.5", "en"),
        ("", "zh;q=much,,;q=1", "en"),
        ("en", "zh", "en"),
        ("zh", "en", "zh"),
        ("xx", "zh", "zh"),
    ],
)
def test_a_choice_wins_over_the_browser_and_the_browser_over_english(
    chosen: str, accepted: str, code: str
) -> None:
    assert preferred(chosen, accepted).code == code


def visit(url: str, **headers: str) -> httpx.Response:
    async def answer() -> httpx.Response:
        page = by_language(PlainTextResponse(ENGLISH))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(page), base_url="http://here") as client:
            return await client.get(url, headers=headers)

    return asyncio.run(answer())


def test_a_browser_that_prefers_chinese_is_sent_there_with_the_query_it_came_with() -> None:
    sent = visit("/?text=a%20b&view=tree", **{"accept-language": "zh-CN"})
    assert sent.status_code == 302 and sent.headers["location"] == "zh/?text=a%20b&view=tree"
    assert "accept-language" in sent.headers["vary"] and "cookie" in sent.headers["vary"]


def test_whoever_chose_english_stays_there() -> None:
    stayed = visit("/", **{"accept-language": "zh-CN", "cookie": "a=1; language=en"})
    assert stayed.text == ENGLISH and "cookie" in stayed.headers["vary"]


def test_only_the_front_page_depends_on_who_asks() -> None:
    asked = visit("/config", **{"accept-language": "zh-CN"})
    assert asked.text == ENGLISH and "vary" not in asked.headers


def test_an_address_without_its_last_slash_leads_to_the_page() -> None:
    assert visit("/zh", **{"cookie": "language=en"}).headers["location"] == "zh/"


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_from_every_page_to_every_other(language: Language) -> None:
    code = language.code
    here = httpx.URL("http://here/app/").join(language.folder)
    there = {link["code"]: str(here.join(link["href"])) for link in links_from(code)}
    assert there == {
        other.code: f"http://here/app/{other.folder}" for other in LANGUAGES if other.code != code
    }
