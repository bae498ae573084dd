"""Examples as a memory of the decoder, for every architecture."""

from collections.abc import Mapping

import pytest
import torch
from torch import Tensor

from core.config import ModelConfig
from core.decoding.decode import decode
from core.decoding.force import force
from core.decoding.greedy import greedy_search
from core.decoding.knn import Datastore, Ids, WithNeighbours, remember
from core.decoding.search import Sources
from core.errors import ConfigError
from core.nn.factory import build_model
from core.nn.seq2seq import Seq2SeqModel
from core.options import BeamOptions, DecodeOptions, GreedyOptions, KnnOptions, SamplingOptions
from tests.core.nn.configs import MARIAN, ONE_OF_EACH, VOCABULARY, name_of
from tests.fakes import SPECIAL

LENGTHS = (5, 3, 7)
TARGETS: list[Ids] = [(9, 4, 21, 9, 3), (17, 17, 5, 3), (28, 6, 11, 13, 9, 22, 3)]
MODES: list[DecodeOptions] = [GreedyOptions(), BeamOptions(beam_size=3, n_best=3), SamplingOptions(seed=3)]
ALONE = KnnOptions(weight=1.0, neighbours=1, reach=0.0)
MIXED = KnnOptions(weight=0.6, neighbours=3, temperature=0.5, reach=3.0)


@pytest.fixture(params=[*ONE_OF_EACH, MARIAN[0]], ids=name_of)
def model(request: pytest.FixtureRequest, device: torch.device) -> Seq2SeqModel:
    config: ModelConfig = request.param
    return build_model(config, seed=1).eval().requires_grad_(False).to(device)


def sources(device: torch.device) -> tuple[Tensor, Tensor]:
    mask_BS = torch.arange(max(LENGTHS)) < torch.tensor(LENGTHS).unsqueeze(1)
    generator = torch.Generator().manual_seed(5)
    ids_BS = torch.randint(4, VOCABULARY, mask_BS.shape, generator=generator).masked_fill(~mask_BS, 0)
    return ids_BS.to(device), mask_BS.to(device)


def knowing(
    model: Seq2SeqModel, options: KnnOptions, groups: Mapping[Ids, int] | None = None
) -> WithNeighbours:
    """The model with all three sentences in its store; group n are the places of the nth."""
    store = remember(model, *sources(model.output_weight.device), TARGETS, SPECIAL, [0, 1, 2])
    return WithNeighbours(model, store, options, groups)


def found(model: Seq2SeqModel, row: int | None = None, options: DecodeOptions = MODES[0]) -> list[list[Ids]]:
    """Of one source, or of all in one batch."""
    ids_BS, mask_BS = sources(model.output_weight.device)
    if row is not None:
        ids_BS, mask_BS = (one[row : row + 1, : LENGTHS[row]] for one in (ids_BS, mask_BS))
    return [[one.ids for one in n_best] for n_best in decode(model, ids_BS, mask_BS, options, SPECIAL)]


@pytest.mark.parametrize("options", MODES, ids=lambda options: options.mode)
def test_without_weight_it_is_the_model_itself(model: Seq2SeqModel, options: DecodeOptions) -> None:
    assert found(knowing(model, KnnOptions(weight=0.0)), options=options) == found(model, options=options)


def test_neighbours_alone_say_the_correction_of_the_very_source(model: Seq2SeqModel) -> None:
    assert found(knowing(model, ALONE)) == [[target] for target in TARGETS]


@pytest.mark.parametrize("options", MODES, ids=lambda options: options.mode)
def test_a_sentence_alone_is_as_in_a_batch(model: Seq2SeqModel, options: DecodeOptions) -> None:
    mixed = knowing(model, MIXED)
    assert [found(mixed, row, options)[0] for row in range(len(LENGTHS))] == found(mixed, options=options)


def test_forcing_what_was_found_gives_its_log_probs(model: Seq2SeqModel) -> None:
    mixed, (ids_BS, mask_BS) = knowing(model, MIXED), sources(model.output_weight.device)
    lists = decode(mixed, ids_BS, mask_BS, MODES[1], SPECIAL)
    forced = force(mixed, ids_BS, mask_BS, [one[0].ids for one in lists], SPECIAL)
    for one, again in zip(lists, forced, strict=True):
        assert one[0].token_log_probs == pytest.approx(again.token_log_probs, abs=1e-4)


def test_each_source_looks_at_its_own_examples_only(model: Seq2SeqModel) -> None:
    ids_BS, _ = sources(model.output_weight.device)
    rows = [tuple(ids[:length]) for ids, length in zip(ids_BS.tolist(), LENGTHS, strict=True)]
    apart = knowing(model, ALONE, {rows[0]: 0, rows[1]: 2})
    # searched plainly: where the nearest example ends at once, what is written instead is from nowhere
    places = Sources.of(*sources(model.output_weight.device), 0, model.max_positions)
    first, second, third = (one.ids for one in greedy_search(apart, places, SPECIAL))
    assert first == TARGETS[0]
    assert {*second} <= {*TARGETS[2]}
    assert [[third]] == found(model, 2)


def test_the_further_away_the_nearest_place_the_less_it_counts() -> None:
    store = Datastore(torch.tensor([[1.0, 0.0]]), torch.tensor([4]), torch.tensor([-1]))
    model = build_model(ONE_OF_EACH[0], seed=1)
    near = WithNeighbours(model, store, KnnOptions(weight=0.8, reach=2.0))
    logits, everybody = torch.zeros(3, VOCABULARY), torch.tensor([-1] * 3)
    shares = near._mixed(logits, torch.tensor([[1.0, 0.0], [1.0, 1.0], [3.0, 0.0]]), everybody).exp()[:, 4]
    own = 1 / VOCABULARY
    assert shares.tolist() == pytest.approx([0.8 + 0.2 * own, 0.4 + 0.6 * own, own], abs=1e-6)


def test_what_cannot_be_asked_is_told() -> None:
    model = build_model(ONE_OF_EACH[0], seed=1)
    empty = Datastore(torch.empty(0, 3), *torch.empty(2, 0, dtype=torch.int64))
    with pytest.raises(ConfigError, match="examples"):
        WithNeighbours(model, empty, KnnOptions())
    for wrong in ({"weight": 1.1}, {"neighbours": 0}, {"temperature": 0.0}, {"reach": -1.0}):
        with pytest.raises(ConfigError):
            KnnOptions(**wrong)
