"""Ratings and comparisons that await review are walked in an index, of all projects or of one."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

IS_THERE = "superseded_at IS NULL AND deleted_at IS NULL"
REST = ("status", "seq", "item_seq", "user_id", "superseded_at", "deleted_at")


def upgrade() -> None:
    for name, first in (("awaiting", "kind"), ("project_awaiting", "project_seq")):
        op.create_index(
            f"ix_judgements_{name}",
            "judgements",
            [first, *REST],
            sqlite_where=sa.text(IS_THERE),
            postgresql_where=sa.text(IS_THERE),
        )
