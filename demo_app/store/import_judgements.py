"""JSON lines of `export_judgements.write_judgements`, read back. Knows no SQL."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, BinaryIO

from pydantic import TypeAdapter

from core.analysis.spans import ErrorSpan, read_spans
from core.errors import InputError
from demo_app.store.import_jsonl import check_values, read_object, validated
from demo_app.store.judged_records import Whole, WholeChoice, WholeJudgement
from demo_app.store.judgement_records import JUDGEMENT_KINDS, JudgementRecord
from demo_app.store.project_records import NewItem

KINDS = (*JUDGEMENT_KINDS, "choice")
MAX_SCORE = 100
_VIEWS = ({"prompt", "chosen", "rejected"}, {"esa_score", "esa_spans"})
_ONLY_A_VIEW = (
    "An export of preferences or ratings tells a part of each, too little to keep it, so none is imported; "
    "export `jsonl` and `judgements` instead."
)


def holds_judgements(file: BinaryIO) -> bool:
    """Whether its first line with an object says so; reads on to there.

    Raises `InputError` for an export of preferences or of ratings."""
    for line in file:
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(told, dict):
            if any(names <= told.keys() for names in _VIEWS):
                raise InputError(_ONLY_A_VIEW)
            return "kind" in told
    return False


def lines_in_order(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """(number, line), blank ones left out."""
    return ((number, line) for number, line in enumerate(file, start=1) if line.strip())


def read_judgement(line: bytes) -> Whole:
    """What is on one line; `InputError` says what is wrong with it."""
    values = read_object(line)
    kind = values.get("kind")
    if kind not in KINDS:
        raise InputError(f"`kind` must be one of {', '.join(KINDS)}, but is {str(kind)[:40]!r}.")
    if kind == "choice":
        choice = validated(_choices(), values)
        check_values(choice)
        return _checked_choice(choice)
    whole = validated(_judgements(), values)
    check_values(whole)
    return _checked(whole)


@cache
def _choices() -> TypeAdapter[WholeChoice]:
    return TypeAdapter(WholeChoice)


@cache
def _judgements() -> TypeAdapter[WholeJudgement]:
    return TypeAdapter(WholeJudgement)


def _checked_choice(whole: WholeChoice) -> WholeChoice:
    """The choice, if nothing in it contradicts itself."""
    choice, segments = whole.choice, whole.translation.segments
    _require(bool(choice.id), "`id` must not be empty, but is.")
    _require(choice.withdrawn_at is None, "What was withdrawn is in no file, but this was.")
    _require(choice.translation_id == whole.translation.id, "`translation` must be that of the choice.")
    here = choice.segment_index < len(segments)
    _require(
        here and segments[choice.segment_index].source_text == choice.source_text,
        "`translation` must hold the sentence of the choice.",
    )
    return whole


def _checked(whole: WholeJudgement) -> WholeJudgement:
    """The judgement, if nothing in it contradicts itself."""
    history, item = whole.history, whole.item
    _require(
        bool(history) and [one.revision for one in history] == list(range(1, len(history) + 1)),
        "`history` must hold every revision from 1, but does not.",
    )
    about = {(one.id, one.kind, one.item_id, one.project_id) for one in history}
    _require(
        about == {(history[0].id, whole.project.task, item.id, whole.project_id)},
        "All revisions must be of one judgement of the item, of the kind that its project asks for.",
    )
    _require(all((history[0].id, item.id, whole.project_id)), "No `id` may be empty, but one is.")
    outputs = {output.translation_id for output in item.candidates}
    _require(
        {one.id for one in whole.translations} <= outputs,
        "`translations` must be those that the outputs of the item came of.",
    )
    for one in history:
        _require(one.status != "withdrawn", "What was withdrawn is in no file, but this was.")
        _ANSWERS[one.kind](one, item)
    return whole


def _check_rating(record: JudgementRecord, item: NewItem) -> None:
    answer = record.answer
    _require(bool(item.candidates), "The item of a rating must have an output, but has none.")
    score = answer.get("score")
    _require(
        isinstance(score, int | float) and not isinstance(score, bool) and 0 <= score <= MAX_SCORE,
        f"`score` must be a number from 0 to {MAX_SCORE}, but is {str(score)[:40]}.",
    )
    for span in (*read_spans(answer.get("spans")), *read_spans(answer.get("proposed"))):
        _require(
            _lies_in(span, item.candidates[0].text), "A marked error must lie within the text, but does not."
        )


def _lies_in(span: ErrorSpan, text: str) -> bool:
    return span.start is None or span.end is None or 0 <= span.start < span.end <= len(text)


def _check_comparison(record: JudgementRecord, item: NewItem) -> None:
    count = len(item.candidates)
    _require(
        len(_whole_numbers(record, "ranks")) == count, "`ranks` must have one for each output of the item."
    )
    _require(
        all(0 <= place < count for place in _whole_numbers(record, "order")),
        "`order` must be places of outputs of the item, but is not.",
    )


def _whole_numbers(record: JudgementRecord, name: str) -> list[int]:
    values: Any = record.answer.get(name)
    _require(
        isinstance(values, list) and all(type(value) is int for value in values),
        f"`{name}` must be a list of whole numbers, but is not.",
    )
    return list(values)


_ANSWERS: Mapping[str, Callable[[JudgementRecord, NewItem], None]] = {
    "rating": _check_rating,
    "comparison": _check_comparison,
}


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise InputError(otherwise)
