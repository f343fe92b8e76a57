"""Publish the store as Parquet files: only those whose content has changed, each replaced whole."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import pyarrow as pa
from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.publish.columns import DOCUMENTS, FIELDS, RUNS, record_columns
from flows.publish.replace import only_one, replace_file, stamp_of, without_documents
from flows.publish.rows import Only, document_batches, field_batches, record_batches, run_batches
from flows.store.editions import RUNS as RUNS_EDITION
from flows.store.editions import changed_since, editions
from flows.store.recipes import published_shapes
from flows.store.store import Store
from flows.store.tables import About
from schemas.errors import PathError
from schemas.shape import Shape

MOST_CHANGED = 500
"""Documents that are written anew in a file that keeps its other rows; beyond, all of it is."""


class _Batches(Protocol):
    """Read a file's rows from the store, all or those of some documents."""

    def __call__(self, session: Session, only: Only = None) -> Iterator[pa.RecordBatch]: ...


@dataclass(frozen=True, kw_only=True)
class _Target:
    """A file that may have to be written."""

    path: str
    """In the output folder."""
    edition: str
    mark: str
    """The edition's: names the state of the store that the file should show."""
    schema: pa.Schema
    batches: _Batches
    document_column: str = "document_id"

    def stamp(self, store_id: str) -> str:
        """Return what the file says of itself: the store, the columns, the mark."""
        columns = hashlib.sha256(str(self.schema).encode()).hexdigest()[:8]
        return f"{store_id}:{columns}:{self.mark}"


def publish(store: Store, out_dir: Path) -> tuple[Path, ...]:
    """Bring the published files of a folder up to date; return those written or removed.

    What was published by a run that was killed, or was deleted since, is made again: each file says
    which state of the store it shows.

    Raises:
        PathError: the folder can't be written, or holds files that another store published.
        StoreError: the store can't be read.
    """
    changed = []
    with only_one(out_dir):
        with store.reading() as session:
            store_id = session.scalars(select(About.store_id)).one()
            targets = _targets(session)
        for path in _orphans(out_dir, store_id, {target.path for target in targets}):
            path.unlink()
            changed.append(path)
        for target in targets:
            stamp = target.stamp(store_id)
            # The marks were read before the rows: a file may be newer than it says, never older.
            if stamp_of(out_dir / target.path) != stamp and _write(store, out_dir, target, stamp):
                changed.append(out_dir / target.path)
    return tuple(changed)


def _write(store: Store, out_dir: Path, target: _Target, stamp: str) -> bool:
    """Write a file, and of a file that shows an earlier state only what has changed."""
    path = out_dir / target.path
    before, _, mark = (stamp_of(path) or "").rpartition(":")
    with store.reading() as session:
        only = None
        if before == stamp.rpartition(":")[0]:
            only = changed_since(session, target.edition, mark, most=MOST_CHANGED)
        if only is not None:
            old = without_documents(path, target.document_column, only)
            # A file with good metadata may still be damaged; then it is made afresh.
            with suppress(OSError, pa.ArrowException):
                new = target.batches(session, only)
                return replace_file(path, target.schema, chain(old, new), stamp)
        return replace_file(path, target.schema, target.batches(session), stamp)


def _targets(session: Session) -> list[_Target]:
    """List every file that the store can fill."""
    shapes = published_shapes(session)
    targets: list[_Target] = []
    for edition, mark in editions(session).items():
        part, _, rest = edition.partition("/")
        if edition == RUNS_EDITION:
            file = "runs.parquet"
            targets.append(
                _Target(path=file, edition=edition, mark=mark, schema=RUNS, batches=run_batches)
            )
        elif part == "documents":
            targets.append(
                _Target(
                    path=f"documents/{rest}.parquet",
                    edition=edition,
                    mark=mark,
                    schema=DOCUMENTS,
                    batches=partial(document_batches, month=rest),
                )
            )
        else:
            type_name, _, month = rest.rpartition("/")
            shape = shapes.get(type_name, Shape(name=type_name, leaves=()))
            targets += _of_type(shape, month, edition=edition, mark=mark)
    return targets


def _of_type(shape: Shape, month: str, *, edition: str, mark: str) -> tuple[_Target, _Target]:
    """Return the two files of a type and month."""
    file = f"{_folder(shape.name)}/{month}.parquet"
    records = _Target(
        path=f"records/{file}",
        edition=edition,
        mark=mark,
        schema=record_columns(shape),
        batches=partial(record_batches, shape=shape, month=month),
        document_column="_document_id",
    )
    fields = _Target(
        path=f"fields/{file}",
        edition=edition,
        mark=mark,
        schema=FIELDS,
        batches=partial(field_batches, type_name=shape.name, month=month),
    )
    return records, fields


def _folder(type_name: str) -> str:
    """Return a folder name for a type, which a person may have called anything."""
    return re.sub(r"^\.", "%2E", quote(type_name, safe=" "))


def _orphans(out_dir: Path, store_id: str, known: Container[str]) -> list[Path]:
    """Return files that this store published and no longer knows, as after a backup was restored.

    Raises:
        PathError: another store published to this folder.
    """
    orphans = []
    for pattern in ("records/*/*.parquet", "fields/*/*.parquet", "documents/*.parquet"):
        for path in sorted(out_dir.glob(pattern)):
            stamp = stamp_of(path)
            if stamp is None:
                continue
            if not stamp.startswith(f"{store_id}:"):
                raise PathError(
                    f"{str(path)!r} was published from another store than the one in use. "
                    "Bring back the papersift.db that belongs to it, or choose another folder "
                    "with --out."
                )
            if path.relative_to(out_dir).as_posix() not in known:
                orphans.append(path)
    return orphans
