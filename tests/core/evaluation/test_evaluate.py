"""A model against a file: every figure is the one that its parts say."""

import math
from functools import cache
from pathlib import Path

import pytest
import torch

from core.analysis.coverage import OVER_ATTENDED, UNDER_ATTENDED, count_coverage
from core.analysis.coverage import source_coverage as coverage_of
from core.errors import CorpusError, DeviceMemoryError
from core.evaluation.evaluate import by_length_rows, evaluate, evaluate_file
from core.evaluation.forced import ForcedCounts, forced_counts, word_maps
from core.evaluation.references import EvaluationSet, read_evaluation_set, read_outputs
from core.options import BeamOptions, GreedyOptions, SamplingOptions
from core.results import AttentionMap
from core.translator import Translator
from tests.core.test_translator import cramped
from tests.tiny import CONFIG, SENTENCES, tiny_translator

PAIRS = list(zip(SENTENCES[5:], SENTENCES[:5], strict=True))


@cache
def translator() -> Translator:
    return tiny_translator()


def small_set() -> EvaluationSet:
    sources, references = [pair[0] for pair in PAIRS], [(pair[1],) for pair in PAIRS]
    return EvaluationSet("toy.fr-en.tsv", "fr", "en", tuple(sources), tuple(references))


def ids(
    texts: tuple[tuple[str, str], ...] | list[tuple[str, str]],
) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    return (
        [translator().encode_source(source, "en") for source, _ in texts],
        [translator().encode_target(target) for _, target in texts],
    )


def test_perplexity_is_exp_of_the_mean_loss_and_agrees_with_token_log_probs() -> None:
    sources, targets = ids(PAIRS)
    counts = forced_counts(translator(), sources, targets)
    one_by_one = [translator().score(*pair) for pair in zip(sources, targets, strict=True)]
    nll = -sum(log_prob for row in one_by_one for log_prob in row)
    assert counts.pieces == sum(map(len, targets))
    assert counts.nll == pytest.approx(nll, rel=1e-5)
    assert counts.perplexity == pytest.approx(math.exp(nll / counts.pieces), rel=1e-5)


def test_a_model_foresees_every_piece_that_it_chose_greedily() -> None:
    found = translator().translate_segments(SENTENCES[5:], "fr", "en", GreedyOptions())
    counts = forced_counts(translator(), [i.source_ids for i in found], [i.best.ids for i in found])
    assert counts.token_accuracy > 0.99  # a search takes no special pieces, so never quite the argmax


def test_a_full_memory_halves_the_batch_and_changes_no_figure() -> None:
    sources, targets = ids(PAIRS)
    roomy, small = forced_counts(translator(), sources, targets), forced_counts(cramped(2), sources, targets)
    assert (small.pieces, small.right) == (roomy.pieces, roomy.right)
    assert small.nll == pytest.approx(roomy.nll)
    order = [[index for index, _ in word_maps(one, sources, targets)] for one in (translator(), cramped(2))]
    assert order[0] == order[1] and len(order[0]) == len(PAIRS)
    with pytest.raises(DeviceMemoryError, match="shorten it"):
        forced_counts(cramped(0), sources, targets)


def test_perplexity_beyond_all_bounds_is_infinite() -> None:
    assert ForcedCounts(pieces=1, nll=1e6, right=0).perplexity == math.inf
    assert ForcedCounts(pieces=2, nll=2 * math.log(8), right=1).perplexity == pytest.approx(8)


def test_attention_by_batches_is_that_of_each_pair_alone() -> None:
    sources, targets = ids(PAIRS)
    found = dict(word_maps(translator(), sources, targets))
    assert sorted(found) == list(range(len(PAIRS)))
    for index, words in found.items():
        alone = dict(word_maps(translator(), [sources[index]], [targets[index]]))[0]
        assert words.source_units == alone.source_units
        assert words.weights_LHTS == pytest.approx(alone.weights_LHTS, abs=1e-5)


