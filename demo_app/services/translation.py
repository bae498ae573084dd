"""Translate a text: limits, segments, micro-batches, one stored record. Knows no page and no SQL."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from core.errors import BusyError
from core.options import DecodeOptions, GreedyOptions
from core.results import SegmentTranslation, Translation
from core.text.segment import split_segments
from demo_app.services.batcher import Batcher
from demo_app.services.limits import check_segments, check_text
from demo_app.services.memory import settled, to_translate
from demo_app.services.model_info import ModelInfo
from demo_app.services.model_pool import ModelPool
from demo_app.services.served_model import ServedModel
from demo_app.settings import Settings
from demo_app.store.memory_records import NOTHING, Recollection, Remembered
from demo_app.store.records import TranslationRecord


class KeepsTranslations(Protocol):
    """What this service needs of the store."""

    def add(
        self, translation: Translation, recalled: Sequence[Recollection] = (), /
    ) -> TranslationRecord: ...


Pair = tuple[str, str]
Examples = tuple[tuple[str, tuple[Pair, ...]], ...]
Steer = Callable[[ServedModel, Mapping[str, Sequence[Pair]], str], ServedModel]
"""The model as it were with examples at hand for some sources; last, the language of the translations."""


class Remembers(Protocol):
    """`demo_app.services.memory.TranslationMemory`, or `NoMemory`."""

    def recall(self, direction: Pair, texts: Sequence[str]) -> list[Recollection]: ...
    def examples(self, direction: Pair, texts: Sequence[str]) -> list[tuple[Remembered, ...]]: ...


class NoMemory:
    """Where corrections are learned from alone."""

    def recall(self, direction: Pair, texts: Sequence[str]) -> list[Recollection]:
        return [NOTHING] * len(texts)

    def examples(self, direction: Pair, texts: Sequence[str]) -> list[tuple[Remembered, ...]]:
        return [()] * len(texts)


def unsteered(model: ServedModel, examples: Mapping[str, Sequence[Pair]], target: str) -> ServedModel:
    """The model itself."""
    return model


@dataclass(frozen=True, kw_only=True)
class TranslateRequest:
    """What a person asks for. Options are checked when made; everything else by the service."""

    text: str
    source: str
    """Language code of the text, as `fr`."""
    target: str
    options: DecodeOptions = field(default_factory=GreedyOptions)
    model: str | None = None
    """Name of a model; None takes the default one."""
    memory: bool = True
    """Whether corrections act; without, the model alone answers."""
    neighbours: bool = False
    """Whether corrections of texts like it steer the search (core/neighbours.py)."""


@dataclass(frozen=True)
class _BatchKey:
    """Segments that agree in this may be decoded together."""

    model_id: str
    source: str
    target: str
    options: DecodeOptions
    examples: Examples = ()
    """By text, the pairs that steer its search."""


@dataclass(frozen=True)
class _Plan:
    """A request that passed all limits."""

    key: _BatchKey
    model: ServedModel
    """Held until the answer is there: if another version is promoted meanwhile, this one finishes it."""
    text: str
    """As it was typed."""
    segments: tuple[tuple[str, str], ...]
    """(text, separator that follows)."""
    recalled: tuple[Recollection, ...]
    """One a segment."""

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self.segments]

    @property
    def asked_beside(self) -> list[str]:
        """Sources of suggestions: what the model makes of them tells whether it needs those."""
        asked = (to_translate(one, self.key.model_id) for one in self.recalled)
        return [text for text in dict.fromkeys(asked) if text is not None]


class TranslationService:
    """Safe for any number of concurrent callers; `close` when done."""

    def __init__(
        self,
        settings: Settings,
        pool: ModelPool,
        translations: KeepsTranslations,
        memory: Remembers | None = None,
        steer: Steer = unsteered,
    ) -> None:
        self._settings = settings
        self._pool = pool
        self._translations = translations
        self._memory = memory or NoMemory()
        self._steer, self._clock = steer, time.perf_counter
        self._batcher: Batcher[_BatchKey, str, SegmentTranslation] = Batcher(
            self._decode,
            max_batch=settings.max_batch,
            wait_s=settings.batch_wait_ms / 1000,
            queue_size=settings.queue_size,
        )

    async def translate(self, request: TranslateRequest) -> TranslationRecord:
        """Translate and store.

        Raises `InputError`, `CheckpointError`, `BusyError` (also after `request_timeout_s`), `StoreError`,
        or what the model raised for this text; then nothing is stored and no other caller notices."""
        started = self._clock()
        try:
            async with asyncio.timeout(self._settings.request_timeout_s):
                plan = await asyncio.to_thread(self._plan, request)
                beside = plan.asked_beside
                results = await self._batcher.submit_all(plan.key, [*plan.texts, *beside])
        except TimeoutError as error:
            raise BusyError(
                f"A translation may take at most {self._settings.request_timeout_s:g} s, but this one took "
                "longer; try again in a while, or with a shorter text or a smaller beam.",
                retry_after_s=self._batcher.backlog_s(),
            ) from error
        own, others = results[: len(plan.segments)], results[len(plan.segments) :]
        likes = {text: result.best.text for text, result in zip(beside, others, strict=True)}
        translation = _assemble(plan, own, self._clock() - started)
        return await asyncio.to_thread(self._translations.add, translation, _settled(plan, own, likes))

    def models(self) -> list[ModelInfo]:
        """Usable models, the default one first. Loads them when first called: do that in a thread."""
        return list(self._pool.info())

    def close(self) -> None:
        """Let the running batch finish; waiting and later requests get `BusyError`."""
        self._batcher.close()

    def _plan(self, request: TranslateRequest) -> _Plan:
        """All checks, cheap ones first. Slow only when it has to load the model."""
        check_text(request.text, self._settings)
        model = self._pool.get(request.model, (request.source, request.target))
        model.require_direction(request.source, request.target)
        segments = tuple(split_segments(request.text))
        texts = [text for text, _ in segments]
        check_segments(texts, model.count_pieces, self._settings)
        recalled = tuple(map(self._fitting(model), self._recalled(request, texts)))
        examples = {
            text: tuple((found.source_text, found.text) for found in one.examples)
            for text, one in zip(texts, recalled, strict=True)
            if one.examples
        }
        key = _BatchKey(
            model.model_id, request.source, request.target, request.options, tuple(examples.items())
        )
        return _Plan(key, model, request.text, segments, recalled)

    def _recalled(self, request: TranslateRequest, texts: Sequence[str]) -> list[Recollection]:
        direction = request.source, request.target
        recalled = self._memory.recall(direction, texts) if request.memory else [NOTHING] * len(texts)
        if not request.neighbours:
            return recalled
        examples = self._memory.examples(direction, texts)
        return [replace(one, examples=found) for one, found in zip(recalled, examples, strict=True)]

    def _fitting(self, model: ServedModel) -> Callable[[Recollection], Recollection]:
        """Nothing that is too long for the model to look at."""

        def fits(found: Remembered | None) -> bool:
            pieces = 0 if found is None else max(map(model.count_pieces, (found.text, found.source_text)))
            return pieces <= self._settings.max_segment_pieces

        return lambda one: Recollection(
            correction=one.correction if fits(one.correction) else None,
            suggestion=one.suggestion if fits(one.suggestion) else None,
            examples=tuple(filter(fits, one.examples)),
        )

    def _decode(self, key: _BatchKey, texts: Sequence[str]) -> Sequence[SegmentTranslation]:
        model = self._pool.by_id(key.model_id)
        if key.examples:
            model = self._steer(model, dict(key.examples), key.target)
        return model.translate_segments(texts, key.source, key.target, key.options)


def _settled(plan: _Plan, own: Sequence[SegmentTranslation], likes: Mapping[str, str]) -> list[Recollection]:
    """`likes`: by source of a suggestion, what the model makes of it."""
    return [
        replace(
            settled(one, result.best.text, likes.get(to_translate(one, plan.key.model_id) or "")),
            examples=one.examples,
        )
        for one, result in zip(plan.recalled, own, strict=True)
    ]


def _assemble(plan: _Plan, results: Sequence[SegmentTranslation], duration_s: float) -> Translation:
    segments = tuple(
        replace(result, separator=separator)
        for result, (_, separator) in zip(results, plan.segments, strict=True)
    )
    return Translation(
        source_language=plan.key.source,
        target_language=plan.key.target,
        source_text=plan.text,
        segments=segments,
        options=plan.key.options,
        model_id=plan.key.model_id,
        duration_s=duration_s,
        origin=plan.model.origin,
    )
