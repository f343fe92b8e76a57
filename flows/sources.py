"""Files wherever they are: on this machine, or at an address that fsspec knows (`s3://…`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from schemas.errors import PathError

DRIVERS = {
    "s3": "papersift[s3]",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "abfs": "adlfs",
    "az": "adlfs",
    "sftp": "paramiko",
}
"""What to install for a scheme."""
MAGIC = "*?["


@dataclass(frozen=True)
class FileFound:
    """A file as a listing shows it."""

    source: str
    """Its path or address."""
    size: int
    """In bytes."""
    changed: datetime | None
    """When it was last written; None: its place doesn't say."""
    stamp: str
    """Another one whenever the file is another one, as far as its place can tell."""


def is_address(path: str) -> bool:
    """Say whether a path is an address that fsspec opens: `s3://bucket/key`."""
    return "://" in path


def files_at(address: str) -> Iterator[FileFound]:
    """Yield the files that an address names: itself, what is below it, or what matches a pattern.

    By name; hidden ones and those in hidden folders left out.

    Raises:
        PathError: nothing is there, or it can't be listed.
    """
    with _in_plain_words(address):
        files, path = _filesystem(address)
        if any(sign in path for sign in MAGIC):
            found = files.glob(path, detail=True)
        elif files.isfile(path):
            found = {path: files.info(path)}
        else:
            found = files.find(path, detail=True)
        base = path.rstrip("/")
        for name, about in sorted(found.items()):
            below = str(name).removeprefix(base)
            if about["type"] != "file" or any(part.startswith(".") for part in below.split("/")):
                continue
            yield _found(files.unstrip_protocol(name), about)


def local_file(path: Path) -> FileFound:
    """Return a file of this machine as a listing shows it.

    Raises:
        OSError: it isn't there any more, or can't be looked at.
    """
    about = path.stat()
    changed = datetime.fromtimestamp(about.st_mtime, UTC)
    stamp = f"{about.st_size}:{about.st_mtime_ns}:{about.st_ino}"
    return FileFound(str(path), about.st_size, changed, stamp)


def read_bytes(source: str) -> bytes:
    """Return what a file holds.

    Raises:
        OSError: it can't be read; also for what goes wrong on the way to another machine.
    """
    if not is_address(source):
        return Path(source).read_bytes()
    try:
        files, path = _filesystem(source)
        return bytes(files.cat_file(path))
    except OSError:
        raise
    except Exception as error:  # each filesystem has errors of its own
        raise OSError(f"{type(error).__name__}: {error}") from error


def size_of(source: str) -> int:
    """Return how many bytes a file holds, 0 if that isn't known before it is read.

    Raises:
        OSError: it isn't there any more, or can't be looked at.
    """
    if not is_address(source):
        return Path(source).stat().st_size
    try:
        files, path = _filesystem(source)
        return int(files.info(path).get("size") or 0)
    except OSError:
        raise
    except Exception as error:  # each filesystem has errors of its own
        raise OSError(f"{type(error).__name__}: {error}") from error


def move(source: str, target: str) -> None:
    """Move a file, within its place; whatever the target held is lost.

    Raises:
        OSError: it can't be moved.
    """
    if not is_address(source):
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(source).replace(target)
        return
    files, path = _filesystem(source)
    _, to = _filesystem(target)
    files.makedirs(to.rpartition("/")[0], exist_ok=True)
    files.mv(path, to)


def delete(source: str) -> None:
    """Delete a file.

    Raises:
        OSError: it can't be deleted.
    """
    if not is_address(source):
        Path(source).unlink()
        return
    files, path = _filesystem(source)
    files.rm_file(path)


def is_there(source: str) -> bool:
    """Say whether something is at a path or address."""
    if not is_address(source):
        return Path(source).exists()
    files, path = _filesystem(source)
    return bool(files.exists(path))


def stamp_of(source: str) -> str:
    """Return a file's stamp as it is now.

    Raises:
        OSError: it isn't there any more, or can't be looked at.
    """
    if not is_address(source):
        return local_file(Path(source)).stamp
    files, path = _filesystem(source)
    return _found(source, files.info(path)).stamp


def _filesystem(address: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs  # noqa: PLC0415 - only addresses need it

    # listings that are kept would hide what comes in later
    files, path = url_to_fs(address, use_listings_cache=False)
    return files, str(path)


def _found(source: str, about: Mapping[str, Any]) -> FileFound:
    changed = next(
        (about[name] for name in ("LastModified", "mtime", "last_modified", "updated", "created")
         if about.get(name)),
        None,
    )  # fmt: skip
    if isinstance(changed, int | float):
        changed = datetime.fromtimestamp(changed, UTC)
    if not isinstance(changed, datetime):
        changed = None
    elif changed.tzinfo is None:
        changed = changed.replace(tzinfo=UTC)
    marks = {name: str(about[name]) for name in ("ETag", "etag", "md5", "crc") if about.get(name)}
    told = json.dumps([about.get("size"), str(changed), marks], sort_keys=True)
    stamp = hashlib.sha256(told.encode()).hexdigest()[:32]
    return FileFound(source, int(about.get("size") or 0), changed, stamp)


@contextmanager
def _in_plain_words(address: str) -> Iterator[None]:
    scheme = address.partition("://")[0]
    try:
        yield
    except ImportError as error:
        needed = DRIVERS.get(scheme, f"the package for {scheme}://")
        raise PathError(f"{address!r} needs a package that isn't installed: {needed}.") from error
    except ValueError as error:
        raise PathError(f"{address!r} can't be understood: {error}.") from error
    except PathError:
        raise
    except Exception as error:  # each filesystem has errors of its own
        raise PathError(
            f"{address!r} can't be listed: {type(error).__name__}: {error}. "
            "Look at the address, and at the credentials in the environment."
        ) from error
