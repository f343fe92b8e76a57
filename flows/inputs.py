"""Find the documents that paths name, and hash them."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from extractors.files import SUFFIXES, document_id
from flows.sources import files_at, is_address, read_bytes
from schemas.errors import PathError
from schemas.text import as_text

FETCHES = 16
"""Files that are fetched from elsewhere at once."""
READABLE = ", ".join(sorted(suffix.removeprefix(".").upper() for suffix in SUFFIXES))


@dataclass(frozen=True)
class Input:
    """A file that was found."""

    source: str
    """Its path as it was given or found."""
    document_id: str | None
    """SHA-256 of its bytes; None if it couldn't be read."""
    reason: str = ""
    """Why it couldn't be read."""


@dataclass(frozen=True)
class Found:
    """All that paths name."""

    inputs: tuple[Input, ...]
    """In the order of the paths; in a folder by name. Each path once."""
    passed_over: int
    """Files in folders that are no documents by their ending."""


def find_inputs(paths: Sequence[str]) -> Found:
    """Find and hash what `paths` name: files, folders with all in them, patterns, addresses.

    Raises:
        PathError: one of them doesn't exist, holds no documents or can't be listed.
    """
    sources: dict[str, None] = {}
    passed_over = 0
    for path in paths:
        documents, others = _files(path)
        sources.update(dict.fromkeys(documents))
        passed_over += others
    if any(map(is_address, sources)):  # most of the time is spent waiting for another machine
        with ThreadPoolExecutor(FETCHES) as fetching:
            return Found(tuple(fetching.map(_hash, sources)), passed_over)
    return Found(tuple(_hash(source) for source in sources), passed_over)


def _files(path: str) -> tuple[list[str], int]:
    """Return the documents that one path names, and how many other files it holds."""
    if as_text(path) != path:  # it is a parameter of a flow
        raise PathError(
            f"The name {path!r} isn't text in UTF-8. Rename it, or name the folder that it is in."
        )
    if is_address(path):
        return _remote_files(path)
    if Path(path).is_file():
        return [path], 0
    if Path(path).is_dir():
        files = sorted(_walk(path))
        documents = [file for file in files if Path(file).suffix.lower() in SUFFIXES]
        if not documents:
            holds = f"its {len(files)} files are none" if files else "it is empty"
            raise PathError(
                f"The folder {path!r} holds no documents: {holds}. Read are {READABLE}."
            )
        return documents, len(files) - len(documents)
    if glob.has_magic(path):
        # Path.glob takes no absolute pattern
        files = sorted(glob.glob(path, recursive=True))  # noqa: PTH207
        matched = [file for file in files if Path(file).is_file()]
        if not matched:
            raise PathError(f"The pattern {path!r} matches no file.")
        return matched, 0
    raise PathError(f"There is no file or folder {path!r}.")


def _remote_files(address: str) -> tuple[list[str], int]:
    """Return the documents at an address, and how many other files there are."""
    files = [file.source for file in files_at(address)]
    documents = [file for file in files if PurePosixPath(file).suffix.lower() in SUFFIXES]
    if not documents:
        holds = f"its {len(files)} files are none" if files else "there is no file"
        raise PathError(f"At {address!r} are no documents: {holds}. Read are {READABLE}.")
    return documents, len(files) - len(documents)


def _walk(folder: str) -> Iterator[str]:
    for parent, folders, files in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (str(Path(parent, name)) for name in files if not name.startswith("."))


def _refuse(error: OSError) -> None:
    """Raise for a folder that can't be listed: what is in it would be missing without a word."""
    raise PathError(
        f"The folder {str(error.filename)!r} can't be looked into: {error.strerror}. "
        "Make it readable, or name the folders beside it instead."
    ) from error


def _hash(source: str) -> Input:
    path = Path(source)
    if not is_address(source) and path.exists() and not path.is_file():
        # reading it might never end
        return Input(
            source, None, "It is no file that can be read, but a pipe, a socket or a device."
        )
    try:
        if is_address(source):
            return Input(source, document_id(read_bytes(source)))
        with path.open("rb") as file:  # which may be larger than the memory
            return Input(source, hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as error:
        return Input(source, None, f"The file can't be read: {error.strerror or error}.")
