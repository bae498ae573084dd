"""What annotators are shown of an item that they judge, and how their answer is read. Knows no right.

No name of a model passes through here, whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.analysis.confidence import word_confidences
from core.analysis.premark import premark
from core.analysis.spans import ESA_ANCHORS, MISSING, ErrorSpan, check_spans, read_spans
from core.errors import InputError, NotFoundError, TextTooLongError
from core.results import Hypothesis
from demo_app.services.blind import Blind, seed_of
from demo_app.services.corrections import MAX_DURATION_S
from demo_app.services.judgement_checks import assess_rating, check_gold
from demo_app.services.quality.findings import Finding, assessment
from demo_app.services.quality.texts import read_too_fast
from demo_app.services.readings import FindsTranslations
from demo_app.settings import Settings
from demo_app.store.judgement_records import JudgementKind, NewJudgement
from demo_app.store.project_records import ItemRecord, ProjectRecord
from demo_app.store.projects import Projects
from demo_app.store.records import Assessment, Author

MAX_SCORE = 100


@dataclass(frozen=True, kw_only=True)
class Rating:
    """What a person says of an item's first output."""

    score: int
    """0 to 100; `ESA_ANCHORS` are those that the scale names."""
    spans: object = ()
    """Marked errors as plain values (`core.analysis.spans.read_spans`)."""
    comment: str = ""
    duration_s: float
    id: str | None = None
    """As in `NewJudgement`."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What a person says of several outputs."""

    ranks: Sequence[int]
    """One for each text in the order of showing, 1 the best; equal ones tie."""
    comment: str = ""
    duration_s: float
    id: str | None = None
    """As in `NewJudgement`."""


Form = Rating | Comparison
_Read = tuple[dict[str, Any], list[Finding]]
"""An answer as it is stored, and what speaks against it."""


@dataclass(frozen=True)
class Judging:
    """Between items and people. Raises `NotFoundError` for items that are gone."""

    settings: Settings
    projects: Projects
    translations: FindsTranslations

    def view(self, item_id: str, user_id: str | None) -> dict[str, Any]:
        """What the annotator's page draws, as plain values; never who made an output, nor a known answer."""
        item, project = self._found(item_id)
        seen = {
            "item": item.id,
            "kind": kind_in(project),
            "source_language": project.source_language,
            "target_language": project.target_language,
            "source": item.source_text,
        }
        if project.task == "comparison":
            return seen | {"texts": list(_blind(item, user_id).shown)}
        return seen | {
            "text": _first_text(item),
            "proposed": [span.as_plain() for span in self._proposed(item, project)],
            "categories": _categories(project),
            "anchors": list(ESA_ANCHORS),
            "missing": MISSING,
        }

    def read(self, item_id: str, form: Form, by: Author) -> tuple[NewJudgement, Assessment]:
        """The judgement of this person, and what speaks against it. Raises `InputError`."""
        item, project = self._found(item_id)
        kind: JudgementKind = "comparison" if isinstance(form, Comparison) else "rating"
        if kind_in(project) != kind:
            raise InputError(f"In {project.name!r} a {kind_in(project)} is asked for, but this is a {kind}.")
        self._check_form(form)
        if isinstance(form, Comparison):
            answer, found = _compared(form, item, by.id)
        else:
            answer, found = self._rated(form, item, project)
        new = NewJudgement(
            item_id=item.id,
            kind=kind,
            answer=answer,
            duration_s=form.duration_s,
            comment=form.comment,
            id=form.id,
            **by.marks(),
        )
        return new, assessment([*found, *check_gold(item.gold, kind, answer)])

    def _found(self, item_id: str) -> tuple[ItemRecord, ProjectRecord]:
        item = self.projects.item(item_id)
        return item, self.projects.get(item.project_id)

    def _rated(self, form: Rating, item: ItemRecord, project: ProjectRecord) -> _Read:
        _check_score(form.score)
        text, spans = _first_text(item), read_spans(form.spans)
        check_spans(spans, text, _categories(project))
        answer = {
            "score": form.score,
            "spans": [span.as_plain() for span in spans],
            "proposed": [span.as_plain() for span in self._proposed(item, project)],
        }
        return answer, assess_rating(form.score, spans, (item.source_text, text), form.duration_s)

    def _check_form(self, form: Form) -> None:
        if not 0 <= form.duration_s <= MAX_DURATION_S:
            raise InputError(
                f"The time taken must be from 0 to {MAX_DURATION_S:,.0f} seconds, but is {form.duration_s:g}."
            )
        if len(form.comment) > self.settings.max_text_chars:
            raise TextTooLongError(
                f"A comment may have at most {self.settings.max_text_chars:,} characters, but this one has "
                f"{len(form.comment):,}; shorten it."
            )

    def _proposed(self, item: ItemRecord, project: ProjectRecord) -> tuple[ErrorSpan, ...]:
        """Where the model was not sure; nothing where that is not known, or the project wants none.

        They have no category: that one is the person's to choose."""
        output = item.candidates[0]
        if output.translation_id is None or not project.rules.get("premark", True):
            return ()
        try:
            segment = self.translations.get(output.translation_id).segments[0]
            one = segment.hypotheses[output.hypothesis_index]
        except (NotFoundError, IndexError):
            return ()
        said = Hypothesis(one.text, one.ids, one.pieces, one.token_log_probs, one.score, one.finished)
        return premark(output.text, word_confidences(said))


def kind_in(project: ProjectRecord) -> JudgementKind:
    """What its items are asked; raises `InputError` where they are corrected."""
    if project.task == "post_edit":
        raise InputError(f"In {project.name!r} texts are corrected, not judged; correct this one.")
    return project.task


def _categories(project: ProjectRecord) -> list[str]:
    return [str(name) for name in project.rules.get("categories", [])]


def _first_text(item: ItemRecord) -> str:
    if not item.candidates:
        raise NotFoundError("There must be a translation to judge, but the item has none; skip it.")
    return item.candidates[0].text


def _blind(item: ItemRecord, user_id: str | None) -> Blind:
    return Blind(tuple(output.text for output in item.candidates), seed_of(item.id, user_id))


def _compared(form: Comparison, item: ItemRecord, user_id: str | None) -> _Read:
    blind = _blind(item, user_id)
    answer = {"seed": blind.seed, "order": list(blind.order), "ranks": list(blind.ranks(form.ranks))}
    too_fast = read_too_fast((item.source_text, *blind.shown), form.duration_s)
    return answer, [too_fast] if too_fast else []


def _check_score(score: object) -> None:
    if not isinstance(score, int) or isinstance(score, bool) or not 0 <= score <= MAX_SCORE:
        raise InputError(f"A score must be a whole number from 0 to {MAX_SCORE}, but is {score!r}.")
