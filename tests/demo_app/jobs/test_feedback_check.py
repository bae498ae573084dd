"""Honest corrections are hardly doubted; what does not fit its source is."""

from dataclasses import replace

import pytest

from core.evaluation.gate import MAX_DOUBTFUL
from core.training.feedback import FeedbackExample
from core.translator import Translator
from demo_app.jobs.feedback_check import Checked, check_feedback
from demo_app.settings import SHIPPED_MODELS
from tests.e2e.learning_rig import village

PAIRS = [village(number * 17) for number in range(12)]
WAY = ("fr", "en")


@pytest.fixture(scope="module")
def model() -> Translator:
    return Translator.load(SHIPPED_MODELS / "fr-en", "cpu")


def examples(targets: list[str]) -> list[FeedbackExample]:
    return [FeedbackExample(source, target, WAY) for (source, _), target in zip(PAIRS, targets, strict=True)]


def test_what_people_would_write_is_hardly_doubted(model: Translator) -> None:
    found = check_feedback(examples([target for _, target in PAIRS]), model)
    assert found.count == len(PAIRS)
    assert len(found.doubts) <= MAX_DOUBTFUL * found.count


def test_translations_of_other_sources_and_other_languages_are_doubted(model: Translator) -> None:
    targets = [target for _, target in PAIRS]
    for wrong in (targets[5:] + targets[:5], [source for source, _ in PAIRS], ["zkxwv qqpl"] * len(PAIRS)):
        assert len(check_feedback(examples(wrong), model).doubts) > 2 * MAX_DOUBTFUL * len(PAIRS)


def test_a_doubt_says_which_it_is_and_why_in_whichever_direction(model: Translator) -> None:
    honest = examples([target for _, target in PAIRS])
    backward = [FeedbackExample(one.target, one.source, WAY[::-1]) for one in honest]
    mixed = [one for pair in zip(honest, backward, strict=True) for one in pair]
    before = {doubt.place for doubt in check_feedback(mixed, model).doubts}
    for place in (4, 7):
        mixed[place] = replace(mixed[place], target="zkxwv qqpl")
    found = check_feedback(mixed, model).doubts
    assert [one.place for one in found] == sorted(before | {4, 7})
    assert all(one.findings for one in found)


def test_of_many_every_second_or_third_is_looked_at(model: Translator) -> None:
    honest = examples([target for _, target in PAIRS])
    for at_most, looked_at in ((12, 12), (11, 6), (5, 4), (1, 1)):
        told: list[int] = []
        assert check_feedback(honest, model, at_most, told.append).count == looked_at == sum(told)
    assert check_feedback([], model) == Checked(0, ())
