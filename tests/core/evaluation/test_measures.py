"""Measures against arithmetic done by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evaluation.measures import LABELS, corpus_bleu, corpus_scores, make_metrics, reference_streams

SENTENCES = st.lists(st.sampled_from(["the tide is out", "low water", "a b c d e"]), min_size=1, max_size=5)


def score(name: str, hypotheses: list[str], references: list[list[str]], target: str = "en") -> float:
    metrics = {name: make_metrics(target, phones=True)[name]}
    return corpus_scores(hypotheses, references, metrics).values[name]


def test_rouge_is_the_mean_f1_of_sentences() -> None:
    hypotheses, references = ["the boat came in", "rain"], [["the old boat came"], ["rain"]]
    # words 3 of 4 both ways: F 3/4. bigrams "boat came" 1 of 3: F 1/3, and none in "rain": 0.
    # longest common run in order "the boat came": F 3/4. The second sentence is right.
    assert score("rouge1", hypotheses, references) == pytest.approx(100 * (3 / 4 + 1) / 2)
    assert score("rouge2", hypotheses, references) == pytest.approx(100 * (1 / 3 + 0) / 2)
    assert score("rougeL", hypotheses, references) == pytest.approx(100 * (3 / 4 + 1) / 2)


@pytest.mark.parametrize("text", ["潮水退了。", "Вода ушла", "पानी उतर गया", "น้ำลง", "L'été, déjà !"])
def test_rouge_reads_every_script(text: str) -> None:
    assert score("rouge1", [text], [[text]]) == pytest.approx(100)
    assert score("rouge1", ["xyz"], [[text]]) == 0


def test_rouge_cuts_chinese_into_characters_and_leaves_signs_out() -> None:
    # 潮 水 退 了 against 潮 水 涨 了: 3 of 4
    assert score("rouge1", ["潮水退了。"], [["潮水涨了！"]], "zh") == pytest.approx(75)


def test_word_error_rate_is_edits_by_words_of_the_reference() -> None:
    # one word missing of 4, one exchanged of 2
    assert score("wer", ["the is out", "low tide"], [["the tide is out"], ["low water"]]) == pytest.approx(
        100 * 2 / 6
    )


def test_phoneme_error_rate_forgets_stress_and_takes_any_listed_pronunciation() -> None:
    answers = ["T AH1 M AA0 T OW0", "K AE1 T", "D AA1 G"]
    listed = [["T AH0 M EY1 T OW0", "T AH0 M AA1 T OW0"], ["K AE0 T"], ["D AO1 G"]]
    # the vowel of the third word is wrong: 1 edit among 6 + 3 + 3 phonemes, 1 word of 3
    assert score("per", answers, listed) == pytest.approx(100 / 12)
    assert score("mispronounced", answers, listed) == pytest.approx(100 / 3)


def test_exact_match_accepts_any_reference_and_other_spacing() -> None:
    assert score("exact_match", ["3 2 1", "4 5", "6"], [["3  2 1"], ["5 4", "4 5"], ["7"]]) == pytest.approx(
        200 / 3
    )


@given(SENTENCES)
def test_references_themselves_are_perfect(texts: list[str]) -> None:
    values = corpus_scores(texts, [[text] for text in texts], make_metrics("en", phones=True)).values
    errors = {name: values.pop(name) for name in ("ter", "wer", "per", "mispronounced")}
    assert set(errors.values()) == {0.0}
    del values["bleu"], values["rouge2"]  # both need longer texts than "low water"
    assert all(value == pytest.approx(100) for value in values.values())


def test_every_measure_has_a_label_and_a_signature_with_a_version() -> None:
    scores = corpus_scores(["a"], [["a"]], make_metrics("en", phones=True))
    assert set(scores.values) == set(scores.signatures) == set(LABELS)
    assert all("version:" in signature for signature in scores.signatures.values())


def test_one_reference_gives_the_bleu_of_training() -> None:
    hypotheses, references = ["the tide is out again"], ["the tide is out now"]
    assert score("bleu", hypotheses, [references]) == corpus_bleu(hypotheses, references, "en")


def test_streams_are_filled_up_with_nothing() -> None:
    assert reference_streams([["a", "b"], ["c"]]) == [["a", "c"], ["b", None]]


def test_a_hypothesis_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="1 hypotheses .* 2 references"):
        corpus_scores(["a"], [["a"], ["b"]], make_metrics("en"))
