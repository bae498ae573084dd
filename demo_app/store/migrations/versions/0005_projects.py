"""Projects, their items and slots, judgements of items, and words chosen in the lab."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _projects()
    _items()
    _slots()
    _judgements()
    _choices()


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("seq", ROW_NUMBER, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source_language", sa.Text, nullable=False),
        sa.Column("target_language", sa.Text, nullable=False),
        sa.Column("task", sa.Text, nullable=False),
        sa.Column("annotators", sa.Integer, nullable=False),
        sa.Column("control_share", sa.Double, nullable=False),
        sa.Column("lease_s", sa.Double, nullable=False),
        sa.Column("rules", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_projects"),
        sa.UniqueConstraint("id", name="uq_projects_id"),
        sa.UniqueConstraint("name", name="uq_projects_name"),
    )


def _items() -> None:
    op.create_table(
        "items",
        sa.Column("seq", ROW_NUMBER, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("project_seq", ROW_NUMBER, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("source_text", sa.Text, nullable=False),
        sa.Column("candidates", sa.JSON, nullable=False),
        sa.Column("gold", sa.JSON, nullable=True),
        sa.Column("is_control", sa.Boolean, nullable=False),
        sa.Column("rank", sa.Double, nullable=False),
        sa.Column("reason", sa.JSON, nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["project_seq"], ["projects.seq"], name="fk_items_project_seq"),
        sa.PrimaryKeyConstraint("seq", name="pk_items"),
        sa.UniqueConstraint("id", name="uq_items_id"),
    )
    op.create_index("ix_items_queue", "items", ["project_seq", "completed_at", "rank"], unique=False)


def _slots() -> None:
    op.create_table(
        "slots",
        sa.Column("seq", ROW_NUMBER, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("item_seq", ROW_NUMBER, nullable=False),
        sa.Column("project_seq", ROW_NUMBER, nullable=False),
        sa.Column("rank", sa.Double, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_id", sa.Text, nullable=True),
        sa.Column("flag", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(["item_seq"], ["items.seq"], name="fk_slots_item_seq"),
        sa.ForeignKeyConstraint(["project_seq"], ["projects.seq"], name="fk_slots_project_seq"),
        sa.PrimaryKeyConstraint("seq", name="pk_slots"),
        sa.UniqueConstraint("id", name="uq_slots_id"),
        sa.UniqueConstraint("item_seq", "holder", name="uq_slots_item_seq_holder"),
    )
    op.create_index("ix_slots_holder", "slots", ["holder", "project_seq", "state", "rank"], unique=False)
    op.create_index(
        "ix_slots_flagged",
        "slots",
        ["project_seq"],
        unique=False,
        sqlite_where=sa.text("flag IS NOT NULL"),
        postgresql_where=sa.text("flag IS NOT NULL"),
    )
    op.create_index("ix_slots_queue", "slots", ["project_seq", "state", "rank"], unique=False)


def _judgements() -> None:
    op.create_table(
        "judgements",
        sa.Column("seq", ROW_NUMBER, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("item_seq", ROW_NUMBER, nullable=False),
        sa.Column("project_seq", ROW_NUMBER, nullable=False),
        sa.Column("user_id", sa.Text, nullable=True),
        sa.Column("revised_by", sa.Text, nullable=True),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("checks", sa.JSON, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("licence", sa.Text, nullable=True),
        sa.Column("duration_s", sa.Double, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["item_seq"], ["items.seq"], name="fk_judgements_item_seq"),
        sa.ForeignKeyConstraint(["project_seq"], ["projects.seq"], name="fk_judgements_project_seq"),
        sa.PrimaryKeyConstraint("seq", name="pk_judgements"),
        sa.UniqueConstraint("id", "revision", name="uq_judgements_id_revision"),
    )
    op.create_index("ix_judgements_item_seq", "judgements", ["item_seq"], unique=False)
    op.create_index(
        "ix_judgements_newest", "judgements", ["project_seq", "superseded_at", "user_id"], unique=False
    )


def _choices() -> None:
    op.create_table(
        "choices",
        sa.Column("seq", ROW_NUMBER, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("translation_id", sa.Text, nullable=False),
        sa.Column("segment_index", sa.Integer, nullable=False),
        sa.Column("source_language", sa.Text, nullable=False),
        sa.Column("target_language", sa.Text, nullable=False),
        sa.Column("source_text", sa.Text, nullable=False),
        sa.Column("prefix_text", sa.Text, nullable=False),
        sa.Column("chosen_text", sa.Text, nullable=False),
        sa.Column("rejected_text", sa.Text, nullable=False),
        sa.Column("prefix_ids", sa.JSON, nullable=False),
        sa.Column("chosen_ids", sa.JSON, nullable=False),
        sa.Column("rejected_ids", sa.JSON, nullable=False),
        sa.Column("model_id", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=True),
        sa.Column("licence", sa.Text, nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["translation_id"], ["translations.id"], name="fk_choices_translation_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_choices"),
        sa.UniqueConstraint("id", name="uq_choices_id"),
    )
    op.create_index("ix_choices_user_id", "choices", ["user_id"], unique=False)
