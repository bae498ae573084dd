"""Greedy search: the most probable piece at every step. Knows no beam.

Letters: B sentences still carried, T steps."""

import torch

from core.decoding.live import History, LiveSentences
from core.decoding.scoring import best_piece, forbid, log_probs
from core.decoding.search import Candidate, Scored, Sources, SpecialIds
from core.nn.seq2seq import Seq2Seq


@torch.inference_mode()
def greedy_search(model: Seq2Seq, sources: Sources, special: SpecialIds) -> list[Candidate]:
    """One candidate per sentence, its score the plain sum of its log-probabilities.

    The lowest id wins among equals. Raises `NonFiniteScoresError`."""
    memory = model.encode(sources.ids_BS, sources.mask_BS)
    state = model.start(memory)
    previous_B = sources.ids_BS.new_full((len(sources),), special.bos)
    forbidden = torch.tensor(special.forbidden, device=previous_B.device)
    live, trace = LiveSentences(sources.limits), _Trace()
    step, log_probs_BV = 0, None
    while live:
        step += 1
        output = model.step(previous_B, state, memory)
        log_probs_BV = log_probs(output.logits_BV, log_probs_BV)
        forbid(log_probs_BV, forbidden)
        previous_B, state = best_piece(log_probs_BV), output.state
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
