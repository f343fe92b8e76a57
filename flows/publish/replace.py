"""Replace a published file whole: who opens it gets the old one or the new one, never a part.

A reader that opens the same path twice for one query, as polars does, can meet one of each while a
file is being replaced. It then gets an error, and should read again.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.errors import PathError

STAMP = b"papersift"
"""The key of the file's own metadata that says from which state of which store it was made."""
ROWS_A_GROUP = 50_000
BYTES_A_GROUP = 8_000_000
"""So much is held in memory at most, however many documents a month has."""
LOCK = ".publishing"
PATIENCE_S = 120.0


def replace_file(
    path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch], stamp: str
) -> bool:
    """Write the batches to `path`, or remove it if there are none; say whether anything changed."""
    groups = _row_groups(batches)
    first = next(groups, None)
    if first is None:
        return _remove(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")  # no glob for *.parquet finds it
    stamped = schema.with_metadata({STAMP: stamp.encode()})
    try:
        with beside.open("wb") as file:
            with pq.ParquetWriter(file, stamped, compression="zstd") as writer:
                for group in chain([first], groups):
                    writer.write_table(group.cast(stamped))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def without_documents(
    path: Path, column: str, documents: Collection[str | None]
) -> Iterator[pa.RecordBatch]:
    """Read a published file without the rows of these documents, named in `column`."""
    gone = pa.array(documents, pa.string())
    with pq.ParquetFile(path) as old:
        for batch in old.iter_batches(ROWS_A_GROUP):
            yield batch.filter(pc.invert(pc.is_in(batch[column], value_set=gone)))


def stamp_of(path: Path) -> str | None:
    """Return the stamp of a published file; None if there is no such file or it isn't ours."""
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return None
    return metadata.get(STAMP, b"").decode() or None


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Let one process at a time publish to a folder.

    The lock is an SQLite transaction, because its file locks work on every system and go with the
    process that holds them.

    Raises:
        PathError: the folder can't be written, or another process holds it for minutes.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(folder / LOCK, timeout=PATIENCE_S)) as lock:
            lock.isolation_level = None
            lock.execute("BEGIN EXCLUSIVE")
            yield
    except OSError as error:
        raise PathError(
            f"The output folder {str(folder)!r} can't be written: {error.strerror}. "
            "Nothing that was extracted is lost; mend it and run the same command again."
        ) from error
    except sqlite3.OperationalError as error:
        raise PathError(
            f"The output folder {str(folder)!r} can't be locked for writing: {error}. Nothing that "
            "was extracted is lost; run the same command again later."
        ) from error


def _row_groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Join batches to tables that make good row groups; those without rows count for nothing."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        if batch.num_rows:
            waiting.append(batch)
        rows, size = (sum(getattr(each, of) for each in waiting) for of in ("num_rows", "nbytes"))
        if rows >= ROWS_A_GROUP or size >= BYTES_A_GROUP:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)


def _remove(path: Path) -> bool:
    if not path.exists():
        return False
    path.unlink()
    _sync_folder(path.parent)
    return True


def _sync_folder(folder: Path) -> None:
    """Make a renaming survive a power cut, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
