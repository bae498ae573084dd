"""Honest corrections are hardly doubted; what does not fit its source is."""

import pytest

from core.evaluation.gate import MAX_DOUBTFUL, Feedback
from core.training.feedback import FeedbackExample
from core.translator import Translator
from demo_app.jobs.feedback_check import check_feedback
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
    assert found.checked == len(PAIRS)
    assert found.doubtful <= MAX_DOUBTFUL * found.checked


def test_translations_of_other_sources_and_other_languages_are_doubted(model: Translator) -> None:
    targets = [target for _, target in PAIRS]
    for wrong in (targets[5:] + targets[:5], [source for source, _ in PAIRS], ["zkxwv qqpl"] * len(PAIRS)):
        assert check_feedback(examples(wrong), model).doubtful > 2 * MAX_DOUBTFUL * len(PAIRS)


def test_of_many_every_second_or_third_is_looked_at(model: Translator) -> None:
    honest = examples([target for _, target in PAIRS])
    for at_most, looked_at in ((12, 12), (11, 6), (5, 4), (1, 1)):
        told: list[int] = []
        assert check_feedback(honest, model, at_most, told.append).checked == looked_at == sum(told)
    assert check_feedback([], model) == Feedback(0, 0)
