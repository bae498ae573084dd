"""Ratings and comparisons that await review are walked in an index, of all projects or of one.

They, and words chosen in the lab, know the role of their people and when these accepted the licence."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

IS_THERE = "superseded_at IS NULL AND deleted_at IS NULL"
REST = ("status", "seq", "item_seq", "user_id", "superseded_at", "deleted_at")


def upgrade() -> None:
    roles = {"judgements": ("user_role", "revised_role"), "choices": ("user_role",)}
    for table, names in roles.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.Text))
        op.add_column(table, sa.Column("licence_accepted_at", sa.DateTime(timezone=True)))
        op.add_column(table, sa.Column("app_version", sa.Text, nullable=False, server_default=""))
    for name, first in (("awaiting", "kind"), ("project_awaiting", "project_seq")):
        op.create_index(
            f"ix_judgements_{name}",
            "judgements",
            [first, *REST],
            sqlite_where=sa.text(IS_THERE),
            postgresql_where=sa.text(IS_THERE),
        )
