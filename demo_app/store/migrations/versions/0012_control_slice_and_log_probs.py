"""A correction knows whether chance alone chose the item that it answers.

Those of before learn it from their items. Words chosen in the lab know how probable both texts were."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_FROM_ITEMS = """
UPDATE corrections SET is_control = (
  SELECT items.is_control FROM slots JOIN items ON items.seq = slots.item_seq
  WHERE slots.answer_id = corrections.id LIMIT 1)
WHERE id IN (SELECT answer_id FROM slots)"""


def upgrade() -> None:
    op.add_column("corrections", sa.Column("is_control", sa.Boolean))
    op.execute(sa.text(_FROM_ITEMS))
    for name in ("chosen_log_probs", "rejected_log_probs"):
        op.add_column("choices", sa.Column(name, sa.JSON, nullable=False, server_default="[]"))
