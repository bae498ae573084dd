"""The one door to search: options in, n-best lists out."""

from torch import Tensor

from core.decoding.beam import beam_search
from core.decoding.beam_state import BeamRule
from core.decoding.greedy import greedy_search
from core.decoding.search import Candidate, Sources, SpecialIds
from core.nn.seq2seq import Seq2Seq
from core.options import DecodeOptions, GreedyOptions


def decode(
    model: Seq2Seq, source_ids_BS: Tensor, mask_BS: Tensor, options: DecodeOptions, special: SpecialIds
) -> list[list[Candidate]]:
    """An n-best list per sentence, best first; greedy search gives lists of one.

    `mask_BS`: bool, True for real tokens, which come first in each row.
    Raises `NonFiniteScoresError`; running out of device memory is left to the caller."""
    sources = Sources.of(source_ids_BS, mask_BS, options.max_length, model.max_positions)
    if isinstance(options, GreedyOptions):
        return [[candidate] for candidate in greedy_search(model, sources, special)]
    rule = BeamRule(options.beam_size, options.length_penalty, options.n_best)
    return beam_search(model, sources, rule, special)
