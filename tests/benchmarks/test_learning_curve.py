"""The learning curve: what a trial learns from and is measured by, what a page says of trials."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from benchmarks.learning_curve import page
from benchmarks.learning_curve.plan import BASE, DEFAULT, DOMAINS, METHODS, Domain, options_of, trials
from benchmarks.learning_curve.results import (
    GOALS,
    PLANNED,
    Curve,
    beats_on_both,
    gain,
    saved,
    sentences_needed,
)
from benchmarks.learning_curve.sets import Setting, read_corrections, read_test
from benchmarks.learning_curve.trial import compare, effort
from benchmarks.trials import Task, run_missing
from core.evaluation.candidate import Output, Sentence
from core.training.finetune_config import FinetuneConfig

WAY = ("fr", "en")
SENTENCES = [
    Sentence(*WAY, f"le {word} est ici", (f"the {word} is here now",)) for word in ("chat", "pont", "bac")
]


def row(method: str, count: int, seed: int = 1, gained: float = 0.0, lost: float = 0.0) -> dict[str, Any]:
    part = {
        "sentences": 4000,
        "bleu": 20.0 + gained,
        "chrf": 40.0,
        "loss": 2.0,
        "loss_before": 2.0,
        "changed": 0.1,
    }
    return {
        **{"method": method, "corrections": count, "seed": seed, "training_cpu_s": 9.0},
        "domain": {**part, "difference": gained, "lower": gained - 1.645},
        "general": {**part, "difference": -lost, "lower": -lost - 0.1},
        "next": {"hter_before": 0.5, "hter": 0.4, "keys_before": 200, "keys": 150},
    }


@pytest.fixture
def setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setting:
    """300 sentences of a domain, three of which are those of the test."""
    domain = Domain("toys", "toys.{pair}.train.tsv", "toys.{pair}.dev.tsv", "toys.{pair}.test.tsv")
    monkeypatch.setitem(DOMAINS, "toys", domain)
    words = ["".join(letters) for letters in product("abcdefg", repeat=3)][:300]
    lines = [f"Jouet {word}.\tToy {word}.\n" for word in words]
    (tmp_path / "toys.fr-en.train.tsv").write_text("".join(lines))
    (tmp_path / "toys.fr-en.test.tsv").write_text("".join(lines[:3]))
    return Setting(tmp_path / "model", tmp_path, "toys", WAY)


def test_nothing_is_both_learned_from_and_measured(setting: Setting) -> None:
    found = read_corrections(setting, 100, seed=1, has_dev=False)
    learned, coming = {one.source for one in found.learned}, {one.source for one in found.next}
    assert len(learned) == 100 and len(coming) == 100
    assert not (learned | coming) & {one.source for one in read_test(setting)} and not learned & coming


def test_a_tenth_watches_where_it_is_large_enough(setting: Setting) -> None:
    few, many = (read_corrections(setting, count, seed=1, has_dev=True) for count in (100, 197))
    assert (len(few.learned), len(few.dev)) == (100, 0)
    assert (len(many.learned), len(many.dev)) == (177, 20)
    with pytest.raises(SystemExit, match="too few for 198"):
        read_corrections(setting, 198, seed=1, has_dev=True)


def test_the_other_direction_reads_the_same_files(setting: Setting) -> None:
    back = Setting(setting.model, setting.data, "toys", ("en", "fr"))
    assert read_test(back)[0] == Sentence("en", "fr", "Toy aaa.", ("Jouet aaa.",))


def test_a_larger_number_of_corrections_holds_the_smaller(setting: Setting) -> None:
    small, large = (read_corrections(setting, count, seed=3, has_dev=False).learned for count in (10, 30))
    assert large[:10] == small
    assert small != read_corrections(setting, 10, seed=4, has_dev=False).learned


def test_every_way_is_one_that_can_be_learned_by() -> None:
    for name in METHODS:
        assert FinetuneConfig.from_dict(options_of(name, 2)).seed == 2
    assert METHODS[DEFAULT].options == {}


def test_without_corrections_there_is_only_the_base() -> None:
    assert trials(("plain", "lora"), (10, 0)) == [(BASE, 0), ("plain", 10), ("lora", 10)]


def test_effort_counts_what_is_left_to_correct() -> None:
    right = [one.references[0] for one in SENTENCES]
    found = effort(SENTENCES, ["the cat is here now", *right[1:]], right)
    assert found == {"hter_before": round(0.2 / 3, 4), "hter": 0.0, "keys_before": 1, "keys": 0}


def test_a_set_is_compared_with_what_the_base_said() -> None:
    right = tuple(one.references[0] for one in SENTENCES)
    found = compare(SENTENCES, Output(("the", *right[1:]), 2.0), Output(right, 1.0))
    assert found["bleu"] > found["bleu_before"] and found["loss"] == 0.0 and found["changed"] == 0.3333


def note(result: Path, text: str) -> None:
    """Stands in for a trial."""
    result.write_text(text)


def test_a_finished_trial_is_not_run_again(tmp_path: Path) -> None:
    (tmp_path / "1").write_text("kept")
    tasks = [Task(tmp_path / name, note, (tmp_path / name, "new")) for name in ("1",)]
    run_missing(tasks, 1)
    assert (tmp_path / "1").read_text() == "kept"


def test_the_page_says_how_much_is_done_and_whether_the_goals_are_met() -> None:
    rows = [
        row(BASE, 0),
        *(row(DEFAULT, 1000, seed, 6.0, 0.2) for seed in (1, 2)),
        row("nmtvis", 1000, 1, 1.0, 9),
    ]
    text = page.section(Curve("fr-en.captions.fr-en", tuple(rows)))
    assert f"4 of {PLANNED} trials are done" in text
    assert "+6.00 and -0.20 (2 seeds); met." in text and "+6.00 and -0.20 (2 seeds); **not met**." in text
    assert "beaten on both axes at 1 of 1" in text
    assert f"| {METHODS['nmtvis'].title} | +1.0 / -9.0 |" in text


def test_the_gate_needs_more_sentences_where_more_of_them_change() -> None:
    calm = row(DEFAULT, 100)
    wild = {**calm, "general": {**calm["general"], "lower": -0.2}}
    assert sentences_needed(wild) == pytest.approx(4 * sentences_needed(calm), rel=1e-3)
    # standard error 0.1 / 1.645; it must be 0.3 / 2.927
    assert sentences_needed(calm) == pytest.approx(4000 * (0.1 / 1.645 * 2.927 / 0.3) ** 2, rel=1e-3)


def test_a_goal_asks_for_both_axes() -> None:
    must = next(goal for goal in GOALS if (goal.kind, goal.corrections) == ("must", 1000))
    assert must.is_met([row(DEFAULT, 1000, 1, 5.0, 1.0)])
    assert not must.is_met([row(DEFAULT, 1000, 1, 9.0, 1.1)])
    assert not must.is_met([row(DEFAULT, 1000, 1, 4.9, 0.0)])


def test_a_way_beats_another_only_where_it_does_on_both_axes() -> None:
    rows = [
        row(DEFAULT, 10, 1, 1, 0),
        row("nmtvis", 10, 1, 2, 9),
        row(DEFAULT, 30, 1, 2, 0),
        row("nmtvis", 30, 1, 1, 9),
    ]
    assert beats_on_both(Curve("m.captions.fr-en", tuple(rows))) == (1, 2)
    assert saved(rows[0]) == 25.0


def test_one_seed_alone_has_no_spread() -> None:
    alone, other = row("plain", 100, gained=2.0), row("plain", 100, seed=2, gained=4.0)
    assert page.spread_out([alone], gain) == "+2.00"
    assert page.spread_out([alone, other], gain) == "+3.00 ± 1.41"