def test_coverage_counts_words_that_got_little_or_much() -> None:
    weights_TS = torch.tensor([[0.9, 0.05, 0.05], [0.9, 0.05, 0.05], [0.9, 0.0, 0.1]]).numpy()
    words = AttentionMap(("<2en>", "Hallo", "Welt"), ("a", "b", "c"), weights_TS[None, None])
    more = AttentionMap(("Hallo",), ("a", "b", "c"), torch.ones(1, 1, 3, 1).numpy())
    assert coverage_of(words)[1] < UNDER_ATTENDED < coverage_of(words)[2] + 1e-6
    assert coverage_of(more)[0] > OVER_ATTENDED
    counts = count_coverage([words, more])  # the tag does not count
    assert (counts.words, counts.under_attended, counts.over_attended) == (3, 1, 1)


def test_the_report_holds_what_it_held_before_and_more() -> None:
    report = evaluate(translator(), small_set(), BeamOptions(beam_size=3, n_best=3), phones=True)
    before = "bleu chrf ter sentences signatures sentences_per_s options model_id data direction"
    assert set(before.split()) <= set(report)
    assert report["sentences"] == 5
    assert 0 < report["n_best_distinct_1"] <= 1 and 0 <= report["self_bleu"] <= 100
    assert report["per"] > 0 and report["coverage"]["words"] > 0


def test_samples_have_a_diversity_of_their_own() -> None:
    drawn = evaluate(translator(), small_set(), SamplingOptions(samples=3, seed=1))
    searched = evaluate(translator(), small_set(), BeamOptions(beam_size=3, n_best=3))
    assert drawn["self_bleu"] < searched["self_bleu"]


def test_a_model_without_attention_has_no_coverage() -> None:
    blind = tiny_translator(type(CONFIG)(**{**vars(CONFIG), "attention": "none"}))
    report = evaluate(blind, small_set(), GreedyOptions())
    assert "coverage" not in report and "self_bleu" not in report


def test_buckets_together_are_the_corpus() -> None:
    sources, texts = ["a b c", "a " * 8, "a " * 9, "a " * 20], ["x y", "x y z", "z", "x"]
    rows = by_length_rows(sources, texts, [["x y"], ["x q z"], ["z"], ["y"]], "en")
    assert [(row["length"], row["sentences"]) for row in rows] == [("1–5", 1), ("6–10", 2), ("16–20", 1)]
    assert rows[0]["chrf"] == 100
    assert sum(row["sentences"] for row in rows) == len(sources)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_pairs_with_one_source_are_one_sentence_with_several_answers(tmp_path: Path) -> None:
    path = write(tmp_path / "d.word-phones.tsv", "read\tR EH D\nlead\tL IY D\nread\tR IY D\nread\tR EH D\n")
    found = read_evaluation_set(path, "word", "phones", any_reference=True)
    assert found.sources == ("read", "lead")
    assert found.references == (("R EH D", "R IY D"), ("L IY D",))
    assert len(read_evaluation_set(path, "word", "phones").sources) == 4
    back = read_evaluation_set(path, "phones", "word", limit=1)
    assert (back.sources, back.references) == (("R EH D",), (("read",),))


@pytest.mark.parametrize("line", ["\tA text.", "Un texte.\t \u00a0"])
def test_a_blank_side_is_told_by_its_line_and_not_judged_by(line: str, tmp_path: Path) -> None:
    path = tmp_path / "x.fr-en.tsv"
    path.write_text(f"Il dort.\tHe sleeps.\n\n{line}\n")
    with pytest.raises(CorpusError, match="line 3, is not a pair of sentences: both texts must hold"):
        read_evaluation_set(path, "fr", "en")
    assert read_evaluation_set(path, "fr", "en", limit=1).sources == ("Il dort.",)


def test_a_file_without_pairs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no pair"):
        evaluate_file(translator(), write(tmp_path / "e.fr-en.tsv", "\n"), "fr", "en", GreedyOptions())


def test_outputs_must_be_as_many_as_sentences(tmp_path: Path) -> None:
    assert read_outputs(write(tmp_path / "o.txt", "a\r\n\nb\nc\nd"), small_set()) == ["a", "", "b", "c", "d"]
    with pytest.raises(CorpusError, match="each of the 5 sentences .* but has 2"):
        read_outputs(write(tmp_path / "o.txt", "a\nb\n"), small_set())
