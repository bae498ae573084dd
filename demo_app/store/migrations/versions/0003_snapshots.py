"""Snapshots, and the revisions that each holds."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "snapshots",
        sa.Column("seq", ROW_NUMBER, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("licence", sa.Text, nullable=False),
        sa.Column("filter", sa.JSON, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_snapshots"),
        sa.UniqueConstraint("id", name="uq_snapshots_id"),
        sa.UniqueConstraint("name", name="uq_snapshots_name"),
    )
    op.create_table(
        "snapshot_corrections",
        sa.Column("snapshot_seq", ROW_NUMBER, nullable=False),
        sa.Column("correction_seq", ROW_NUMBER, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("snapshot_seq", "correction_seq", name="pk_snapshot_corrections"),
        sa.ForeignKeyConstraint(
            ["snapshot_seq"], ["snapshots.seq"], name="fk_snapshot_corrections_snapshot_seq"
        ),
        sa.ForeignKeyConstraint(
            ["correction_seq"], ["corrections.seq"], name="fk_snapshot_corrections_correction_seq"
        ),
    )
