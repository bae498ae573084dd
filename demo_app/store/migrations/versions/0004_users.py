"""Accounts, and who made each correction and each of its revisions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("disabled_at", TIME),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("licence", sa.Text),
        sa.Column("licence_accepted_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("name_key", name="uq_users_name_key"),
    )
    # Older rows were made where nobody logs in: by nobody who has a name.
    op.add_column("corrections", sa.Column("user_id", sa.Text))
    op.add_column("corrections", sa.Column("revised_by", sa.Text))
    op.add_column("correction_revisions", sa.Column("revised_by", sa.Text))
    op.create_index("ix_corrections_user_id", "corrections", ["user_id"])
