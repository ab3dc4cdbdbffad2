"""Runs the directory's migrations on the connection that `bot.directory.database` gives."""

from alembic import context

from bot.directory.database import VERSION_TABLE
from bot.directory.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
