"""Three journeys of a person in a real browser, by what can be seen on the page."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, Request, expect

SENTENCE = "Le facteur passe toujours avant midi."


def write(page: Page, text: str) -> None:
    page.locator("#source-text textarea").fill(text)


def translate(page: Page, text: str) -> None:
    """Until the translation of this very text is drawn."""
    write(page, text)
    page.get_by_role("button", name="Translate", exact=True).click()
    words = page.locator("#gloss [data-testid=source-word]")
    expect(words.first).to_have_text(text.split()[0])
    expect(words.last).to_have_text(re.compile(re.escape(text.split()[-1])))


def correction(page: Page) -> Locator:
    return page.locator("#correction-text textarea")


def save_button(page: Page) -> Locator:
    """That of the correction; pictures can be saved too."""
    return page.locator("#correct-card").get_by_role("button", name="Save", exact=True)


def open_dataset(page: Page) -> None:
    page.get_by_role("tab", name="Dataset").click()
    expect(page.get_by_test_id("figure").first).to_be_visible()


def search(page: Page, text: str, count: int) -> Locator:
    # A browser types faster than anybody, and the quality gate may set that aside.
    page.get_by_test_id("filter-status").select_option("all")
    page.get_by_test_id("search").fill(text)
    rows = page.get_by_test_id("record")
    expect(rows).to_have_count(count)
    return rows


def test_a_text_in_another_language_is_told_and_translated_from_it_at_a_press(page: Page) -> None:
    german = "Der Briefträger kommt immer am Vormittag."
    translate(page, german)
    notice = page.locator("#source-notice [role=status]")
    expect(notice).to_contain_text("This reads like German, not like French.")
    wrong = page.get_by_test_id("target-word").all_inner_texts()
    notice.get_by_role("button", name="Translate from German").click()
    expect(notice).to_be_hidden()
    expect(page.get_by_test_id("from")).to_have_value("de")
    expect(page.locator("#source-text textarea")).to_have_value(german)
    assert page.get_by_test_id("target-word").all_inner_texts() != wrong


def test_a_language_that_another_model_knows_brings_that_model(page: Page) -> None:
    menu = {name: page.get_by_test_id(name) for name in ("from", "to", "model")}
    expect(menu["model"]).to_have_value("fr-en")
    menu["from"].select_option("de")
    expect(menu["model"]).to_have_value("transformer")
    write(page, "Der Hund schläft.")
    page.locator("#source-text textarea").press("Control+Enter")
    expect(page.get_by_test_id("target-word").first).to_be_visible()
    page.get_by_test_id("swap").click()
    expect(menu["from"]).to_have_value("en")
    expect(menu["to"]).to_have_value("de")
    menu["model"].select_option("fr-en")
    expect(menu["to"]).to_have_value("fr")


def test_type_translate_look_and_pick_another_reading(page: Page) -> None:
    page.get_by_test_id("greedy").click()
    expect(page.get_by_test_id("beam_size")).to_have_count(0)
    page.get_by_test_id("beam").click()
    page.get_by_test_id("beam_size").fill("4")
    expect(page.get_by_test_id("n_best")).to_have_value("4")
    write(page, SENTENCE)
    page.locator("#source-text textarea").press("Control+Enter")
    expect(page.get_by_test_id("hypothesis")).to_have_count(4)

    page.get_by_test_id("target-word").nth(1).hover()
    expect(page.locator("#gloss .il-here")).to_have_count(1)
    weights = page.get_by_test_id("source-word").evaluate_all(
        "words => words.map(word => Number(word.style.getPropertyValue('--weight')))"
    )
    assert len(weights) == len(SENTENCE.split()) and 0 < sum(weights) <= 1.01
    page.get_by_test_id("source-word").nth(2).hover()
    assert page.get_by_test_id("target-word").first.evaluate("w => w.style.getPropertyValue('--weight')")

    heat_map = page.locator("#lab-heatmap")
    expect(heat_map.get_by_test_id("heatmap")).to_be_visible()
    columns = heat_map.locator(".il-heat-top text")
    expect(columns).to_have_text(["<2en>", *SENTENCE.split(), "</s>"])
    heat_map.get_by_test_id("unit-pieces").click()
    expect(columns.nth(len(SENTENCE.split()) + 2)).to_be_attached()

    # A clipboard that the browser forbids is written to in the old way.
    page.locator("#facts").get_by_role("button", name="Copy").click()
    expect(page.locator("#facts")).to_contain_text("Copied")

    best = correction(page).input_value()
    readings = page.get_by_test_id("hypothesis")
    readings.nth(1).click()
    expect(readings.nth(1)).to_have_attribute("aria-checked", "true")
    expect(correction(page)).not_to_have_value(best)
    page.keyboard.press("ArrowDown")
    expect(readings.nth(2)).to_have_attribute("aria-checked", "true")
    expect(readings.nth(2)).to_be_focused()


def test_a_text_written_over_another_is_translated_in_its_place(page: Page) -> None:
    page.evaluate("window.seen = []; interlinear.lab.onPage(({ source }) => seen.push(source.text))")
    write(page, " ".join(f"La lampe {number} du couloir est encore allumée." for number in range(45)))
    button = page.get_by_role("button", name="Translate", exact=True)
    button.click()
    write(page, SENTENCE)
    button.click()
    expect(page.locator("#gloss [data-testid=source-word]").first).to_have_text("Le")
    expect(correction(page)).to_be_editable()
    assert page.evaluate("seen") == [SENTENCE]


def test_a_text_that_is_typed_on_is_one_of_my_translations(page: Page) -> None:
    whole = f"Il neige. {SENTENCE}"
    for text in ("Il neige.", whole, "Bonjour."):
        write(page, text)
        page.wait_for_function("(text) => interlinear.lab.page?.whole.source === text", arg=text)
    correction(page).fill("Hello there, unsaved.")
    page.get_by_test_id("show-past").click()
    kept = page.get_by_test_id("past")
    expect(kept.locator("span:first-child")).to_have_text(["Bonjour.", whole])
    kept.nth(1).click()
    expect(page.get_by_test_id("sentence")).to_have_count(2)
    expect(page.locator("#drafts")).to_contain_text("Hello there, unsaved.")
    nothing_is_kept_or_asked(page)


def nothing_is_kept_or_asked(page: Page) -> None:
    """Once both are switched off: until the person asks, and then nothing of it is kept."""
    page.get_by_test_id("show-past").click()
    page.get_by_test_id("past-on").click()
    list_of_past = page.locator(".il-past-list")
    expect(list_of_past).to_have_text("Nothing is kept.")
    page.keyboard.press("Escape")
    page.get_by_test_id("typing").click()
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.method)

    page.on("request", note)
    write(page, "Il pleut.")
    page.evaluate("new Promise((go) => setTimeout(go, 1000))")  # longer than the pause
    page.remove_listener("request", note)
    assert "POST" not in asked
    page.locator("#source-text textarea").press("Control+Enter")
    page.wait_for_function("interlinear.lab.page.whole.source === 'Il pleut.'")
    translate(page, "Il vente.")
    assert page.evaluate("localStorage.getItem('interlinear.past')") == "[]"
    page.get_by_test_id("show-past").click()
    expect(list_of_past).to_have_text("Nothing is kept.")


def test_another_route_or_search_is_translated_like_another_text(page: Page) -> None:
    translate(page, SENTENCE)
    page.get_by_test_id("greedy").click()
    page.wait_for_function("interlinear.lab.page.options.mode === 'greedy'")
    page.get_by_test_id("model").select_option("rnn")
    page.wait_for_function("interlinear.lab.page.model.name === 'rnn'")
    page.get_by_test_id("show-past").click()
    expect(page.get_by_test_id("past").locator("span:first-child")).to_have_text([SENTENCE] * 3)


def test_an_example_is_one_click_and_swap_takes_the_translation_back(page: Page) -> None:
    examples = page.get_by_test_id("example")
    french = examples.all_inner_texts()
    page.get_by_test_id("from").select_option("en")
    expect(examples.first).not_to_have_text(french[0])
    english = examples.all_inner_texts()
    assert 3 <= len(english) <= 5 and not set(english) & set(french)
    page.get_by_test_id("model").select_option("rnn")
    expect(examples).to_have_text(english)
    examples.nth(1).click()
    expect(page.locator("#source-text textarea")).to_have_value(english[1])
    expect(page.get_by_test_id("from")).to_have_value("en")
    expect(page.get_by_test_id("model")).to_have_value("rnn")
    expect(page.get_by_test_id("target-word").first).to_be_visible()
    expect(page.get_by_test_id("example").first).not_to_be_visible()
    expect(page.locator("#lab-map [data-testid=heatmap]")).to_be_visible()
    machine = correction(page).input_value()
    page.get_by_test_id("swap").click()
    expect(page.get_by_test_id("from")).to_have_value("fr")
    expect(page.locator("#source-text textarea")).to_have_value(machine)


def test_correct_save_undo_save_and_find_it_after_a_reload(page: Page) -> None:
    translate(page, "Cette horloge retarde de sept minutes.")
    machine = correction(page).input_value()
    correction(page).fill(machine + " Definitely")
    expect(page.locator("#diff ins")).to_contain_text("Definitely")
    expect(page.locator("#diff").get_by_test_id("hter")).not_to_have_text("HTER0 %")

    save = save_button(page)
    save.click()
    receipt = page.locator("#correct-notice")
    expect(receipt).to_contain_text("Saved")
    receipt.get_by_test_id("notice-action").click()
    expect(receipt).to_contain_text("Taken back")
    expect(correction(page)).to_have_value(machine + " Definitely")
    save.click()
    expect(receipt).to_contain_text("Saved")

    page.reload()
    open_dataset(page)
    rows = search(page, "horloge retarde", 1)
    expect(rows.first).to_contain_text("Definitely")


def test_search_edit_delete_undo_and_export(page: Page, tmp_path: Path) -> None:
    translate(page, "Les volets claquent depuis hier soir.")
    correction(page).fill("The shutters bang.")
    save_button(page).click()
    expect(page.locator("#correct-notice")).to_contain_text("Saved")
    open_dataset(page)
    search(page, "volets claquent", 1).first.click()

    page.locator("#editor-text textarea").fill("The shutters are banging.")
    page.get_by_role("button", name="Save revision").click()
    expect(page.locator("#editor-notice")).to_contain_text("revision 2")
    expect(page.get_by_test_id("revision")).to_have_count(2)
    expect(page.get_by_test_id("revision").first).to_contain_text("not reviewed")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_test_id("record")).to_have_count(0)
    page.locator("#dataset-notice").get_by_test_id("notice-action").click()
    expect(page.get_by_test_id("record")).to_have_count(1)

    page.get_by_test_id("show-export").click()
    exported = download(page, lambda: page.get_by_test_id("download").click(), tmp_path)
    rows = [json.loads(line) for line in exported.read_text(encoding="utf-8").splitlines()]
    assert [row["corrected_text"] for row in rows] == ["The shutters are banging."]
    assert rows[0]["source_text"] == "Les volets claquent depuis hier soir."


def download(page: Page, act: Callable[[], None], folder: Path) -> Path:
    with page.expect_download() as coming:
        act()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path
