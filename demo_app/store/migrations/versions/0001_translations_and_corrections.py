"""Translations, corrections and their revisions. Spelled out, since schema.py will move on."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "translations",
        sa.Column("seq", ROW_NUMBER, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("source_language", sa.Text, nullable=False),
        sa.Column("target_language", sa.Text, nullable=False),
        sa.Column("source_text", sa.Text, nullable=False),
        sa.Column("target_text", sa.Text, nullable=False),
        sa.Column("model_id", sa.Text, nullable=False),
        sa.Column("duration_s", sa.Double, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("segments", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_translations"),
        sa.UniqueConstraint("id", name="uq_translations_id"),
    )
    _create_corrections()
    op.create_table(
        "correction_revisions",
        sa.Column("correction_id", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("corrected_text", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("hter", sa.Double, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("deleted_at", TIME),
        sa.PrimaryKeyConstraint("correction_id", "revision", name="pk_correction_revisions"),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name="fk_correction_revisions_correction_id"
        ),
    )


def _create_corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("seq", ROW_NUMBER, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("source_language", sa.Text, nullable=False),
        sa.Column("target_language", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("deleted_at", TIME),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("source_text", sa.Text, nullable=False),
        sa.Column("machine_text", sa.Text, nullable=False),
        sa.Column("corrected_text", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("hter", sa.Double, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("translation_id", sa.Text, nullable=False),
        sa.Column("segment_index", sa.Integer, nullable=False),
        sa.Column("hypothesis_index", sa.Integer, nullable=False),
        sa.Column("model_id", sa.Text, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("source_ids", sa.JSON, nullable=False),
        sa.Column("target_ids", sa.JSON, nullable=False),
        sa.Column("n_best", sa.JSON, nullable=False),
        sa.Column("duration_s", sa.Double, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_corrections"),
        sa.UniqueConstraint("id", name="uq_corrections_id"),
        sa.ForeignKeyConstraint(
            ["translation_id"], ["translations.id"], name="fk_corrections_translation_id"
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.create_index(
            "ix_corrections_filters",
            "corrections",
            ["source_language", "target_language", "verdict", "deleted_at", "hter", "search_text"],
        )
