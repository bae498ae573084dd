"""Words linked by a model's attention, and how well that agrees with people."""

from collections.abc import Callable, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np

from core.analysis.alignment import (
    Links,
    alignment_scores,
    links_by_argmax,
    links_by_threshold,
    swapped,
)
from core.analysis.attention_map import aligned, select
from core.analysis.scripts import is_unspaced
from core.errors import CorpusError, NoAttentionError
from core.evaluation.forced import piece_maps
from core.evaluation.gold import TokenPair
from core.results import AttentionMap
from core.text.tokenizer import EOS_ID, Tokenizer, encode_unspaced
from core.translator import Translator


def token_maps(
    translator: Translator, pairs: Sequence[TokenPair], source: str, target: str, by_aligner: bool = False
) -> list[AttentionMap]:
    """Teacher-forced attention of each pair between its tokens, in order; of the model's aligner alone.

    Summed over the pieces of a source token, averaged over those of a target token. What was looked at beside
    them, the tag and EOS, is left out, so that rows sum to less than 1. Raises `NoAttentionError`, also for
    a model without an aligner where one is asked for, and `UnsupportedDirectionError`."""
    translator.require_direction(source, target)
    if not translator.has_attention:
        raise NoAttentionError(f"The model {translator.name} has no attention, so it links no words.")
    if by_aligner and not translator.aligner:
        raise NoAttentionError(f"The model {translator.name} has no aligner; `core guide --later` makes one.")
    tag_ids = translator.tokenizer.tag_ids(target)
    sources = [token_pieces(translator.tokenizer, pair.source) for pair in pairs]
    targets = [token_pieces(translator.tokenizer.target, pair.target) for pair in pairs]
    source_ids = [(*tag_ids, *ids, EOS_ID) for ids, _ in sources]
    target_ids = [(*ids, EOS_ID) for ids, _ in targets]
    maps = {}
    for index, pieces in piece_maps(translator, source_ids, target_ids):
        pair = pairs[index]
        if by_aligner and translator.aligner:
            pieces = aligned(pieces, translator.aligner)
        columns = [None] * len(tag_ids) + sources[index][1]
        maps[index] = _token_map(pieces, pair, columns, targets[index][1])
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
    return _score_rows(
        maps[0], pairs, lambda layer, head: [links_of(one, layer, head, threshold) for one in maps]
    )


def score_intersections(
    forward: Sequence[AttentionMap], backward: Sequence[AttentionMap], pairs: Sequence[TokenPair]
) -> list[dict[str, Any]]:
    """As `score_alignments`, of the links by argmax that both directions draw (Och & Ney 2003, section 3.3).

    `backward`: the maps of the same pairs from target to source."""
    both = list(zip(forward, backward, strict=True))
    return _score_rows(
        forward[0],
        pairs,
        lambda layer, head: [
            links_of(one, layer, head, 0.0) & swapped(links_of(other, layer, head, 0.0))
            for one, other in both
        ],
    )


def _score_rows(
    like: AttentionMap,
    pairs: Sequence[TokenPair],
    links: Callable[[int | None, int | None], list[Links]],
) -> list[dict[str, Any]]:
    """`links`: those of each pair, by layer and head; `like` tells how many of both there are."""
    known = [number for number, pair in enumerate(pairs) if pair.sure is not None]
    if not known:
        raise CorpusError("The file must have a third column with sure links to score against, but has none.")
    sure = [pairs[number].sure or frozenset() for number in known]
    possible = [pairs[number].possible for number in known]
    layers, heads = like.weights_LHTS.shape[:2]
    choices: list[tuple[int | None, int | None]] = [(None, None)]
    if layers * heads > 1:
        choices += product(range(layers), range(heads))
    rows = []
    for layer, head in choices:
        found = links(layer, head)
        scores = alignment_scores([found[number] for number in known], sure, possible)
        rates = {"aer": scores.aer, "precision": scores.precision, "recall": scores.recall}
        percent = {name: round(100 * value, 2) for name, value in rates.items()}
        rows.append({"layer": layer, "head": head, **percent, "links": scores.links})
    return rows


def token_pieces(tokenizer: Tokenizer, tokens: Sequence[str]) -> tuple[list[int], list[int]]:
    """Ids of all tokens, and the number of the token that each belongs to: no piece crosses their borders.

    A token stands behind a space, unless it or the one before it is of a script that sets none."""
    encoded = tokenizer.encode_many(tokens)
    for number, (before, token) in enumerate(pairwise(tokens), start=1):
        if is_unspaced(before[-1]) or is_unspaced(token[0]):
            encoded[number] = encode_unspaced(tokenizer, token)
    ids = [piece for pieces in encoded for piece in pieces]
    return ids, [token for token, pieces in enumerate(encoded) for _ in pieces]


def _token_map(
    pieces: AttentionMap, pair: TokenPair, columns: Sequence[int | None], rows: Sequence[int]
) -> AttentionMap:
    """`columns`, `rows`: the token of each source and target piece before EOS; a tag's is None."""
    layers, heads = pieces.weights_LHTS.shape[:2]
    weights_LHTS = np.zeros((layers, heads, len(pair.target), len(pair.source)))
    counts = np.bincount(rows, minlength=len(pair.target))
    for row, token in enumerate(rows):
        for column, source_token in enumerate(columns):
            if source_token is not None:
                share_LH = pieces.weights_LHTS[:, :, row, column] / counts[token]
                weights_LHTS[:, :, token, source_token] += share_LH
    return AttentionMap(pair.source, pair.target, weights_LHTS.astype(np.float32))
