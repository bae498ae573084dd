"""What every architecture can be asked about its decisions."""

import math
from dataclasses import replace

import pytest

from core.config import ConvolutionalConfig, ModelConfig, TransformerConfig
from core.insight import Insight
from core.options import BeamOptions, GreedyOptions
from core.translator import Translator
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
