"""Sampling: each piece drawn at random, by its probability. Knows no beam.

Letters: B sentences still carried, each drawn sample being one; V vocabulary, M most probable pieces."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from core.decoding.rules import Rules
from core.decoding.scoring import forbid
from core.decoding.search import Candidate, Sources, SpecialIds
from core.decoding.walk import Ruled, walk
from core.nn.seq2seq import Seq2Seq
from core.options import SamplingOptions


def sample(
    model: Seq2Seq, sources: Sources, options: SamplingOptions, special: SpecialIds, rules: Rules | None
) -> list[Candidate]:
    """`options.samples` candidates for each sentence, one after the other, equal ones kept.

    `sources` and `rules` hold each sentence as often already. Raises `NonFiniteScoresError`."""
    draw = Draw(options, sources, special)
    chooser = draw if rules is None else Ruled(draw, rules, sources)
    return walk(model, sources, chooser, special, copies=options.samples)


class Draw:
    """Draws by probability.

    The random numbers of a sample come from the seed, its number and its source: from nothing around it."""

    def __init__(self, options: SamplingOptions, sources: Sources, special: SpecialIds) -> None:
        self._options = options
        self._forbidden = torch.tensor(special.forbidden, device=sources.ids_BS.device)
        rows = zip(sources.ids_BS.tolist(), sources.lengths, strict=True)
        self._generators = [
            np.random.default_rng([options.seed, row % options.samples, *ids[:length]])
            for row, (ids, length) in enumerate(rows)
        ]

    def choose(self, log_probs_BV: Tensor, carried: Sequence[int]) -> Tensor:
        """(B,) int64; leaves its input alone."""
        # softmax(log p / temperature) (Ackley et al. 1985)
        scores_BV = log_probs_BV / self._options.temperature
        forbid(scores_BV, self._forbidden)
        if 0 < self._options.top_k < scores_BV.shape[1]:
            keep_most_probable(scores_BV, self._options.top_k)
        if self._options.top_p < 1.0:
            keep_nucleus(scores_BV, self._options.top_p)
        uniform_B = np.array([self._generators[sentence].random() for sentence in carried])
        return draw(scores_BV, torch.from_numpy(uniform_B))


def draw(scores_BV: Tensor, uniform_B: Tensor) -> Tensor:
    """(B,) int64: where cumulated probability passes a uniform number in [0, 1); never a piece of -inf.

    Sums are double where the device can, so that rare pieces keep their share."""
    dtype = torch.float32 if scores_BV.device.type == "mps" else torch.float64
    cumulated_BV = scores_BV.to(dtype).softmax(1).cumsum(1)
    passed_B1 = uniform_B.to(cumulated_BV).unsqueeze(1) * cumulated_BV[:, -1:]
    places_B = torch.searchsorted(cumulated_BV, passed_B1, right=True).squeeze(1)
    return places_B.clamp(max=scores_BV.shape[1] - 1)  # NaN passes everything


def keep_most_probable(scores_BV: Tensor, count: int) -> None:
    """Put -inf everywhere but at the `count` highest of each row, in place; the lowest id of equals stays.

    Fan et al. 2018."""
    values_BM = scores_BV.topk(count, dim=1).values
    _keep(scores_BV, values_BM, torch.full_like(values_BM[:, 0], count, dtype=torch.int64))


def keep_nucleus(scores_BV: Tensor, share: float) -> None:
    """Put -inf everywhere but at the fewest pieces that together have the share (Holtzman et al. 2020), in
    place."""
    vocab, size = scores_BV.shape[1], 64
    probabilities_BV = scores_BV.softmax(1)
    while True:  # few pieces are enough nearly always, and sorting the vocabulary takes longer than a step
        values_BM = probabilities_BV.topk(min(size, vocab), dim=1).values
        cumulated_BM = values_BM.cumsum(1)
        if size >= vocab or bool((cumulated_BM[:, -1] >= share).all()):
            break
        size *= 8
    count_B = (cumulated_BM - values_BM < share).sum(1).clamp(min=1)
    _keep(scores_BV, scores_BV.topk(values_BM.shape[1], dim=1).values, count_B)


def _keep(scores_BV: Tensor, values_BM: Tensor, count_B: Tensor) -> None:
    """Keep `count_B` of each row, whose highest values are `values_BM` in order."""
    lowest_B1 = values_BM.gather(1, count_B.unsqueeze(1) - 1)
    equal_BV = scores_BV == lowest_B1
    room_B1 = count_B.unsqueeze(1) - (scores_BV > lowest_B1).sum(1, keepdim=True)
    last_BV = equal_BV & (equal_BV.cumsum(1) <= room_B1)
    scores_BV.masked_fill_(~((scores_BV > lowest_B1) | last_BV), float("-inf"))
