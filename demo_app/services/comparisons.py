"""The same sentence translated in several ways, to set side by side. Nothing of it is stored."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.changes import Change
from core.errors import CheckpointError, NotFoundError, UnsupportedDirectionError
from core.options import BeamOptions, DecodeOptions, GreedyOptions, SamplingOptions
from core.results import AttentionMap, Hypothesis
from demo_app.services.model_pool import ModelPool
from demo_app.services.readings import (
    UNCHANGED,
    FindsTranslations,
    Opens,
    Place,
    ReadingService,
    Target,
    search_of,
)
from demo_app.services.served_model import ServedModel

_MODELS = 4
"""Columns that a page can hold side by side."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One way of translating and what came of it."""

    name: str
    """The mode of the search, or the name of the model."""
    model_id: str
    hypothesis: Hypothesis
    duration_s: float | None
    """None where nothing was searched."""
    attention: AttentionMap | None
    """By pieces; None without attention."""
    is_changed: bool
    """Whether something was changed in the model for it."""


class ComparisonService:
    """Thread-safe. Each column runs the model as a translation does. Raises as `ReadingService`."""

    def __init__(
        self,
        pool: ModelPool,
        translations: FindsTranslations,
        readings: ReadingService,
        opens: Opens,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._pool = pool
        self._translations = translations
        self._readings = readings
        self._opens = opens
        self._clock = clock

    def searches(self, place: Place, seed: int, change: Change = UNCHANGED) -> list[Run]:
        """Greedy, beam and sampling by the model that translated the sentence, under the change; `seed` of
        the sample."""
        record = self._translations.get(place.translation_id)
        asked = search_of(record)
        beam = asked if isinstance(asked, BeamOptions) else BeamOptions()
        model = self._pool.by_id(record.model_id)
        ways: list[DecodeOptions] = [GreedyOptions(), beam, SamplingOptions(seed=seed)]
        return [self._run(way.mode, model, place, way, change) for way in ways]

    def models(self, place: Place, change: Change = UNCHANGED) -> list[Run]:
        """Models that know the direction, with the search of the record; the record's own one, under the
        change, first."""
        record = self._translations.get(place.translation_id)
        own = record.model_id.partition("@")[0]
        runs: list[Run] = []
        for name in sorted(self._pool.names(), key=lambda name: name != own):
            if len(runs) == _MODELS:
                break
            try:
                changed = change if name == own else UNCHANGED
                runs.append(self._run(name, self._pool.get(name), place, search_of(record), changed))
            except (UnsupportedDirectionError, CheckpointError):
                continue
        if not runs:
            pair = f"{record.source_language}→{record.target_language}"
            raise NotFoundError(f"No model here translates {pair} any more; put one back.")
        return runs

    def targets(self, chosen: Sequence[tuple[str, Place, Target]]) -> list[Run]:
        """Targets that were looked at before, each under its name."""
        return [self._known(name, place, target) for name, place, target in chosen]

    def _run(
        self, name: str, model: ServedModel, place: Place, options: DecodeOptions, change: Change
    ) -> Run:
        model = self._opens.under(model, change)
        record = self._translations.get(place.translation_id)
        text = record.segments[place.segment].source_text
        started = self._clock()
        found = model.translate_segments([text], record.source_language, record.target_language, options)[0]
        duration_s = self._clock() - started
        seen = model.attend(found.source_ids, found.best.ids) if model.has_attention else None
        return Run(
            name=name,
            model_id=model.model_id,
            hypothesis=found.best,
            duration_s=duration_s,
            attention=seen,
            is_changed=bool(change),
        )

    def _known(self, name: str, place: Place, target: Target) -> Run:
        reading = self._readings.read(place, target)
        token_log_probs = tuple(piece.log_prob for piece in reading.judgement)
        total = sum(token_log_probs)
        return Run(
            name=name,
            model_id=reading.record.model_id,
            hypothesis=Hypothesis(
                text=target.text,
                ids=target.ids,
                pieces=reading.pieces,
                token_log_probs=token_log_probs,
                score=total if target.score is None else target.score,
                finished=True,
            ),
            duration_s=None,
            attention=reading.cross,
            is_changed=bool(target.change),
        )
