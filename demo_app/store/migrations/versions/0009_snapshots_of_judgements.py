"""Snapshots may hold ratings, comparisons and chosen words beside corrections."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    for noun in ("judgement", "choice"):
        table, column = f"snapshot_{noun}s", f"{noun}_seq"
        op.create_table(
            table,
            sa.Column("snapshot_seq", ROW_NUMBER, nullable=False),
            sa.Column(column, ROW_NUMBER, nullable=False),
            sa.PrimaryKeyConstraint("snapshot_seq", column, name=f"pk_{table}"),
            sa.ForeignKeyConstraint(["snapshot_seq"], ["snapshots.seq"], name=f"fk_{table}_snapshot_seq"),
            sa.ForeignKeyConstraint([column], [f"{noun}s.seq"], name=f"fk_{table}_{column}"),
        )
