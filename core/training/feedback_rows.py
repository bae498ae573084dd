"""Feedback as ids: which pieces a person deleted, which examples each step learns from, batches of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from core.analysis.distance import longest_common
from core.errors import CorpusError
from core.text.batching import IntArray, pad_ids, shuffled_batches
from core.text.capitals import encode_sources
from core.text.spelling import spellings
from core.text.tokenizer import BOS_ID, EOS_ID, Tokenizer
from core.training.examples import Batch, Pieces, Row, pad_rows
from core.training.feedback import FeedbackExample
from core.training.finetune_config import FinetuneConfig


class Rejected(NamedTuple):
    """The machine's text, where a person put another in its place."""

    ids: Pieces
    """Without EOS."""
    deleted: npt.NDArray[np.bool_]
    """Which of them the person took away."""


class Candidate(NamedTuple):
    """A text that the model itself may write."""

    ids: Pieces
    """Without EOS."""
    reward: float
    """0 to 1."""


@dataclass(frozen=True)
class FeedbackRow:
    """An example in ids."""

    row: Row
    text: str
    """The target as it is written."""
    language: str
    """Of the target."""
    weight: float = 1.0
    is_replay: bool = False
    rejected: Rejected | None = None
    rating: float | None = None
    """0 to 1."""
    candidates: tuple[Candidate, ...] = ()

    @property
    def pieces(self) -> int:
        """Target pieces, EOS counted."""
        return len(self.row.target) + 1


def encode_feedback(
    examples: Sequence[FeedbackExample], tokenizer: Tokenizer, max_pieces: int, is_replay: bool = False
) -> list[FeedbackRow]:
    """Those with at most so many pieces a side; a rejected text that is longer is left out."""
    sources = encode_sources(tokenizer, [one.source for one in examples])
    targets = tokenizer.target.encode_many([one.target for one in examples])
    rows = []
    for one, source, target in zip(examples, sources, targets, strict=True):
        if not (0 < len(source) <= max_pieces and 0 < len(target) <= max_pieces):
            continue
        row = Row(tokenizer.tag_ids(one.direction[1]), _pieces(source), _pieces(target))
        rejected = None if is_replay else deleted_pieces(one, tokenizer.target)
        if rejected is not None and not 0 < len(rejected.ids) <= max_pieces:
            rejected = None
        rating = None if one.rating is None else one.rating / 100
        rows.append(FeedbackRow(row, one.target, one.direction[1], one.weight, is_replay, rejected, rating))
    return rows


def deleted_pieces(example: FeedbackExample, tokenizer: Tokenizer) -> Rejected | None:
    """The rejected text in pieces; one is deleted if a character of it is, the space before a word aside."""
    text = example.rejected
    if text is None:
        return None
    ids, spelled = tokenizer.encode(text), spellings(tokenizer)
    joined = b"".join(spelled[i] for i in ids)
    if joined.removeprefix(b" ") != text.encode():  # a piece without a spelling: no place can be told
        kept = {
            one for one, _ in longest_common(*(list(map(str, side)) for side in _sides(example, tokenizer)))
        }
        return Rejected(_pieces(ids), np.array([place not in kept for place in range(len(ids))], dtype=bool))
    wrong = np.zeros(len(joined), dtype=bool)
    shift = len(joined) - len(text.encode())
    for start, end in example.deletions:
        wrong[shift + len(text[:start].encode()) : shift + len(text[:end].encode())] = True
    deleted, place = [], 0
    for i in ids:
        end = place + len(spelled[i])
        start = place + spelled[i].startswith(b" ")
        deleted.append(bool(wrong[min(start, max(end - 1, 0)) : end].any()))
        place = end
    return Rejected(_pieces(ids), np.array(deleted, dtype=bool))


class Texts(NamedTuple):
    """Target texts, several or none for a source. Letters: N texts, T pieces."""

    rows_N: Tensor
    """The source of each, by its row in the batch."""
    in_NT: Tensor
    out_NT: Tensor
    mask_NT: Tensor


class FeedbackTensors(NamedTuple):
    """A batch on its device. Letters: B rows, N rejected texts, C candidates, T pieces."""

    batch: Batch
    weights_B: Tensor
    is_replay_B: Tensor
    has_risk_B: Tensor
    """bool: rows that candidates or ratings speak of."""
    rejected: Texts | None
    deleted_NT: Tensor | None
    candidates: Texts | None
    rewards_C: Tensor | None
    ratings_B: Tensor
    """0 to 1; NaN where there is none."""


