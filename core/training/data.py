"""The data of a run: files to examples, in the directions that the recipe asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from core.errors import CorpusError
from core.text.corpus import Pair, clean_pairs, languages_of, read_pairs
from core.text.tokenizer import Tokenizer, train_tokenizer
from core.training.examples import Examples, FlatIds, encode_pairs
from core.training.plan import Shard
from core.training.recipe import DataConfig

Direction = tuple[str, str]
Span = tuple[Direction, int, int]
"""The languages of the two columns, and the rows from a to b in which they stand."""


@dataclass(frozen=True)
class TrainingData:
    """What a run learns from and is judged by."""

    tokenizer: Tokenizer
    shards: Sequence[Shard]
    """The training examples, in one part or several."""
    dev: Examples
    dev_sets: "list[DevSet]"


@dataclass(frozen=True)
class DevSet:
    """Sentences held out for one direction."""

    direction: Direction
    sources: list[str]
    references: list[str]


def learn_tokenizer(folder: Path, data: DataConfig) -> Tokenizer:
    """One vocabulary over both sides of all training files."""
    texts = chain.from_iterable(
        pair for name in data.train for pair in clean_pairs(read_pairs(folder / name))
    )
    return train_tokenizer(texts, data.vocab_size, data.languages)


def load_examples(folder: Path, files: Sequence[str], data: DataConfig, tokenizer: Tokenizer) -> Examples:
    """All pairs of the files, usable in every direction of the recipe that their languages allow.

    Raises `CorpusError` when not one example is left."""
    firsts: list[FlatIds] = []
    seconds: list[FlatIds] = []
    spans: list[Span] = []
    for name in files:
        first, second = encode_pairs(clean_pairs(read_pairs(folder / name)), tokenizer)
        start = sum(len(flat) for flat in firsts)
        spans.append((languages_of(Path(name)), start, start + len(first)))
        firsts.append(first)
        seconds.append(second)
    examples = make_examples(FlatIds.join(firsts), FlatIds.join(seconds), spans, data, tokenizer)
    if not len(examples):
        raise no_examples(files, data, len(examples.first))
    return examples


def make_examples(
    first: FlatIds, second: FlatIds, spans: Sequence[Span], data: DataConfig, tokenizer: Tokenizer
) -> Examples:
    """Pairs in all directions of the recipe that the languages of their span allow."""
    examples = Examples(first, second, data.max_pieces)
    for columns, start, end in spans:
        for source, target in data.directions:
            if {source, target} == set(columns):
                backward = (source, target) != columns
                examples.add_direction(tokenizer.tag_ids(target), backward, np.arange(start, end))
    return examples


def no_examples(files: Sequence[str], data: DataConfig, pairs: int) -> CorpusError:
    """The error for files from which nothing can be learned."""
    return CorpusError(
        f"{', '.join(files)} must hold at least one pair with text on both sides and at most "
        f"{data.max_pieces} pieces a side for {data.directions}, but {pairs} clean pairs were found and none "
        "fits; look at the files or raise `max_pieces`."
    )


def load_dev_sets(folder: Path, data: DataConfig) -> list[DevSet]:
    """The first `dev_sentences` pairs of the dev files, for each direction."""
    return [
        DevSet((source, target), [p.first for p in pairs], [p.second for p in pairs])
        for source, target in data.directions
        if (pairs := list(_dev_pairs(folder, data, source, target)))
    ]


def _dev_pairs(folder: Path, data: DataConfig, source: str, target: str) -> Iterator[Pair]:
    left = data.dev_sentences
    for name in data.dev:
        if {source, target} == set(languages_of(Path(name))):
            for pair in read_pairs(folder / name, source, target):
                if left > 0 and pair.first.strip() and pair.second.strip():
                    left -= 1
                    yield pair
