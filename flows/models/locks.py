"""Locks between processes that end with the process that holds them, however it ends."""

from __future__ import annotations

import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where nothing is shared
    fcntl = None  # type: ignore[assignment]


class FileLock:
    """A lock on a file; not taken yet. Shared by many, or held by one alone."""

    def __init__(self, path: Path) -> None:
        """Take nothing yet."""
        self._path = path
        self._file: int | None = None

    def take(self, *, alone: bool) -> bool:
        """Take it if nobody is in the way; say whether it was."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Let others have it; a second call does nothing. A forked process only lets go of it."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def is_held_alone(path: Path) -> bool:
    """Say whether some process holds a lock alone."""
    lock = FileLock(path)
    if not lock.take(alone=False):
        return True
    lock.release()
    return False
