"""A job is of the data folder where its files lie, and of each data folder one runs at a time.

Those of before have no owner: whoever has their files takes them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

IS_RUNNING = "state = 'running'"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("owner", sa.Text, nullable=False, server_default=""))
    op.drop_index("uq_jobs_running", table_name="jobs")
    op.create_index(
        "uq_jobs_running",
        "jobs",
        ["owner"],
        unique=True,
        sqlite_where=sa.text(IS_RUNNING),
        postgresql_where=sa.text(IS_RUNNING),
    )
