"""The facade: text in, translations out; ids in, attention and scores out. Safe for many threads."""

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

import torch

from core.checkpoint import Checkpoint, load_checkpoint
from core.decoding.decode import decode, decode_traced
from core.decoding.ensemble import Ensemble
from core.decoding.force import force
from core.decoding.next_pieces import next_pieces
from core.decoding.risk import Utility, rank_by_utility, sentence_chrf
from core.decoding.search import Candidate, SpecialIds
from core.decoding.wish import Wish
from core.device import choose_device, in_halves
from core.errors import (
    ConfigError,
    EmptyTextError,
    NoAttentionError,
    UnsupportedDirectionError,
)
from core.nn.factory import restore_model
from core.nn.seq2seq import Seq2SeqModel
from core.options import BeamOptions, Constraints, DecodeOptions, SamplingOptions
from core.readout import hypotheses_of, segment_of
from core.results import (
    Alternative,
    AttentionMap,
    Hypothesis,
    Origin,
    SearchTrace,
    SegmentTranslation,
    Translation,
)
from core.signature import signature
from core.specialist import Specialist
from core.text.batching import batches_by_length, pad_ids
from core.text.capitals import encode_sources
from core.text.segment import split_segments
from core.text.tokenizer import BOS_ID, EOS_ID, PAD_ID, UNK_ID, Tokenizer
from core.wishes import make_wishes

SPECIAL = SpecialIds(pad=PAD_ID, bos=BOS_ID, eos=EOS_ID, unk=UNK_ID)
_MAX_ROWS = 64
_MAX_TOKENS = 4096
_MAX_SAMPLES = 1024
"""Rows of a batch of samples: so many need more memory than time."""


