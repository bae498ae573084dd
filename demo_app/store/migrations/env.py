"""Alembic runs this file. The connection, its transaction and its lock are `store.migrate`'s."""

from alembic import context

from demo_app.store.schema_jobs import JobRow

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=JobRow.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
