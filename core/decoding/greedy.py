"""Greedy search: the most probable piece at every step. Knows no beam.

Letters: B sentences still carried, V vocabulary."""

from collections.abc import Sequence

import torch
from torch import Tensor

from core.decoding.rules import Rules
from core.decoding.scoring import best_piece, forbid
from core.decoding.search import Candidate, Sources, SpecialIds
from core.decoding.walk import Ruled, walk
from core.nn.seq2seq import Seq2Seq


class MostProbable:
    """Takes the most probable piece, the lowest id of equals."""

    def __init__(self, special: SpecialIds, device: torch.device) -> None:
        self._forbidden = torch.tensor(special.forbidden, device=device)

    def choose(self, log_probs_BV: Tensor, carried: Sequence[int]) -> Tensor:
        """(B,) int64. Overwrites what is never chosen."""
        forbid(log_probs_BV, self._forbidden)
        return best_piece(log_probs_BV)


def greedy_search(
    model: Seq2Seq, sources: Sources, special: SpecialIds, rules: Rules | None = None
) -> list[Candidate]:
    """One candidate per sentence, its score the plain sum of its log-probabilities.

    The lowest id wins among equals. Raises `NonFiniteScoresError`."""
    chooser = MostProbable(special, sources.ids_BS.device)
    return walk(model, sources, chooser if rules is None else Ruled(chooser, rules, sources), special)
