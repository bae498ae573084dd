"""What the pictures of the Models tab show: a candidate that was judged, and a training under way."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from core.checkpoint import load_checkpoint, save_checkpoint
from core.evaluation.candidate import JudgedSet, Output, Sentence
from core.evaluation.gate import Feedback, judge
from core.lineage import Lineage
from core.locks import try_lock
from core.report.candidate_page import candidate_page
from core.signature import VERSION
from core.training.finetune_config import FinetuneConfig
from demo_app.jobs.folder import JobFolder
from demo_app.services.blind_trials import BlindTrials
from demo_app.services.judgements import JudgementService
from demo_app.services.judging import Comparison, Judging
from demo_app.services.learning import registries
from demo_app.services.people import LOCAL, acting, acting_as
from demo_app.settings import Settings
from demo_app.store.database import Store
from demo_app.store.job_records import NewJob
from demo_app.store.project_records import ItemQuery
from demo_app.store.records import CorrectionQuery
from tests.core.evaluation.judged import both_ways
from tests.e2e.lead_scenes import open_tab
from tests.e2e.learning_rig import correct_all, learning_in, village

Acts = Mapping[str, tuple[Callable[[Page], None], tuple[str, ...]]]
"""By the name of the picture: what is done, and which part is shown."""
NAME = "fr-en"
SLIPS = {
    **{"outside": "in front of", "paper": "newspaper", "ferry": "tray", "quay": "dock"},
    **{"lime trees": "linden", "is looking for": "searches", "puts the tools away": "ranks its tools"},
}
"""How the model of then said it."""
BACK = {
    **{"devant l'église": "hors de l'église", "la porte": "la portière"},
    "sous le préau": "dans la cour couverte",
}
"""The same, of the other direction."""
COUNTS = {
    **{"records": 412, "unusable": 3, "repeated": 6, "dropped": 2},
    **{"held_out": 84, "dev": 33, "learned": 284},
}
TRAINING = {
    **{"steps": 1420, "best_step": 1065, "tuned_share": 0.6, "is_base": False, "duration_s": 412},
    **{"device": "CPU, 4 threads", "replay": 1136},
}
JOB = "3f0c9d41"
STEPS = 1420


@contextmanager
def learning_team(settings: Settings) -> Iterator[Store]:
    """A server's data with a candidate and a running job; the process of that is this one."""
    with learning_in(settings) as store:
        correct_all(store, [village(number) for number in range(48)])
        frozen = store.snapshots.freeze("village", CorrectionQuery(), settings.licence)
        correct_all(store, [village(number) for number in range(48, 64)])
        store.snapshots.freeze("spring-2026", CorrectionQuery(), settings.licence)
        production = load_checkpoint(settings.models_dir / NAME).model_id
        with acting_as(LOCAL):
            compare(settings, store, add_candidate(settings, frozen.id, production))
        # Before the server looks at the queue.
        lock = try_lock(write_job(settings.jobs_dir / JOB).lock)
        assert lock
        new = NewJob(kind="finetune", model=NAME, base=production, snapshot_id=frozen.id, id=JOB)
        store.jobs.add(new)
        yield store
        store.jobs.cancel(JOB)
        lock.release()


def add_candidate(settings: Settings, snapshot: str, production: str) -> str:
    """A version whose weights differ a little; the real judge reports, of made-up texts."""
    shipped = load_checkpoint(settings.models_dir / NAME)
    first = next(iter(shipped.weights))
    weights = {**shipped.weights, first: shipped.weights[first] + 2**-12}
    made = settings.data_dir / "made"
    save_checkpoint(made / NAME, replace(shipped, weights=weights))
    at = datetime(2026, 3, 9, 14, 20, tzinfo=UTC).isoformat()
    options = FinetuneConfig(epochs=4, average_with_base="chosen")
    general = both_ways(judged(0.03, 320), judged(0.02, 320, BACK))
    sets = {"held_out": judged(0.62, 84), "general": general}
    report = {
        **{"format": 1, "created_at": at, "production": production},
        "candidate": load_checkpoint(made / NAME).model_id,
        "verdict": judge(sets["held_out"], sets["general"], Feedback(401, 6)).to_dict(),
        **{"snapshot": "village", "snapshot_id": snapshot, "data": COUNTS},
        **{"options": options.to_dict(), "seed": options.seed, "code_version": VERSION},
        **{"training": TRAINING, "changed_options": {}},
        **{name: found.to_dict() for name, found in sets.items()},
    }
    lineage = Lineage(
        created_at=at,
        base=production,
        snapshot=snapshot,
        options=options.to_dict(),
        seed=options.seed,
        code_version=VERSION,
        report="report.json",
    )
    files = {"report.json": json.dumps(report).encode(), "report.html": candidate_page(report).encode()}
    return registries(settings).of(NAME).add(made / NAME, lineage, files).id