class Translator:
    """A model with its tokenizer, ready to answer."""

    def __init__(
        self,
        model: Seq2SeqModel | Ensemble,
        tokenizer: Tokenizer,
        directions: Sequence[tuple[str, str]],
        model_id: str = "unsaved@0",
    ) -> None:
        """`model` stays where it is and is used in whatever mode it is in: call `eval()` first."""
        self.model = model
        self.tokenizer = tokenizer
        self.directions = tuple(directions)
        self.model_id = model_id
        self.name = model_id.partition("@")[0]
        self.digest = self.card = ""
        self.measures: dict[str, Any] = {}
        self.piece_counts: dict[int, int] | None = None
        """How often training saw each piece id; None where that was not counted."""
        self.aligner: tuple[int, int] | None = None
        """As in `Checkpoint`."""
        self.specialist: Specialist[Self] | None = None
        """Answers in this one's place what its domain covers: see `at`."""
        self.layers, self.heads = model.attention_layers, model.attention_heads
        self.has_attention = model.attention_layers > 0
        self.architecture = "ensemble" if isinstance(model, Ensemble) else model.config.architecture
        self.parameters = sum(parameter.numel() for parameter in model.parameters())

    @classmethod
    def load(cls, folder: Path, device: str = "auto") -> Self:
        """From a model folder, in float32; raises the `CheckpointError` tree."""
        return cls.from_checkpoint(load_checkpoint(folder), choose_device(device))

    @classmethod
    def from_checkpoint(cls, checkpoint: Checkpoint, device: torch.device) -> Self:
        """From a checkpoint in memory."""
        model = restore_model(checkpoint.config, checkpoint.weights)
        model.eval().requires_grad_(False)
        translator = cls(model.to(device), checkpoint.tokenizer, checkpoint.directions, checkpoint.model_id)
        translator.digest = checkpoint.digest
        translator.card, translator.measures = checkpoint.card, checkpoint.measures
        translator.piece_counts = dict(enumerate(checkpoint.piece_counts)) or None
        translator.aligner = checkpoint.aligner
        if checkpoint.specialist:
            plain = replace(checkpoint, specialist=None)
            translator.specialist = checkpoint.specialist.map(
                lambda weights: cls.from_checkpoint(replace(plain, weights=weights), device)
            )
        return translator

    @cached_property
    def origin(self) -> Origin:
        """What its translations are made with."""
        dtype = str(next(self.model.parameters()).dtype).removeprefix("torch.")
        return Origin(self.digest, self.tokenizer.digest, signature(self.device.type, dtype))

    @property
    def device(self) -> torch.device:
        return next(self.model.parameters()).device

    @property
    def one_model(self) -> Seq2SeqModel:
        """The model, to look into or to change; raises `ConfigError` for an ensemble."""
        if isinstance(self.model, Ensemble):
            raise ConfigError("An ensemble cannot be looked into or changed; take one of its models.")
        return self.model

    def at(self, source_ids: Sequence[int]) -> Self:
        """What answers this source: the specialist that covers it, or this translator."""
        special = self.specialist
        return special.own if special and special.domain.covers(source_ids) else self

    def is_apart(self, source_ids: Sequence[int]) -> bool:
        """Whether the specialist answers this source."""
        return self.at(source_ids) is not self

    def split(self, sources: Sequence[Sequence[int]]) -> list[tuple[Self, list[int]]]:
        """Who answers which of them, by their places."""
        found: dict[int, tuple[Self, list[int]]] = {}
        for place, source_ids in enumerate(sources):
            one = self.at(source_ids)
            found.setdefault(id(one), (one, []))[1].append(place)
        return list(found.values())

    def encode_source(self, text: str, target_language: str) -> tuple[int, ...]:
        """Target-language tag, pieces, EOS."""
        return (*self.tokenizer.tag_ids(target_language), *encode_sources(self.tokenizer, [text])[0], EOS_ID)

    def encode_target(self, text: str) -> tuple[int, ...]:
        """Pieces, EOS."""
        return (*self.tokenizer.target.encode(text), EOS_ID)

    def count_pieces(self, text: str) -> int:
        """Pieces of the text, without tag and EOS."""
        return len(encode_sources(self.tokenizer, [text])[0])

    def fits(self, ids: Sequence[int]) -> bool:
        """Whether the model has positions for so many pieces."""
        limit = self.model.max_positions
        return limit is None or len(ids) <= limit

    def require_direction(self, source: str, target: str) -> None:
        """Raise `UnsupportedDirectionError` unless the model was trained for the pair."""
        if (source, target) not in self.directions:
            known = ", ".join(f"{a}→{b}" for a, b in self.directions)
            raise UnsupportedDirectionError(
                f"This model translates {known}, but {source}→{target} was asked for."
            )

    def translate(self, text: str, source: str, target: str, options: DecodeOptions) -> Translation:
        """Split into segments, translate each, keep what stood between them."""
        started = time.perf_counter()
        parts = split_segments(text)
        if not parts:
            raise EmptyTextError("There is no text yet; write something first.")
        found = self.translate_segments([segment for segment, _ in parts], source, target, options)
        segments = tuple(
            SegmentTranslation(
                item.source_text, item.source_ids, item.source_pieces, item.hypotheses, separator
            )
            for item, (_, separator) in zip(found, parts, strict=True)
        )
        seconds = time.perf_counter() - started
        return Translation(source, target, text, segments, options, self.model_id, seconds, self.origin)

    def translate_segments(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        options: DecodeOptions,
        constraints: Sequence[Constraints] | None = None,
    ) -> list[SegmentTranslation]:
        """One result per text, in order, whatever batches were made; separators are empty.

        `constraints`: one a text, or none; `ConfigError` for those that cannot be. When device memory runs
        out the batch is halved; `DeviceMemoryError` only if one text does not fit."""
        self.require_direction(source, target)
        tag_ids = self.tokenizer.tag_ids(target)
        sources = [(*tag_ids, *ids, EOS_ID) for ids in encode_sources(self.tokenizer, texts)]
        wishes = make_wishes(constraints or [Constraints()] * len(texts), self.tokenizer.target)
        rows = _MAX_SAMPLES // options.samples if isinstance(options, SamplingOptions) else _MAX_ROWS
        results: dict[int, SegmentTranslation] = {}
        for batch in batches_by_length([len(ids) for ids in sources], min(rows, _MAX_ROWS), _MAX_TOKENS):
            asked = [wishes[index] for index in batch]
            n_best = self._decode([sources[index] for index in batch], options, asked)
            for index, candidates in zip(batch, n_best, strict=True):
                results[index] = segment_of(texts[index], sources[index], candidates, self.tokenizer)
        return [results[index] for index in range(len(texts))]

    def minimum_risk(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        options: SamplingOptions,
        constraints: Sequence[Constraints] | None = None,
        utility: Utility | None = None,
    ) -> list[SegmentTranslation]:
        """The samples of each text by expected utility, sentence chrF by default (Eikema & Aziz 2020)."""
        utility = utility or sentence_chrf()
        found = self.translate_segments(texts, source, target, options, constraints)
        return [rank_by_utility(item, utility) for item in found]

    def continue_from(
        self, source_ids: Sequence[int], prefix_ids: Sequence[int], options: DecodeOptions
    ) -> tuple[Hypothesis, ...]:
        """Whole translations that start with the given ids, best first; `ConfigError` for unknown ids."""
        size = self.tokenizer.target.vocab_size
        if unknown := [piece for piece in prefix_ids if not 0 <= piece < size]:
            raise ConfigError(f"A prefix must hold pieces from 0 to {size - 1}, but has {unknown[0]}.")
        found = self._decode([tuple(source_ids)], options, [Wish(prefix=tuple(prefix_ids))])[0]
        return hypotheses_of(found, self.tokenizer)

    def alternatives(
        self,
        source_ids: Sequence[int],
        prefix_ids: Sequence[int],
        options: DecodeOptions,
        count: int = 5,
        floor: float = 0.01,
    ) -> tuple[Alternative, ...]:
        """The `count` most probable pieces behind the prefix, each searched on from; most probable first.

        Pieces less probable than `floor` lead to nonsense and are left out, the most probable never."""
        ids_S = torch.tensor(source_ids, device=self.device)
        likely = next_pieces(self.at(source_ids).model, ids_S, prefix_ids, count, SPECIAL)
        likely = [pair for rank, pair in enumerate(likely) if rank == 0 or pair[1] >= floor]
        wishes = [Wish(prefix=(*prefix_ids, piece)) for piece, _ in likely]
        names = self.tokenizer.target.pieces([piece for piece, _ in likely])
        lists = self._decode([tuple(source_ids)] * len(likely), options, wishes)
        return tuple(
            Alternative(piece, name, share, hypotheses_of(found, self.tokenizer)[0])
            for (piece, share), name, found in zip(likely, names, lists, strict=True)
        )

    def trace(self, text: str, source: str, target: str, options: BeamOptions) -> SearchTrace:
        """One segment with every candidate that beam search looked at."""
        self.require_direction(source, target)
        source_ids = self.encode_source(text, target)
        ids, mask = pad_ids([source_ids])
        model, device = self.at(source_ids).model, self.device
        found, log = decode_traced(model, ids.to(device), mask.to(device), options, SPECIAL)
        candidates = log.of(0)
        used = sorted({one.id for one in candidates})
        pieces = dict(zip(used, self.tokenizer.target.pieces(used), strict=True))
        return SearchTrace(segment_of(text, source_ids, found[0], self.tokenizer), candidates, pieces)

    def attend(self, source_ids: Sequence[int], target_ids: Sequence[int]) -> AttentionMap:
        """Cross-attention over given ids by teacher forcing: what the search used.

        Raises `NoAttentionError` when the model has none."""
        if not self.has_attention:
            raise NoAttentionError(
                f"The model {self.name} has no attention: it sees the source as one fixed vector."
            )
        weights = self._force(source_ids, target_ids).weights_LHTS
        if weights is None:
            raise NoAttentionError(f"The model {self.name} returned no attention.")
        labels = self.tokenizer.pieces(source_ids), self.tokenizer.target.pieces(target_ids)
        return AttentionMap(*labels, weights)

    def score(self, source_ids: Sequence[int], target_ids: Sequence[int]) -> tuple[float, ...]:
        """Log-probability of each target id given those before it, nats."""
        return self._force(source_ids, target_ids).token_log_probs

    def _force(self, source_ids: Sequence[int], target_ids: Sequence[int]) -> Candidate:
        ids, mask = pad_ids([source_ids])
        model, device = self.at(source_ids).model, self.device
        return force(model, ids.to(device), mask.to(device), [list(target_ids)], SPECIAL)[0]

    def _decode(
        self, sources: list[tuple[int, ...]], options: DecodeOptions, wishes: list[Wish]
    ) -> list[list[Candidate]]:
        def search(model: Seq2SeqModel | Ensemble, part: Sequence[int]) -> list[list[Candidate]]:
            ids, mask = pad_ids([sources[index] for index in part])
            asked = [wishes[index] for index in part]
            return decode(model, ids.to(self.device), mask.to(self.device), options, SPECIAL, asked)

        results: dict[int, list[Candidate]] = {}
        for one, places in self.split(sources):
            found = [lists for part in in_halves(partial(search, one.model), places) for lists in part]
            results.update(zip(places, found, strict=True))
        return [results[index] for index in range(len(sources))]
