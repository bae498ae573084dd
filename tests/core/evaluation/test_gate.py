"""The gate lets through what is better and hurts nothing, and says why it refuses the rest."""

import json

import pytest
from sacrebleu.metrics.bleu import BLEU

from core.errors import ConfigError
from core.evaluation.candidate import JudgedSet, Output
from core.evaluation.gate import Feedback, Verdict, judge
from core.evaluation.non_inferiority import non_inferiority
from tests.core.evaluation.judged import judged, unchanged

BETTER, SAME = judged(60, 0.4, 0.1), judged(40, 0.3, 0.3)
GENERAL = unchanged(150)
FITS = Feedback(200, 4)


def states(verdict: Verdict) -> list[str]:
    return [condition.state for condition in verdict.conditions]


def test_better_feedback_and_a_general_set_that_holds_pass() -> None:
    verdict = judge(BETTER, GENERAL, FITS)
    assert verdict.passed
    assert states(verdict) == ["passed", "passed", "passed"]
    assert "On 60 held-out corrections chrF goes from" in verdict.reason


def test_feedback_that_did_not_improve_is_refused_with_figures() -> None:
    verdict = judge(SAME, GENERAL, FITS)
    assert states(verdict) == ["failed", "passed", "passed"]
    assert "must rise with p < 0.05, but chrF goes from" in verdict.reason
    assert set(verdict.conditions[0].figures) >= {"sentences", "production", "candidate", "difference", "p"}


@pytest.mark.parametrize("seed", [7, 13, 15])
def test_a_gain_that_too_few_show_says_how_many_would_and_so_many_do(seed: int) -> None:
    few = judged(40, 0.35, 0.3, seed)
    told = judge(few, GENERAL, FITS).conditions[0]
    needed = int(told.figures["needed"])
    assert told.state == "failed" and f"about {needed} held out would show it" in told.sentence
    assert judge(repeated(few, -(-needed // 40)), GENERAL, FITS).conditions[0].state == "passed"


def repeated(made: JudgedSet, times: int) -> JudgedSet:
    """So many sentences of the same kind."""
    sides = (Output(side.texts * times, side.perplexity) for side in (made.production, made.candidate))
    return JudgedSet(made.sentences * times, *sides)


def test_where_nothing_was_gained_no_number_would_show_it() -> None:
    for worse in (unchanged(60), judged(60, 0.2, 0.4)):
        condition = judge(worse, GENERAL, FITS).conditions[0]
        assert "needed" not in condition.figures and "would show it" not in condition.sentence


def test_who_fell_is_told_apart_from_who_may_have_fallen() -> None:
    fell = judge(BETTER, judged(300, 0.2, 0.3), FITS).conditions[1]
    doubtful = judge(BETTER, judged(120, 0.3, 0.3), FITS).conditions[1]
    assert doubtful.figures["difference"] > -0.3 > fell.figures["difference"]
    assert "The fall itself is within that" in doubtful.sentence
    assert "The fall itself" not in fell.sentence and "`general_loss_margin` loses less" in fell.sentence


def test_a_general_set_that_fell_is_refused_however_much_better_the_feedback_is() -> None:
    verdict = judge(BETTER, judged(300, 0.2, 0.3), FITS)
    assert states(verdict) == ["passed", "failed", "passed"]
    assert verdict.reason.startswith("On 300 general sentences BLEU must fall by less than 0.3")


def test_a_general_set_that_only_was_not_shown_to_fall_does_not_hold() -> None:
    assert states(judge(BETTER, judged(120, 0.3, 0.3), FITS))[1] == "failed"


@pytest.mark.parametrize(
    ("doubtful", "state"), [(0, "passed"), (10, "passed"), (11, "failed"), (200, "failed")]
)
def test_feedback_that_the_checks_doubt_is_refused_whatever_was_learned_from_it(
    doubtful: int, state: str
) -> None:
    verdict = judge(BETTER, GENERAL, Feedback(200, doubtful))
    assert states(verdict) == ["passed", "passed", state]
    assert f"{doubtful} of 200 corrections are doubtful" in verdict.conditions[2].sentence


def test_feedback_that_nobody_could_check_tells_nothing() -> None:
    assert states(judge(BETTER, GENERAL, Feedback(0, 0))) == ["passed", "passed", "unknown"]


@pytest.mark.parametrize("count", [0, 3, 29])
def test_of_few_corrections_it_cannot_be_told(count: int) -> None:
    verdict = judge(judged(count, 0.9, 0.0), GENERAL, FITS)
    assert states(verdict) == ["unknown", "passed", "passed"]
    assert not verdict.passed
    assert f"at least 30 corrections must be held out, but there are {count}" in verdict.reason


def test_without_a_general_set_it_cannot_be_told() -> None:
    verdict = judge(BETTER, judged(0, 0, 0), FITS)
    assert not verdict.passed
    assert "make the corpora and set `corpora_dir`" in verdict.reason


def test_a_verdict_outlives_its_process() -> None:
    verdict = judge(BETTER, GENERAL, FITS)
    assert Verdict.from_dict(json.loads(json.dumps(verdict.to_dict()))) == verdict


def test_a_margin_that_allows_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match="margin"):
        judge(BETTER, GENERAL, FITS, 0.0)


def test_equal_systems_fall_by_nothing() -> None:
    texts = list(GENERAL.production.texts)
    found = non_inferiority(texts, texts, GENERAL.references, BLEU(), 0.01)
    assert (found.difference, found.lower, found.holds) == (0, 0, True)
    assert found.p == pytest.approx(1 / 1001)


def test_a_wider_margin_is_easier_to_keep() -> None:
    made = judged(200, 0.2, 0.21)
    sides = made.production.texts, made.candidate.texts
    chances = [non_inferiority(*sides, made.references, BLEU(), margin).p for margin in (0.3, 2, 5, 20)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.05 > chances[-1]


def test_the_interval_and_p_say_the_same() -> None:
    for seed in range(6):
        made = judged(150, 0.25, 0.22, seed)
        found = non_inferiority(made.production.texts, made.candidate.texts, made.references, BLEU(), 2.0)
        if abs(found.lower + 2) > 0.1:
            assert found.holds == (found.lower > -2)


def test_scores_are_those_of_sacrebleu() -> None:
    made = judged(50, 0.2, 0.3)
    found = non_inferiority(made.production.texts, made.candidate.texts, made.references, BLEU(), 1.0)
    for score, texts in ((found.a, made.production.texts), (found.b, made.candidate.texts)):
        right = BLEU().corpus_score(list(texts), [[one[0] for one in made.references]]).score
        assert score == pytest.approx(right)


@pytest.mark.parametrize(("count", "margin"), [(0, 1.0), (3, 0.0), (3, -1.0)])
def test_what_cannot_be_tested_is_a_mistake_of_the_caller(count: int, margin: float) -> None:
    made = judged(count, 0.1, 0.1)
    with pytest.raises(ValueError, match="margin|against"):
        non_inferiority(made.production.texts, made.candidate.texts, made.references, BLEU(), margin)
