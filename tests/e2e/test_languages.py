"""The page in two languages, and the keys it tells."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from demo_app.ui.strings import load_strings, read_tables
from tests.demo_app.ui.test_strings import SAME_ON_PURPOSE
from tests.e2e.serving import Client, Served, program_at
from tests.e2e.test_journeys import correction, write

CHINESE = load_strings("zh")
SENTENCE = "La neige tombe depuis ce matin."

READ = """() => {
  const shown = (node) => node.checkVisibility({ visibilityProperty: true });
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const words = all('button, a, label, h1, h2, h3, th, dt, dd, summary, option, p, .il span, textarea');
  const named = all('[title], [aria-label], [placeholder]');
  return [
    ...words.map((node) => node.innerText || node.textContent),
    ...named.flatMap((node) => ['title', 'aria-label', 'placeholder'].map((name) => node.getAttribute(name))),
  ].filter(Boolean).map((text) => text.trim());
}"""
"""Everything on the page that is read, by eye or by ear."""


@pytest.fixture
def chinese(new_page: Callable[..., Page], served: Served) -> Page:
    return new_page(f"{served.url}/zh/")


def english_patterns() -> list[re.Pattern[str]]:
    """One for each English string: its placeholders match anything."""
    texts = {
        text.strip()
        for name, table in read_tables("en").items()
        if name != "about"
        for text in table.values()
    }
    # Keys and model names may be equal in both languages; the link to the English page is in English.
    parts = [re.split(r"\{[^}]*\}", text) for text in texts - SAME_ON_PURPOSE - {"English"}]
    return [
        re.compile(".*".join(map(re.escape, part)) + r"\Z", re.S) for part in parts if len("".join(part)) > 3
    ]


def english_left(page: Page) -> set[str]:
    patterns = english_patterns()
    return {text for text in page.evaluate(READ) if any(pattern.match(text) for pattern in patterns)}


def test_no_english_label_is_left_on_the_chinese_page(chinese: Page) -> None:
    expect(chinese.locator("html")).to_have_attribute("lang", "zh-CN")
    assert english_left(chinese) == set()
    write(chinese, SENTENCE)
    chinese.locator("#translate").click()
    expect(chinese.get_by_test_id("target-word").first).to_be_visible()
    correction(chinese).fill(correction(chinese).input_value() + " Vraiment.")
    chinese.locator("#save").click()
    expect(chinese.locator("#correct-notice")).to_contain_text("已保存为改正")
    assert english_left(chinese) == set()
    chinese.get_by_test_id("show-keys").click()
    assert english_left(chinese) == set()
    chinese.keyboard.press("Escape")
    chinese.get_by_role("tab", name=CHINESE.page.tab_dataset).click()
    chinese.get_by_test_id("search").fill("neige tombe")
    expect(chinese.get_by_test_id("record")).to_have_count(1)
    chinese.get_by_test_id("record").click()
    expect(chinese.locator("#editor-card")).to_be_visible()
    assert english_left(chinese) == set()


def test_english_labels_are_found_where_they_are(page: Page) -> None:
    assert {"Translate", "Swap languages", "Type or paste a text"} <= english_left(page)


def test_the_switch_keeps_the_address_and_what_was_typed(
    new_page: Callable[..., Page], served: Served
) -> None:
    page = new_page(f"{served.url}/?__theme=dark#view")
    write(page, SENTENCE)
    page.get_by_test_id("language-zh").click()
    page.wait_for_url(f"{served.url}/zh/?__theme=dark#view")
    expect(page.locator("#source-text textarea")).to_have_value(SENTENCE)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    link = page.get_by_test_id("language-en")
    expect(link).to_have_attribute("hreflang", "en")
    link.click()
    page.wait_for_url(f"{served.url}/?__theme=dark#view")
    expect(page.locator("#source-text textarea")).to_have_value(SENTENCE)
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_chinese_browser_is_taken_to_chinese_once_and_a_choice_is_kept(
    browser: Browser, served: Served
) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{served.url}/?text=a")
    page.wait_for_url(f"{served.url}/zh/?text=a")
    page.get_by_test_id("language-en").click()
    page.wait_for_url(f"{served.url}/?text=a")
    cookie = next(one for one in context.cookies() if one["name"] == "language")
    assert (cookie["value"], cookie["sameSite"]) == ("en", "Lax")
    page.goto(served.url)
    expect(page).to_have_url(f"{served.url}/")
    context.close()


def test_a_mistake_is_told_in_chinese_with_the_english_message_below(chinese: Page) -> None:
    write(chinese, "mot " * 5000)
    chinese.locator("#translate").click()
    alert = chinese.locator("#source-notice [role=alert]")
    expect(alert).to_contain_text(CHINESE.errors["TextTooLongError"])
    expect(alert.locator("[lang=en]")).to_contain_text("20,000")


def test_programs_find_the_same_endpoints_at_the_chinese_page(program: Client, served: Served) -> None:
    chinese = program_at(f"{served.url}/zh/")
    assert endpoints(chinese) == endpoints(program)
    told = chinese.predict(correction_text="x", api_name="/save")[0]
    chinese.close()
    assert told["text"] == CHINESE.translate.nothing_shown and told["detail"] == ""


def endpoints(client: Client) -> set[str]:
    return set(client.view_api(print_info=False, return_format="dict")["named_endpoints"])


def test_a_question_mark_shows_the_keys_and_escape_hides_them(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    box = page.locator("#source-text textarea")
    box.press("?")
    expect(box).to_have_value("?")
    expect(dialog).not_to_be_visible()
    button = page.get_by_test_id("show-keys")
    button.focus()
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    assert dialog.locator("dd:visible").all_inner_texts() == list(load_strings("en").keys.values())
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('body, dialog *')")
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(button).to_be_focused()
