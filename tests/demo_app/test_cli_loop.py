"""The learning loop from the command line: tune, look, promote with a reason, go back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from core.lineage import SHIPPED
from demo_app.cli.finetune import watch
from demo_app.cli.main import make_cli
from demo_app.store.job_records import JobRecord
from demo_app.store.judgement_records import NewJudgement
from demo_app.store.project_records import ItemQuery
from tests.demo_app.services.loop_rig import Loop, add_refused, sentence
from tests.demo_app.store.samples import url_of


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loop]:
    """With twenty corrections, frozen as v1, and one candidate."""
    made = Loop(tmp_path_factory.mktemp("loop"))
    made.freeze([sentence(number) for number in range(16)])
    change = {"source": "Oui.", "before": "Yes.", "after": "Yeah.", "reference": "Yes."}
    told = {"directions": ["fr-en"], "changes": [change]}
    add_refused(made.registries.of("tiny"), made.settings.data_dir, candidate="tiny@new", held_out=told)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def settings(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLINEAR_DATA_DIR", str(loop.settings.data_dir))
    monkeypatch.setenv("INTERLINEAR_DATABASE_URL", url_of(loop.settings.data_dir / "x.db"))
    monkeypatch.setenv("INTERLINEAR_MODELS_DIR", str(loop.settings.models_dir))
    monkeypatch.setenv("INTERLINEAR_THREADS", "1")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(make_cli(), arguments)


def test_versions_are_listed_with_their_aliases_and_verdicts(loop: Loop) -> None:
    shipped, candidate = (line.split("\t") for line in run("models").stdout.splitlines())
    assert shipped == [SHIPPED, "production", "-", "-", "-"]
    assert (candidate[1], "cannot be told" in candidate[4]) == ("candidate", True)


def test_a_candidate_goes_past_the_gate_with_a_reason_alone_and_back(loop: Loop) -> None:
    version = loop.registries.of("tiny").aliases().candidate or ""
    refused = run("promote", version)
    assert (refused.exit_code, "cannot be told" in refused.stderr) == (1, True)
    passed = run("promote", f"tiny@{version}", "--reason", "Looked at by two people.")
    assert (passed.exit_code, f"tiny@{version} is in use" in passed.stderr) == (0, True)
    assert "tiny@shipped is in use again" in run("rollback", "--reason", "It was a test.").stderr
    told = run("models", "--history").stdout
    assert "reason: Looked at by two people." in told
    assert "reason: It was a test." in told


def test_changed_translations_are_sent_to_people_and_what_they_say_is_printed(loop: Loop) -> None:
    version = loop.registries.of("tiny").versions()[-1].id
    sent = run("compare", f"tiny@{version}", "--at-most", "5")
    assert (sent.exit_code, sent.stderr) == (0, f"tiny@{version} fr-en: 1 translations to compare\n")
    (project,) = loop.store.projects.all()
    (item,) = loop.store.projects.items(project.id, ItemQuery()).rows
    answer = {"seed": 1, "order": [0, 1], "ranks": [2, 1]}
    new = NewJudgement(item_id=item.id, kind="comparison", answer=answer, duration_s=9)
    loop.store.judgements.add(new)
    told = run("compare", version, "--outcome")
    assert told.stdout.splitlines() == [
        "held_out\t1\t0\t0\t1.000",
        "general\t0\t0\t0\t-",
        "all\t1\t0\t0\t1.000",
    ]
    assert told.stderr == "1 of 1 compared by 1 people\n"


def test_a_training_may_be_left_to_a_server(loop: Loop) -> None:
    queued = run("finetune", "--snapshot", "v1", "--no-wait", "--option", "epochs=2")
    assert (queued.exit_code, "is queued" in queued.stderr) == (0, True)
    (job,) = (one for one in loop.store.jobs.all() if one.state == "queued")
    assert (job.model, job.options["epochs"]) == ("tiny", 2)
    loop.store.jobs.cancel(job.id)


def test_options_may_be_in_a_file_and_the_command_line_wins(loop: Loop, tmp_path: Path) -> None:
    options = tmp_path / "options.toml"
    options.write_text("epochs = 4\nseed = 9\n")
    arguments = (
        "--no-wait",
        "--config",
        str(options),
        "--option",
        "epochs=3",
        "--option",
        "criterion='loss'",
    )
    assert run("finetune", "--snapshot", "v1", *arguments).exit_code == 0
    (job,) = (one for one in loop.store.jobs.all() if one.state == "queued")
    assert [job.options[name] for name in ("epochs", "seed", "criterion")] == [3, 9, "loss"]
    loop.store.jobs.cancel(job.id)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("finetune", "--snapshot", "gone"), "There must be one snapshot 'gone'"),
        (("finetune", "--snapshot", "v1", "--option", "epochs=0"), "`epochs` must be between"),
        (("finetune", "--snapshot", "v1", "--option", "epochs=,"), "Options must be TOML"),
        (("models", "--model", "gone"), "`model` must be one of the models"),
        (("promote", "abcabcabcabc"), "There must be a version 'abcabcabcabc'"),
        (("rollback", "--model", "tiny", "--reason", ""), "There must be a version to go back to"),
    ],
)
def test_an_error_is_one_sentence(arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_watching_tells_each_step_once_until_the_end(loop: Loop, capsys: pytest.CaptureFixture[str]) -> None:
    job = loop.store.jobs.cancel(loop.start().id)
    doubtful = {"fits": False, "doubtful": 77, "checked": 1000}
    told: list[JobRecord] = [
        replace(job, state="queued"),
        replace(job, state="running", progress={"stage": "training", "share": 0.1, "seconds_left": 7}),
        replace(job, state="running", progress={"stage": "training", "share": 0.1, "seconds_left": 7}),
        replace(job, state="running", progress={"stage": "training", "share": 0.2, **doubtful}),
        replace(job, state="succeeded"),
    ]
    looks = iter(told)
    assert watch(lambda: None, lambda: next(looks), every_s=0).state == "succeeded"
    assert capsys.readouterr().err.splitlines() == [
        "queued",
        " 10 % training, 7 s left",
        " 20 % training; 77 of 1,000 corrections are doubtful: the gate will refuse it",
    ]


QUICK = [
    part
    for option in ("steps=1", "batch_tokens=4000", "replay_ratio=0", "average_with_base='no'")
    for part in ("--option", option)
]


def test_a_training_is_watched_to_its_end_and_the_version_printed(loop: Loop) -> None:
    ended = run("finetune", "--snapshot", "v1", *QUICK)
    assert ended.exit_code == 0, ended.stderr
    assert ended.stdout == f"tiny@{loop.registries.of('tiny').aliases().candidate}\n"
    assert (loop.store.jobs.all()[0].state, "queued" in ended.stderr) == ("succeeded", True)


def test_a_training_that_fails_fails_the_command(loop: Loop) -> None:
    before = loop.registries.of("tiny").aliases()
    ended = run("finetune", "--snapshot", "v1", *QUICK, "--option", "max_pieces=1")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "raise `max_pieces`" in ended.stderr
    assert (loop.store.jobs.all()[0].state, loop.registries.of("tiny").aliases()) == ("failed", before)


def test_cleaning_up_tells_what_went_and_leaves_what_is_in_use(loop: Loop, tmp_path: Path) -> None:
    registry = loop.registries.of("tiny")
    old, new = (add_refused(registry, tmp_path, shift) for shift in (1 / 8, 1 / 4))
    registry.promote(new, "2026-11-21")
    told = run("models", "--clean-up", "0")
    assert f"tiny@{old} is removed" in told.stderr.splitlines()
    assert [line.split("\t")[:2] for line in told.stdout.splitlines()] == [
        [SHIPPED, "predecessor"],
        [new, "production"],
    ]
    assert run("models", "--clean-up", "-1").exit_code == 1
    registry.rollback("2026-11-21")
