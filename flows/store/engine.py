"""Open the database, and say in plain words what is wrong with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from tenacity import retry, retry_if_exception, stop_after_delay
from tenacity.wait import wait_random

from schemas.errors import PathError, StoreError

FILE = "papersift.db"
"""The store's name in the output folder."""
BUSY_MS = 30_000
"""How long one process waits for another one's transaction; ours take milliseconds."""
WRITES = "papersift_writes"
"""The execution option of a connection that is going to write."""
LIGHTLY = "papersift_lightly"
"""As `WRITES`, but what is written needn't survive a power cut, only the death of the process."""
LEVEL = "papersift_level"
"""Under this name a connection's `info` has how safely it writes now."""

TURNS = 0x7061706572
"""Names PostgreSQL's lock of those that write: any number that nobody else takes."""


def open_engine(place: Path | str) -> Engine:
    """Return an engine for the store in a folder, which is made if need be, or at a database URL.

    Raises:
        PathError: the folder can't be made.
        StoreError: the URL can't be understood, or its driver isn't installed.
    """
    if isinstance(place, str) and "://" in place:
        return _open_url(place)
    folder = Path(place)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PathError(
            f"The output folder {str(folder)!r} can't be made: {error.strerror}. "
            "Choose another one with --out."
        ) from error
    return _sqlite(URL.create("sqlite", database=str(folder / FILE)))


@contextmanager
def in_plain_words(where: str) -> Iterator[None]:
    """Turn the database's errors into ours; `where` names the store.

    Raises:
        PathError: the folder or file can't be written.
        StoreError: anything else that is the database's fault. A breach of its constraints is a
            bug of ours and goes through as it is.
    """
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", None)
        if code is not None and code & 0xFF == sqlite3.SQLITE_CONSTRAINT:
            raise
        raise _explained(where, error, code) from error


def _open_url(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(parsed)
    except ArgumentError as error:
        raise StoreError(
            f"The store's address {url.split('://', 1)[0] + '://…'!r} can't be understood. "
            "It reads like postgresql://user@host/database."
        ) from error
    except ModuleNotFoundError as error:
        raise StoreError(
            f"The store's database needs a driver that isn't installed ({error}). "
            "For PostgreSQL: pip install 'psycopg[binary]'."
        ) from error
    if parsed.get_backend_name() == "postgresql":
        event.listen(engine, "begin", _take_turns)
    return engine


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_MS / 1000})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, record: Any) -> None:
    """Set up a new SQLite connection."""
    del record
    connection.isolation_level = None  # the driver begins nothing on its own: `_begin` does
    _keep_a_log(connection)
    for pragma in (
        "synchronous=FULL",  # what was committed and paid for survives a power cut; see `_begin`
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


@retry(
    retry=retry_if_exception(lambda error: "locked" in str(error)),
    wait=wait_random(0.005, 0.05),
    stop=stop_after_delay(BUSY_MS / 1000),
    reraise=True,
)
def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Let readers and a writer not wait for each other.

    SQLite itself doesn't wait here for others that open a new store at the same moment.
    """
    connection.execute("PRAGMA journal_mode=WAL")


def _begin(connection: Connection) -> None:
    """Begin a transaction; one that writes takes the lock at once: two can't block each other."""
    options = connection.get_execution_options()
    if not options.get(WRITES, False):
        connection.exec_driver_sql("BEGIN")
        return
    # With NORMAL the next transaction that is FULL brings this one to the disk with it.
    level = "NORMAL" if options.get(LIGHTLY, False) else "FULL"
    if connection.info.get(LEVEL) != level:
        connection.exec_driver_sql(f"PRAGMA synchronous={level}")
        connection.info[LEVEL] = level
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _take_turns(connection: Connection) -> None:
    """Let one transaction write at a time, as in SQLite: what it adds, no other adds meanwhile."""
    if connection.get_execution_options().get(WRITES, False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURNS})")


def _explained(where: str, error: DBAPIError, code: int | None) -> PathError | StoreError:
    """Return our error for the database's."""
    texts = {
        sqlite3.SQLITE_NOTADB: "is not a database, or it is damaged. "
        "Restore it from a backup, or choose another folder with --out.",
        sqlite3.SQLITE_CORRUPT: "is damaged. "
        "Restore it from a backup, or choose another folder with --out.",
        sqlite3.SQLITE_FULL: "can't grow: the disk is full. "
        "Free some space and run the same command again; nothing that was kept is lost.",
        sqlite3.SQLITE_BUSY: f"has been locked by another process for {BUSY_MS // 1000} s. "
        "Let that one finish, then run the same command again.",
        sqlite3.SQLITE_IOERR: "can't be read or written: the disk gives an error. "
        "Look for free space and at the disk's state.",
    }
    if code is not None and code & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
        return PathError(
            f"The store {where!r} can't be opened for writing. "
            "Look at the folder's permissions, or choose another one with --out."
        )
    text = texts.get(code & 0xFF if code is not None else -1)
    return StoreError(f"The store {where!r} {text or f'gives an error: {error.orig}'}")
