"""The numbers that a search compares."""

import math

import pytest
import torch

from core.decoding.scoring import (
    best_continuations,
    best_piece,
    chunk_width,
    forbid,
    length_penalty,
    log_probs,
)


def test_the_length_penalty_is_that_of_wu_et_al() -> None:
    assert length_penalty(7, 1.0) == 2.0
    assert length_penalty(1, 0.6) == 1.0
    assert length_penalty(13, 0.6) == pytest.approx(3**0.6)
    assert [length_penalty(length, 0.0) for length in (1, 100)] == [1.0, 1.0]


def test_log_probs_are_over_the_whole_vocabulary_before_anything_is_forbidden() -> None:
    logits_RV = torch.tensor([[0.0, 1.0, 2.0, 3.0]])
    found = log_probs(logits_RV)
    forbid(found, torch.tensor([0, 2]))
    assert found[0, [0, 2]].tolist() == [-math.inf, -math.inf]
    assert torch.allclose(found[0, [1, 3]], logits_RV.log_softmax(1)[0, [1, 3]])


def test_scratch_is_used_when_it_is_big_enough_and_left_when_not() -> None:
    first = log_probs(torch.randn(3, 5))
    smaller, larger = torch.randn(2, 5), torch.randn(7, 5)
    assert log_probs(smaller, first).data_ptr() == first.data_ptr()
    assert torch.allclose(first[:2], smaller.log_softmax(1))
    assert torch.allclose(log_probs(larger, first), larger.log_softmax(1))


def test_half_precision_logits_are_normalised_in_single() -> None:
    assert log_probs(torch.zeros(2, 5, dtype=torch.bfloat16)).dtype == torch.float32


def test_the_lowest_of_equal_pieces_wins() -> None:
    log_probs_RV = torch.tensor([[-2.0, -1.0, -1.0, -1.0], [-1.0, -3.0, -1.0, -2.0]])
    assert best_piece(log_probs_RV).tolist() == [1, 0]
    assert best_continuations(torch.zeros(2, 1), log_probs_RV, 1).ids_NK.tolist() == [[1], [0]]


@pytest.mark.parametrize("vocab", [7, 1009, 1000, 8000])
@pytest.mark.parametrize("size", [1, 2, 5, 32])
@pytest.mark.parametrize("width", [1, 5])
def test_the_best_continuations_are_those_of_sorting_everything(vocab: int, size: int, width: int) -> None:
    width = min(width, size)
    scores_NW = torch.randn(3, width, dtype=torch.float64)
    log_probs_RV = torch.randn(3 * width, vocab)
    found = best_continuations(scores_NW, log_probs_RV, size)
    everything = (scores_NW.unsqueeze(2) + log_probs_RV.view(3, width, vocab)).flatten(1)
    assert torch.equal(found.scores_NK, everything.sort(dim=1, descending=True).values[:, :size])
    places = torch.from_numpy(found.parents_NK * vocab + found.ids_NK)
    assert torch.equal(everything.gather(1, places), found.scores_NK)


def test_chunks_divide_the_vocabulary_evenly() -> None:
    assert [chunk_width(vocab) for vocab in (8000, 32000, 1009, 7)] == [160, 160, 1009, 7]


def test_nan_counts_as_the_best() -> None:
    log_probs_RV = torch.zeros(2, 1000)
    log_probs_RV[1, 777] = math.nan
    assert best_piece(log_probs_RV).tolist() == [0, 777]
    found = best_continuations(torch.zeros(1, 2), log_probs_RV, 2)
    assert (found.parents_NK[0, 0].item(), found.ids_NK[0, 0].item()) == (1, 777)
