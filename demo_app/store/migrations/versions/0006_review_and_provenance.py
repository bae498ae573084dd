"""What reviewers say, and all that a record was made with, beside each correction and each revision."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TIME = sa.DateTime(timezone=True)
AWAITS_REVIEW = "status IN ('submitted', 'quarantined') AND deleted_at IS NULL"
HTER_UNTIL_NOW = "nrefs:1|case:mixed|tok:words-between-spaces|moves:60"


def upgrade() -> None:
    for table in ("translations", "corrections"):
        for name in ("model_digest", "tokenizer_digest", "signature"):
            op.add_column(table, _text(name))
    op.add_column("corrections", sa.Column("token_log_probs", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("corrections", sa.Column("user_role", sa.Text))
    for table in ("corrections", "correction_revisions"):
        # Figures and texts of older rows stay as they are: snapshots hold checksums of them.
        for name in ("reason", "comment", "app_version"):
            op.add_column(table, _text(name))
        op.add_column(table, _text("hter_signature", HTER_UNTIL_NOW))
        op.add_column(table, sa.Column("edits", sa.JSON))
        op.add_column(table, sa.Column("revised_role", sa.Text))
        op.add_column(table, sa.Column("licence", sa.Text))
        op.add_column(table, sa.Column("licence_accepted_at", TIME))
    op.create_index(
        "ix_corrections_awaiting",
        "corrections",
        ["status", "seq", "user_id", "deleted_at"],
        sqlite_where=sa.text(AWAITS_REVIEW),
        postgresql_where=sa.text(AWAITS_REVIEW),
    )
    op.create_index("ix_slots_answer_id", "slots", ["answer_id"])


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)
