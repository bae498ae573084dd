"""What a model says of texts that somebody else chose: perplexity, token accuracy, attention. By batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import torch

from core.analysis.attention_map import to_words
from core.decoding.force import force
from core.decoding.search import Candidate
from core.device import in_halves
from core.evaluation.measures import perplexity
from core.results import AttentionMap
from core.text.batching import batches_by_length, pad_ids
from core.text.tokenizer import BOS_ID
from core.translator import SPECIAL, Translator

_MAX_ROWS = 64
_MAX_TOKENS = 4096
Ids = Sequence[int]


@dataclass(frozen=True)
class ForcedCounts:
    """Over all target pieces, EOS counted, each given the right ones before it."""

    pieces: int
    nll: float
    """Sum of negative log-probabilities, nats."""
    right: int
    """Pieces that the model held most probable."""

    @property
    def perplexity(self) -> float:
        """exp(nll / pieces)."""
        return perplexity(self.nll / self.pieces)

    @property
    def token_accuracy(self) -> float:
        """0 to 1."""
        return self.right / self.pieces


@torch.inference_mode()
def forced_counts(translator: Translator, sources: Sequence[Ids], targets: Sequence[Ids]) -> ForcedCounts:
    """Teacher-forced over whole batches; no target may be empty, and each should end with EOS."""

    def count(one: Translator, batch: Sequence[int]) -> ForcedCounts:
        ids_BS, mask_BS = pad_ids([sources[index] for index in batch])
        target_BT, target_mask_BT = pad_ids([targets[index] for index in batch])
        target_in_BT = target_BT.roll(1, dims=1)
        target_in_BT[:, 0] = BOS_ID
        ids_BS, mask_BS, target_in_BT = (t.to(translator.device) for t in (ids_BS, mask_BS, target_in_BT))
        logits_BTV = one.model.forward(ids_BS, mask_BS, target_in_BT).logits_BTV
        log_probs_BTV = logits_BTV.float().log_softmax(dim=2).cpu()
        chosen_BT = log_probs_BTV.gather(2, target_BT.unsqueeze(2)).squeeze(2)
        return ForcedCounts(
            int(target_mask_BT.sum()),
            -float(chosen_BT[target_mask_BT].double().sum()),
            int((log_probs_BTV.argmax(dim=2) == target_BT)[target_mask_BT].sum()),
        )

    batches = _batches(translator, sources, targets)
    found = [counts for who, batch in batches for counts in in_halves(partial(count, who), batch)]
    return ForcedCounts(
        sum(one.pieces for one in found), sum(one.nll for one in found), sum(one.right for one in found)
    )


def word_maps(
    translator: Translator, sources: Sequence[Ids], targets: Sequence[Ids]
) -> Iterator[tuple[int, AttentionMap]]:
    """(number of the pair, its attention between words), longest pairs first; nothing without attention."""
    for index, piece_map in piece_maps(translator, sources, targets):
        yield index, to_words(piece_map)


def piece_maps(
    translator: Translator, sources: Sequence[Ids], targets: Sequence[Ids]
) -> Iterator[tuple[int, AttentionMap]]:
    """(number of the pair, its attention between pieces), longest pairs first; nothing without attention."""
    if not translator.has_attention:
        return

    def look(one: Translator, batch: Sequence[int]) -> list[Candidate]:
        ids_BS, mask_BS = pad_ids([sources[index] for index in batch])
        chosen = [targets[index] for index in batch]
        device = translator.device
        return force(one.model, ids_BS.to(device), mask_BS.to(device), chosen, SPECIAL)

    for who, batch in _batches(translator, sources, targets):
        found = [one for part in in_halves(partial(look, who), batch) for one in part]
        for index, candidate in zip(batch, found, strict=True):
            if candidate.weights_LHTS is not None:
                tokenizer = translator.tokenizer
                labels = tokenizer.pieces(sources[index]), tokenizer.target.pieces(targets[index])
                yield index, AttentionMap(*labels, candidate.weights_LHTS)


def _batches(
    translator: Translator, sources: Sequence[Ids], targets: Sequence[Ids]
) -> Iterator[tuple[Translator, list[int]]]:
    """With who answers them; longest first for each."""
    for one, places in translator.split(sources):
        longest = [max(len(sources[place]), len(targets[place])) for place in places]
        for batch in batches_by_length(longest, _MAX_ROWS, _MAX_TOKENS):
            yield one, [places[index] for index in batch]
