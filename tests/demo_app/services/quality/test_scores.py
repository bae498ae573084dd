"""On the shipped model: thresholds mean nothing on random weights."""

import math
import random
from dataclasses import replace

import pytest

from core.translator import Translator
from demo_app.services.quality.findings import Candidate
from demo_app.services.quality.scores import (
    MAX_DETACHED,
    MAX_DROP,
    SCATTER,
    UNSURE_DETACHED,
    UNSURE_DROP,
    Measured,
    check_scores,
    measure,
)
from demo_app.settings import SHIPPED_MODELS
from tests.demo_app.services.quality.samples import GOOD
from tests.tiny import tiny_translator

CERTAIN = Measured(drop=0.0, gain=3.0, end_drop=0.0, unsure=0.2, pieces=20)


@pytest.fixture(scope="module")
def model() -> Translator:
    return Translator.load(SHIPPED_MODELS / "fr-en", "cpu")


@pytest.fixture(scope="module")
def one() -> Candidate:
    return replace(
        GOOD,
        source_text="Je ne sais pas où il habite, mais sa sœur le sait.",
        machine_text="I don't know where he lives, but his sister knows.",
        corrected_text="I do not know where he lives, but his sister does.",
    )


def checks(candidate: Candidate, model: Translator) -> set[str]:
    return {finding.check for finding in check_scores(candidate, measure(candidate, model))}


def test_a_real_correction_passes(model: Translator, one: Candidate) -> None:
    assert checks(one, model) == set()


def test_the_translation_of_another_sentence_is_unrelated(model: Translator, one: Candidate) -> None:
    other = replace(one, corrected_text="We bought three tickets for the concert on Friday evening.")
    assert "unrelated" in checks(other, model)


def test_a_text_that_breaks_off_is_unfinished(model: Translator, one: Candidate) -> None:
    assert "unfinished" in checks(replace(one, corrected_text="I don't know where he"), model)
    open_end = replace(one, source_text=one.source_text.rstrip("."), corrected_text="I don't know where he")
    assert "unfinished" not in checks(open_end, model)


def test_a_forgotten_full_stop_is_no_breaking_off(model: Translator, one: Candidate) -> None:
    assert checks(replace(one, corrected_text=one.corrected_text.rstrip(".")), model) == set()


def test_shuffled_words_are_improbable(model: Translator, one: Candidate) -> None:
    words = one.corrected_text.rstrip(".").split()
    random.Random(4).shuffle(words)
    assert "improbable" in checks(replace(one, corrected_text=" ".join(words) + "."), model)


def test_a_text_measured_against_itself_drops_nothing(one: Candidate) -> None:
    same = measure(replace(one, corrected_text=one.machine_text), tiny_translator())
    assert (same.drop, same.end_drop) == pytest.approx((0, 0))


def test_gain_is_what_the_source_adds_to_each_piece(one: Candidate) -> None:
    tiny = tiny_translator()
    ids = tiny.encode_target(one.corrected_text)
    read, blank = (tiny.score(tiny.encode_source(text, "en"), ids)[:-1] for text in (one.source_text, ""))
    assert measure(one, tiny).gain == pytest.approx((sum(read) - sum(blank)) / len(read))


@pytest.mark.parametrize("pieces", [1, 9, 100])
def test_thresholds_are_where_findings_begin_and_are_wider_for_few_pieces(
    one: Candidate, pieces: int
) -> None:
    def found(drop: float, gain: float) -> list[str]:
        measured = replace(CERTAIN, drop=drop, gain=gain, pieces=pieces)
        return [finding.check for finding in check_scores(one, measured)]

    slack = SCATTER / math.sqrt(pieces)
    assert found(0.0, 3.0) == []
    assert found(MAX_DROP + slack + 0.01, 100) == ["improbable"]
    assert found(MAX_DROP + slack - 0.01, 100) == []
    assert found(1.0, 1.0 - MAX_DETACHED - slack - 0.01) == ["unrelated"]
    assert found(1.0, 1.0 - MAX_DETACHED - slack + 0.01) == []


@pytest.mark.parametrize("pieces", [4, 36])
def test_doubts_of_a_model_that_doubts_itself_are_only_told_unless_great(one: Candidate, pieces: int) -> None:
    slack = SCATTER / math.sqrt(pieces)

    def severities(drop: float, detached: float) -> list[tuple[str, str]]:
        drop, detached = drop + slack, detached + slack
        measured = Measured(drop=drop, gain=drop - detached, end_drop=0.0, unsure=1.5, pieces=pieces)
        return [(finding.check, finding.severity) for finding in check_scores(one, measured)]

    just, great = (MAX_DROP + 0.01, MAX_DETACHED + 0.01), (UNSURE_DROP + 0.01, UNSURE_DETACHED + 0.01)
    assert severities(*just) == [("improbable", "mild"), ("unrelated", "mild")]
    assert severities(great[0], just[1]) == [("improbable", "severe"), ("unrelated", "mild")]
    assert severities(just[0], great[1]) == [("improbable", "mild"), ("unrelated", "severe")]


def test_a_number_that_is_none_accuses_nobody(one: Candidate) -> None:
    nothing = Measured(drop=math.nan, gain=math.nan, end_drop=math.nan, unsure=math.nan, pieces=1)
    assert check_scores(one, nothing) == []