@dataclass(frozen=True)
class FeedbackBatch:
    """What a step learns from."""

    items: tuple[FeedbackRow, ...]

    @property
    def rows(self) -> int:
        return len(self.items)

    @property
    def pieces(self) -> int:
        return sum(item.pieces for item in self.items)

    @property
    def weight(self) -> float:
        return sum(item.weight * item.pieces for item in self.items)

    def halves(self) -> list["FeedbackBatch"]:
        middle = len(self.items) // 2
        if not middle:
            return [self]
        return [FeedbackBatch(self.items[:middle]), FeedbackBatch(self.items[middle:])]

    def to(self, device: object) -> FeedbackTensors:
        """Padded, with ends, where the model is."""
        items = self.items
        wrong = [(row, item.rejected) for row, item in enumerate(items) if item.rejected is not None]
        drawn = [(row, candidate) for row, item in enumerate(items) for candidate in item.candidates]
        ratings = [float("nan") if item.rating is None else item.rating for item in items]
        tensors = FeedbackTensors(
            pad_rows([item.row for item in items]),
            torch.tensor([item.weight for item in items]),
            torch.tensor([item.is_replay for item in items]),
            torch.tensor([bool(item.candidates) or item.rating is not None for item in items]),
            _texts([(row, one.ids) for row, one in wrong]),
            _pad_deleted([one for _, one in wrong]),
            _texts([(row, one.ids) for row, one in drawn]),
            torch.tensor([one.reward for _, one in drawn]) if drawn else None,
            torch.tensor(ratings),
        )
        return FeedbackTensors(*(_moved(part, device) for part in tensors))


class FeedbackPlan:
    """All feedback once an epoch, mixed with replay drawn anew: a function of seed and step."""

    def __init__(
        self, feedback: Sequence[FeedbackRow], replay: Sequence[FeedbackRow], config: FinetuneConfig
    ) -> None:
        """Raises `CorpusError` when there is nothing to learn from."""
        if not feedback:
            raise CorpusError(
                "At least one example of the feedback must be short enough, but none is; raise `max_pieces`."
            )
        self.feedback, self.replay, self.config = list(feedback), list(replay), config
        self.starts = [0]
        """Steps before each epoch, and in all."""
        self._open: tuple[int, list[list[FeedbackRow]]] | None = None
        while not self._is_enough():
            self.starts.append(self.starts[-1] + len(self._batches(len(self.starts) - 1)))
        self.total_steps = config.steps or self.starts[-1]

    @property
    def steps_per_epoch(self) -> int:
        """Of the first epoch: replay of other lengths makes another number."""
        return self.starts[1]

    def at(self, step: int) -> FeedbackBatch:
        """The batch of step 0, 1, ..."""
        epoch = int(np.searchsorted(self.starts, step, side="right")) - 1
        return FeedbackBatch(tuple(self._batches(epoch)[step - self.starts[epoch]]))

    def _is_enough(self) -> bool:
        epochs = len(self.starts) - 1
        return self.starts[-1] >= self.config.steps if self.config.steps else epochs >= self.config.epochs

    def _batches(self, epoch: int) -> list[list[FeedbackRow]]:
        if self._open is None or self._open[0] != epoch:
            rows = [*self.feedback, *self._drawn(epoch)]
            order = batches_of(
                rows, self.config.batch_tokens, np.random.default_rng((self.config.seed, epoch))
            )
            self._open = (epoch, [[rows[index] for index in batch] for batch in order])
        return self._open[1]

    def _drawn(self, epoch: int) -> Iterator[FeedbackRow]:
        """Replay of an epoch: all of it before any of it comes again."""
        count = round(self.config.replay_ratio * len(self.feedback)) if self.replay else 0
        order: tuple[int, IntArray] | None = None
        for place in range(epoch * count, (epoch + 1) * count):
            cycle, index = divmod(place, len(self.replay))
            if order is None or order[0] != cycle:
                rng = np.random.default_rng((self.config.seed, 4, cycle))
                order = (cycle, rng.permutation(len(self.replay)))
            yield self.replay[int(order[1][index])]


def batches_of(rows: Sequence[FeedbackRow], max_tokens: int, rng: np.random.Generator) -> list[IntArray]:
    """Each row once, in token-bounded batches of like lengths, in random order."""
    source = np.array([len(one.row.source) + 2 for one in rows])
    return shuffled_batches(source, np.array([one.pieces for one in rows]), max_tokens, rng)


def _pieces(ids: Sequence[int]) -> Pieces:
    return np.array(ids, dtype=np.int32)


def _sides(example: FeedbackExample, tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    return tokenizer.encode(example.rejected or ""), tokenizer.encode(example.target)


def _texts(rows: Sequence[tuple[int, Pieces]]) -> Texts | None:
    if not rows:
        return None
    inputs, _ = pad_ids([[BOS_ID, *ids] for _, ids in rows])
    outputs, mask = pad_ids([[*ids, EOS_ID] for _, ids in rows])
    return Texts(torch.tensor([row for row, _ in rows]), inputs, outputs, mask)


def _pad_deleted(rows: Sequence[Rejected]) -> Tensor | None:
    """(N, T): as `Texts.out_NT`, whose EOS nobody deleted."""
    if not rows:
        return None
    deleted = np.zeros((len(rows), max(len(one.ids) for one in rows) + 1), dtype=bool)
    for row, one in enumerate(rows):
        deleted[row, : len(one.deleted)] = one.deleted
    return torch.from_numpy(deleted)


def _moved(part: Any, device: object) -> Any:
    if isinstance(part, Texts):
        return Texts(*(_moved(tensor, device) for tensor in part))
    return None if part is None else part.to(device)
