"""Which examples each step learns from: a function of seed and step, so that a run can go on anywhere."""

from collections.abc import Callable, Sequence

import numpy as np

from core.errors import CorpusError
from core.text.batching import IntArray
from core.training.examples import Examples

Shard = Callable[[], Examples]
"""Opens a part of the corpus; only one is open at a time."""


class BatchPlan:
    """Every example once an epoch, in token-bounded batches of like lengths, in random order.

    A step takes `group` batches; the last one of an epoch may take fewer. Shards come in random order, and
    examples meet only within theirs."""

    def __init__(self, shards: Sequence[Shard], max_tokens: int, group: int, seed: int) -> None:
        self.shards, self.max_tokens, self.group, self.seed = shards, max_tokens, group, seed
        self._open: tuple[tuple[int, int], Examples, list[IntArray]] | None = None
        self.counts = [len(self._batches(0, shard)[1]) for shard in range(len(shards))]
        """Batches of each shard: the same in every epoch, for only equals in length change places."""
        self.batches_per_epoch = sum(self.counts)
        if not self.batches_per_epoch:
            raise CorpusError("At least one pair must be short enough, but none is; raise `max_pieces`.")
        self.steps_per_epoch = -(-self.batches_per_epoch // group)

    def at(self, step: int) -> list[tuple[Examples, IntArray]]:
        """The batches of step 0, 1, ...: where their examples are, and which."""
        epoch, position = divmod(step, self.steps_per_epoch)
        first = position * self.group
        last = min(first + self.group, self.batches_per_epoch)
        return [self._batch(epoch, index) for index in range(first, last)]

    def generator(self, step: int, index: int) -> np.random.Generator:
        """Random numbers for what changes the examples of one batch of a step, whoever computes it."""
        return np.random.default_rng((self.seed, 1, step, index))

    def _batch(self, epoch: int, index: int) -> tuple[Examples, IntArray]:
        for shard in self._order(epoch):
            if index < self.counts[shard]:
                examples, batches = self._batches(epoch, int(shard))
                return examples, batches[index]
            index -= self.counts[shard]
        raise IndexError(index)

    def _order(self, epoch: int) -> list[int]:
        """Of the shards; another one each epoch."""
        if len(self.shards) == 1:
            return [0]
        return list(np.random.default_rng((self.seed, 2, epoch)).permutation(len(self.shards)))

    def _batches(self, epoch: int, shard: int) -> tuple[Examples, list[IntArray]]:
        if self._open is None or self._open[0] != (epoch, shard):
            seed = (self.seed, epoch) if len(self.shards) == 1 else (self.seed, 3, epoch, shard)
            examples = self._examples(shard)
            batches = examples.batches(self.max_tokens, np.random.default_rng(seed))
            self._open = ((epoch, shard), examples, batches)
        return self._open[1], self._open[2]

    def _examples(self, shard: int) -> Examples:
        """The shard that is open, or the one asked for after that one is let go."""
        if self._open is not None and self._open[0][1] == shard:
            return self._open[1]
        self._open = None
        return self.shards[shard]()
