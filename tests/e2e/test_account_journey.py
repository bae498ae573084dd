"""An annotator's first day in a real browser: log in, agree, correct, look at the work, withdraw, log out."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo_app.store.choices import ChoiceQuery, NewChoice
from demo_app.store.records import CorrectionQuery
from tests.demo_app.store.samples import translation
from tests.e2e.tabs import Tabs
from tests.e2e.team import PASSWORD, Team


@pytest.fixture
def page(tabs: Tabs) -> Page:
    return tabs.open()


def log_in(page: Page, team: Team, name: str, where: str = "/") -> None:
    page.goto(team.url + where)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def agree(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    page.get_by_label("French").select_option("4")
    page.get_by_label("English").select_option("5")
    page.get_by_role("checkbox").check()
    page.get_by_test_id("save-me").click()
    page.get_by_test_id("go-on").click()


def correct(page: Page, text: str) -> None:
    page.locator("#source-text textarea").fill("Le vent se lève.")
    page.locator("#source-text textarea").press("Control+Enter")
    box = page.locator("#correction-text textarea")
    expect(box).not_to_have_value("")
    box.fill(text)
    page.locator("#save").click()


def keep_words(team: Team, name: str, *words: str) -> None:
    """As the lab keeps them, in somebody's name."""
    shown = team.store.translations.add(translation("Le vent se lève.")).id
    new = NewChoice(
        translation_id=shown,
        segment_index=0,
        prefix_text="The wind ",
        chosen_text="",
        rejected_text="gets up.",
        prefix_ids=(4,),
        chosen_ids=(5, 3),
        rejected_ids=(6, 3),
        user_id=team.accounts.named(name).id,
    )
    for word in words:
        team.store.choices.add(replace(new, chosen_text=word))


def test_from_login_to_logout(page: Page, team: Team) -> None:
    log_in(page, team, "ada")
    agree(page)
    expect(page.get_by_test_id("my-account")).to_have_text("ada")
    correct(page, "The wind is rising.")
    expect(page.locator("#correct-notice")).to_contain_text("Saved")

    page.get_by_test_id("my-work").click()
    row = page.get_by_test_id("work-row")
    expect(row).to_contain_text("The wind is rising.")
    with page.expect_download() as export:
        page.get_by_test_id("export-work").click()
    assert "The wind is rising." in Path(export.value.path()).read_text("utf-8")
    row.get_by_test_id("withdraw").click()
    row.get_by_test_id("withdraw-now").click()
    expect(page.get_by_role("status")).to_have_text("Withdrawn.")
    expect(page.get_by_test_id("work-row")).to_contain_text("withdrawn")
    assert team.store.corrections.search(CorrectionQuery(include_deleted=True)).total == 0

    keep_words(team, "ada", "blows.", "is rising.")
    page.reload()
    kept = page.get_by_test_id("words-row")
    expect(kept).to_have_count(2)
    expect(kept.first).to_contain_text("The wind is rising.")
    kept.first.get_by_test_id("withdraw-words").click()
    kept.first.get_by_test_id("withdraw-words-now").click()
    expect(kept).to_contain_text("The wind blows.")
    page.get_by_test_id("withdraw-all-words").click()
    page.get_by_test_id("withdraw-all-words-now").click()
    expect(page.get_by_role("status")).to_have_text("Withdrawn.")
    expect(kept).to_have_count(0)
    assert list(team.store.choices.stream(ChoiceQuery())) == []

    page.get_by_test_id("log-out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.goto(team.url)
    expect(page.get_by_label("Password")).to_be_visible()


def test_the_page_says_what_is_missing_and_where(page: Page, team: Team) -> None:
    log_in(page, team, "bob")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    page.goto(team.url)
    expect(page.locator("#account-notice")).to_contain_text("accept the dataset's licence")
    correct(page, "The wind is getting up.")
    expect(page.locator("#correct-notice")).to_contain_text("under your name at the top of the page")
    expect(page.locator("#correction-text textarea")).to_have_value("The wind is getting up.")
    page.get_by_test_id("my-account").click()
    agree(page)
    expect(page.get_by_test_id("my-account")).to_be_visible()
    expect(page.locator("#account-notice")).not_to_contain_text("licence")


def test_the_pages_need_no_script(browser: Browser, team: Team) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(team.url + "/zh/")
    page.locator("#name").fill("eve")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="您的账户")).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    page.get_by_test_id("log-out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    context.close()
