"""Write what people settled as gold: records known to be right, beside their documents.

    with Store.open(out) as store:
        told = export_gold(store, Path("gold"))

`papersift eval DIR` reads it. Doing it again adds what is new, brings up to date what changed, and
takes away what isn't settled any more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from flows.gold_folder import Change, GoldFolder, Missing, Note
from flows.store.store import Store
from flows.store.vouched import Vouched, store_id, vouched
from schemas.catalogue import BUILT_IN, built_in_type
from schemas.errors import PathError
from schemas.shape import Shape, shape_of

CHANGED = "it was changed by somebody else since, or isn't papersift's"
UNSETTLED = "its record isn't settled any more"
SEVERAL = "the document holds {} records, of which {} are settled: gold names all or none"
NO_PAGES = "the document holds several records, and it isn't known which pages they are of"
NOTHING = "no field of it was looked at"


class Told(BaseModel, frozen=True):
    """A file, or a document, and why it isn't as one might think."""

    path: str = ""
    """Of the gold file; empty: there is none."""
    source: str = ""
    """Of the document; empty: the store may not know it."""
    item: int | None = None
    """The review item; None: there is none."""
    reason: str


class GoldExport(BaseModel, frozen=True):
    """What an export came to; paths are those of gold files in its folder."""

    folder: str
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[Told, ...] = ()
    """What is no gold any more."""
    left: tuple[Told, ...] = ()
    """What somebody else changed: it was neither written nor removed."""
    skipped: tuple[Told, ...] = ()
    """Documents of settled records that gave no gold."""
    values: int = 0
    """In the gold that stands now: fields and cells of lists, those that are said to be empty too.
    """
    types: dict[str, str] = {}
    """Of the gold that stands now, with the folder in which each has its gold."""
    own_types: tuple[str, ...] = ()
    """Those that don't come with papersift: who reads their gold must name the type's file."""


