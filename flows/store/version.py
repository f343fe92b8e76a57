"""Bring the store's tables to the version that this code knows."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from schemas.errors import StoreError

VERSION = 7
"""Of the tables: the number of the last migration in `migrations/versions/`."""
VERSION_TABLE = "papersift_version"


def is_up_to_date(connection: Connection, where: str) -> bool:
    """Say whether there is nothing to migrate.

    Raises:
        StoreError: the store is newer than this code, or the database is somebody else's.
    """
    found = _version_of(connection, where)
    if found > VERSION:
        raise StoreError(
            f"The store {where!r} was written by a newer papersift: it has version {found}, "
            f"and this one knows {VERSION}. Update papersift, or choose another folder with --out."
        )
    return found == VERSION


def migrate(connection: Connection, where: str) -> None:
    """Apply the migrations that are missing and record them, all in the connection's transaction.

    Raises:
        StoreError: as `is_up_to_date`.
    """
    if is_up_to_date(connection, where):
        return
    from alembic import command  # noqa: PLC0415 - slow, and only a new or old store needs it
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    scripts = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", scripts.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _version_of(connection: Connection, where: str) -> int:
    """Return the store's version, 0 if nothing is there yet."""
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE in tables:
        named = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608
        return int(named) if named is not None else 0
    if tables and connection.dialect.name == "sqlite":
        raise StoreError(
            f"{where!r} is a database, but not papersift's: it holds {', '.join(tables[:5])}. "
            "Choose another folder with --out."
        )
    return 0
