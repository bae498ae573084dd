"""Words linked by a model's attention, and how well that agrees with people."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from core.analysis.alignment import Links, alignment_scores, links_by_argmax, links_by_threshold
from core.analysis.attention_map import select
from core.errors import CorpusError, NoAttentionError
from core.evaluation.forced import piece_maps
from core.evaluation.gold import TokenPair
from core.results import AttentionMap
from core.text.tokenizer import EOS_ID, Tokenizer
from core.translator import Translator


def token_maps(
    translator: Translator, pairs: Sequence[TokenPair], source: str, target: str
) -> list[AttentionMap]:
    """Teacher-forced attention of each pair between its tokens, in order.

    Summed over the pieces of a source token, averaged over those of a target token. What was looked at beside
    them, the tag and EOS, is left out, so that rows sum to less than 1. Raises `NoAttentionError`, and
    `UnsupportedDirectionError`."""
    translator.require_direction(source, target)
    if not translator.has_attention:
        raise NoAttentionError(f"The model {translator.name} has no attention, so it links no words.")
    tag = translator.tokenizer.tag_id(target)
    sources = [token_pieces(translator.tokenizer, pair.source) for pair in pairs]
    targets = [token_pieces(translator.tokenizer, pair.target) for pair in pairs]
    source_ids = [(tag, *ids, EOS_ID) for ids, _ in sources]
    target_ids = [(*ids, EOS_ID) for ids, _ in targets]
    maps = {}
    for index, pieces in piece_maps(translator, source_ids, target_ids):
        pair = pairs[index]
        maps[index] = _token_map(pieces, pair, sources[index][1], targets[index][1])
    return [maps[index] for index in range(len(pairs))]


def links_of(tokens: AttentionMap, layer: int | None, head: int | None, threshold: float) -> Links:
    """Links by one layer and head, None for the mean; `threshold` 0 takes the argmax."""
    weights_TS = select(tokens, layer, head)
    return links_by_threshold(weights_TS, threshold) if threshold else links_by_argmax(weights_TS)


def score_alignments(
    maps: Sequence[AttentionMap], pairs: Sequence[TokenPair], threshold: float
) -> list[dict[str, Any]]:
    """Precision, recall and AER, in percent, of the mean and of each layer and head; the mean comes first.

    Raises `CorpusError` when no pair has gold links."""
    known = [(tokens, pair) for tokens, pair in zip(maps, pairs, strict=True) if pair.sure is not None]
    if not known:
        raise CorpusError("The file must have a third column with sure links to score against, but has none.")
    layers, heads = known[0][0].weights_LHTS.shape[:2]
    choices: list[tuple[int | None, int | None]] = [(None, None)]
    if layers * heads > 1:
        choices += product(range(layers), range(heads))
    rows = []
    for layer, head in choices:
        found = [links_of(tokens, layer, head, threshold) for tokens, _ in known]
        sure, possible = [pair.sure or frozenset() for _, pair in known], [pair.possible for _, pair in known]
        scores = alignment_scores(found, sure, possible)
        rates = {"aer": scores.aer, "precision": scores.precision, "recall": scores.recall}
        percent = {name: round(100 * value, 2) for name, value in rates.items()}
        rows.append({"layer": layer, "head": head, **percent, "links": scores.links})
    return rows


def token_pieces(tokenizer: Tokenizer, tokens: Sequence[str]) -> tuple[list[int], list[int]]:
    """Ids of all tokens, and the number of the token that each belongs to: no piece crosses a space."""
    encoded = tokenizer.encode_many(tokens)
    ids = [piece for pieces in encoded for piece in pieces]
    return ids, [token for token, pieces in enumerate(encoded) for _ in pieces]


def _token_map(
    pieces: AttentionMap, pair: TokenPair, columns: Sequence[int], rows: Sequence[int]
) -> AttentionMap:
    """`columns`, `rows`: the token of each source piece between tag and EOS, and of each target piece."""
    layers, heads = pieces.weights_LHTS.shape[:2]
    inner_LHTS = pieces.weights_LHTS[:, :, :-1, 1:-1]
    weights_LHTS = np.zeros((layers, heads, len(pair.target), len(pair.source)))
    counts = np.bincount(rows, minlength=len(pair.target))
    for row, token in enumerate(rows):
        for column, source_token in enumerate(columns):
            weights_LHTS[:, :, token, source_token] += inner_LHTS[:, :, row, column] / counts[token]
    return AttentionMap(pair.source, pair.target, weights_LHTS.astype(np.float32))
