"""What a model says of one target of a stored sentence, and other targets that people ask for. Knows no page.

A target is a hypothesis of the search, the same with a word changed, a person's own translation, a correction
that the memory recalled, a branch of the beam, or what came out under edited attention. No tensor is stored:
ids suffice to say it all again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from core.analysis.doubts import Doubts, ReadWord, judge_words, read_words
from core.analysis.scripts import is_unspaced
from core.analysis.words import word_text
from core.changes import Change
from core.config import require_range
from core.errors import InputError, NoAttentionError, NotFoundError
from core.options import BeamOptions, CheckOptions, DecodeOptions, SamplingOptions, options_from_dict
from core.results import (
    AttentionCheck,
    AttentionMap,
    Hypothesis,
    PieceJudgement,
    SearchTrace,
    SelfAttention,
)
from demo_app.services.limits import check_segments, check_text
from demo_app.services.model_pool import ModelPool
from demo_app.services.recent import Recent
from demo_app.services.served_model import ServedModel
from demo_app.settings import Settings
from demo_app.store.records import HypothesisRecord, SegmentRecord, TranslationRecord

Kind = Literal["hypothesis", "word", "own", "correction", "attention", "tree"]
UNCHANGED = Change()
_REMEMBERED = 16
"""A reading of a large Transformer takes some 20 MB."""


class FindsTranslations(Protocol):
    """What this service needs of the store."""

    def get(self, id: str, /) -> TranslationRecord: ...


class Knows(Protocol):
    """What this service needs of `core.insight.Insight`."""

    def judge(
        self, source_ids: Sequence[int], target_ids: Sequence[int], /
    ) -> tuple[PieceJudgement, ...]: ...
    def doubts(self, source_ids: Sequence[int], target_ids: Sequence[int], /) -> Doubts: ...
    def self_attention(self, source_ids: Sequence[int], target_ids: Sequence[int], /) -> SelfAttention: ...
    def attention_check(
        self, source_ids: Sequence[int], target_ids: Sequence[int], position: int, options: CheckOptions, /
    ) -> AttentionCheck: ...


class Opens(Protocol):
    """What this service needs of `core.insight`."""

    def insight(self, model: ServedModel) -> Knows: ...
    def under(self, model: ServedModel, change: Change) -> ServedModel: ...


@dataclass(frozen=True, kw_only=True)
class Place:
    """One sentence of a stored translation."""

    translation_id: str
    segment: int


@dataclass(frozen=True, kw_only=True)
class Target:
    """One target for the sentence, and how it came about."""

    kind: Kind
    ids: tuple[int, ...]
    text: str
    score: float | None = None
    """As the search ranked it; None where nothing was searched."""
    change: Change = UNCHANGED
    """What was changed in the model while it wrote this."""
    token_log_probs: tuple[float, ...] = field(default=(), compare=False)
    """As the search gave them, nats, one an id; empty where nothing was searched."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A target with all that the model says of it."""

    record: TranslationRecord
    place: Place
    target: Target
    architecture: str
    layers: int
    heads: int
    judgement: tuple[PieceJudgement, ...]
    """One a piece of the target."""
    doubts: Doubts
    """Without what words of the source are worth: that takes a pass for each (`ReadingService.losses`)."""
    cross: AttentionMap | None
    """By pieces; None when the model has no attention."""
    own: SelfAttention | None
    """Of encoder and decoder; None when the model has none."""
    aligner: tuple[int, int] | None
    """Layer and head of `cross` that links the piece read last, if one was taught to."""
    measures: dict[str, Any]
    """What was measured of the model, as its card.json has it."""
    is_apart: bool
    """Whether it is answered by what was learned from corrections of texts like it, and kept apart."""

    @property
    def segment(self) -> SegmentRecord:
        return self.record.segments[self.place.segment]

    @property
    def pieces(self) -> tuple[str, ...]:
        return tuple(piece.piece for piece in self.judgement)


