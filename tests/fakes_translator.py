"""A translator without a network: each word comes out reversed. Deterministic, and obeys `ServedModel`."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np

from core.errors import NoAttentionError, NonFiniteScoresError, UnsupportedDirectionError
from core.options import BeamOptions, DecodeOptions
from core.results import AttentionMap, Hypothesis, Origin, SearchTrace, SegmentTranslation

EOS_ID = 3
TAG_ID = 4


@dataclass(frozen=True)
class Decoded:
    """One call of `translate_segments`."""

    texts: tuple[str, ...]
    source: str
    target: str
    options: DecodeOptions


class FakeTranslator:
    """Words are pieces. A text with "poison" in it makes its whole batch fail, as NaN does."""

    def __init__(self, model_id: str = "fake@0123456789ab", has_attention: bool = True) -> None:
        self.model_id = model_id
        self.origin = Origin("0123456789ab" * 5, "ba9876543210" * 5, "fake:1")
        self.directions: tuple[tuple[str, str], ...] = (("fr", "en"), ("en", "fr"))
        self.architecture = "recurrent"
        self.has_attention = has_attention
        self.layers = self.heads = 1 if has_attention else 0
        self.parameters = 42
        self.card = "# A card"
        self.measures: dict[str, Any] = {}
        self.aligner: tuple[int, int] | None = None
        self.piece_counts: dict[int, int] | None = None
        self.has_specialist = False
        """It would answer everything."""
        self.decoded: list[Decoded] = []
        self.may_run = threading.Event()
        """Clear it to hold every call back until it is set again."""
        self.may_run.set()
        self.is_running = threading.Event()
        """Set while and after a call runs."""
        self._words: dict[int, str] = {EOS_ID: "</s>", TAG_ID: "<2x>"}

    def require_direction(self, source: str, target: str) -> None:
        if (source, target) not in self.directions:
            raise UnsupportedDirectionError(f"This model does not translate {source} to {target}.")

    def translate_segments(
        self, texts: Sequence[str], source: str, target: str, options: DecodeOptions
    ) -> list[SegmentTranslation]:
        self.is_running.set()
        assert self.may_run.wait(timeout=10), "nobody let the fake run"
        self.decoded.append(Decoded(tuple(texts), source, target, options))
        if any("poison" in text for text in texts):
            raise NonFiniteScoresError("The model returned NaN.")
        return [self._translate(text, target, options) for text in texts]

    def continue_from(
        self, source_ids: Sequence[int], prefix_ids: Sequence[int], options: DecodeOptions
    ) -> tuple[Hypothesis, ...]:
        words = [piece.removeprefix("▁")[::-1] for piece in self._pieces(source_ids[1:-1])]
        ids = (*prefix_ids, *map(self._id, words[len(prefix_ids) :]), EOS_ID)
        pieces = self._pieces(ids)
        text = " ".join(piece.removeprefix("▁") for piece in pieces[:-1])
        return (Hypothesis(text, ids, pieces, (-0.5,) * len(ids), -0.5 * len(ids), True),)

    def trace(self, text: str, source: str, target: str, options: BeamOptions) -> SearchTrace:
        self.require_direction(source, target)
        return SearchTrace(self._translate(text, target, options), (), {})

    def attend(self, source_ids: Sequence[int], target_ids: Sequence[int]) -> AttentionMap:
        if not self.has_attention:
            raise NoAttentionError("The model has no attention.")
        weights = np.full((1, 1, len(target_ids), len(source_ids)), 1 / len(source_ids), dtype=np.float32)
        return AttentionMap(self._pieces(source_ids), self._pieces(target_ids), weights)

    def encode_source(self, text: str, target_language: str) -> tuple[int, ...]:
        return (TAG_ID, *map(self._id, text.split()), EOS_ID)

    def is_apart(self, source_ids: Sequence[int]) -> bool:
        return self.has_specialist

    def score(self, source_ids: Sequence[int], target_ids: Sequence[int]) -> tuple[float, ...]:
        return (-0.5,) * len(target_ids)

    def encode_target(self, text: str) -> tuple[int, ...]:
        return (*map(self._id, text.split()), EOS_ID)

    def count_pieces(self, text: str) -> int:
        return len(text.split())

    def _translate(self, text: str, target: str, options: DecodeOptions) -> SegmentTranslation:
        source_ids = self.encode_source(text, target)
        count = options.n_best if isinstance(options, BeamOptions) else 1
        hypotheses = tuple(self._hypothesis(text, target, rank) for rank in range(count))
        return SegmentTranslation(text, source_ids, self._pieces(source_ids), hypotheses, "")

    def _hypothesis(self, text: str, target: str, rank: int) -> Hypothesis:
        words = [word[::-1] for word in text.split()] + [target] * rank
        ids = (*map(self._id, words), EOS_ID)
        log_probs = tuple(-0.5 - rank for _ in ids)
        return Hypothesis(" ".join(words), ids, self._pieces(ids), log_probs, sum(log_probs), True)

    def _id(self, word: str) -> int:
        found = 5 + crc32(word.encode()) % 1_000_000
        self._words[found] = "▁" + word
        return found

    def _pieces(self, ids: Sequence[int]) -> tuple[str, ...]:
        return tuple(self._words[i] for i in ids)
