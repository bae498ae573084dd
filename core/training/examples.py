"""Sentence pairs as ids in flat arrays: small in memory, quick to cut batches from."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from torch import Tensor

from core.text.batching import IntArray, pad_ids, shuffled_batches
from core.text.corpus import Pair
from core.text.tokenizer import BOS_ID, EOS_ID, Tokenizer

Pieces = npt.NDArray[np.int32]
_ENCODE_AT_ONCE = 10_000
_COUNT_AT_ONCE = 10_000_000


class Batch(NamedTuple):
    """What one forward pass needs. Letters: B rows, S source, T target."""

    source_ids_BS: Tensor
    source_mask_BS: Tensor
    target_in_BT: Tensor
    """BOS and the target without its EOS."""
    target_out_BT: Tensor
    """The target with EOS."""
    target_mask_BT: Tensor

    @property
    def rows(self) -> int:
        """B."""
        return len(self.source_ids_BS)

    @property
    def pieces(self) -> int:
        """Target pieces to be learned, EOS counted."""
        return int(self.target_mask_BT.sum())

    @property
    def weight(self) -> float:
        """As many as `pieces`: each counts once."""
        return self.pieces

    def to(self, device: object) -> "Batch":
        return Batch(*(tensor.to(device, non_blocking=True) for tensor in self))  # type: ignore[call-overload]

    def halves(self) -> list["Batch"]:
        """The first and the second half of the rows; itself when it has but one."""
        middle = len(self.source_ids_BS) // 2
        if not middle:
            return [self]
        return [Batch(*(tensor[:middle] for tensor in self)), Batch(*(tensor[middle:] for tensor in self))]

    def blank(self) -> "Batch":
        """The same shapes with nothing to learn: for a process that has no batch left in a step."""
        return self._replace(target_mask_BT=self.target_mask_BT.new_zeros(self.target_mask_BT.shape))


class Row(NamedTuple):
    """One example: a target-language tag where the model wants one, and both sides' pieces without ends."""

    tag_ids: tuple[int, ...]
    source: Pieces
    target: Pieces


class FlatIds:
    """Many short id lists, back to back in one int32 array."""

    def __init__(self, rows: Iterable[list[int]]) -> None:
        lengths: list[int] = []
        chunks: list[Pieces] = []
        rows = iter(rows)
        while taken := list(islice(rows, _ENCODE_AT_ONCE)):
            lengths.extend(len(row) for row in taken)
            chunks.append(np.fromiter((i for row in taken for i in row), dtype=np.int32))
        self.values = np.concatenate(chunks) if chunks else np.zeros(0, np.int32)
        self.lengths: IntArray = np.array(lengths, dtype=np.int64)
        self.starts: IntArray = np.concatenate([[0], np.cumsum(self.lengths)])[:-1].astype(np.int64)

    @classmethod
    def join(cls, parts: Sequence["FlatIds"]) -> "FlatIds":
        """All rows of all parts, in order."""
        if not parts:
            return cls([])
        return cls.of(
            np.concatenate([part.values for part in parts]), np.concatenate([part.lengths for part in parts])
        )

    @classmethod
    def of(cls, values: Pieces, lengths: IntArray) -> "FlatIds":
        """Rows of the given lengths, back to back in `values`, which may be a file mapped into memory."""
        flat = cls([])
        flat.values, flat.lengths = values, lengths
        flat.starts = np.concatenate([[0], np.cumsum(lengths)])[:-1].astype(np.int64)
        return flat

    def __getitem__(self, index: int) -> Pieces:
        start = self.starts[index]
        return self.values[start : start + self.lengths[index]]

    def __len__(self) -> int:
        return len(self.lengths)


