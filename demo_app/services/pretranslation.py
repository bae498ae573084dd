"""Translations of items before anybody sees them, with how sure the model is. Knows no SQL and no order."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.errors import ConfigError, InputError, InterlinearError, UnsupportedDirectionError
from core.options import BeamOptions, DecodeOptions, GreedyOptions
from core.results import Hypothesis, Origin, SegmentTranslation, Translation
from demo_app.services.ordering import disagreement, uncertainty
from demo_app.services.served_model import ServedModel
from demo_app.store.engine import Database
from demo_app.store.import_pairs import MODEL_ID
from demo_app.store.project_records import NewItem, Output, ProjectRecord
from demo_app.store.translations import Translations

log = logging.getLogger(__name__)

SEARCH = BeamOptions(beam_size=5, n_best=2)
"""The margin between the first and the second is half of the uncertainty."""
TOGETHER = 128
"""Texts that a model is given at once, and translations that one transaction stores."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way of translating."""

    model: ServedModel
    options: DecodeOptions

    @property
    def name(self) -> str:
        return f"{self.model.model_id} {self.options.mode}"


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How the items of a project are translated: the way that annotators see, and one to set beside it."""

    project: ProjectRecord
    first: Way
    second: Way


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """An item with its translations and what they tell of it."""

    item: NewItem
    uncertainty: float | None
    disagreement: float | None


def ways_of(project: ProjectRecord, model: ServedModel, second: ServedModel | None) -> Ways:
    """Beam search by both models, or by the one beside its greedy search. Raises `ConfigError` for a model
    that does not know the direction."""
    other = Way(model=model, options=GreedyOptions())
    if second is not None and second.model_id != model.model_id:
        other = Way(model=second, options=SEARCH)
    try:
        for one in (model, other.model):
            one.require_direction(project.source_language, project.target_language)
    except UnsupportedDirectionError as error:
        raise ConfigError(str(error)) from error  # No row is to blame.
    return Ways(project=project, first=Way(model=model, options=SEARCH), second=other)


@dataclass(frozen=True)
class Pretranslation:
    """Runs models and stores what they wrote, so that corrections can name it."""

    database: Database
    translations: Translations

    def translate(
        self, ways: Ways, items: Sequence[NewItem], told: Callable[[int], None]
    ) -> Iterator[Prepared | InputError]:
        """Each item with its candidates, in order, or what is wrong with it. `told`: how many are done."""
        for start in range(0, len(items), TOGETHER):
            some = items[start : start + TOGETHER]
            texts = [item.source_text for item in some]
            firsts = _decoded(ways.project, ways.first, texts)
            seconds = _decoded(ways.project, ways.second, texts)
            with self.database.writing():
                prepared = [self._prepare(ways, *each) for each in zip(some, firsts, seconds, strict=True)]
            told(start + len(some))
            yield from prepared

    def adopt(self, project: ProjectRecord, item: NewItem) -> Prepared | InputError:
        """An item whose file had translations. The first is stored where it is to be corrected."""
        texts = [output.text for output in item.candidates]
        if project.task == "comparison" and len(set(texts)) < 2:
            return _nothing_to_compare()
        if project.task == "post_edit":
            stored = self.translations.add(_as_translation(project, item.source_text, texts[0]))
            first = Output(text=texts[0], made_by=item.candidates[0].made_by, translation_id=stored.id)
            item = _with(item, (first, *item.candidates[1:]))
        return Prepared(item=item, uncertainty=None, disagreement=disagreement(texts))

    def _prepare(
        self,
        ways: Ways,
        item: NewItem,
        first: SegmentTranslation | InputError,
        second: SegmentTranslation | InputError,
    ) -> Prepared | InputError:
        if isinstance(first, InputError):
            return first
        others = () if isinstance(second, InputError) else (second,)
        outputs = self._outputs(ways, first, others)
        if not outputs:
            return _nothing_to_compare()
        return Prepared(
            item=_with(item, outputs),
            uncertainty=uncertainty([one.token_log_probs for one in first.hypotheses]),
            disagreement=disagreement([one.best.text for one in (first, *others)]),
        )

    def _outputs(
        self, ways: Ways, first: SegmentTranslation, others: Sequence[SegmentTranslation]
    ) -> tuple[Output, ...]:
        """The best translation, and to compare another that differs; none where there is no other."""
        if ways.project.task != "comparison":
            return (self._store(ways, ways.first, first),)
        for other in others:
            if other.best.text != first.best.text:
                return self._store(ways, ways.first, first), self._store(ways, ways.second, other)
        for place, one in enumerate(first.hypotheses):
            if one.text != first.best.text:
                best = self._store(ways, ways.first, first)
                name = f"{ways.first.name} {place + 1}"
                return best, Output(
                    text=one.text,
                    made_by=name,
                    translation_id=best.translation_id,
                    hypothesis_index=place,
                )
        return ()

    def _store(self, ways: Ways, way: Way, segment: SegmentTranslation) -> Output:
        translation = Translation(
            source_language=ways.project.source_language,
            target_language=ways.project.target_language,
            source_text=segment.source_text,
            segments=(segment,),
            options=way.options,
            model_id=way.model.model_id,
            duration_s=0.0,
            origin=way.model.origin,
        )
        stored = self.translations.add(translation)
        return Output(text=segment.best.text, made_by=way.name, translation_id=stored.id)


def _decoded(project: ProjectRecord, way: Way, texts: Sequence[str]) -> list[SegmentTranslation | InputError]:
    """Where a batch fails, its halves are run apart until the culprit is alone."""
    try:
        source, target = project.source_language, project.target_language
        return list(way.model.translate_segments(texts, source, target, way.options))
    except Exception as error:  # the border between a file of a stranger and a model that fails on it
        if len(texts) == 1:
            log.info("A text was left out of a project, for the model failed on it: %r", error)
            words = str(error) if isinstance(error, InterlinearError) else repr(error)
            return [InputError(f"The model must translate the text, but cannot ({words}).")]
    middle = len(texts) // 2
    return [*_decoded(project, way, texts[:middle]), *_decoded(project, way, texts[middle:])]


def _as_translation(project: ProjectRecord, source_text: str, text: str) -> Translation:
    """What somebody else's program wrote, as if it were ours, without what is not known of it."""
    hypothesis = Hypothesis(text=text, ids=(), pieces=(), token_log_probs=(), score=0.0, finished=True)
    return Translation(
        source_language=project.source_language,
        target_language=project.target_language,
        source_text=source_text,
        segments=(SegmentTranslation(source_text, (), (), (hypothesis,), ""),),
        options=GreedyOptions(),
        model_id=MODEL_ID,
        duration_s=0.0,
        origin=Origin(),
    )


def _with(item: NewItem, outputs: tuple[Output, ...]) -> NewItem:
    values = {name: getattr(item, name) for name in ("id", "line", "source_text", "gold")}
    return NewItem(**values, candidates=outputs)


def _nothing_to_compare() -> InputError:
    return InputError("A comparison must have two translations that differ, but there is one; add another.")
