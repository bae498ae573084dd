"""How a model wrote a text that people judged, as far as that is known. Runs no SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo_app.store.choices import ChoiceRecord
from demo_app.store.project_records import Output
from demo_app.store.records import CorrectionRecord, TranslationRecord

_SAMPLED = "sampling"
"""Searches whose sentences are gone on with by another one, which was not kept."""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Fields as in `records.CorrectionRecord`; empty, or None, where something was not kept."""

    score: float | None = None
    token_log_probs: tuple[float, ...] = ()
    model_digest: str
    tokenizer_digest: str
    options: dict[str, Any] | None
    signature: str = ""
    source_ids: tuple[int, ...]
    target_ids: tuple[int, ...]
    n_best: tuple[str, ...]
    """Of the search that the person was shown, whatever was made of it since."""


def of_machine_text(record: CorrectionRecord) -> Provenance:
    """Of what was corrected."""
    return Provenance(**{name: getattr(record, name) for name in Provenance.__dataclass_fields__})


def of_output(output: Output, translations: Mapping[str, TranslationRecord]) -> Provenance | None:
    """None for what came from a file."""
    found = translations.get(output.translation_id or "")
    return None if found is None else _of_hypothesis(found, 0, output.hypothesis_index)


def of_choice(choice: ChoiceRecord, translation: TranslationRecord) -> tuple[Provenance, Provenance]:
    """Of what was chosen, and of what was rejected."""
    chosen, rejected = (*choice.prefix_ids, *choice.chosen_ids), (*choice.prefix_ids, *choice.rejected_ids)
    segment = translation.segments[choice.segment_index]
    searched = [index for index, one in enumerate(segment.hypotheses) if one.ids == rejected]
    whole = _of_hypothesis(translation, choice.segment_index, searched[0]) if searched else None
    before = whole or _steered(choice, translation, rejected, choice.rejected_log_probs)
    return _steered(choice, translation, chosen, choice.chosen_log_probs), before


def _of_hypothesis(translation: TranslationRecord, segment_index: int, index: int) -> Provenance | None:
    segment = next(iter(translation.segments[segment_index:]), None)
    if segment is None or index >= len(segment.hypotheses):
        return None
    hypothesis = segment.hypotheses[index]
    return Provenance(
        score=hypothesis.score,
        token_log_probs=hypothesis.token_log_probs,
        model_digest=translation.model_digest,
        tokenizer_digest=translation.tokenizer_digest,
        options=translation.options,
        signature=translation.signature,
        source_ids=segment.source_ids,
        target_ids=hypothesis.ids,
        n_best=tuple(one.text for one in segment.hypotheses),
    )


def _steered(
    choice: ChoiceRecord, translation: TranslationRecord, ids: tuple[int, ...], log_probs: tuple[float, ...]
) -> Provenance:
    """What was written from a word on that a person put there."""
    segment = translation.segments[choice.segment_index]
    return Provenance(
        token_log_probs=log_probs,
        model_digest=translation.model_digest,
        tokenizer_digest=translation.tokenizer_digest,
        options=None if translation.options.get("mode") == _SAMPLED else translation.options,
        source_ids=segment.source_ids,
        target_ids=ids,
        n_best=tuple(one.text for one in segment.hypotheses),
    )
