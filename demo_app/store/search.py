"""Which rows a query means, in SQL that every database speaks."""

import unicodedata

from sqlalchemy import ColumnElement, UnaryExpression, true
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.operators import custom_op

from core.errors import ForbiddenCharacterError
from demo_app.store.records import STATUSES, CorrectionQuery
from demo_app.store.schema import CorrectionRow
from demo_app.store.text_index import LONGEST

_BETWEEN_TEXTS = "\x1f"
"""No text that a person may send holds it, so a match cannot run from one text into the next."""


def fold(text: str) -> str:
    """What "whatever the case" compares: Unicode case folding, composed. Example: `fold("ÉTÉ")` is "été"."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def search_text(source_text: str, machine_text: str, corrected_text: str) -> str:
    """The folded texts in one column. Databases fold ASCII at best, or by a locale; so Python does it."""
    return _BETWEEN_TEXTS.join(map(fold, (source_text, machine_text, corrected_text)))


def require_storable(text: str) -> None:
    """Raise `ForbiddenCharacterError` for what no database text column can hold."""
    for position, char in enumerate(text):
        if char == "\0" or "\ud800" <= char <= "\udfff":
            raise ForbiddenCharacterError(
                f"A text must not hold NUL or half a surrogate pair, but has U+{ord(char):04X} at character "
                f"{position + 1}; delete it and try again."
            )


def matches(query: CorrectionQuery, *, in_order: bool = False) -> ColumnElement[bool]:
    """The condition of a query; its page is not part of it.

    `in_order`: hide from SQLite that an index begins with the languages. It would read that one, wide as it
    is, and sort, where another index has the order of pages."""
    require_storable(query.text)
    clause: ColumnElement[bool] = true()
    if query.text:
        clause &= _has_text(fold(query.text))
    if query.source_language is not None:
        clause &= _looked_at(CorrectionRow.source_language, in_order) == query.source_language
    if query.target_language is not None:
        clause &= _looked_at(CorrectionRow.target_language, in_order) == query.target_language
    if query.verdict is not None:
        clause &= CorrectionRow.verdict == query.verdict
    if set(query.statuses) != set(STATUSES):
        clause &= CorrectionRow.status.in_(query.statuses)
    if query.user_id is not None:
        clause &= CorrectionRow.user_id == query.user_id
    return clause & _is_there(query)


def _has_text(folded: str) -> ColumnElement[bool]:
    """Whether it stands in one of the texts. Indexes are told its beginning alone: PostgreSQL would walk over
    where each three characters of a whole sentence are."""
    column = CorrectionRow.search_text
    begins = column.contains(folded[:LONGEST], autoescape=True)
    if len(folded) <= LONGEST:
        return begins
    return begins & (column + "").contains(folded, autoescape=True)


def _looked_at(column: InstrumentedAttribute[str], hidden: bool) -> ColumnElement[str]:
    """The column; `hidden` from the choice of an index by a sign that changes nothing, in SQLite."""
    return UnaryExpression(column.expression, operator=custom_op("+")) if hidden else column.expression


def _is_there(query: CorrectionQuery) -> ColumnElement[bool]:
    """Whether it is neither deleted nor withdrawn, as far as those are left out."""
    withdrawn = CorrectionRow.status == "withdrawn"
    if query.include_deleted:
        return true() if query.include_withdrawn else ~withdrawn
    present = CorrectionRow.deleted_at.is_(None)
    return present | withdrawn if query.include_withdrawn else present
