"""Feedback that is a domain of its own gets weights of its own; everything else is answered as before."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from core.checkpoint import SPECIALIST_FILE, Checkpoint, load_checkpoint
from core.domain import Domain
from core.options import GreedyOptions
from core.training.feedback import FeedbackExample
from core.training.finetune import TuningData, finetune
from core.training.finetune_domain import MIN_SOURCES, learn_domain
from core.training.finetune_loop import TuningStep
from core.translator import Translator
from tests.core.training.toy import CPU, PAIRS, KilledError
from tests.core.training.tuning import options, tune, write_base
from tests.tiny import tiny_tokenizer, tiny_translator

ENGLISH = PAIRS[0][1]
WORDS = [word for pair in PAIRS for word in pair[0].split()]
COMMON, WATCH, TREES = WORDS[:20], WORDS[10:28], WORDS[18:]


def texts(words: list[str], count: int, seed: int) -> list[FeedbackExample]:
    """Different sentences of these words in a random order, all with one translation."""
    dice, found = random.Random(seed), dict[str, None]()
    while len(found) < count:
        found[" ".join(dice.sample(words, 5))] = None
    return [FeedbackExample(text, ENGLISH, ("fr", "en")) for text in found]


GENERAL, REPLAY = texts(COMMON, MIN_SOURCES, 1), texts(COMMON, 300, 2)
APART: dict[str, Any] = {"epochs": 1, "average_with_base": "apart"}
FEEDBACK = texts(TREES, 30, 3)
DATA = TuningData(FEEDBACK, [one for one in REPLAY if one not in GENERAL], general=GENERAL)


def covers(domain: Domain | None, example: FeedbackExample) -> bool:
    translator = tiny_translator()
    return domain is not None and domain.covers(translator.encode_source(example.source, "en"))


def test_feedback_of_other_words_is_a_domain_that_covers_its_like() -> None:
    domain = learn_domain(DATA.feedback, DATA.replay, GENERAL, tiny_tokenizer())
    assert sum(covers(domain, one) for one in texts(TREES, 50, 4)) > 40
    assert sum(covers(domain, one) for one in texts(COMMON, 200, 5)) < 10


def test_feedback_like_everything_else_is_no_domain() -> None:
    assert learn_domain(texts(COMMON, 30, 6), DATA.replay, GENERAL, tiny_tokenizer()) is None


@pytest.mark.parametrize("short", ["replay", "general", "feedback"])
def test_of_too_little_nothing_can_be_told(short: str) -> None:
    kept = {"feedback": len(FEEDBACK), "replay": len(DATA.replay), "general": len(GENERAL)}
    kept[short] = 1 if short == "feedback" else MIN_SOURCES - 1
    sets = FEEDBACK[: kept["feedback"]], DATA.replay[: kept["replay"]], GENERAL[: kept["general"]]
    assert learn_domain(*sets, tiny_tokenizer()) is None


def test_one_sentence_ten_thousand_times_is_one_sentence() -> None:
    alone, among = FEEDBACK[:1] * 10_000, [*FEEDBACK, *FEEDBACK[:1] * 10_000]
    assert learn_domain(alone, DATA.replay, GENERAL, tiny_tokenizer()) is None
    kept, once = (learn_domain(one, DATA.replay, GENERAL, tiny_tokenizer()) for one in (among, FEEDBACK))
    assert kept is not None and once is not None
    assert kept.parts[0].threshold == once.parts[0].threshold


def answers(checkpoint: Checkpoint, examples: list[FeedbackExample]) -> list[object]:
    translator = Translator.from_checkpoint(replace(checkpoint, digest="0" * 64), CPU)
    sources = [one.source for one in examples]
    return list(translator.translate_segments(sources, "fr", "en", GreedyOptions(max_length=6)))


def test_all_else_is_answered_as_before_to_the_last_bit(tmp_path: Path) -> None:
    base = load_checkpoint(write_base(tmp_path))
    made = tune(tmp_path, DATA, **APART)
    facts = made.training["finetune"]
    assert facts["is_specialist"] and not facts["is_base"] and made.specialist is not None
    translator = Translator.from_checkpoint(made, CPU)
    others = [
        one
        for one in texts(COMMON, 60, 7)
        if translator.at(translator.encode_source(one.source, "en")) is translator
    ]
    assert len(others) > 50 and answers(made, others) == answers(base, others)
    assert answers(made, FEEDBACK[:10]) != answers(base, FEEDBACK[:10])
    assert all(torch.equal(one, base.weights[name]) for name, one in made.weights.items())


def test_an_average_that_was_asked_for_is_one(tmp_path: Path) -> None:
    made = tune(tmp_path, DATA, epochs=1, average_with_base="fixed")
    assert made.specialist is None and not made.training["finetune"]["is_specialist"]


def test_a_later_domain_is_learned_beside_the_earlier(tmp_path: Path) -> None:
    first = tune(tmp_path, DATA, **APART)
    base = tmp_path / "run" / "model"
    (tmp_path / "second").mkdir()
    base.rename(tmp_path / "second" / "base")
    second = tune(
        tmp_path / "second", replace(DATA, feedback=texts(WATCH, 40, 8)), epochs=1, average_with_base="apart"
    )
    assert first.specialist is not None and second.specialist is not None
    assert len(second.specialist.domain.parts) == 1 + len(first.specialist.domain.parts)
    for words, seed in ((TREES, 9), (WATCH, 10)):
        assert sum(covers(second.specialist.domain, one) for one in texts(words, 50, seed)) > 25
    third = tune(
        tmp_path / "second",
        replace(DATA, feedback=texts(COMMON, 30, 11)),
        name="third",
        epochs=1,
        average_with_base="apart",
    )
    assert third.specialist is not None  # what was learned before stays, though this was no domain
    assert third.specialist.domain.to_arrays().keys() == first.specialist.domain.to_arrays().keys()


def test_a_cut_run_ends_in_the_same_file(tmp_path: Path) -> None:
    def die(step: TuningStep) -> None:
        if step.step == 2:
            raise KilledError

    whole = tune(tmp_path, DATA, "whole", **APART)
    with pytest.raises(KilledError):
        finetune(tmp_path / "base", DATA, options(**APART), tmp_path / "cut", CPU, die)
    tune(tmp_path, DATA, "cut", **APART)
    files = [(tmp_path / run / "model" / SPECIALIST_FILE).read_bytes() for run in ("whole", "cut")]
    assert files[0] == files[1] and whole.training["finetune"]["steps"] > 2
