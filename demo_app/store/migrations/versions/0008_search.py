"""What finds one page among a million corrections: a narrow index of those that are there, and one of texts.

The latter needs SQLite 3.34 with FTS5, or PostgreSQL's pg_trgm; without, all texts are looked through."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

revision = "0008"
down_revision = "0007"

_FTS = """
CREATE VIRTUAL TABLE corrections_search USING fts5(
  search_text, content = 'corrections', content_rowid = 'seq', tokenize = 'trigram case_sensitive 1')"""
_KEPT_IN_STEP = (
    """
CREATE TRIGGER corrections_search_added AFTER INSERT ON corrections BEGIN
  INSERT INTO corrections_search (rowid, search_text) VALUES (new.seq, new.search_text);
END""",
    """
CREATE TRIGGER corrections_search_changed AFTER UPDATE OF search_text ON corrections
WHEN old.search_text <> new.search_text BEGIN
  INSERT INTO corrections_search (corrections_search, rowid, search_text)
    VALUES ('delete', old.seq, old.search_text);
  INSERT INTO corrections_search (rowid, search_text) VALUES (new.seq, new.search_text);
END""",
    "INSERT INTO corrections_search (corrections_search) VALUES ('rebuild')",
)


def upgrade() -> None:
    present = sa.text("deleted_at IS NULL AND revision > 0")
    op.create_index(
        "ix_corrections_present",
        "corrections",
        [
            *("seq", "status", "verdict", "source_language", "target_language", "user_id", "deleted_at"),
            *("revision", "hter"),
        ],
        sqlite_where=present,
        postgresql_where=present,
    )
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        if _can(bind, _FTS):
            for statement in _KEPT_IN_STEP:
                bind.exec_driver_sql(statement)
    elif _can(bind, "CREATE EXTENSION IF NOT EXISTS pg_trgm"):
        op.create_index(
            "ix_corrections_search_text",
            "corrections",
            ["search_text"],
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        )


def _can(bind: sa.Connection, statement: str) -> bool:
    """Whether the database knows how to, and lets us; nothing else of the migration is lost if not."""
    try:
        with bind.begin_nested():
            bind.exec_driver_sql(statement)
    except DBAPIError:
        return False
    return True
