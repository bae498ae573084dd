"""What the gate says, as people read it: in the language of the page, whenever it was said."""

import json
import re
from dataclasses import replace
from itertools import product
from typing import Any, get_args

import pytest

from core.evaluation.gate import Condition, ConditionName, Feedback, State, Verdict, judge
from core.lineage import Event
from demo_app.services.refusals import GateRefusal, Why, refusal_by, refusal_in
from demo_app.ui.models_gate import condition_words, refusal_words
from demo_app.ui.models_render import history_rows
from demo_app.ui.strings import Strings, load_strings
from tests.core.evaluation.judged import judged, unchanged

ENGLISH, CHINESE = load_strings("en"), load_strings("zh")
HAN = re.compile("[\u4e00-\u9fff]")
NAMES = {"chrF", "BLEU", "INTERLINEAR_CORPORA_DIR"}


@pytest.fixture(scope="module")
def verdicts() -> tuple[Verdict, ...]:
    """Of the real gate: each condition in each state."""
    return (
        judge(judged(60, 0.3, 0.3), judged(300, 0.2, 0.3), Feedback(200, 4)),
        judge(judged(60, 0.4, 0.1), unchanged(100), Feedback(1200, 400)),
        judge(judged(5, 0.3, 0.3), judged(5, 0.3, 0.3), Feedback(0, 0)),
    )


def test_each_condition_is_told_in_chinese_in_each_state(verdicts: tuple[Verdict, ...]) -> None:
    found = {(one.name, one.state): one for verdict in verdicts for one in verdict.conditions}
    assert set(found) == set(product(get_args(ConditionName), get_args(State)))
    for one in found.values():
        english, chinese = (condition_words(strings, one) for strings in (ENGLISH, CHINESE))
        assert HAN.search(chinese) and set(re.findall(r"[A-Za-z_]{2,}", chinese)) <= NAMES, chinese
        assert figures(english) == figures(chinese) and "{" not in english + chinese


def figures(text: str) -> list[str]:
    return sorted(re.findall(r"\d[\d.,]*\d|\d", text))


@pytest.mark.parametrize("why", get_args(Why))
def test_each_reason_is_kept_and_read_again_in_both_languages(
    why: Why, verdicts: tuple[Verdict, ...]
) -> None:
    refusal = replace(asked(verdicts[0]), why=why, compared="tiny@0123456789ab")
    read = refusal_in(json.loads(json.dumps(refusal.to_facts())), None)
    assert read == refusal
    told = {strings.language: refusal_words(strings, refusal) for strings in (ENGLISH, CHINESE)}
    assert HAN.search(told["zh"]) and not HAN.search(told["en"]) and told["en"]
    assert all(("tiny@0123456789ab" in text) == (why == "stale") for text in told.values())


def asked(verdict: Verdict) -> GateRefusal:
    refusal = refusal_by(verdict)
    assert refusal
    return refusal


def shown(strings: Strings, facts: dict[str, Any], verdict: Verdict | None) -> tuple[str, str]:
    """By the history, and in which language, where that is not the page's."""
    event = Event(kind="promoted", version="abc", before="shipped", at="some day", facts=facts)
    (row,) = history_rows(strings, [event], str, str, lambda event: refusal_in(event.facts, verdict))
    return row["refused"], row["refused_lang"]


def test_the_history_tells_only_what_did_not_hold(verdicts: tuple[Verdict, ...]) -> None:
    held_out, general, fits = verdicts[0].conditions
    facts = asked(verdicts[0]).to_facts()
    for strings in (ENGLISH, CHINESE):
        words, lang = shown(strings, facts, None)
        assert words == " ".join(condition_words(strings, one) for one in (held_out, general))
        assert lang == "" and condition_words(strings, fits) not in words


def test_a_history_of_an_earlier_release_is_told_by_the_report_that_says_the_same(
    verdicts: tuple[Verdict, ...],
) -> None:
    facts = {"refused": verdicts[0].reason}
    words = refusal_words(CHINESE, asked(verdicts[0]))
    assert shown(CHINESE, facts, verdicts[0]) == (words, "")
    for verdict in (None, *verdicts[1:]):  # it is gone, or was judged anew
        assert shown(CHINESE, facts, verdict) == (facts["refused"], "en")


@pytest.mark.parametrize("kept", [{"why": "stale"}, {"conditions": [{"name": "x"}]}, "x"])
def test_what_another_release_keeps_otherwise_is_told_in_its_own_words(kept: object) -> None:
    assert shown(CHINESE, {"refused": "It cannot.", "refusal": kept}, None) == ("It cannot.", "en")


def test_a_condition_with_other_figures_is_told_as_the_report_says_it() -> None:
    condition = Condition("general_holds", "unknown", "It cannot be told.", {})
    assert condition_words(CHINESE, condition) == "It cannot be told."


def test_what_was_promoted_through_the_gate_has_no_refusal() -> None:
    passed = Verdict((Condition("general_holds", "passed", "It holds.", {}),))
    assert refusal_by(passed) is None and shown(CHINESE, {"by": "u"}, passed)[0] == ""
