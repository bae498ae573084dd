"""What stands under the source box to be tried is of the chosen model's card."""

import json
from pathlib import Path

import pytest

from demo_app.services.model_info import ModelInfo
from demo_app.settings import SHIPPED_MODELS
from demo_app.ui.translate_layout import example_sentences

CARDS = sorted(SHIPPED_MODELS.glob("*/card.json"))
WAYS = (("fr", "en"), ("zh", "en"))


def model(name: str, *examples: tuple[str, str, str]) -> ModelInfo:
    return ModelInfo(name, f"{name}@0", WAYS, True, 1, 1, 7, "", examples)


@pytest.mark.parametrize("card", CARDS, ids=lambda path: path.parent.name)
def test_a_few_short_ones_of_its_card_for_each_direction(card: Path) -> None:
    found = json.loads(card.read_text(encoding="utf-8"))
    carded = [(one["source"], one["target"], one["text"]) for one in found["examples"]]
    ways = tuple(
        (source, target) for source, _, target in (way.partition("-") for way in found["directions"])
    )
    offered = example_sentences([ModelInfo("m", "m@0", ways, True, 1, 1, 7, "", tuple(carded))])
    for way in ways:
        texts = [one["text"] for one in offered if (one["source"], one["target"]) == way]
        assert 3 <= len(texts) == len(set(texts)) <= 5
        assert all((*way, text) in carded and len(text) <= 60 for text in texts)


def test_each_model_has_its_own_and_what_is_too_long_or_for_nobody_is_left_out() -> None:
    one = model("one", ("fr", "en", "Bonjour."), ("fr", "en", "x" * 61), ("de", "en", "Guten Tag."))
    other = model("other", ("zh", "en", "你好。"))
    assert example_sentences([one, other]) == [
        {"model": "one", "source": "fr", "target": "en", "text": "Bonjour."},
        {"model": "other", "source": "zh", "target": "en", "text": "你好。"},
    ]


def test_a_model_without_a_card_gets_what_its_card_would_translate() -> None:
    offered = example_sentences([model("bare")])
    assert {(one["source"], one["target"]) for one in offered} == set(WAYS)
    assert all(
        any("\u4e00" <= letter <= "\u9fff" for letter in one["text"]) == (one["source"] == "zh")
        for one in offered
    )
