"""Work in the background, of which one piece runs at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TIME = sa.DateTime(timezone=True)
IS_RUNNING = "state = 'running'"


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        *(_text(name) for name in ("id", "kind", "state", "model", "base", "snapshot_id")),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("created_by", sa.Text),
        sa.Column("progress", sa.JSON, nullable=False),
        _text("version"),
        _text("error"),
        sa.Column("starts", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        *(
            sa.Column(name, TIME)
            for name in ("started_at", "heartbeat_at", "finished_at", "cancel_requested_at")
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_jobs"),
        sa.UniqueConstraint("id", name="uq_jobs_id"),
    )
    op.create_index(
        "uq_jobs_running",
        "jobs",
        ["state"],
        unique=True,
        sqlite_where=sa.text(IS_RUNNING),
        postgresql_where=sa.text(IS_RUNNING),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
