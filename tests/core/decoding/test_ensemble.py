"""Several models as one, behind the contract of one."""

import pytest
import torch

from core.config import Attention, RecurrentConfig
from core.decoding.decode import decode
from core.decoding.ensemble import Ensemble, mean_logits
from core.errors import ConfigError
from core.nn.factory import build_model
from core.nn.seq2seq import Seq2SeqModel
from core.options import BeamOptions, DecodeOptions, GreedyOptions, SamplingOptions
from tests.fakes import SPECIAL, make_sources

LENGTHS = [5, 3, 7, 2, 5, 11]
MODES: list[DecodeOptions] = [GreedyOptions(), BeamOptions(n_best=5), SamplingOptions(samples=2, top_k=9)]


def model(seed: int, attention: Attention = "additive", vocab_size: int = 97) -> Seq2SeqModel:
    config = RecurrentConfig(
        vocab_size=vocab_size, embed_dim=5, encoder_dim=7, decoder_dim=13, attention=attention
    )
    return build_model(config, seed).eval()


@pytest.mark.parametrize("options", MODES)
def test_a_model_with_itself_is_that_model(options: DecodeOptions) -> None:
    one, sources = model(1), make_sources(LENGTHS)
    alone = decode(one, *sources, options, SPECIAL)
    for found, expected in zip(decode(Ensemble([one, one]), *sources, options, SPECIAL), alone, strict=True):
        for candidate, other in zip(found, expected, strict=True):
            assert candidate.ids == other.ids
            assert candidate.token_log_probs == pytest.approx(other.token_log_probs, abs=1e-5)
            assert candidate.weights_LHTS == pytest.approx(other.weights_LHTS, abs=1e-5)


def test_probabilities_are_averaged_not_logits() -> None:
    logits = torch.tensor([[0.0, 1.0, 5.0]]), torch.tensor([[3.0, 0.0, -1.0]])
    mean = (logits[0].softmax(1) + logits[1].softmax(1)) / 2
    assert torch.allclose(mean_logits(logits).exp(), mean)


def test_attention_is_the_mean_or_none() -> None:
    sources, first = make_sources([5]), model(1)
    target = torch.tensor([[SPECIAL.bos, 9, 8]])
    weights = [one(*sources, target).weights_BLHTS for one in (first, model(2))]
    both = Ensemble([first, model(2)])(*sources, target).weights_BLHTS
    assert torch.allclose(both, (weights[0] + weights[1]) / 2)
    blind = Ensemble([first, model(2, "none")])
    assert (blind.attention_layers, blind(*sources, target).weights_BLHTS) == (0, None)


def test_one_model_or_two_vocabularies_are_refused() -> None:
    with pytest.raises(ConfigError, match="got 1 with vocabularies of 97"):
        Ensemble([model(1)])
    with pytest.raises(ConfigError, match="89, 97 pieces"):
        Ensemble([model(1), model(1, vocab_size=89)])
