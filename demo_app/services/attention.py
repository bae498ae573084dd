"""Attention of a stored translation, recomputed from its ids: no tensor is ever stored. Knows no figure."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Literal, Protocol, TypeVar

from core.analysis.attention_map import to_words
from core.errors import NotFoundError
from core.results import AttentionMap
from demo_app.services.limits import check_attention, check_segments, check_text
from demo_app.services.model_pool import ModelPool
from demo_app.settings import Settings
from demo_app.store.records import TranslationRecord

Unit = Literal["words", "pieces"]
Row = TypeVar("Row")

_CACHED_MAPS = 64


class FindsTranslations(Protocol):
    """What this service needs of the store."""

    def get(self, id: str, /) -> TranslationRecord: ...


class AttentionService:
    """Thread-safe. Calls run the model for some milliseconds: await them in a thread."""

    def __init__(self, settings: Settings, pool: ModelPool, translations: FindsTranslations) -> None:
        self._settings = settings
        self._pool = pool
        self._translations = translations
        self._cache = _RecentMaps(_CACHED_MAPS)

    def view(
        self, translation_id: str, segment_index: int, hypothesis_index: int = 0, unit: Unit = "words"
    ) -> AttentionMap:
        """The weights that the search used for one hypothesis, as the model that wrote it gives them.

        Raises `NotFoundError` (record, segment, hypothesis or model), `NoAttentionError`,
        or `TextTooLongError` beyond `max_attention_units`."""

        def compute() -> AttentionMap:
            record = self._translations.get(translation_id)
            segment = _pick(record.segments, segment_index, "segments")
            hypothesis = _pick(segment.hypotheses, hypothesis_index, "hypotheses")
            return self._attend(record.model_id, segment.source_ids, hypothesis.ids, unit)

        return self._cache.get((translation_id, segment_index, hypothesis_index, unit), compute)

    def of_text(
        self, translation_id: str, segment_index: int, target_text: str, unit: Unit = "words"
    ) -> AttentionMap:
        """The same for a person's own translation of the segment: where the model would look, writing that.

        Raises as `view`, and `InputError` for a text that is blank, too long or holds control characters."""
        record = self._translations.get(translation_id)
        segment = _pick(record.segments, segment_index, "segments")
        model = self._pool.by_id(record.model_id)
        check_text(target_text, self._settings)
        check_segments([target_text], model.count_pieces, self._settings)
        return self._attend(record.model_id, segment.source_ids, model.encode_target(target_text), unit)

    def _attend(
        self, model_id: str, source_ids: tuple[int, ...], target_ids: tuple[int, ...], unit: Unit
    ) -> AttentionMap:
        if unit == "pieces":  # their number is known before the model runs
            check_attention(len(source_ids), len(target_ids), self._settings)
        found = self._pool.by_id(model_id).attend(source_ids, target_ids)
        if unit == "words":
            found = to_words(found)
            check_attention(len(found.source_units), len(found.target_units), self._settings)
        return found


def _pick(rows: Sequence[Row], index: int, name: str) -> Row:
    if not 0 <= index < len(rows):
        raise NotFoundError(f"The {name} are numbered 0 to {len(rows) - 1}, but {index} was asked for.")
    return rows[index]


class _RecentMaps:
    """The maps asked for last, so that switching between hypotheses and units costs nothing."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._maps: OrderedDict[Hashable, AttentionMap] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], AttentionMap]) -> AttentionMap:
        with self._lock:
            if key in self._maps:
                self._maps.move_to_end(key)
                return self._maps[key]
        found = compute()
        with self._lock:
            self._maps[key] = found
            if len(self._maps) > self._size:
                self._maps.popitem(last=False)
        return found
