"""The index that finds a text anywhere in a million corrections, where SQLite has it.

It holds every three characters in a row of `search_text`, and triggers keep it in step (migration 0008). In
PostgreSQL an index of the same kind is used without being named, for what `search.matches` asks."""

from json import dumps

from sqlalchemy import ColumnElement, column, func, select, table, true
from sqlalchemy.orm import Session

from demo_app.store.schema import CorrectionRow

SHORTEST = 3
"""Characters of a text that it can find."""
LONGEST = 12
"""Characters of a text that are looked for: each one more takes another walk over where its letters are."""
FEW = 5000
"""Hits that are quicker to look up one by one than to come across while looking through all texts."""

_INDEX = table("corrections_search", column("rowid"), column("search_text"))
_TABLES = table("sqlite_master", column("name"))


def narrowed(session: Session, folded: str) -> ColumnElement[bool]:
    """A condition for all rows with this text; the exact condition must stay."""
    if session.get_bind().dialect.name != "sqlite" or len(folded) < SHORTEST or not _is_there(session):
        return true()
    phrase = '"' + folded[:LONGEST].replace('"', '""') + '"'
    found = session.scalars(select(_INDEX.c.rowid).where(_INDEX.c.search_text.match(phrase)).limit(FEW)).all()
    if len(found) == FEW:
        return true()
    # One parameter, however many they are.
    return CorrectionRow.seq.in_(select(func.json_each(dumps(found)).table_valued("value").c.value))


def _is_there(session: Session) -> bool:
    return session.scalar(select(_TABLES.c.name).where(_TABLES.c.name == _INDEX.name)) is not None
