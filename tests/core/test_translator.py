"""The facade: text in, translations out, whatever happens between."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from core.ensembles import ensemble_of
from core.errors import (
    ConfigError,
    DeviceMemoryError,
    EmptyTextError,
    NoAttentionError,
    UnsupportedDirectionError,
)
from core.nn.recurrent import RecurrentSeq2Seq
from core.options import BeamOptions, Constraints, DecodeOptions, GreedyOptions, SamplingOptions
from core.results import SegmentTranslation
from core.text.tokenizer import train_tokenizer
from core.translator import Translator
from core.wishes import make_wishes
from tests.tiny import CONFIG, DIRECTIONS, SENTENCES, tiny_tokenizer, tiny_translator

FRENCH = list(SENTENCES[5:])
SHORT = 12
MODES: list[DecodeOptions] = [
    GreedyOptions(max_length=SHORT),
    BeamOptions(beam_size=3, n_best=3, max_length=SHORT),
    BeamOptions(beam_size=4, groups=2, n_best=4, max_length=SHORT),
    SamplingOptions(samples=2, max_length=SHORT),
]
GREEDY = MODES[0]


class SmallMemory(RecurrentSeq2Seq):
    """Runs out of memory with more than so many sentences at once."""

    room = 1

    def encode(self, source_ids_BS: Tensor, mask_BS: Tensor) -> Any:
        if len(source_ids_BS) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return super().encode(source_ids_BS, mask_BS)


def cramped(room: int) -> Translator:
    """The tiny translator on a device that holds so many sentences."""
    model = SmallMemory(CONFIG)
    model.load_state_dict(tiny_translator().model.state_dict())
    model.room = room
    return Translator(model.eval(), tiny_tokenizer(), DIRECTIONS)


def texts(found: list[SegmentTranslation]) -> list[list[str]]:
    return [[one.text for one in item.hypotheses] for item in found]


@pytest.mark.parametrize("text", ["", "  \n\t ", "\u200b"])
def test_a_text_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(EmptyTextError):
        tiny_translator().translate(text, "fr", "en", GREEDY)


@pytest.mark.parametrize("pair", [("en", "de"), ("fr", "fr"), ("", "en")])
def test_a_direction_that_was_not_trained_is_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(UnsupportedDirectionError, match="fr→en, en→fr"):
        tiny_translator().translate_segments(FRENCH, *pair, GREEDY)


def test_what_stands_between_sentences_is_kept() -> None:
    text = "Le phare éclaire. La baie dort.\n\nOù es-tu ? Ici."
    found = tiny_translator().translate(text, "fr", "en", GREEDY)
    assert "".join(item.source_text + item.separator for item in found.segments) == text
    assert "\n\n" in found.text
    assert found.options == GREEDY
    assert found.duration_s > 0


@pytest.mark.parametrize("options", MODES)
def test_results_come_in_the_order_of_the_texts(options: DecodeOptions) -> None:
    many = [" ".join(FRENCH[:1] * (1 + index % 4)) + f" {index}" for index in range(70)]
    found = tiny_translator().translate_segments(many, "fr", "en", options)
    assert [item.source_text for item in found] == many
    for index in (0, 37, 69):
        alone = tiny_translator().translate_segments([many[index]], "fr", "en", options)
        assert texts(alone) == texts([found[index]])


def test_no_text_at_all_gives_no_result() -> None:
    assert tiny_translator().translate_segments([], "fr", "en", GREEDY) == []


@pytest.mark.parametrize("options", MODES)
def test_a_full_memory_halves_the_batch_and_changes_nothing(options: DecodeOptions) -> None:
    roomy = texts(tiny_translator().translate_segments(FRENCH, "fr", "en", options))
    for room in (4, 1):
        assert texts(cramped(room).translate_segments(FRENCH, "fr", "en", options)) == roomy


def test_halving_keeps_each_sentence_with_its_own_constraints() -> None:
    wishes = [Constraints(prefix=word) for word in ("rye", "the", "", "green door", "cellar")]
    found = cramped(2).translate_segments(FRENCH, "fr", "en", GREEDY, wishes)
    assert [item.best.text.startswith(w.prefix) for item, w in zip(found, wishes, strict=True)] == [True] * 5


def test_one_sentence_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(DeviceMemoryError, match="shorten it"):
        cramped(0).translate_segments(FRENCH, "fr", "en", GREEDY)


def test_another_fault_of_the_device_is_not_taken_for_a_full_memory() -> None:
    class Broken(RecurrentSeq2Seq):
        def encode(self, source_ids_BS: Tensor, mask_BS: Tensor) -> Any:
            raise RuntimeError("device-side assert triggered")

    translator = Translator(Broken(CONFIG).eval(), tiny_tokenizer(), DIRECTIONS)
    with pytest.raises(RuntimeError, match="device-side assert"):
        translator.translate_segments(FRENCH, "fr", "en", GREEDY)


@pytest.mark.parametrize("options", MODES)
def test_scores_and_attention_are_computed_again_from_ids(options: DecodeOptions) -> None:
    translator = tiny_translator()
    for item in translator.translate_segments(FRENCH[:2], "fr", "en", options):
        for one in item.hypotheses:
            assert translator.score(item.source_ids, one.ids) == pytest.approx(one.token_log_probs, abs=1e-5)
            shown = translator.attend(item.source_ids, one.ids)
            assert (shown.source_units, shown.target_units) == (item.source_pieces, one.pieces)
            np.testing.assert_allclose(shown.weights_LHTS.sum(-1), 1.0, atol=1e-5)


def test_a_model_without_attention_says_so() -> None:
    blind = tiny_translator(replace(CONFIG, attention="none"))
    assert (blind.has_attention, blind.layers, blind.heads) == (False, 0, 0)
    with pytest.raises(NoAttentionError):
        blind.attend((4, 9, 3), (9, 3))


def test_going_on_from_its_own_beginning_gives_the_same_translation() -> None:
    translator = tiny_translator()
    item = translator.translate_segments(FRENCH[:1], "fr", "en", GREEDY)[0]
    for size in (0, 1, len(item.best.ids) - 1):
        (again,) = translator.continue_from(item.source_ids, item.best.ids[:size], GREEDY)
        assert again.ids == item.best.ids
        assert again.token_log_probs == pytest.approx(item.best.token_log_probs, abs=1e-5)


@pytest.mark.parametrize("piece", [-1, CONFIG.vocab_size, 10**9])
def test_a_piece_that_there_is_not_begins_no_translation(piece: int) -> None:
    translator = tiny_translator()
    with pytest.raises(ConfigError, match=r"from 0 to 399, but has"):
        translator.continue_from(translator.encode_source(FRENCH[0], "en"), (7, piece), GREEDY)


@pytest.mark.parametrize("options", MODES)
def test_alternatives_start_with_prefix_and_piece_and_are_searched_on(options: DecodeOptions) -> None:
    translator = tiny_translator()
    source_ids = translator.encode_source(FRENCH[0], "en")
    prefix = translator.encode_target("The ferry")[:-1]
    found = translator.alternatives(source_ids, prefix, options, count=4, floor=0.0)
    assert len({one.id for one in found}) == 4
    assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)
    for one in found:
        assert one.hypothesis.ids[: len(prefix) + 1] == (*prefix, one.id)
        assert one.piece == one.hypothesis.pieces[len(prefix)]
        assert one.probability == pytest.approx(np.exp(one.hypothesis.token_log_probs[len(prefix)]), rel=1e-4)


def test_improbable_alternatives_are_dropped_but_the_first_stays() -> None:
    translator = tiny_translator()
    source_ids = translator.encode_source(FRENCH[0], "en")
    everything = translator.alternatives(source_ids, (), GREEDY, count=20, floor=0.0)
    floor = everything[7].probability
    assert translator.alternatives(source_ids, (), GREEDY, count=20, floor=floor) == everything[:8]
    assert translator.alternatives(source_ids, (), GREEDY, count=20, floor=1.0) == everything[:1]


def test_words_of_a_script_without_spaces_are_required_and_forbidden_within_a_sentence() -> None:
    texts = ("我们昨天去了图书馆。", "他的自行车是红色的。", "The library opens at 9.", "Our bicycle is red.")
    tokenizer = train_tokenizer(texts * 5, 375, ("en", "zh"))
    word, written = "自行车", tokenizer.encode(texts[1])
    ((required,), (blocker,)) = (
        make_wishes([Constraints(required=(word,))], tokenizer)[0].required,
        make_wishes([Constraints(forbidden=(word,))], tokenizer)[0].forbidden,
    )
    phrase = required.pieces
    start = written.index(phrase[0])
    assert tuple(written[start : start + len(phrase)]) == phrase
    end = start + len(phrase) - 1
    assert written[end] in torch.cat(list(blocker.blocked(written[:end])))
    red = make_wishes([Constraints(required=("red",))], tokenizer)[0].required
    assert [one.pieces for one in red] == [tuple(tokenizer.encode("red"))]


@pytest.mark.parametrize(
    ("constraints", "message"),
    [
        (
            Constraints(required=("rye bread",), forbidden=("bread",)),
            "'rye bread' is required but holds 'bread'",
        ),
        (Constraints(required=(" ",)), "must not be empty"),
        (Constraints(forbidden=("",)), "must not be empty"),
    ],
)
def test_constraints_that_cannot_be_are_refused(constraints: Constraints, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        tiny_translator().translate_segments(FRENCH[:1], "fr", "en", BeamOptions(), [constraints])


def test_samples_by_risk_are_distinct_and_ranked() -> None:
    options = SamplingOptions(samples=12, top_k=2, max_length=4)
    translator = tiny_translator()
    samples = translator.translate_segments(FRENCH[:2], "fr", "en", options)
    for item, drawn in zip(translator.minimum_risk(FRENCH[:2], "fr", "en", options), samples, strict=True):
        found = [one.text for one in item.hypotheses]
        assert sorted(found) == sorted({one.text for one in drawn.hypotheses})
        scores = [one.score for one in item.hypotheses]
        assert scores == sorted(scores, reverse=True)
        assert 0 <= scores[-1] <= scores[0] <= 100


def test_the_trace_of_a_sentence_names_every_piece() -> None:
    options = BeamOptions(beam_size=3, n_best=3, max_length=SHORT)
    trace = tiny_translator().trace(FRENCH[0], "fr", "en", options)
    assert trace.segment == tiny_translator().translate_segments(FRENCH[:1], "fr", "en", options)[0]
    assert {one.id for one in trace.candidates} == set(trace.pieces)
    assert {one.fate for one in trace.candidates} >= {"kept", "pruned"}


def test_an_ensemble_of_a_translator_with_itself_translates_alike() -> None:
    one = tiny_translator()
    both = ensemble_of([one, one])
    for options in MODES:
        found, expected = (t.translate_segments(FRENCH, "fr", "en", options) for t in (both, one))
        assert texts(found) == texts(expected)
    assert both.model_id == f"{one.model_id}+{one.model_id}"
    assert (both.layers, both.heads) == (one.layers, one.heads)
    assert both.attend((4, 9, 3), (9, 3)).weights_LHTS.shape == (1, 1, 2, 3)


def test_an_ensemble_needs_a_direction_in_common() -> None:
    one = tiny_translator()
    other = Translator(one.model, one.tokenizer, [("de", "en")])
    with pytest.raises(ConfigError, match="share vocabulary, device and a direction"):
        ensemble_of([one, other])
