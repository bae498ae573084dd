"""Diverse beam search: groups of a beam that keep away from each other. Knows no model.

Each group of a sentence is searched as if it were a sentence of its own; the choice here couples them.
Letters: N groups carried, W live hypotheses of each, R = N x W rows, V vocabulary, K beam of a group."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.decoding.scoring import Continuations, IntArray, best_continuations
from core.decoding.search import Candidate


class Diversity(NamedTuple):
    """Hamming diversity (Vijayakumar et al. 2018, section 5.1)."""

    groups: int
    strength: float
    """Nats that a piece loses for each hypothesis of an earlier group that took it at this step."""

    def choose(
        self, sums_NW: Tensor, scores_RV: Tensor, size: int, places_N: IntArray, open_N: Sequence[bool]
    ) -> Continuations:
        """The `size` best of each group, one group after the other.

        `places_N`: sentence x groups + group; one that is not open takes nothing from the others. What a
        piece loses decides who survives and is then given back, so that sums remain log-probabilities."""
        scores_NWV = scores_RV.view(*sums_NW.shape, -1)
        taken_SV = scores_RV.new_zeros(int(places_N.max()) // self.groups + 1, scores_RV.shape[1])
        scores_NK = sums_NW.new_full((len(sums_NW), size), float("-inf"))
        parents_NK, ids_NK = np.zeros((2, len(sums_NW), size), np.int64)
        for group in range(self.groups):
            members = (places_N % self.groups == group).nonzero()[0]
            rows, sentences = (
                torch.from_numpy(one).to(taken_SV.device)
                for one in (members, places_N[members] // self.groups)
            )
            lost_MWV = scores_NWV[rows] - self.strength * taken_SV[sentences].unsqueeze(1)
            found = best_continuations(sums_NW[rows], lost_MWV.flatten(0, 1), size)
            parents, ids = (torch.from_numpy(one).to(rows) for one in (found.parents_NK, found.ids_NK))
            sums_MK = sums_NW[rows].gather(1, parents) + scores_NWV[rows.unsqueeze(1), parents, ids]
            sums_MK, order = sums_MK.sort(dim=1, descending=True, stable=True)
            parents, ids = parents.gather(1, order), ids.gather(1, order)
            width = ids.shape[1]
            scores_NK[rows, :width] = sums_MK
            parents_NK[members, :width], ids_NK[members, :width] = parents.cpu().numpy(), ids.cpu().numpy()
            counted_MK = (sums_MK > float("-inf")) & torch.tensor(open_N, device=rows.device)[rows].unsqueeze(
                1
            )
            places = (sentences.unsqueeze(1).expand_as(ids), ids)
            taken_SV.index_put_(places, counted_MK.to(taken_SV), accumulate=True)
        return Continuations(scores_NK, parents_NK, ids_NK)


def join_groups(lists: Sequence[list[Candidate]], groups: int) -> list[list[Candidate]]:
    """The candidates of all groups of each sentence, each once, best first; the earlier group wins a tie."""
    joined = []
    for first in range(0, len(lists), groups):
        found = {one.ids: one for group in lists[first : first + groups] for one in group}
        joined.append(sorted(found.values(), key=lambda one: -one.score))
    return joined
