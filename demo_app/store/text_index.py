"""The index that finds a text anywhere in a million corrections, where SQLite has it.

It holds every three characters in a row of `search_text`, and triggers keep it in step (migration 0008). In
PostgreSQL an index of the same kind is used without being named."""

from sqlalchemy import ColumnElement, column, func, literal, select, table, true
from sqlalchemy.orm import Session

from demo_app.store.schema import CorrectionRow

SHORTEST = 3
"""Characters of a text that it can find."""
FEW = 20_000
"""Hits that are quicker to look up one by one than to come across while looking through all texts."""

_INDEX = table("corrections_search", column("rowid"), column("search_text"))
_TABLES = table("sqlite_master", column("name"))


def narrowed(session: Session, folded: str) -> tuple[ColumnElement[bool], bool]:
    """A condition for all rows with this text, and whether they may be few; the exact condition must stay."""
    if session.get_bind().dialect.name != "sqlite" or len(folded) < SHORTEST or not _is_there(session):
        return true(), True
    phrase = '"' + folded.replace('"', '""') + '"'
    hits = select(_INDEX.c.rowid).where(_INDEX.c.search_text.match(phrase))
    some = select(literal(1)).select_from(_INDEX).where(_INDEX.c.search_text.match(phrase)).limit(FEW)
    if (session.scalar(select(func.count()).select_from(some.subquery())) or 0) < FEW:
        return CorrectionRow.seq.in_(hits), True
    return true(), False


def _is_there(session: Session) -> bool:
    return session.scalar(select(_TABLES.c.name).where(_TABLES.c.name == _INDEX.name)) is not None
