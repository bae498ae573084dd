"""The same loop with the shipped model: an honest snapshot is promoted, a poisoned one refused.

Slow: some ten minutes of a processor. `INTERLINEAR_CORPORA_DIR` must name what `python -m core data` makes; a
part of it is taken."""

import gzip
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from demo_app.settings import PREFIX, SHIPPED_MODELS, Settings
from demo_app.store.database import Store
from demo_app.store.records import CorrectionQuery
from tests.e2e.learning_rig import VILLAGE, correct_all, learning_in, village
from tests.e2e.serving import Served, serve
from tests.e2e.tabs import Tabs
from tests.e2e.test_models import made, open_models, shipped_id, translated

pytestmark = pytest.mark.slow

CORPORA = os.environ.get(f"{PREFIX}CORPORA_DIR", "")
KEPT = {"train": 20_000, "dev": 3_000}
HOUR_MS = 3_600_000
SOURCE, ELSEWHERE = "Le facteur attend le bac.", "Je voudrais un café, s'il vous plaît."


def corpora(folder: Path) -> Path:
    """The beginning of what the shipped model learned from."""
    made(folder)
    for part, count in KEPT.items():
        name = f"tatoeba.fr-en.{part}.tsv"
        with gzip.open(Path(CORPORA) / f"{name}.gz", "rt", encoding="utf-8") as lines:
            (folder / name).write_text("".join(itertools.islice(lines, count)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def learning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Store]]:
    if not CORPORA:
        pytest.skip(f"{PREFIX}CORPORA_DIR is not set")
    home = tmp_path_factory.mktemp("real")
    settings = Settings(
        data_dir=made(home / "data"),
        models_dir=SHIPPED_MODELS,
        corpora_dir=corpora(home / "corpora"),
        threads=1,
    )
    with serve(settings) as served, learning_in(settings) as store:
        yield served, store


@pytest.fixture
def page(tabs: Tabs, learning: tuple[Served, Store]) -> Page:
    opened = tabs.open()
    opened.goto(learning[0].url)
    opened.locator("#source-text textarea").wait_for()
    return opened


def freeze(learning: tuple[Served, Store], name: str, shift: int) -> None:
    """Another 256 corrections: of each sentence its meaning, or that of the one `shift` places on."""
    served, store = learning
    for old in store.corrections.stream(CorrectionQuery()):
        store.corrections.delete(old.id, old.revision)
    pairs = [(village(n)[0], village((n + shift) % VILLAGE)[1]) for n in range(VILLAGE)]
    correct_all(store, pairs)
    store.snapshots.freeze(name, CorrectionQuery(), served.settings.licence)


def begin(page: Page, name: str) -> None:
    """Start a training with every option as it is."""
    open_models(page)
    page.get_by_test_id("new-training").click()
    chosen = page.get_by_test_id("training-snapshot").locator("option", has_text=name).get_attribute("value")
    page.get_by_test_id("training-snapshot").select_option(chosen)
    expect(page.get_by_test_id("start-training")).to_be_enabled()
    page.get_by_test_id("start-training").click()


def finish(page: Page) -> None:
    """Until there is a version to judge."""
    expect(page.locator("#chart-loss .js-plotly-plot")).to_be_visible(timeout=HOUR_MS)
    expect(page.get_by_test_id("gate")).to_be_visible(timeout=HOUR_MS)


def answered(served: Served, text: str) -> dict[str, object]:
    """The first sentence, with all that the model in use says of it."""
    asked = {"text": text, "source_language": "fr", "target_language": "en"}
    made = httpx.post(f"{served.url}/api/v1/translations", json=asked, timeout=60, verify=False)
    first: dict[str, object] = made.json()["segments"][0]
    return first


def test_an_honest_snapshot_is_promoted_and_taken_back(page: Page, learning: tuple[Served, Store]) -> None:
    shipped = shipped_id(page)
    before, elsewhere = translated(page, SOURCE, shipped), answered(learning[0], ELSEWHERE)
    freeze(learning, "village", shift=0)
    begin(page, "village")
    finish(page)
    print(page.get_by_test_id("gate").inner_text())
    version = page.get_by_test_id("version-row").first.get_attribute("data-id")
    page.get_by_test_id("promote").click()
    expect(page.locator("#models-notice")).to_contain_text("is in use now")
    assert translated(page, SOURCE, f"fr-en@{version}") != before
    expect(page.locator("#facts")).to_contain_text("what corrections taught")
    assert answered(learning[0], ELSEWHERE) == elsewhere
    open_models(page)
    page.get_by_test_id("roll-back").click()
    expect(page.locator("#models-notice")).to_contain_text("is in use again")
    assert translated(page, SOURCE, shipped) == before


def test_a_poisoned_snapshot_is_refused(page: Page, learning: tuple[Served, Store]) -> None:
    freeze(learning, "poison", shift=101)
    begin(page, "poison")
    expect(page.get_by_test_id("job-warning")).to_contain_text("the gate will refuse", timeout=HOUR_MS)
    expect(page.get_by_test_id("doubt").first).to_be_visible()
    finish(page)
    expect(page.get_by_test_id("doubt").first).to_be_visible()
    print(page.get_by_test_id("gate").inner_text())
    expect(page.get_by_test_id("gate")).to_contain_text("Not to be promoted")
    expect(page.get_by_test_id("promote")).to_have_count(0)
