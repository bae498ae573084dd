"""Honest corrections are hardly doubted; what does not fit its source is."""

import pytest

from core.evaluation.gate import MAX_DOUBTFUL, Feedback
from core.training.feedback import FeedbackExample
from core.translator import Translator
from demo_app.jobs import feedback_check
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


def test_of_many_as_many_are_drawn_as_are_looked_at(
    model: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback_check, "MAX_CHECKED", 5)
    honest = examples([target for _, target in PAIRS])
    assert check_feedback(honest, model).checked == 4  # every third of twelve
    assert check_feedback(honest[:5], model).checked == 5
    assert check_feedback([], model) == Feedback(0, 0)
