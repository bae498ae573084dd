"""What every architecture can be asked about its decisions."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.analysis.attention_map import to_words
from core.analysis.confidence import word_confidences
from core.analysis.doubts import RARE
from core.changes import AttentionEdit, Change, Head
from core.config import ConvolutionalConfig, ModelConfig, TransformerConfig
from core.ensembles import ensemble_of
from core.errors import ConfigError, NoAttentionError
from core.insight import Insight, under
from core.options import BeamOptions, DecodeOptions, GreedyOptions
from core.translator import Translator
from tests.sources import ROOT
from tests.tiny import CONFIG, SENTENCES, tiny_translator

FRENCH = SENTENCES[5:]
GREEDY = GreedyOptions(max_length=12)
BEAM = BeamOptions(beam_size=3, n_best=3, max_length=12)
ARCHITECTURES: dict[str, ModelConfig] = {
    "additive": CONFIG,
    "none": replace(CONFIG, attention="none"),
    "convolutional": ConvolutionalConfig(vocab_size=400, embed_dim=13, encoder_dim=11, decoder_dim=17),
    "transformer": TransformerConfig(
        vocab_size=400, embed_dim=12, heads=3, encoder_layers=2, decoder_layers=2, feedforward_dim=19
    ),
}


@pytest.fixture(params=ARCHITECTURES)
def translator(request: pytest.FixtureRequest) -> Translator:
    return tiny_translator(ARCHITECTURES[request.param], request.config.getoption("--device"))


def test_a_hypothesis_is_judged_as_it_was_searched(translator: Translator) -> None:
    item = translator.translate_segments(FRENCH[:1], "fr", "en", BEAM)[0]
    for one in item.hypotheses:
        found = Insight(translator).judge(item.source_ids, one.ids, count=3)
        assert tuple(piece.log_prob for piece in found) == translator.score(item.source_ids, one.ids)
        assert tuple(piece.piece for piece in found) == one.pieces
        assert all(0 <= piece.entropy <= math.log(CONFIG.vocab_size) for piece in found)
        assert all([len(piece.likely) == 3 and piece.likely[0].piece for piece in found])


def test_greedy_output_is_of_the_first_rank(translator: Translator) -> None:
    item = translator.translate_segments(FRENCH[:1], "fr", "en", GREEDY)[0]
    found = Insight(translator).judge(item.source_ids, item.best.ids)
    assert [(piece.rank, piece.likely[0].id) for piece in found] == [(1, piece.id) for piece in found]


def test_likely_pieces_are_the_alternatives_there(translator: Translator) -> None:
    source_ids = translator.encode_source(FRENCH[1], "en")
    target_ids = translator.encode_target("My own translation, not the model's.")
    found = Insight(translator).judge(source_ids, target_ids, count=4)
    for place in (0, 3, len(target_ids) - 1):
        expected = translator.alternatives(source_ids, target_ids[:place], GREEDY, count=4, floor=0.0)
        assert [one.id for one in found[place].likely] == [one.id for one in expected]
        shares = [one.probability for one in expected]
        assert [one.probability for one in found[place].likely] == pytest.approx(shares, rel=1e-4)


def test_doubts_cover_every_word_of_both_sides(translator: Translator) -> None:
    item = translator.translate_segments(FRENCH[2:3], "fr", "en", BEAM)[0]
    found = Insight(translator).doubts(item.source_ids, item.best.ids, counts={})
    assert [word.text for word in found.source] == FRENCH[2].split()
    assert [word.text for word in found.target] == [word.text for word in word_confidences(item.best)]
    probs = [word.prob for word in word_confidences(item.best)]
    assert [word.prob for word in found.target] == pytest.approx(probs, rel=1e-4)
    assert all("rare" in word.reasons for word in found.source)
    assert all("rare" in word.reasons for word in found.target)
    assert all((word.coverage is not None) == translator.has_attention for word in found.source)
    for word in found.source:
        rest = [*item.source_ids[: word.piece_range.start], *item.source_ids[word.piece_range.stop :]]
        lost = sum(translator.score(item.source_ids, item.best.ids)) - sum(
            translator.score(rest, item.best.ids)
        )
        assert word.loss == pytest.approx(lost, abs=1e-4)


def test_words_are_rare_by_the_counts_of_the_model_unless_others_are_given() -> None:
    translator = tiny_translator()
    ids = translator.encode_source(FRENCH[2], "en"), translator.encode_target("rye bread")
    assert not any("rare" in word.reasons for word in Insight(translator).doubts(*ids).source)
    translator.piece_counts = dict.fromkeys(range(CONFIG.vocab_size), RARE - 1)
    assert all("rare" in word.reasons for word in Insight(translator).doubts(*ids).source)
    often = dict.fromkeys(range(CONFIG.vocab_size), RARE)
    assert not any("rare" in word.reasons for word in Insight(translator).doubts(*ids, often).source)


def test_a_word_that_was_left_out_is_told() -> None:
    shipped = Translator.load(ROOT / "assets/models/fr-en", "cpu")
    source_ids = shipped.encode_source("Le chat noir dort sur la vieille chaise.", "en")

    def omitted(text: str) -> list[str]:
        """The most doubtful first."""
        found = sorted(
            Insight(shipped).doubts(source_ids, shipped.encode_target(text)).source,
            key=lambda word: word.loss or 0,
        )
        return [word.text for word in found if "omitted" in word.reasons]

    assert omitted("The black cat sleeps on the old chair.") == []
    assert omitted("The cat sleeps on the old chair.")[0] == "noir"
    assert omitted("The black cat sleeps on the chair.")[0] == "vieille"


def some_change(translator: Translator, source_ids: tuple[int, ...]) -> Change:
    """Two rows where there is attention; of the Transformer some heads as well."""
    if not translator.has_attention:
        return Change()
    slope = tuple(range(1, len(source_ids) + 1))
    heads = [Head("cross", 1, 0), Head("encoder", 0, 2), Head("decoder", 1, 1)]
    return Change(
        (AttentionEdit(1, slope), AttentionEdit(2, slope[::-1])),
        frozenset(heads if translator.heads > 1 else []),
    )


@pytest.mark.parametrize("options", [GREEDY, BEAM])
def test_what_is_written_under_a_change_is_forced_under_it(
    translator: Translator, options: DecodeOptions
) -> None:
    source_ids = translator.encode_source(FRENCH[0], "en")
    other = under(translator, some_change(translator, source_ids))
    prefix = translator.encode_target("The")[:-1]
    for one in other.continue_from(source_ids, prefix, options):
        assert one.ids[: len(prefix)] == prefix
        assert other.score(source_ids, one.ids) == pytest.approx(one.token_log_probs, abs=1e-5)
        judged = Insight(other).judge(source_ids, one.ids)
        assert tuple(piece.log_prob for piece in judged) == other.score(source_ids, one.ids)
    if translator.has_attention:
        new = other.attend(source_ids, one.ids).weights_LHTS[0, 0]
        slope = np.arange(1, len(source_ids) + 1)
        np.testing.assert_allclose(new[1], slope / slope.sum(), atol=1e-6)
        assert other.score(source_ids, one.ids) != translator.score(source_ids, one.ids)


def test_under_edited_rows_doubts_know_no_loss_and_under_heads_off_they_do(translator: Translator) -> None:
    ids = translator.encode_source(FRENCH[0], "en"), translator.encode_target("The ferry leaves.")
    change = some_change(translator, ids[0])
    off = under(translator, Change(heads_off=change.heads_off))
    assert all(word.loss is not None for word in Insight(off).doubts(*ids).source)
    for other in (
        under(translator, change),
        under(under(translator, Change(change.edits)), Change(heads_off=change.heads_off)),
    ):
        losses = [word.loss for word in Insight(other).doubts(*ids).source]
        assert all((loss is None) == bool(change.edits) for loss in losses)


def test_no_change_is_the_translator_itself(translator: Translator) -> None:
    assert under(translator, Change()) is translator


def test_a_change_leaves_the_translator_alone_and_adds_to_another(translator: Translator) -> None:
    source_ids = translator.encode_source(FRENCH[0], "en")
    before = translator.continue_from(source_ids, (), BEAM)
    change = some_change(translator, source_ids)
    first, second = Change(change.edits), Change(heads_off=change.heads_off)
    twice = under(under(translator, first), second).continue_from(source_ids, (), BEAM)
    assert twice == under(translator, change).continue_from(source_ids, (), BEAM)
    assert translator.continue_from(source_ids, (), BEAM) == before


def test_an_ensemble_is_not_changed() -> None:
    one = tiny_translator()
    with pytest.raises(ConfigError, match="take one of its models"):
        under(ensemble_of([one, one]), Change((AttentionEdit(0, (1.0,)),)))


def test_a_row_that_does_not_fit_the_source_is_refused() -> None:
    other = under(tiny_translator(), Change((AttentionEdit(0, (1.0, 2.0)),)))
    with pytest.raises(ConfigError, match="one for each source piece, 5, but are 2"):
        other.continue_from((4, 9, 11, 12, 3), (), GREEDY)


def test_self_attention_is_labelled_and_looks_back_only(translator: Translator) -> None:
    item = translator.translate_segments(FRENCH[:1], "fr", "en", GREEDY)[0]
    if translator.heads <= 1:
        with pytest.raises(NoAttentionError, match="only a single Transformer"):
            Insight(translator).self_attention(item.source_ids, item.best.ids)
        return
    found = Insight(translator).self_attention(item.source_ids, item.best.ids)
    assert found.encoder.source_units == found.encoder.target_units == item.source_pieces
    assert found.decoder.target_units == item.best.pieces
    assert found.decoder.source_units == ("<s>", *item.best.pieces[:-1])
    for one in (found.encoder.weights_LHTS, found.decoder.weights_LHTS):
        assert one.shape[:2] == (2, 3) and one.dtype == np.float32
        np.testing.assert_allclose(one.sum(-1), 1.0, atol=1e-5)
    assert not np.triu(found.decoder.weights_LHTS, k=1).any()
    assert to_words(found.encoder).target_units == ("<2en>", *FRENCH[0].split(), "</s>")


def test_self_attention_of_nothing_is_empty() -> None:
    translator = tiny_translator(ARCHITECTURES["transformer"])
    found = Insight(translator).self_attention((4, 9, 3), ())
    assert found.encoder.weights_LHTS.shape == (2, 3, 3, 3)
    assert found.decoder.weights_LHTS.shape == (2, 3, 0, 0)


def test_an_ensemble_has_no_self_attention_to_show() -> None:
    one = tiny_translator(ARCHITECTURES["transformer"])
    with pytest.raises(NoAttentionError):
        Insight(ensemble_of([one, one])).self_attention((4, 9, 3), (9, 3))