class ReadingService:
    """Thread-safe. Calls run the model for some milliseconds or, where they search, as long as a translation.

    All raise `NotFoundError` for a record, sentence or model that is gone, and `InputError` or `ConfigError`
    for what cannot be asked."""

    def __init__(
        self, settings: Settings, pool: ModelPool, translations: FindsTranslations, opens: Opens
    ) -> None:
        self._settings = settings
        self._pool = pool
        self._translations = translations
        self._opens = opens
        self._readings: Recent[Reading] = Recent(_REMEMBERED)

    def read(self, place: Place, target: Target) -> Reading:
        """Probabilities and attention of the target."""
        return self._readings.get((place, target), lambda: self._read(place, target))

    def losses(self, place: Place, target: Target) -> tuple[ReadWord, ...]:
        """The words of the source with what the target loses without each: one forced pass a word."""
        record, segment = self._segment(place)
        model = self._opens.under(self._pool.by_id(record.model_id), target.change)
        return self._opens.insight(model).doubts(segment.source_ids, target.ids).source

    def hypothesis(self, place: Place, index: int) -> Target:
        """One of the stored n-best list."""
        hypotheses = self._segment(place)[1].hypotheses
        if not 0 <= index < len(hypotheses):
            raise NotFoundError(
                f"The hypotheses are numbered 0 to {len(hypotheses) - 1}, but {index} was asked for."
            )
        found = hypotheses[index]
        return target_of_search("hypothesis", found)

    def own(self, place: Place, text: str, change: Change = UNCHANGED) -> Target:
        """A person's own translation. Of what was changed in the model, heads stay off; rows of attention
        were drawn for the words of another translation."""
        record, _ = self._segment(place)
        model = self._pool.by_id(record.model_id)
        check_text(text, self._settings)
        check_segments([text], model.count_pieces, self._settings)
        ids, heads = model.encode_target(text), Change(heads_off=change.heads_off)
        return Target(kind="own", ids=ids, text=text, change=heads)

    def recalled(self, place: Place) -> Target | None:
        """The correction that stands in place of the model's translation, or the one that is suggested."""
        record, segment = self._segment(place)
        found = segment.from_correction or segment.suggestion
        if found is None:
            return None
        ids = self._pool.by_id(record.model_id).encode_target(found.text)
        return Target(kind="correction", ids=ids, text=found.text)

    def reword(self, place: Place, target: Target, at: int, instead: int | str) -> Target:
        """The target up to piece `at`, then `instead` (an id, or words), then what search makes of it.

        What was changed in the model for the target stays changed."""
        record, _ = self._segment(place)
        model = self._pool.by_id(record.model_id)
        require_range("at", at, 0, len(target.ids) - 1)
        if isinstance(instead, int):
            return self._search(place, (*target.ids[:at], instead), "word", target.change)
        check_text(instead, self._settings)
        written = word_text([one.piece for one in self.read(place, target).judgement[:at]])
        if _is_glued(written, instead.strip()):  # cut anew: in such scripts a piece may hold both
            prefix = model.encode_target(written + instead.strip())[:-1]
        else:
            prefix = (*target.ids[:at], *model.encode_target(instead)[:-1])
        return self._search(place, prefix, "word", target.change)

    def go_on(self, place: Place, prefix_ids: Sequence[int], change: Change = UNCHANGED) -> Target:
        """The best translation that begins with these pieces, searched with the options of the record."""
        return self._search(place, prefix_ids, "tree", change)

    def edit(self, place: Place, change: Change) -> Target:
        """What search writes when the model's attention is changed."""
        return self._search(place, (), "attention", change)

    def trace(self, place: Place, change: Change = UNCHANGED) -> SearchTrace:
        """Every candidate of the beam search for the sentence; greedy search counts as a beam of 1."""
        record, segment = self._segment(place)
        search = search_of(record)
        beam = search if isinstance(search, BeamOptions) else BeamOptions(beam_size=1)
        languages = record.source_language, record.target_language
        model = self._opens.under(self._pool.by_id(record.model_id), change)
        return model.trace(segment.source_text, *languages, beam)

    def check_attention(self, place: Place, target: Target, at: int, options: CheckOptions) -> AttentionCheck:
        """Whether the attention of the piece at `at` says why it was written; it must not be edited."""
        record, segment = self._segment(place)
        require_range("at", at, 0, len(target.ids) - 1)
        model = self._opens.under(self._pool.by_id(record.model_id), target.change)
        return self._opens.insight(model).attention_check(segment.source_ids, target.ids, at, options)

    def _search(self, place: Place, prefix_ids: Sequence[int], kind: Kind, change: Change) -> Target:
        record, segment = self._segment(place)
        require_range("pieces of the beginning", len(prefix_ids), 0, self._settings.max_segment_pieces)
        model = self._opens.under(self._pool.by_id(record.model_id), change)
        found = model.continue_from(segment.source_ids, prefix_ids, search_of(record))
        return _target(kind, found[0], change)

    def _read(self, place: Place, target: Target) -> Reading:
        record, segment = self._segment(place)
        model = self._opens.under(self._pool.by_id(record.model_id), target.change)
        insight, ids = self._opens.insight(model), (segment.source_ids, target.ids)
        judgement, seen = insight.judge(*ids), model.attend(*ids) if model.has_attention else None
        counts, pieces = model.piece_counts, segment.source_pieces
        return Reading(
            record=record,
            place=place,
            target=target,
            architecture=model.architecture,
            layers=model.layers,
            heads=model.heads,
            judgement=judgement,
            doubts=Doubts(
                judge_words(judgement, seen, counts),
                read_words(segment.source_ids, pieces, seen, None, counts),
            ),
            cross=seen,
            own=_self_attention(insight, *ids),
            aligner=model.aligner,
            measures=model.measures,
            is_apart=model.is_apart(segment.source_ids),
        )

    def _segment(self, place: Place) -> tuple[TranslationRecord, SegmentRecord]:
        record = self._translations.get(place.translation_id)
        if not 0 <= place.segment < len(record.segments):
            raise NotFoundError(
                f"The segments are numbered 0 to {len(record.segments) - 1}, but {place.segment} was "
                "asked for."
            )
        return record, record.segments[place.segment]


def _self_attention(
    insight: Knows, source_ids: Sequence[int], target_ids: Sequence[int]
) -> SelfAttention | None:
    try:
        return insight.self_attention(source_ids, target_ids)
    except NoAttentionError:
        return None


def search_of(record: TranslationRecord) -> DecodeOptions:
    """The record's own options; where it was sampled, beam search, for a sample cannot be drawn twice."""
    options = options_from_dict(record.options)
    return BeamOptions() if isinstance(options, SamplingOptions) else options


def _target(kind: Kind, found: Hypothesis, change: Change) -> Target:
    if not found.ids:
        raise InputError("The model wrote nothing after this beginning; choose another.")
    return target_of_search(kind, found, change)


def target_of_search(kind: Kind, found: Hypothesis | HypothesisRecord, change: Change = UNCHANGED) -> Target:
    """What a search wrote, as a target."""
    return Target(
        kind=kind,
        ids=found.ids,
        text=found.text,
        score=found.score,
        change=change,
        token_log_probs=found.token_log_probs,
    )


def _is_glued(before: str, typed: str) -> bool:
    """Whether words follow others without a space, as in the script of either."""
    return not before or is_unspaced(before[-1]) or is_unspaced(typed[0])
