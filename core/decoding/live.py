"""Which sentences of a batch are still searched, and what each step produced. Knows no rule of choosing.

A step leaves tensors whose rows are the sentences that were live at that time; they are put into dense
arrays once, at the end, so that no step touches what earlier steps left."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

DROP_SHARE = 8
"""Finished sentences leave when they are an eighth of the batch, for each leaving copies the rest."""


class LiveSentences:
    """The sentences that the batch still carries, by their place in the batch as it was given.

    A finished sentence stays a while, idle, until enough have finished to be worth a smaller batch."""

    def __init__(self, limits: Sequence[int]) -> None:
        self.carried = tuple(range(len(limits)))
        """Sentence of each row (group)."""
        self.ended_at = [0] * len(limits)
        """Step at which each sentence finished, by sentence."""
        self._limits = limits
        self._open = set(self.carried)
        self.next_limit = min(limits, default=0)
        """The nearest step at which an open sentence must end."""

    def __bool__(self) -> bool:
        return bool(self._open)

    def is_open(self, sentence: int) -> bool:
        return sentence in self._open

    def finish(self, step: int, complete: Iterable[int]) -> None:
        """Search no further these sentences, nor those that have reached their limit at this step."""
        expired = [sentence for sentence in self._open if step >= self._limits[sentence]]
        for sentence in self._open.intersection({*complete, *expired}):
            self.ended_at[sentence] = step
            self._open.remove(sentence)
        self.next_limit = min((self._limits[sentence] for sentence in self._open), default=0)

    def drop(self) -> list[int] | None:
        """Rows to keep, if it is time to drop the finished ones; None if the batch stays as it is."""
        idle = len(self.carried) - len(self._open)
        if idle == 0 or idle * DROP_SHARE < len(self.carried):
            return None
        keep = [row for row, sentence in enumerate(self.carried) if self.is_open(sentence)]
        self.carried = tuple(self.carried[row] for row in keep)
        return keep


class History:
    """One kind of tensor or array, (rows, ...) per step, kept where it was made until `dense` is asked."""

    def __init__(self) -> None:
        self._runs: list[tuple[tuple[int, ...], list[Tensor | npt.NDArray[Any]]]] = []

    def __bool__(self) -> bool:
        return bool(self._runs)

    def add(self, carried: tuple[int, ...], values: Tensor | npt.NDArray[Any]) -> None:
        """`carried`: the sentence of each row."""
        if not self._runs or self._runs[-1][0] is not carried:
            self._runs.append((carried, []))
        self._runs[-1][1].append(values)

    def dense(self, sentences: int) -> npt.NDArray[Any]:
        """(sentences, steps, ...); zero where a sentence was no longer carried."""
        parts = [(carried, _stack(values)) for carried, values in self._runs]
        steps = sum(part.shape[1] for _, part in parts)
        first = parts[0][1]
        if len(parts) == 1 and len(first) == sentences:
            return first
        dense = np.zeros((sentences, steps, *first.shape[2:]), first.dtype)
        start = 0
        for carried, part in parts:
            dense[list(carried), start : start + part.shape[1]] = part
            start += part.shape[1]
        return dense


def _stack(values: list[Any]) -> npt.NDArray[Any]:
    """One transfer from the device for all steps."""
    if isinstance(values[0], Tensor):
        return torch.stack(values, 1).cpu().numpy()
    return np.stack(values, 1)
