"""One hypothesis a sentence, a piece at a time, whoever chooses the pieces. Knows no rule of choosing.

Letters: B sentences still carried, T steps, V vocabulary."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from core.decoding.live import History, LiveSentences
from core.decoding.rules import Rules
from core.decoding.scoring import log_probs
from core.decoding.search import Candidate, Scored, Sources, SpecialIds, Written
from core.nn.seq2seq import Seq2Seq


class Chooser(Protocol):
    """Whoever chooses the next piece of each sentence."""

    def choose(self, log_probs_BV: Tensor, carried: Sequence[int]) -> Tensor:
        """(B,) int64. `carried`: the sentence of each row. What is chosen must keep its log-probability."""
        ...


class Ruled:
    """A chooser among what rules leave."""

    def __init__(self, chooser: Chooser, rules: Rules, sources: Sources) -> None:
        self._chooser, self._rules = chooser, rules
        self._ids_NT = np.zeros((len(sources), max(sources.limits, default=0)), np.int64)
        self._step = 0

    def choose(self, log_probs_BV: Tensor, carried: Sequence[int]) -> Tensor:
        sentences_B = np.array(carried)
        written = Written(sentences_B, self._ids_NT[sentences_B, : self._step], log_probs_BV)
        scores_BV = self._rules.scores(written, torch.zeros_like(log_probs_BV[:, :1]))
        chosen_B = self._chooser.choose(scores_BV, carried)
        self._ids_NT[sentences_B, self._step] = chosen_B.cpu().numpy()
        self._step += 1
        return chosen_B


@torch.inference_mode()
def walk(
    model: Seq2Seq, sources: Sources, chooser: Chooser, special: SpecialIds, copies: int = 1
) -> list[Candidate]:
    """One candidate per sentence, its score the plain sum of its log-probabilities.

    `copies`: the sources are so many equal neighbours each, of which the model need encode only one.
    Raises `NonFiniteScoresError`."""
    memory = model.encode(sources.ids_BS[::copies], sources.mask_BS[::copies])
    previous_B = sources.ids_BS.new_full((len(sources),), special.bos)
    if copies > 1:
        memory = memory.select(torch.arange(len(previous_B), device=previous_B.device) // copies)
    state = model.start(memory)
    live, trace = LiveSentences(sources.limits), _Trace()
    step, log_probs_BV = 0, None
    while live:
        step += 1
        output = model.step(previous_B, state, memory)
        log_probs_BV = log_probs(output.logits_BV, log_probs_BV)
        previous_B, state = chooser.choose(log_probs_BV, live.carried), output.state
        trace.ids.add(live.carried, previous_B)
        trace.log_probs.add(live.carried, log_probs_BV.gather(1, previous_B.unsqueeze(1)).squeeze(1))
        if output.weights_BLHS is not None:
            trace.weights.add(live.carried, output.weights_BLHS)
        pieces = previous_B.tolist()
        if special.eos not in pieces and step < live.next_limit:
            continue
        live.finish(step, (s for s, piece in zip(live.carried, pieces, strict=True) if piece == special.eos))
        if live and (keep := live.drop()) is not None:
            rows = torch.tensor(keep, device=previous_B.device)
            previous_B, state, memory = previous_B[rows], state.reorder(rows), memory.select(rows)
    return trace.candidates(sources, live.ended_at, special.eos)


class _Trace:
    """What the steps chose and how sure they were."""

    def __init__(self) -> None:
        self.ids, self.log_probs, self.weights = History(), History(), History()

    def candidates(self, sources: Sources, lengths: list[int], eos: int) -> list[Candidate]:
        if not lengths:
            return []
        count, found = len(lengths), []
        ids_BT, log_probs_BT = self.ids.dense(count), self.log_probs.dense(count)
        weights_BTLHS = self.weights.dense(count) if self.weights else None
        for row, length in enumerate(lengths):
            weights_TLHS = None if weights_BTLHS is None else weights_BTLHS[row, :length]
            scored = Scored(ids_BT[row, :length].tolist(), log_probs_BT[row, :length], weights_TLHS)
            found.append(scored.candidate(sources.lengths[row], eos))
        return found
