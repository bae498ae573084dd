"""Beam search: the loop between a model and the state of the search. Knows no rule of choosing."""

import torch

from core.decoding.beam_state import BeamRule, BeamState, Guide
from core.decoding.scoring import log_probs
from core.decoding.search import Candidate, Sources, SpecialIds
from core.nn.seq2seq import Seq2Seq


@torch.inference_mode()
def beam_search(
    model: Seq2Seq, sources: Sources, rule: BeamRule, special: SpecialIds, guide: Guide | None = None
) -> list[list[Candidate]]:
    """Up to `rule.n_best` distinct candidates per sentence, scores never rising.

    EOS retires a hypothesis only if it is among the best K of all continuations, and a sentence ends with K
    retired (fairseq's rule), so K = 1 is greedy search; a wider beam does not always find a better score.
    At the length limit the best live hypotheses, unfinished, fill the places left. With a diverse `guide`
    every `groups` neighbours are one sentence, encoded once. Raises `NonFiniteScoresError`."""
    copies = guide.diversity.groups if guide and guide.diversity else 1
    memory = model.encode(sources.ids_BS[::copies], sources.mask_BS[::copies])
    previous = sources.ids_BS.new_full((len(sources),), special.bos)
    if copies > 1:
        memory = memory.select(torch.arange(len(previous), device=previous.device) // copies)
    state = model.start(memory)
    beams, log_probs_RV = BeamState(sources, rule, special, guide), None
    while beams.live:
        output = model.step(previous, state, memory)
        log_probs_RV = log_probs(output.logits_BV, log_probs_RV)
        move = beams.advance(log_probs_RV, output.weights_BLHS)
        if move is None:
            break
        previous, state = move.ids, output.state.reorder(move.rows)
        if move.memory_rows is not None:
            memory = memory.select(move.memory_rows)
    return beams.n_best()
