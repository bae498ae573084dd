"""The facade: text in, translations out; ids in, attention and scores out. Safe for many threads."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import torch

from core.checkpoint import Checkpoint, load_checkpoint
from core.decoding.decode import decode
from core.decoding.force import force
from core.decoding.search import Candidate, SpecialIds
from core.device import choose_device, is_out_of_memory
from core.errors import DeviceMemoryError, EmptyTextError, NoAttentionError, UnsupportedDirectionError
from core.nn.factory import restore_model
from core.nn.seq2seq import Seq2SeqModel
from core.options import DecodeOptions
from core.results import AttentionMap, Hypothesis, SegmentTranslation, Translation
from core.text.batching import batches_by_length, pad_ids
from core.text.segment import split_segments
from core.text.tokenizer import BOS_ID, EOS_ID, PAD_ID, UNK_ID, Tokenizer

SPECIAL = SpecialIds(pad=PAD_ID, bos=BOS_ID, eos=EOS_ID, unk=UNK_ID)
_MAX_ROWS = 64
_MAX_TOKENS = 4096


class Translator:
    """A model with its tokenizer, ready to answer."""

    def __init__(
        self,
        model: Seq2SeqModel,
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
        self.card = ""
        self.layers, self.heads = model.attention_layers, model.attention_heads
        self.has_attention = model.attention_layers > 0
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
        translator.card = checkpoint.card
        return translator

    @property
    def device(self) -> torch.device:
        return self.model.output_weight.device

    def encode_source(self, text: str, target_language: str) -> tuple[int, ...]:
        """Target-language tag, pieces, EOS."""
        return (self.tokenizer.tag_id(target_language), *self.tokenizer.encode(text), EOS_ID)

    def encode_target(self, text: str) -> tuple[int, ...]:
        """Pieces, EOS."""
        return (*self.tokenizer.encode(text), EOS_ID)

    def count_pieces(self, text: str) -> int:
        """Pieces of the text, without tag and EOS."""
        return len(self.tokenizer.encode(text))

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
        return Translation(source, target, text, segments, options, self.model_id, seconds)

    def translate_segments(
        self, texts: Sequence[str], source: str, target: str, options: DecodeOptions
    ) -> list[SegmentTranslation]:
        """One result per text, in order, whatever batches were made; separators are empty.

        When device memory runs out the batch is halved; `DeviceMemoryError` only if one text does not fit."""
        self.require_direction(source, target)
        tag = self.tokenizer.tag_id(target)
        sources = [(tag, *ids, EOS_ID) for ids in self.tokenizer.encode_many(texts)]
        results: dict[int, SegmentTranslation] = {}
        for batch in batches_by_length([len(ids) for ids in sources], _MAX_ROWS, _MAX_TOKENS):
            n_best = self._decode([sources[index] for index in batch], options)
            for index, candidates in zip(batch, n_best, strict=True):
                results[index] = self._segment(texts[index], sources[index], candidates)
        return [results[index] for index in range(len(texts))]

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
        return AttentionMap(self.tokenizer.pieces(source_ids), self.tokenizer.pieces(target_ids), weights)

    def score(self, source_ids: Sequence[int], target_ids: Sequence[int]) -> tuple[float, ...]:
        """Log-probability of each target id given those before it, nats."""
        return self._force(source_ids, target_ids).token_log_probs

    def _force(self, source_ids: Sequence[int], target_ids: Sequence[int]) -> Candidate:
        ids, mask = pad_ids([source_ids])
        device = self.device
        return force(self.model, ids.to(device), mask.to(device), [list(target_ids)], SPECIAL)[0]

    def _decode(self, sources: list[tuple[int, ...]], options: DecodeOptions) -> list[list[Candidate]]:
        ids, mask = pad_ids(sources)
        try:
            return decode(self.model, ids.to(self.device), mask.to(self.device), options, SPECIAL)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            if len(sources) == 1:
                raise DeviceMemoryError(
                    "The device has too little memory for this sentence; shorten it."
                ) from error
        half = len(sources) // 2
        return self._decode(sources[:half], options) + self._decode(sources[half:], options)

    def _segment(self, text: str, source_ids: tuple[int, ...], found: list[Candidate]) -> SegmentTranslation:
        hypotheses = tuple(
            Hypothesis(
                text=self.tokenizer.decode(item.ids),
                ids=item.ids,
                pieces=self.tokenizer.pieces(item.ids),
                token_log_probs=item.token_log_probs,
                score=item.score,
                finished=item.finished,
            )
            for item in found
        )
        return SegmentTranslation(text, source_ids, self.tokenizer.pieces(source_ids), hypotheses, "")
