"""The loop in a real browser: a model learns, is promoted and taken back; another one is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.checkpoint import save_checkpoint
from core.evaluation.gate import Feedback, judge
from core.locks import try_lock
from demo_app.jobs.folder import JobFolder, Outcome
from demo_app.services.learning import registries
from demo_app.settings import Settings
from demo_app.store.job_records import NewJob
from demo_app.store.records import CorrectionQuery
from tests.core.evaluation.judged import judged
from tests.demo_app.services.loop_rig import add_refused
from tests.e2e.learning_rig import correct_all, learning_in, toy, write_corpora
from tests.e2e.learning_scenes import write_job
from tests.e2e.serving import Served, serve
from tests.e2e.tabs import Tabs
from tests.e2e.waiting import opened
from tests.tiny import tiny_checkpoint

TRAINING_MS = 600_000
"""Where the machine has other work to do, too."""
OPTIONS = {"epochs": 8, "batch_tokens": 400, "learning_rate": 0.03, "patience": 50, "replay_ratio": 0}
CHOICES = {"criterion": "loss", "average_with_base": "no"}
MORE = "label_smoothing = 0.0\ndev_sentences = 5\naverage_with_base = 'no'\nprecision = 'float32'"
REASON = "Two people looked at it."
SOURCE = toy(9999)[0]


@pytest.fixture(scope="module")
def learning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with a model that knows nothing, and 240 corrections that it can learn something from."""
    home = tmp_path_factory.mktemp("learning")
    save_checkpoint(home / "models" / "tiny", tiny_checkpoint())
    settings = Settings(
        data_dir=made(home / "data"),
        models_dir=home / "models",
        corpora_dir=write_corpora(home / "corpora"),
        threads=1,
        device="cpu",
    )
    with serve(settings) as served, learning_in(settings) as store:
        correct_all(store, [toy(number) for number in range(240)])
        yield served


@pytest.fixture
def page(tabs: Tabs, learning: Served) -> Page:
    tab = tabs.open()
    tab.goto(learning.url)
    opened(tab)
    return tab


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def open_models(page: Page) -> None:
    # What it answers would close a form that was opened meanwhile.
    with page.expect_response(lambda answer: "/run/" in answer.url):
        page.get_by_role("tab", name="Models").click()
    expect(page.get_by_test_id("in-use")).to_be_visible()


def translated(page: Page, text: str, model_id: str) -> str:
    """What the model in use makes of it, which is this version, and was another when it did so last."""
    page.get_by_role("tab", name="Translate").click()
    page.locator("#source-text textarea").fill(text)
    page.locator("#translate").click()
    expect(page.locator("#facts")).to_contain_text(model_id)
    return page.locator("#correction-text textarea").input_value()


def start_training(page: Page) -> None:
    page.get_by_test_id("training-options").click()
    for name, value in OPTIONS.items():
        page.get_by_test_id(f"option-{name}").fill(str(value))
    for name, choice in CHOICES.items():
        page.get_by_test_id(f"option-{name}").select_option(choice)
    page.get_by_test_id("option-more").fill(MORE)
    page.get_by_test_id("start-training").click()


def cancel_and_start_again(page: Page) -> None:
    page.get_by_test_id("cancel-training").click()
    page.get_by_test_id("start-again").press("Enter")
    expect(page.get_by_test_id("cancel-training")).to_be_enabled()


def test_a_model_learns_in_the_browser_is_promoted_and_taken_back(page: Page) -> None:
    shipped = shipped_id(page)
    before = translated(page, SOURCE, shipped)
    open_models(page)
    page.get_by_test_id("new-training").press("Enter")
    page.get_by_test_id("training-name").fill("toys")
    page.get_by_test_id("training-name").press("Enter")
    expect(page.get_by_test_id("part-learned")).to_contain_text("159")
    expect(page.get_by_test_id("plan")).to_contain_text("106 general sentences")
    start_training(page)
    cancel_and_start_again(page)
    page.get_by_test_id("new-training").click()
    expect(page.get_by_test_id("part-held_out")).to_contain_text("53")
    page.get_by_test_id("start-training").click()
    expect(page.get_by_test_id("training-problem")).to_contain_text("must not be under way already")

    page.reload()
    open_models(page)  # What runs is found again.
    expect(page.locator("#chart-loss .js-plotly-plot")).to_be_visible(timeout=TRAINING_MS)
    expect(page.get_by_test_id("gate")).to_contain_text("May be promoted", timeout=TRAINING_MS)
    expect(page.get_by_test_id("condition-passed")).to_have_count(3)
    page.get_by_test_id("outcome-better").press("Enter")
    expect(page.get_by_test_id("changed").first).to_have_attribute("data-outcome", "better")
    with page.expect_popup() as printed:
        page.get_by_test_id("report-page").click()
    expect(printed.value.get_by_role("heading", name="May be promoted")).to_be_visible()
    printed.value.close()
    page.get_by_test_id("trial-at-most").fill("5")
    page.get_by_test_id("trial-send").click()
    expect(page.locator("#models-notice")).to_contain_text("5 translations were sent")
    expect(page.get_by_test_id("trial-state")).to_contain_text("nobody has judged one yet")
    version = page.get_by_test_id("version-row").first.get_attribute("data-id") or ""
    page.get_by_test_id("promote").click()
    expect(page.locator("#models-notice")).to_contain_text(f"tiny@{version} is in use now")
    assert translated(page, SOURCE, f"tiny@{version}") != before

    open_models(page)
    page.get_by_test_id("roll-back").press("Enter")
    expect(page.locator("#models-notice")).to_contain_text("is in use again")
    assert translated(page, SOURCE, shipped) == before


