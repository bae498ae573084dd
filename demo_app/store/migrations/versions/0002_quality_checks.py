"""What the quality gate found, beside each correction and each revision; and indexes that know the status."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for table in ("corrections", "correction_revisions"):
        # Older rows were never checked: nothing was found about them.
        op.add_column(table, sa.Column("checks", sa.JSON, nullable=False, server_default="[]"))
    op.create_index("ix_corrections_source_text", "corrections", ["source_text"], postgresql_using="hash")
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_corrections_filters", "corrections")
        op.create_index(
            "ix_corrections_filters",
            "corrections",
            ["source_language", "target_language", "verdict", "status", "deleted_at", "hter", "search_text"],
        )