class Examples:
    """Encoded pairs, each usable in one or two directions.

    Example e is pair `pair_of[e]`, forwards (first -> second) or backwards as `backward[e]` says; a source is
    target-language tag if there is one, pieces, EOS."""

    def __init__(self, first: FlatIds, second: FlatIds, max_pieces: int) -> None:
        """Empty of examples; `add_direction` makes them. Pairs with a side over `max_pieces` stay out."""
        self.first, self.second = first, second
        self.usable = np.flatnonzero(
            (first.lengths <= max_pieces)
            & (second.lengths <= max_pieces)
            & (first.lengths > 0)
            & (second.lengths > 0)
        )
        self.pair_of: IntArray = np.zeros(0, np.int64)
        self.backward: npt.NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.tags: IntArray = np.zeros(0, np.int64)
        """Places in `tag_ids`."""
        self.tag_ids: list[tuple[int, ...]] = []

    def add_direction(self, tag_ids: tuple[int, ...], backward: bool, rows: IntArray | None = None) -> None:
        """Use the pairs (all, or the rows given) in one more direction."""
        if tag_ids not in self.tag_ids:
            self.tag_ids.append(tag_ids)
        rows = self.usable if rows is None else np.intersect1d(rows, self.usable)
        self.pair_of = np.concatenate([self.pair_of, rows])
        self.backward = np.concatenate([self.backward, np.full(len(rows), backward)])
        self.tags = np.concatenate([self.tags, np.full(len(rows), self.tag_ids.index(tag_ids))])

    def __len__(self) -> int:
        return len(self.pair_of)

    def piece_counts(self, vocab_size: int) -> IntArray:
        """(V,) how often each id stands on either side of a pair; int64."""
        counts = np.zeros(vocab_size, np.int64)
        for values in (self.first.values, self.second.values):
            for start in range(0, len(values), _COUNT_AT_ONCE):  # counting makes a copy of twice the size
                counts += np.bincount(values[start : start + _COUNT_AT_ONCE], minlength=vocab_size)
        return counts

    def batches(self, max_tokens: int, rng: np.random.Generator) -> list[IntArray]:
        """One epoch as index lists, in random order."""
        first, second = self.first.lengths[self.pair_of], self.second.lengths[self.pair_of]
        source = np.where(self.backward, second, first) + 2
        target = np.where(self.backward, first, second) + 1
        return shuffled_batches(source, target, max_tokens, rng)

    def batch(self, index: IntArray) -> Batch:
        """The tensors of some examples."""
        return pad_rows(self.rows(index))

    def rows(self, index: IntArray) -> list[Row]:
        """Some examples, one by one."""
        rows = []
        for example in index:
            pair = int(self.pair_of[example])
            source, target = self.first[pair], self.second[pair]
            if self.backward[example]:
                source, target = target, source
            rows.append(Row(self.tag_ids[self.tags[example]], source, target))
        return rows


def pad_rows(rows: Sequence[Row]) -> Batch:
    """Examples as tensors, with tag, BOS and EOS where they belong."""
    source_ids, source_mask = pad_ids([[*row.tag_ids, *row.source, EOS_ID] for row in rows])
    target_in, target_mask = pad_ids([[BOS_ID, *row.target] for row in rows])
    target_out, _ = pad_ids([[*row.target, EOS_ID] for row in rows])
    return Batch(source_ids, source_mask, target_in, target_out, target_mask)


def encode_pairs(pairs: Iterable[Pair], tokenizer: Tokenizer) -> tuple[FlatIds, FlatIds]:
    """Both sides as ids, the first as sources are cut, the second as targets."""
    parts = list(encode_parts(pairs, tokenizer, _ENCODE_AT_ONCE))
    return FlatIds.join([first for first, _ in parts]), FlatIds.join([second for _, second in parts])


def encode_parts(pairs: Iterable[Pair], tokenizer: Tokenizer, size: int) -> Iterator[tuple[FlatIds, FlatIds]]:
    """As `encode_pairs`, so many pairs at a time: a stream."""
    pairs = iter(pairs)
    while taken := list(islice(pairs, size)):
        yield (
            FlatIds(tokenizer.encode_many([pair.first for pair in taken])),
            FlatIds(tokenizer.target.encode_many([pair.second for pair in taken])),
        )
