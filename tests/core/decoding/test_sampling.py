"""Drawing pieces at random: by the model's probabilities, and by nothing around the sentence."""

import math
from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.decoding.decode import decode
from core.decoding.sampling import draw, keep_most_probable, keep_nucleus
from core.errors import NonFiniteScoresError
from core.options import GreedyOptions, SamplingOptions
from tests.fakes import FIRST_PIECE, SPECIAL, PoisonedModel, ScriptedModel, make_sources

LENGTHS = [5, 3, 7, 2, 5, 11]
CHI_SQUARE_999 = 24.32  # 7 degrees of freedom, the value that chance passes once in 1,000
MASKED = -math.inf


def kept(scores_BV: torch.Tensor) -> list[list[int]]:
    return [row.isfinite().nonzero().flatten().tolist() for row in scores_BV]


@pytest.mark.parametrize("levels", [0, 1], ids=["as drawn", "many equal"])
def test_sampling_among_one_is_greedy_search(levels: int) -> None:
    for seed in range(20):
        model, sources = ScriptedModel(seed=seed, levels=levels), make_sources(LENGTHS, seed)
        greedy = decode(model, *sources, GreedyOptions(), SPECIAL)
        for options in (SamplingOptions(top_k=1, seed=seed), SamplingOptions(top_p=1e-6, seed=seed)):
            found = decode(model, *sources, options, SPECIAL)
            assert [list_[0].ids for list_ in found] == [list_[0].ids for list_ in greedy]


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_pieces_are_drawn_as_often_as_they_are_probable(temperature: float) -> None:
    model = ScriptedModel(vocab_size=FIRST_PIECE + 7)
    source = make_sources([3], seed=5)
    options = SamplingOptions(samples=1000, temperature=temperature, max_length=1)
    drawn = Counter(one.ids[0] for one in decode(model, *source, options, SPECIAL)[0])
    logits_V = model.forward(*source, torch.tensor([[SPECIAL.bos]])).logits_BTV[0, 0] / temperature
    logits_V[list(SPECIAL.forbidden)] = MASKED
    expected = 1000 * logits_V.softmax(0).double()
    terms = [(drawn[i] - expected[i].item()) ** 2 / expected[i].item() for i in range(3, model.vocab_size)]
    assert sum(terms) < CHI_SQUARE_999


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    model, sources = ScriptedModel(), make_sources(LENGTHS)

    def texts(seed: int) -> list[tuple[int, ...]]:
        found = decode(model, *sources, SamplingOptions(seed=seed, samples=2), SPECIAL)
        return [one.ids for list_ in found for one in list_]

    assert texts(1) == texts(1) != texts(2)


def test_company_and_order_change_no_sample() -> None:
    model, (ids_BS, mask_BS) = ScriptedModel(), make_sources(LENGTHS)
    options = SamplingOptions(samples=3, seed=9)
    together = decode(model, ids_BS, mask_BS, options, SPECIAL)
    reverse = decode(model, ids_BS.flip(0), mask_BS.flip(0), options, SPECIAL)
    assert [[one.ids for one in list_] for list_ in reversed(reverse)] == [
        [one.ids for one in list_] for list_ in together
    ]


def test_more_samples_hold_the_fewer() -> None:
    model, sources = ScriptedModel(), make_sources(LENGTHS)
    few, many = (decode(model, *sources, SamplingOptions(samples=n), SPECIAL) for n in (3, 8))
    for some, all_ in zip(few, many, strict=True):
        assert not Counter(one.ids for one in some) - Counter(one.ids for one in all_)


def test_equal_neighbours_are_drawn_alike_and_samples_of_one_are_not() -> None:
    ids_BS, mask_BS = make_sources([5])
    rows = torch.zeros(2, dtype=torch.int64)
    options = SamplingOptions(samples=20)
    first, second = decode(ScriptedModel(), ids_BS[rows], mask_BS[rows], options, SPECIAL)
    assert [one.ids for one in first] == [one.ids for one in second]
    assert len({one.ids for one in first}) > 1


@given(st.integers(1, 12), st.integers(0, 2), st.integers(0, 99))
def test_the_most_probable_are_kept_the_lowest_of_equals(count: int, levels: int, seed: int) -> None:
    scores_BV = torch.randn(5, 12, generator=torch.Generator().manual_seed(seed))
    if levels:
        scores_BV = (scores_BV * levels).round()
    order_BV = scores_BV.sort(dim=1, descending=True, stable=True).indices
    keep_most_probable(scores_BV, count)
    assert kept(scores_BV) == [sorted(row[:count]) for row in order_BV.tolist()]


@given(st.floats(0.01, 0.99), st.sampled_from([7, 600]), st.integers(0, 99))
def test_the_nucleus_is_the_smallest_set_with_its_share(share: float, vocab: int, seed: int) -> None:
    scores_BV = torch.randn(3, vocab, generator=torch.Generator().manual_seed(seed)).log_softmax(1)
    before_BV = scores_BV.clone()
    keep_nucleus(scores_BV, share)
    for row, ids in enumerate(kept(scores_BV)):
        probabilities = before_BV[row, ids].double().exp().sort(descending=True).values
        assert probabilities.sum() >= share - 1e-5
        assert probabilities[:-1].sum() < share + 1e-5
        assert scores_BV[row, ids].tolist() == before_BV[row, ids].tolist()
        assert sorted(ids) == sorted(before_BV[row].topk(len(ids)).indices.tolist())


def test_what_is_impossible_is_never_drawn() -> None:
    scores_BV = torch.tensor([[MASKED, 0.0, MASKED, 0.0, MASKED]]).expand(5, -1)
    uniform_B = torch.tensor([0.0, 0.499, 0.5, 0.75, 1 - 1e-12], dtype=torch.float64)
    assert draw(scores_BV, uniform_B).tolist() == [1, 1, 3, 3, 3]


@pytest.mark.parametrize("options", [SamplingOptions(top_k=3), SamplingOptions(top_p=0.5), SamplingOptions()])
def test_nan_is_named(options: SamplingOptions) -> None:
    with pytest.raises(NonFiniteScoresError):
        decode(PoisonedModel(), *make_sources([5, 3]), options, SPECIAL)
