"""What Alembic runs to migrate: all of it in the transaction that the store has begun."""

from alembic import context

from flows.store.tables import Table
from flows.store.version import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    version_table=VERSION_TABLE,
)
context.run_migrations()
