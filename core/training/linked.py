"""Examples with links between their pieces: given by people, or learned from the pairs themselves."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.evaluation.align import token_pieces
from core.evaluation.gold import TokenPair
from core.text.corpus import Pair
from core.text.tokenizer import Tokenizer
from core.training.data import Columns, training_streams
from core.training.draw import draw
from core.training.examples import FlatIds, Row, encode_pairs
from core.training.linker import link_pairs
from core.training.recipe import DataConfig


class LinkedRow(NamedTuple):
    """An example with the links between its pieces."""

    row: Row
    links: list[tuple[int, int]]
    """(target piece, column of the source as the model reads it: after the tag)."""


def link_tokens(pairs: Sequence[TokenPair], tokenizer: Tokenizer, language: str) -> Iterator[LinkedRow]:
    """Sure links between tokens as links between all of their pieces; pairs without any are left out.

    `language`: the target's."""
    tag_ids = tokenizer.tag_ids(language)
    for pair in pairs:
        source, source_tokens = token_pieces(tokenizer, pair.source)
        target, target_tokens = token_pieces(tokenizer.target, pair.target)
        links = [
            (row, column + len(tag_ids))
            for row, target_token in enumerate(target_tokens)
            for column, source_token in enumerate(source_tokens)
            if (source_token, target_token) in (pair.sure or ())
        ]
        if links:
            yield LinkedRow(Row(tag_ids, np.array(source), np.array(target)), links)


def link_corpora(
    folder: Path, data: DataConfig, tokenizer: Tokenizer, count: int, seed: int = 1
) -> Iterator[LinkedRow]:
    """What a recipe learns from, noisy copies among it, linked by `link_pairs`, in the recipe's directions.

    `count`: so many pairs of each two languages, drawn at random."""
    streams = defaultdict(list)
    for columns, pairs in training_streams(folder, data):
        streams[frozenset(columns[:2])].append((columns, pairs))
    for some in streams.values():
        drawn = draw(((columns, pair) for columns, pairs in some for pair in pairs), count, seed)
        yield from _linked(drawn, data, tokenizer)


def _linked(
    drawn: Sequence[tuple[Columns, Pair]], data: DataConfig, tokenizer: Tokenizer
) -> Iterator[LinkedRow]:
    """Of two languages: all are turned one way, so that their links are learned together."""
    ahead = drawn[0][0].first
    straight = (Pair(*(pair if columns.first == ahead else pair[::-1])) for columns, pair in drawn)
    first, second = encode_pairs(straight, tokenizer)
    lengths = np.stack([first.lengths, second.lengths])
    kept = np.flatnonzero((lengths.min(0) > 0) & (lengths.max(0) <= data.max_pieces))
    first, second = (FlatIds(list(side[int(place)]) for place in kept) for side in (first, second))
    for number, links in enumerate(link_pairs(first, second)):
        columns = drawn[int(kept[number])][0]
        for source, target in data.directions if links else ():
            if columns.serve(source, target):
                tag_ids = tokenizer.tag_ids(target)
                if source == ahead:
                    row, here = Row(tag_ids, first[number], second[number]), [link[::-1] for link in links]
                else:
                    row, here = Row(tag_ids, second[number], first[number]), list(links)
                yield LinkedRow(row, [(place, column + len(tag_ids)) for place, column in here])
