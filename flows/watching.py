"""Look at a folder again and again: only what is new or changed there is extracted.

A file that is still being written is left for the next look. What is done is noted with the file's
stamp, so that a look at a folder where nothing happened reads nothing.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Literal

from extractors.files import SUFFIXES
from flows.bench import Bench, opened_bench
from flows.extract import run_batch
from flows.sources import (
    FileFound,
    delete,
    files_at,
    is_address,
    is_there,
    local_file,
    move,
    stamp_of,
)
from flows.store.engine import FILE
from flows.store.store import Store
from schemas.batch import BatchRequest, RunReport
from schemas.errors import PathError
from schemas.extraction import Outcome

logger = logging.getLogger(__name__)

After = Literal["leave", "move", "delete"]

DONE, FAILED = "done", "failed"
"""Folders beside the watched files, for those that are moved."""
SETTLED = frozenset({Outcome.ACCEPTED, Outcome.REVIEWED, Outcome.REJECTED})
"""Outcomes of documents that nobody needs to look at any more."""
LOOKS = 3
"""So often a folder is looked at in one run while others put files away from it."""
EMPTY_RESTS = timedelta(minutes=10)
"""A file without a byte is likely one that is about to be written."""


@dataclass(frozen=True)
class Look:
    """What a look at a folder found."""

    ready: tuple[FileFound, ...]
    """New or changed, and at rest."""
    growing: tuple[FileFound, ...]
    """Maybe still being written."""
    known: tuple[tuple[FileFound, str], ...]
    """Done before and not changed since; with their documents' ids."""


def watch_folder(
    request: BatchRequest, folder: str, *, after: After = "leave", settle_s: float = 10.0
) -> RunReport | None:
    """Extract what is new or changed in a folder; None: there is nothing.

    Args:
        request: how; its paths are replaced by those of the files.
        folder: a folder, or an address such as `s3://bucket/inbox`.
        after: what becomes of files that are done: `move` takes them to `done/` in the folder,
            those that failed for good to `failed/`; `delete` waits until nobody has to look at
            them.
        settle_s: seconds that a file must have rested.

    Raises:
        PathError: the folder isn't there, or can't be listed.
        InputError, StoreError: as of any batch.
    """
    seen, report = _look_and_run(request, folder, settle_s, looks=LOOKS)
    if seen.ready or (seen.known and after != "leave"):
        with opened_bench(request) as bench:
            _settle(bench, folder, seen, report, after)
    return report


def _look_and_run(
    request: BatchRequest, folder: str, settle_s: float, *, looks: int
) -> tuple[Look, RunReport | None]:
    """Look, and extract what is ready; look again if another run put files away meanwhile."""
    with Store.open(request.store_place) as store:
        seen = look(store, folder, settle_s=settle_s, now=datetime.now(UTC))
    if seen.growing:
        logger.info(
            "%d files are left for the next look: they may still be written to.", len(seen.growing)
        )
    if not seen.ready:
        return seen, None
    paths = tuple(each.source for each in seen.ready)
    try:
        return seen, run_batch(request.model_copy(update={"paths": paths}))
    except PathError:
        if looks == 1 or all(map(is_there, paths)):
            raise
    return _look_and_run(request, folder, settle_s, looks=looks - 1)


def look(store: Store, folder: str, *, settle_s: float, now: datetime) -> Look:
    """Compare a folder with what is known of its files.

    Raises:
        PathError: the folder isn't there, or can't be listed.
    """
    files = list(files_at(folder) if is_address(folder) else _walk(folder))
    files = [each for each in files if _is_wanted(each.source, folder)]
    known = store.watched([each.source for each in files])
    ready, growing, unchanged = [], [], []
    for each in files:
        stamp, document_id = known.get(each.source, ("", ""))
        if stamp == each.stamp:
            unchanged.append((each, document_id))
        elif _rests(each, settle_s, now):
            ready.append(each)
        else:
            growing.append(each)
    return Look(tuple(ready), tuple(growing), tuple(unchanged))


def _walk(folder: str) -> Iterator[FileFound]:
    """Yield the files of a folder by name, without those of our own output."""
    if not Path(folder).is_dir():
        raise PathError(f"There is no folder {folder!r} to watch.")

    def refuse(error: OSError) -> None:
        raise PathError(f"{str(error.filename)!r} can't be looked into: {error.strerror}.")

    for parent, folders, files in os.walk(folder, onerror=refuse):
        if FILE in files:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            try:
                yield local_file(Path(parent, name))
            except OSError:  # gone since it was listed
                continue


def _is_wanted(source: str, folder: str) -> bool:
    """Say whether a file is a document that nobody has put aside."""
    below = PurePosixPath(_below(source, folder))
    return (
        below.suffix.lower() in SUFFIXES
        and not below.name.startswith((".", "~$"))
        and below.parts[0] not in (DONE, FAILED)
    )


def _below(source: str, folder: str) -> str:
    """Return a file's path in the watched folder, with `/` between its parts."""
    if is_address(folder):
        bare = source.partition("://")[2]
        root = folder.partition("://")[2].strip("/")
        return bare.strip("/").removeprefix(root).strip("/") or bare.rpartition("/")[2]
    return Path(os.path.relpath(source, folder)).as_posix()


def _rests(file: FileFound, settle_s: float, now: datetime) -> bool:
    if file.changed is None:
        return file.size > 0
    age = now - file.changed
    return age >= (timedelta(seconds=settle_s) if file.size else EMPTY_RESTS)


def _settle(bench: Bench, folder: str, seen: Look, report: RunReport | None, after: After) -> None:
    """Note what is done, and put away what is to be put away."""
    lines = {line.source: line for line in report.lines} if report else {}
    new = [
        (each, lines[each.source].document_id or "")
        for each in seen.ready
        if each.source in lines and lines[each.source].document_id
    ]
    files = [*new, *seen.known]
    states = bench.store.state_of({document for _, document in files}, *bench.recipe_ids)
    is_new = {each.source for each, _ in new}
    for file, document_id in files:
        state = states[document_id]
        if state.to_do:  # by the next look
            continue
        if file.source in is_new:
            bench.store.note_watched(file.source, file.stamp, document_id)
        try:
            if after == "delete" and state.outcome in SETTLED:
                _delete(bench.store, file)
            elif after == "move":
                into = FAILED if state.outcome is Outcome.FAILED else DONE
                _move(bench.store, file, document_id, f"{folder.rstrip('/')}/{into}", folder)
        except FileNotFoundError:
            continue  # another run put it away
        except OSError as error:
            logger.warning("%s stays where it is: %s", file.source, error)


def _delete(store: Store, file: FileFound) -> None:
    """Delete a file if it still is the one that was read."""
    if stamp_of(file.source) == file.stamp:
        delete(file.source)
        store.forget_watched(file.source)


def _move(store: Store, file: FileFound, document_id: str, into: str, folder: str) -> None:
    """Move a file if it still is the one that was read, and note where it is now."""
    if stamp_of(file.source) == file.stamp:
        target = _free(f"{into}/{_below(file.source, folder)}")
        move(file.source, target)
        place = target if is_address(target) else str(Path(target).absolute())
        store.note_moved(file.source, document_id, place)


def _free(target: str) -> str:
    """Return a path at which nothing is: `a.pdf`, else `a (2).pdf`."""
    found, number = target, 1
    stem, dot, ending = target.rpartition(".")
    while is_there(found):
        number += 1
        found = f"{stem} ({number}){dot}{ending}"
    return found