def refused(settings: Settings) -> str:
    """A candidate that is no better on feedback and worse elsewhere, as the job would report of it."""
    sets = {"held_out": judged(60, 0.3, 0.3), "general": judged(300, 0.2, 0.3)}
    verdict = judge(sets["held_out"], sets["general"], Feedback(200, 4))
    told: dict[str, Any] = {name: found.to_dict() for name, found in sets.items()}
    with learning_in(settings) as store:
        doubtful = next(iter(store.corrections.stream(CorrectionQuery())))
    told["doubts"] = {
        **{"checked": 200, "fits": True, "allowed": 0.05},
        "rows": [
            {
                **{"id": doubtful.id, "source": doubtful.source_text, "target": doubtful.corrected_text},
                **{"source_language": "fr", "target_language": "en"},
                "findings": [{"check": "copy", "severity": "severe", "values": {}}],
            }
        ],
    }
    registry = registries(settings).of("tiny")
    return add_refused(registry, settings.data_dir, candidate="tiny@new", verdict=verdict.to_dict(), **told)


def test_what_the_gate_refuses_says_why_and_passes_for_a_written_reason_alone(
    page: Page, learning: Served
) -> None:
    version = refused(learning.settings)
    open_models(page)
    row = page.locator(f"[data-testid=version-row][data-id='{version}']")
    row.click()
    expect(page.get_by_test_id("gate")).to_contain_text("Not to be promoted")
    failed = page.get_by_test_id("condition-failed")
    expect(failed).to_contain_text(["chrF must rise with p < 0.05", "BLEU must fall by less than 0.3"])
    expect(page.get_by_test_id("condition-passed")).to_have_count(1)
    expect(page.get_by_test_id("changed").first).to_have_attribute("data-outcome", "worse")
    expect(page.get_by_test_id("promote")).to_have_count(0)
    page.get_by_test_id("doubts").locator("summary").click()
    doubt = page.get_by_test_id("doubt")
    expect(doubt).to_contain_text("It repeats the source.")
    target = doubt.locator("p").first.inner_text()
    doubt.get_by_test_id("doubt-find").click()
    expect(page.locator("#editor-text textarea")).to_have_value(target)
    open_models(page)

    page.get_by_test_id("override").click()
    page.get_by_test_id("reason").fill("Because.")
    expect(page.get_by_test_id("promote-anyway")).to_be_disabled()
    page.get_by_test_id("reason").fill(REASON)
    page.get_by_test_id("promote-anyway").click()
    expect(page.locator("#models-notice")).to_contain_text(f"tiny@{version} is in use now")
    kept = page.get_by_test_id("event").first
    expect(kept).to_contain_text(REASON)
    expect(kept).to_contain_text("chrF must rise with p < 0.05")

    page.get_by_test_id("roll-back").click()
    expect(page.locator("#models-notice")).to_contain_text("is in use again")
    page.locator("summary").filter(has_text="Clean up").click()
    page.get_by_test_id("keep").fill("0")
    page.get_by_test_id("clean-up").click()
    expect(row).to_have_count(0)
    expect(page.get_by_test_id("version-row").filter(has_text="As shipped")).to_be_visible()


@contextmanager
def running_job(settings: Settings) -> Iterator[JobFolder]:
    """A training that tells nothing by itself; its process is this one."""
    with learning_in(settings) as store:
        frozen = store.snapshots.all()  # where the first test ran, for nothing is frozen twice
        snapshot = (
            frozen[0] if frozen else store.snapshots.freeze("toys", CorrectionQuery(), settings.licence)
        )
        folder = write_job(settings.jobs_dir / "d0b1")
        lock = try_lock(folder.lock)
        assert lock
        new = NewJob(
            kind="finetune", model="tiny", base="tiny@0", snapshot_id=snapshot.id, id=folder.path.name
        )
        store.jobs.add(new)
        yield folder
        folder.end(Outcome(state="cancelled"))
        lock.release()


def test_too_many_doubtful_corrections_are_told_while_the_training_goes_on(
    page: Page, learning: Served
) -> None:
    row = {"id": "", "source": "ba do", "target": "ferry", "source_language": "fr", "target_language": "en"}
    copied = {**row, "findings": [{"check": "copy", "severity": "severe", "values": {}}]}
    doubts = {"checked": 200, "fits": False, "allowed": 0.05, "rows": [copied] * 30}
    with running_job(learning.settings) as folder:
        open_models(page)
        expect(page.get_by_test_id("job-words")).to_contain_text("Learning")
        expect(page.get_by_test_id("doubts")).to_have_count(0)
        folder.keep_doubts(doubts)
        folder.tell({**folder.progress(), "checked": 200, "doubtful": 30, "fits": False, "allowed": 0.05})
        warning = page.get_by_test_id("job-warning")
        expect(warning).to_contain_text("The checks doubt 30 of 200 corrections, but at most 5% may be")
        expect(page.get_by_test_id("doubt")).to_have_count(30)

        rows = page.get_by_test_id("doubt-rows")
        rows.evaluate("list => { list.scrollTop = 150; }")
        folder.tell({**folder.progress(), "step": 1401})
        expect(page.get_by_test_id("job-words")).to_contain_text("1401")
        assert rows.evaluate("list => list.scrollTop") == 150  # drawn anew, it is where it was
    expect(page.get_by_test_id("job-state")).to_have_text("cancelled")
    expect(page.get_by_test_id("doubt")).to_have_count(30)


def shipped_id(page: Page) -> str:
    """`name@digest` of the shipped weights, as translations name them."""
    open_models(page)
    page.get_by_test_id("version-row").filter(has_text="As shipped").click()
    facts = page.get_by_test_id("lineage").locator("dd")
    return f"{facts.nth(0).inner_text().partition('@')[0]}@{facts.nth(1).inner_text()[:12]}"
