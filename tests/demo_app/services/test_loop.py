"""From corrections to a version that serves, and back: each step with what may go wrong in it."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.checkpoint import save_checkpoint
from core.errors import (
    CheckpointNotFoundError,
    ConfigError,
    InputError,
    NotAllowedError,
    NotFoundError,
    PromotionRefusedError,
)
from core.lineage import SHIPPED
from core.options import GreedyOptions
from core.signature import VERSION
from core.training.finetune_config import FinetuneConfig
from demo_app.jobs.finetune_work import Work
from demo_app.jobs.folder import JobFolder
from demo_app.services.people import LOCAL
from demo_app.store.records import NewCorrection
from tests.demo_app.services.loop_rig import QUICK, Loop, sentence
from tests.demo_app.store.samples import translation
from tests.sources import ROOT
from tests.tiny import SENTENCES, tiny_checkpoint

MANY = [sentence(number) for number in range(60)]
REASON = "The held-out set is too small to tell."


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loop]:
    """After one real training of 60 corrections, with corpora on disk."""
    home = tmp_path_factory.mktemp("loop")
    loop = Loop(home, corpora := home / "corpora")
    corpora.mkdir()
    for part, numbers in (("train", range(1000, 1020)), ("dev", range(2000, 2016))):
        rows = "".join(f"{sentence(n)}\t{sentence(n).title()}\n" for n in numbers)
        (corpora / f"toy.fr-en.{part}.tsv").write_text(rows)
    job = loop.start(loop.freeze(MANY))
    with (corpora / "toy.fr-en.train.tsv").open("a") as file:  # what is judged by is not replayed
        for one in lines(loop.folder(job), "held_out"):
            file.write(f"{one['source'].title()}!\tAnother answer.\n")
    assert loop.run(job) == 0, loop.folder(job).log_tail(50)
    yield loop
    loop.close()


def lines(folder: JobFolder, name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder.path / f"{name}.jsonl").read_text().splitlines()]


def candidate(loop: Loop) -> str:
    found = loop.registries.of("tiny").aliases().candidate
    assert found
    return found


def test_a_training_ends_with_a_candidate_that_tells_where_it_comes_from(tuned: Loop) -> None:
    folder = tuned.folder(tuned.store.jobs.all()[0])
    outcome = folder.outcome()
    assert outcome and (outcome.state, outcome.version) == ("succeeded", candidate(tuned))
    info = next(one for one in tuned.promotion.versions("tiny") if one.alias == "candidate")
    assert info.lineage and info.lineage.base == tuned.pool.get("tiny").model_id
    assert info.lineage.snapshot == tuned.store.snapshots.find("v1").id
    assert (info.lineage.options["epochs"], info.lineage.seed) == (1, 1)
    assert info.lineage.code_version.startswith(f"{VERSION}+g" if (ROOT / ".git").exists() else VERSION)
    assert any("loss" in row for row in tuned.tuning.curve(tuned.store.jobs.all()[0].id))


def test_the_report_counts_every_record_and_judges_by_those_held_out(tuned: Loop) -> None:
    report = tuned.promotion.report("tiny", candidate(tuned))
    counts = report["data"]
    parts = sum(counts[name] for name in ("unusable", "repeated", "dropped", "held_out", "dev", "learned"))
    assert counts["records"] == parts == 60
    assert report["held_out"]["sentences"] == counts["held_out"] > 0
    assert "<h1>Not to be promoted</h1>" in tuned.promotion.report_page("tiny", candidate(tuned))


def test_corpora_on_disk_are_replayed_and_judged_by(tuned: Loop) -> None:
    job = tuned.folder(tuned.store.jobs.all()[0])
    told = json.loads((job.path / "train" / "run.json").read_text())["data"]
    report = tuned.promotion.report("tiny", candidate(tuned))
    assert (told["replay"]["examples"], told["general"]["examples"]) == (40, 8)
    assert report["general"]["sentences"] == 24
    assert report["general"]["directions"] == ["en-fr", "fr-en"]
    assert {(one["direction"], one["sentences"]) for one in report["general"]["by_direction"]} == {
        ("en-fr", 12),
        ("fr-en", 12),
    }


def test_the_report_tells_which_options_are_not_the_default(tuned: Loop) -> None:
    report = tuned.promotion.report("tiny", candidate(tuned))
    assert report["changed_options"] == QUICK
    assert {**FinetuneConfig().to_dict(), **QUICK} == report["options"]


def test_the_report_tells_how_the_training_went(tuned: Loop) -> None:
    told = tuned.promotion.report("tiny", candidate(tuned))["training"]
    losses = [row["step"] for row in tuned.tuning.curve(tuned.store.jobs.all()[0].id) if "loss" in row]
    assert told["steps"] == losses[-1] > 0
    assert (told["replay"], told["tuned_share"], told["is_base"]) == (40, 1.0, told["best_step"] == 0)
    assert told["device"].startswith("CPU") and told["duration_s"] >= 0


def test_nothing_held_out_was_learned_from(tuned: Loop) -> None:
    folder = tuned.folder(tuned.store.jobs.all()[0])
    learned, judged = ({one["source"] for one in lines(folder, name)} for name in ("feedback", "held_out"))
    assert learned and judged and not learned & judged


def test_how_much_may_be_lost_elsewhere_is_a_setting(loop: Loop) -> None:
    loop.freeze([sentence(number) for number in range(40)])
    strict = loop.settings.model_copy(update={"gate_margin": 0.05})
    loop.tuning = replace(loop.tuning, settings=strict)
    job = loop.start()
    assert loop.folder(job).job()["margin"] == 0.05


def test_the_gate_refuses_and_a_written_reason_passes_it_by_and_is_kept(tuned: Loop) -> None:
    wanted, before = candidate(tuned), tuned.pool.get("tiny")
    with pytest.raises(PromotionRefusedError, match="cannot be told"):
        tuned.promotion.promote("tiny", wanted)
    with pytest.raises(InputError, match="must have 10 to 1000 characters"):
        tuned.promotion.promote("tiny", wanted, "because")
    assert tuned.pool.get("tiny") is before
    info = tuned.promotion.promote("tiny", wanted, REASON)
    assert (info.alias, tuned.pool.get("tiny").model_id) == ("production", f"tiny@{wanted}")
    facts = tuned.promotion.history("tiny")[-1].facts
    assert facts["reason"] == REASON
    assert "cannot be told" in facts["refused"]
    assert tuned.promotion.rollback("tiny", "It was a test.").id == SHIPPED
    assert tuned.pool.get("tiny").model_id == before.model_id
    assert tuned.promotion.clean_up("tiny", 0) == (wanted,)


def test_a_report_against_another_production_does_not_count(loop: Loop) -> None:
    wanted = loop.refused()
    report = loop.registries.of("tiny").get(wanted).folder / "report.json"
    told = json.loads(report.read_text())
    told["verdict"]["conditions"][0]["state"] = "passed"
    report.write_text(json.dumps({**told, "production": "tiny@000000000000"}))
    with pytest.raises(PromotionRefusedError, match="another was promoted since"):
        loop.promotion.promote("tiny", wanted)
    report.write_text(json.dumps(told))
    assert loop.promotion.promote("tiny", wanted).id == wanted


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"verdict": {}}', '{"verdict": {"conditions": []}}'])
def test_a_version_without_a_whole_report_needs_a_reason(broken: str, loop: Loop) -> None:
    wanted = loop.refused()
    report = loop.registries.of("tiny").get(wanted).folder / "report.json"
    report.write_text(broken.replace("{", '{"production": "", ', 1))
    with pytest.raises(CheckpointNotFoundError, match="has none"):
        loop.promotion.report("tiny", wanted)
    with pytest.raises(PromotionRefusedError, match="must have a report to be promoted"):
        loop.promotion.promote("tiny", wanted)
    assert loop.promotion.promote("tiny", wanted, REASON).id == wanted


def test_who_is_no_admin_changes_nothing(loop: Loop) -> None:
    loop.freeze(MANY[:3])
    loop.person = replace(LOCAL, id="u-1", role="reviewer")
    for act in (
        loop.start,
        lambda: loop.tuning.cancel("x"),
        lambda: loop.tuning.start_again("x"),
        lambda: loop.promotion.promote("tiny", SHIPPED, REASON),
        lambda: loop.promotion.rollback("tiny"),
        lambda: loop.promotion.clean_up("tiny", 0),
    ):
        with pytest.raises(NotAllowedError):
            act()
    assert loop.promotion.versions("tiny")[0].alias == "production"
    loop.person = replace(LOCAL, id="u-2", role="annotator")
    with pytest.raises(NotAllowedError):
        loop.tuning.all()


def test_mistakes_are_told_before_anything_starts(loop: Loop) -> None:
    loop.freeze(MANY[:20])
    with pytest.raises(ConfigError, match="epochs"):
        loop.start(epochs=0)
    with pytest.raises(NotFoundError, match="snapshot"):
        loop.start("gone")
    with pytest.raises(ConfigError, match="predecessor|go back"):
        loop.promotion.rollback("tiny")
    with pytest.raises(CheckpointNotFoundError, match="must be one of the models"):
        loop.promotion.versions("../shipped/tiny")


def test_what_a_start_would_learn_from_is_told_before(loop: Loop, tuned: Loop) -> None:
    loop.freeze(MANY[:20])
    loop.store.translations.add(translation("Une phrase que personne ne corrige.", "whatever"))
    plan = loop.tuning.plan("v1", "tiny")
    assert (plan.corpora, plan.typed, plan.general) == (0, 1, 0)
    loop.start()
    assert plan.counts == loop.folder(loop.store.jobs.all()[0]).job()["data"]
    assert loop.tuning.defaults() == FinetuneConfig().to_dict()
    assert tuned.tuning.plan("v1", "tiny").general == 24


def test_the_same_is_not_started_twice_at_once(loop: Loop) -> None:
    loop.freeze(MANY[:20])
    first = loop.start()
    with pytest.raises(InputError, match="queued"):
        loop.start()
    assert loop.start(seed=2).state == "queued"
    loop.tuning.cancel(first.id)
    assert loop.start().state == "queued"


def test_what_was_promoted_while_a_job_waited_is_what_it_starts_from(loop: Loop) -> None:
    loop.freeze(MANY[:20])
    job, promoted = loop.start(), loop.refused()
    loop.promotion.promote("tiny", promoted, REASON)
    with pytest.raises(InputError, match="queued"):
        loop.start()  # would be the same
    assert Work(loop.folder(job)).base == loop.registries.of("tiny").production().folder
    loop.promotion.rollback("tiny")
    again = Work(loop.folder(job))
    assert again.base == loop.registries.of("tiny").get(promoted).folder


def test_trust_is_the_weight_and_what_people_typed_is_replayed(loop: Loop) -> None:
    sources = MANY[:30]
    shown = [loop.store.translations.add(translation(text, "something else")) for text in sources]
    for place, one in enumerate(shown):
        new = NewCorrection(one.id, 0, 0, sources[place].upper(), "corrected", 1.0, user_id=f"u-{place % 3}")
        loop.store.corrections.add(new)
    for typed in ("Une phrase que personne ne corrige.", sources[0].upper() + " !"):
        loop.store.translations.add(translation(typed, "whatever"))
    loop.trust = {"u-0": 0.5, "u-1": 0.0}
    path = loop.folder(loop.start(loop.freeze([]))).path
    rows = [json.loads(line) for line in (path / "feedback.jsonl").read_text().splitlines()]
    assert {row["weight"] for row in rows} == {1.0, 0.5, 0.05}
    assert {row["rejected"] for row in rows} == {"something else"}
    # What was corrected is not to be learned again as the machine said it.
    assert (path / "typed.fr-en.txt").read_text() == "Une phrase que personne ne corrige.\n"


def test_what_people_typed_is_learned_again_as_the_model_says_it(loop: Loop) -> None:
    loop.store.translations.add(translation(SENTENCES[5], "whatever"))
    job = loop.start(loop.freeze(MANY[:20]))
    work = Work(loop.folder(job))
    (said,) = work.replay([], (("fr", "en"),))
    found = loop.pool.get("tiny").translate_segments([SENTENCES[5]], "fr", "en", GreedyOptions())
    assert (said.source, said.target, said.rejected) == (SENTENCES[5], found[0].best.text, None)
    assert work.replay([said], (("fr", "en"),)) == []


def test_a_model_of_one_direction_replays_typed_texts_without_a_way_back(loop: Loop) -> None:
    ways = (("fr", "en"),)
    save_checkpoint(loop.settings.models_dir / "tiny", replace(tiny_checkpoint(), directions=ways))
    loop.store.translations.add(translation(SENTENCES[5], "whatever"))
    job = loop.start(loop.freeze(MANY[:20]))
    (said,) = Work(loop.folder(job)).replay([], ways)
    assert (said.source, said.direction) == (SENTENCES[5], ways[0])
