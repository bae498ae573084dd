"""What the pictures of the documentation show: a sentence, what is done to it, and which part of the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from playwright.sync_api import Locator, Page

from demo_app.store.project_records import Task

MOUSE = "La petite souris noire dort sur la vieille chaise."
CAT = "Le petit chat noir dort sur la vieille chaise."
DOG = "Le petit chien noir dort sur la vieille chaise."
BICYCLE = "On m'a volé mon vélo devant la bibliothèque."
LONG = (
    "Je voulais aller au marché, mais il pleuvait, alors je suis resté à la maison, et comme j'avais "
    "le temps, j'ai lu un livre, j'ai écrit une lettre à ma sœur et j'ai préparé une soupe pour mes enfants."
)
PIANO = "Ma sœur apprend le piano depuis trois ans."
GERMAN = "Der Briefträger kommt immer am Vormittag."
OWN = "The little black mouse sleeps on the old chair."
GLOSS = ("#target-card",)


@dataclass(frozen=True)
class Scene:
    """One picture."""

    name: str
    sentence: str
    act: Callable[[Page], None]
    """Brings the page, on which the sentence is translated, to where it is pictured."""
    frame: Sequence[str] = ("#lab",)
    """Selectors of what must be in the picture; empty for all that the window shows."""
    path: str = "/"
    """Of the page, which has one for each language."""


def translate(page: Page, text: str) -> None:
    """Until the lab shows the translation of this very text."""
    page.locator("#source-text textarea").fill(text)
    page.locator("#translate").click()
    page.wait_for_function("text => window.interlinear.lab.page?.source.text === text", arg=text)
    settle(page)


def settle(page: Page) -> None:
    # A picture, not a test: wait for the last answer to be drawn.
    page.wait_for_timeout(900)


def open_view(page: Page, name: str) -> None:
    page.get_by_test_id(f"view-{name}").click()


def target_word(page: Page, text: str) -> Locator:
    return page.get_by_test_id("target-word").get_by_text(text, exact=True)


def correct(page: Page) -> None:
    box = page.locator("#correction-text textarea")
    box.fill(box.input_value().replace("is learning", "has been learning"))
    box.blur()
    target_word(page, "learning").hover()


def point_at_cell(page: Page) -> None:
    """The weight that is edited in another picture, by words: third row, fifth column."""
    page.get_by_test_id("heatmap").focus()
    for key in ("ArrowDown",) * 3 + ("ArrowRight",) * 4:
        page.keyboard.press(key)


def edit(page: Page) -> None:
    """`souri` loses what `noir` gains, in the row of the third piece."""
    page.get_by_test_id("edit").click()
    point_at_cell(page)
    page.keyboard.press("ArrowRight")  # `souris` has two pieces
    for _ in range(11):
        page.keyboard.press("+")


def decode_edited(page: Page) -> None:
    edit(page)
    page.get_by_test_id("decode-again").click()
    page.get_by_test_id("undo").wait_for()


def by_pieces(page: Page) -> None:
    page.locator("#gloss").get_by_test_id("unit-pieces").click()
    target_word(page, "sleep").hover()


def align(page: Page) -> None:
    """What the head looks at that was taught to link words; drawn first."""
    choose_transformer(page)
    point_at_cell(page)


def choose_transformer(page: Page) -> None:
    page.get_by_test_id("model").select_option("transformer")
    page.wait_for_function("window.interlinear.lab.page?.model.name === 'transformer'")
    settle(page)


def reword(page: Page) -> None:
    target_word(page, "smiled").click()
    page.get_by_test_id("alternative").get_by_text("mouse", exact=True).click()
    page.get_by_test_id("undo").wait_for()


def check(page: Page) -> None:
    target_word(page, "old").click()
    page.get_by_test_id("matter").click()
    page.get_by_test_id("finding").wait_for()


def sort_heads(page: Page) -> None:
    """A model with several heads looks at the same sentence, its best aligner first."""
    choose_transformer(page)
    open_view(page, "heads")
    page.get_by_test_id("order-aer").click()


def point_at_line(page: Page) -> None:
    open_view(page, "lines")
    page.locator('.il-ribbon-word[data-side="source"]').nth(4).hover()


def point_at_node(page: Page) -> None:
    """Where a third way begins, beside greedy search and the best hypothesis."""
    open_view(page, "beam")
    named = page.get_by_text("My", exact=True)
    page.get_by_test_id("node").filter(has=named).first.locator(".il-box").hover(force=True)


def compare_searches(page: Page) -> None:
    open_view(page, "compare")
    page.get_by_test_id("compare-searches").click()
    page.get_by_test_id("column").nth(2).wait_for()


def compare_by_pieces(page: Page) -> None:
    compare_searches(page)
    page.locator("#lab-compare").get_by_test_id("unit-pieces").click()


def compare_models(page: Page) -> None:
    open_view(page, "compare")
    page.get_by_test_id("compare-models").click()
    page.get_by_test_id("column").nth(1).wait_for()


def compare_pinned(page: Page) -> None:
    open_view(page, "compare")
    page.get_by_test_id("compare-pin").click()
    page.get_by_test_id("compare-pinned").wait_for()
    translate(page, DOG)
    page.get_by_test_id("compare-pinned").click()
    page.get_by_test_id("column").nth(1).wait_for()


def score_own(page: Page) -> None:
    open_view(page, "own")
    page.locator("#own-text textarea").fill(OWN)
    page.locator("#own-go").click()
    page.get_by_test_id("undo").wait_for()
    target_word(page, "black").hover()


def sample(page: Page) -> None:
    page.get_by_test_id("sampling").click()
    translate(page, BICYCLE)


def look_back(page: Page) -> None:
    translate(page, BICYCLE)
    page.get_by_test_id("show-past").click()


def hint(page: Page) -> None:
    translate(page, GERMAN)
    page.locator("#source-notice [role=status]").wait_for()


ENGLISH_SCENES = (
    Scene("translate", PIANO, correct, ()),
    Scene("lab-map", MOUSE, point_at_cell),
    Scene("lab-long", LONG, lambda page: None, ("#lab-heatmap",)),
    Scene("lab-edit", MOUSE, edit, ("#lab-heatmap",)),
    Scene("lab-edited", MOUSE, decode_edited, GLOSS),
    Scene("lab-matter", MOUSE, check),
    Scene("lab-heads", MOUSE, sort_heads),
    Scene("lab-lines", MOUSE, point_at_line),
    Scene("lab-beam", BICYCLE, point_at_node),
    Scene("lab-compare", BICYCLE, compare_searches, ("#lab-compare",)),
    Scene("lab-pinned", CAT, compare_pinned, ("#lab-compare",)),
    Scene("lab-own", MOUSE, score_own, (*GLOSS, ".il-facts-card")),
    Scene("word-facts", MOUSE, lambda page: target_word(page, "smiled").hover(), (*GLOSS, ".il-facts-card")),
    Scene("word-menu", MOUSE, lambda page: target_word(page, "smiled").click(), (*GLOSS, ".il-menu")),
    Scene("word-changed", MOUSE, reword, GLOSS),
    Scene("sampling", BICYCLE, sample, ("#toolbar", "#readings-card")),
    Scene("past", MOUSE, look_back, (".il-past-dialog",)),
    Scene("lab-pieces", MOUSE, by_pieces, (*GLOSS, ".il-facts-card")),
    Scene("lab-align", CAT, align),
    Scene("lab-compare-pieces", MOUSE, compare_by_pieces, ("#lab-compare",)),
    Scene("lab-compare-models", CAT, compare_models, ("#lab-compare",)),
    Scene("hint", CAT, hint, ("#source-card",)),
)
CHINESE = {"translate", "word-facts", "lab-compare", "lab-beam", "lab-edit", "lab-long", "lab-heads"}
"""Of the tour, which has a twin in Chinese."""

SCENES = ENGLISH_SCENES + tuple(
    replace(scene, name=f"zh-{scene.name}", path="/zh/") for scene in ENGLISH_SCENES if scene.name in CHINESE
)


def post_edit(page: Page) -> None:
    box = page.get_by_test_id("post-edit")
    box.fill(box.input_value().replace("smiled", "black mouse"))


def rate(page: Page) -> None:
    """What is missing marked, another error proposed and not decided about, and a score."""
    page.keyboard.press("End")
    for keys in ("j", "s"):
        page.keyboard.press(keys)
    page.keyboard.type("38")
    page.get_by_test_id("unit").first.click()


def choose(page: Page) -> None:
    """The one that has the mouse; its place is drawn by chance."""
    page.get_by_test_id("candidate").filter(has_text="mouse").click()


DESKS: dict[Task, Callable[[Page], None]] = {"post_edit": post_edit, "rating": rate, "comparison": choose}
"""What is done at the desk of annotators, by the task."""