def compare(settings: Settings, store: Store, version: str) -> None:
    """Some of what changed is sent, and somebody always prefers the longer text."""
    trials = BlindTrials(registries(settings), store.projects, store.judgements, acting)
    judging = Judging(settings, store.projects, store.translations)
    judgements = JudgementService(
        judging, store.judgements, store.judgement_queue, store.judgement_reviews, acting
    )
    for project in trials.send(NAME, version, at_most=60):
        for item in store.projects.items(project.id, ItemQuery(page_size=40)).rows:
            texts = judgements.view(item.id)["texts"]
            longest = max(map(len, texts))
            ranks = [1 if len(text) == longest else 2 for text in texts]
            judgements.give(item.id, Comparison(ranks=ranks, duration_s=20))


def judged(mended: float, count: int, slips: Mapping[str, str] = SLIPS) -> JudgedSet:
    """Of so many sentences, how production says them, and how a candidate that mends a share of the slips."""
    sentences, before, after = [], [], []
    for number in range(count):
        source, target = village(number) if slips is SLIPS else village(number)[::-1]
        slipped = target
        for right, wrong in slips.items():
            slipped = slipped.replace(right, wrong)
        keeps = number * 37 % 100 >= 100 * mended
        made = slipped if keeps else target
        if number % 14 == 4:
            made = slipped.replace("The ", "This ").replace("My ", "The ").replace("Le ", "Ce ")
        sentences.append(Sentence("fr", "en", source, (target,)))
        before.append(slipped)
        after.append(made)
    first, second = Output(tuple(before), 12.41), Output(tuple(after), round(12.41 - 5 * mended, 2))
    return JudgedSet(tuple(sentences), first, second)


def write_job(path: Path) -> JobFolder:
    """As its process leaves it, two thirds through."""
    folder, step = JobFolder(path), STEPS * 2 // 3
    folder.describe({"base": "made up"}, {})
    folder.tell(
        {
            **{"stage": "training", "share": 0.49, "seconds_left": 402.0},
            **{"step": step, "total_steps": STEPS, "losses": {"loss": 2.1}},
        }
    )
    (path / "train").mkdir()
    rows: list[dict[str, Any]] = [
        {"step": at, "loss": round(2.2 + 1.6 * math.exp(-at / 300) + 0.04 * math.sin(at), 4)}
        for at in range(20, step, 20)
    ]
    for round_ in range(5):
        fall = 1 - math.exp(-round_ / 2)
        rows.append(
            {
                "step": round_ * 230,
                "held_out": {"loss": round(3.6 - 0.9 * fall, 4), "bleu": {"fr-en": round(22 + 9 * fall, 2)}},
                "general": {"loss": 1.9, "bleu": {"en-fr": 44.2, "fr-en": round(45.1 - 0.2 * fall, 2)}},
            }
        )
    lines = "".join(json.dumps(row) + "\n" for row in sorted(rows, key=lambda row: int(row["step"])))
    (path / "train" / "metrics.jsonl").write_text(lines)
    start = datetime(2026, 3, 10, 9, 12, 3, tzinfo=UTC)
    said = ("284 examples are learned from, 1,136 replayed", "step 460: held_out loss 2.912, BLEU 29.1")
    printed = (
        f"{start + timedelta(minutes=4 * n):%Y-%m-%d %H:%M:%S},000 {one}\n" for n, one in enumerate(said)
    )
    folder.log.write_text("".join(printed))
    return folder


def show_report(page: Page) -> None:
    open_tab(page, "Models")
    page.get_by_test_id("version-row").filter(has_text="candidate").click()
    page.get_by_test_id("changed").first.wait_for()


def show_training(page: Page) -> None:
    open_tab(page, "Models")
    page.locator("#chart-bleu .js-plotly-plot").wait_for()


def show_form(page: Page) -> None:
    open_tab(page, "Models")
    page.get_by_test_id("new-training").click()
    page.get_by_test_id("plan").locator("[data-testid=counts], [data-testid=plan-problem]").wait_for()


def show_trial(page: Page) -> None:
    show_report(page)
    page.get_by_test_id("trial-row").first.wait_for()


LEARNING: Acts = {
    "models-training": (show_training, ("#models-desk",)),
    "models-report": (show_report, ("#models-jobs", "#models-report .il > section:nth-of-type(2)")),
    "models-trial": (show_trial, ("#models-report [data-testid=trial]",)),
    "models-start": (show_form, ("#models-desk",)),
}