def export_gold(
    store: Store,
    folder: Path,
    *,
    type_name: str | None = None,
    since: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> GoldExport:
    """Write the settled records as gold into a folder, one file a document.

    A document of several records gives gold once all of them are settled and none was rejected.

    Args:
        store: where they were settled.
        folder: made if need be; what somebody else wrote there stays.
        type_name: only this type's, which is that of a document's first record; the gold of others
            stays as it is.
        since: only those of which something was said since; the gold of others stays as it is.
        progress: is told how many documents are done, of how many.

    Raises:
        PathError: the folder can't be written.
        InputError: it holds gold in another form.
    """
    gold = GoldFolder.open(folder)
    with store.reading() as session:
        export = _Export(store, store_id(session), gold)
        settled = tuple(
            each
            for each in _by_document(vouched(session))
            if type_name in (None, each[0].shape.name)
        )
    chosen = [each for each in settled if since is None or max(one.at for one in each) >= since]
    for each in settled:
        export.known.add(export.path_of(each))
    try:
        try:
            for done, each in enumerate(chosen, start=1):
                export.write(each)
                if progress is not None:
                    progress(done, len(chosen))
            export.sweep(type_name)
        finally:
            gold.save()
    except OSError as error:
        raise PathError(
            f"The gold can't be written to {str(folder)!r}: {error.strerror or error}."
        ) from error
    return export.told(folder)


class _Export:
    """One export under way."""

    def __init__(self, store: Store, store_id: str, gold: GoldFolder) -> None:
        self._store = store
        self._store_id = store_id
        self._gold = gold
        self.known: set[str] = set()
        """Paths of what is settled: the rest of what was written before isn't any more."""
        self._paths: dict[Change, list[str]] = {change: [] for change in Change}
        self._skipped: dict[str, Told] = {}
        """By the document's id."""
        self._removed: list[Told] = []
        self._left: list[Told] = []
        self._values = 0
        self._types: dict[str, str] = {}
        self._own_types: set[str] = set()

    def path_of(self, records: Sequence[Vouched]) -> str:
        """Return where a document's gold lies in the folder."""
        first = records[0]
        return self._gold.name_for(first.document_id, first.shape.name, first.source)

    def write(self, records: Sequence[Vouched]) -> None:
        """Write the gold of one document, or note why there is none."""
        each, path = records[0], self.path_of(records)
        rows = [row for one in records for rows in one.lists.values() for row in rows]
        values = sum(len(one.fields) for one in records) + sum(map(len, rows))
        if len(records) < each.records:
            self._skip(each, path, SEVERAL.format(each.records, len(records)))
            return
        if len(records) > 1 and any(one.pages is None for one in records):
            self._skip(each, path, NO_PAGES)
            return
        if not (values or any(one.lists for one in records)):
            self._skip(each, path, NOTHING)
            return
        note = Note(store=self._store_id, document_id=each.document_id, type_name=each.shape.name)
        try:
            change = self._gold.put(
                path, note, _content(records), self._store.sources(each.document_id)
            )
        except Missing as error:
            self._skip(each, path, str(error))
            return
        if change is Change.LEFT:
            self._left.append(_told(each, CHANGED, path=path))
            return
        self._paths[change].append(path)
        self._values += values
        self._types[each.shape.name] = path.partition("/")[0]
        self._own_types.update(one.shape.name for one in records if not _is_built_in(one.shape))

    def sweep(self, type_name: str | None) -> None:
        """Take away what was written from this store and isn't settled any more."""
        for path, note in self._gold.noted(self._store_id):
            if path in self.known or type_name not in (None, note.type_name):
                continue
            skipped = self._skipped.get(note.document_id)
            told = skipped or Told(path=path, reason=UNSETTLED)
            if self._gold.remove(path) is Change.LEFT:
                self._left.append(told.model_copy(update={"path": path, "reason": CHANGED}))
            else:
                self._removed.append(told.model_copy(update={"path": path}))

    def told(self, folder: Path) -> GoldExport:
        """Return what it came to."""
        return GoldExport(
            folder=str(folder),
            added=tuple(self._paths[Change.ADDED]),
            updated=tuple(self._paths[Change.UPDATED]),
            unchanged=tuple(self._paths[Change.UNCHANGED]),
            removed=tuple(self._removed),
            left=tuple(self._left),
            skipped=tuple(self._skipped.values()),
            values=self._values,
            types=dict(sorted(self._types.items())),
            own_types=tuple(sorted(self._own_types)),
        )

    def _skip(self, each: Vouched, path: str, reason: str) -> None:
        self.known.discard(path)
        self._skipped.setdefault(each.document_id, _told(each, reason))


def _told(each: Vouched, reason: str, *, path: str = "") -> Told:
    return Told(path=path, source=each.source, item=each.item_id, reason=reason)


def _by_document(records: Iterable[Vouched]) -> tuple[list[Vouched], ...]:
    """Return the records of each document, in their order."""
    found: dict[str, list[Vouched]] = {}
    for each in records:
        found.setdefault(each.document_id, []).append(each)
    return tuple(sorted(those, key=lambda each: each.number) for those in found.values())


def _content(records: Sequence[Vouched]) -> bytes:
    """Return a document's records as a gold file, their fields in the order of the type."""
    told = [(each, {**each.fields, **each.lists}) for each in records]
    gold: dict[str, Any]
    if len(told) == 1:
        [(each, record)] = told
        gold = {"doctype": each.shape.name, "record": record}
    else:
        several = [
            {"doctype": each.shape.name, "pages": each.pages, "record": record}
            for each, record in told
        ]
        gold = {"records": several}
    return (json.dumps(gold, indent=2, ensure_ascii=False) + "\n").encode()


def _is_built_in(shape: Shape) -> bool:
    """Say whether the type of this name that comes with papersift has all its fields."""
    if shape.name not in BUILT_IN:
        return False
    known = {(leaf.path, leaf.kind) for leaf in shape_of(built_in_type(shape.name)).all_leaves}
    return known.issuperset((leaf.path, leaf.kind) for leaf in shape.all_leaves)
