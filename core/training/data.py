"""The data of a run: files to examples, in the directions that the recipe asks for."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat, zip_longest
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.errors import ConfigError, CorpusError
from core.text.corpus import Pair, clean_pairs, languages_of, read_pairs
from core.text.tokenizer import Tokenizer, train_tokenizer
from core.training.examples import Examples, FlatIds, encode_pairs
from core.training.noise import noisy_copies
from core.training.plan import Shard
from core.training.recipe import DataConfig

logger = logging.getLogger(__name__)
Direction = tuple[str, str]


class Columns(NamedTuple):
    """The languages of the two sides of some pairs."""

    first: str
    second: str
    both_ways: bool = True
    """False where only the second side is to be learned: the first may hold mistakes."""

    def serve(self, source: str, target: str) -> bool:
        """Whether the pairs are examples of this direction."""
        return self[:2] == (source, target) or (self.both_ways and self[:2] == (target, source))


Span = tuple[Columns, int, int]
"""What the rows from a to b are."""
Stream = tuple[Columns, Iterable[Pair]]


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
    """One vocabulary over both sides of all that is learned from; `CorpusError` where there is nothing."""
    texts = vocabulary_texts(folder, data)
    for first in texts:
        return train_tokenizer(chain([first], texts), data.vocab_size, data.languages)
    raise no_examples(data.train, data, 0)


def vocabulary_texts(folder: Path, data: DataConfig) -> Iterator[str]:
    """Files and their noisy copies in turns, for only the first million texts are looked at."""
    turns = chain.from_iterable(zip_longest(*(pairs for _, pairs in training_streams(folder, data))))
    return chain.from_iterable(pair for pair in turns if pair is not None)


def training_streams(folder: Path, data: DataConfig, remembered: int = 0) -> list[Stream]:
    """What a run learns from: each training file by its weight, then its noisy copies in each direction.

    `remembered`: as `clean_pairs` has it."""
    streams: list[Stream] = []
    weights = data.weights or (1.0,) * len(data.train)
    for name, weight in zip(data.train, weights, strict=True):
        path, columns = folder / name, Columns(*languages_of(Path(name)))
        streams.append((columns, _weighted(clean_pairs(read_pairs(path), remembered), weight)))
        for source, target in data.distinct_directions if data.noise else ():
            if columns.serve(source, target):
                pairs = _weighted(clean_pairs(read_pairs(path, source, target), remembered), weight)
                seed = f"{name} {source} {target}"
                streams.append((Columns(source, target, False), noisy_copies(pairs, data.noise, seed)))
    return streams


def _weighted(pairs: Iterable[Pair], weight: float) -> Iterator[Pair]:
    """Each pair `weight` times on average, as evenly as may be."""
    for place, pair in enumerate(pairs):
        yield from repeat(pair, int((place + 1) * weight) - int(place * weight))


def load_training_examples(folder: Path, data: DataConfig, tokenizer: Tokenizer) -> Examples:
    """Everything of `training_streams`. Raises `CorpusError` when not one example is left."""
    return _load(training_streams(folder, data), data.train, data, tokenizer)


def load_examples(folder: Path, files: Sequence[str], data: DataConfig, tokenizer: Tokenizer) -> Examples:
    """All pairs of the files, usable in every direction of the recipe that their languages allow.

    Raises `CorpusError` when not one example is left."""
    streams = [(Columns(*languages_of(Path(name))), clean_pairs(read_pairs(folder / name))) for name in files]
    return _load(streams, files, data, tokenizer)


def _load(
    streams: Sequence[Stream], files: Sequence[str], data: DataConfig, tokenizer: Tokenizer
) -> Examples:
    firsts: list[FlatIds] = []
    seconds: list[FlatIds] = []
    spans: list[Span] = []
    for columns, pairs in streams:
        first, second = encode_pairs(pairs, tokenizer)
        start = spans[-1][2] if spans else 0
        spans.append((columns, start, start + len(first)))
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
            if columns.serve(source, target):
                backward = source != columns.first
                if backward and tokenizer.target is not tokenizer:
                    raise ConfigError(
                        f"This tokenizer reads one side and writes the other, so files for {source}-{target} "
                        f"must have {source} in their first column, but have {columns.first}; swap them."
                    )
                examples.add_direction(tokenizer.tag_ids(target), backward, np.arange(start, end))
    return examples


def no_examples(files: Sequence[str], data: DataConfig, pairs: int) -> CorpusError:
    """The error for files from which nothing can be learned."""
    return CorpusError(
        f"{', '.join(files)} must hold at least one pair with text on both sides and at most "
        f"{data.max_pieces} pieces a side for {data.directions}, but {pairs} clean pairs were found and none "
        "fits; look at the files or raise `max_pieces`."
    )


def load_dev_sets(folder: Path, data: DataConfig, tokenizer: Tokenizer) -> list[DevSet]:
    """The first `dev_sentences` pairs of the dev files, for each direction.

    Of these, pairs with a side over `max_pieces` stay out as in training; the log tells how many."""
    sets = []
    for source, target in data.distinct_directions:
        found = list(islice(_dev_pairs(folder, data, source, target), data.dev_sentences))
        pairs = [pair for pair in found if _fits(pair, data.max_pieces, tokenizer)]
        if len(pairs) < len(found):
            count = len(found) - len(pairs)
            logger.warning(
                "left out %d dev pairs of %s-%s with a side over %d pieces",
                *(count, source, target, data.max_pieces),
            )
        if pairs:
            sets.append(DevSet((source, target), [p.first for p in pairs], [p.second for p in pairs]))
    return sets


def _dev_pairs(folder: Path, data: DataConfig, source: str, target: str) -> Iterator[Pair]:
    for name in data.dev:
        if {source, target} == set(languages_of(Path(name))):
            for pair in read_pairs(folder / name, source, target):
                if pair.first.strip() and pair.second.strip():
                    yield pair


def _fits(pair: Pair, max_pieces: int, tokenizer: Tokenizer) -> bool:
    longest = max(len(tokenizer.encode(pair.first)), len(tokenizer.target.encode(pair.second)))
    return longest <= max_pieces
