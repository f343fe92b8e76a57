"""One embedded model's server for all processes of a machine that want the same one.

Whoever needs it first starts it; it ends some seconds after the last process that used it is gone,
however that came about. All is told by locks on files, which the system takes back from the dead:

    KEY.lease   shared by each process that uses the server
    KEY.start   held by the one that looks for the server, and starts it if there is none
    KEY.serving held by the server as long as it lives
    KEY.json    where it is and the key to it, written by the server, for this user's eyes
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from flows.models.locks import FileLock, is_held_alone

LOOK_S = 0.1
IDLE_S = 5.0
"""So long a server waits for the next process: a batch's workers come and go."""
SECRET = ("api_key", "parent")
"""Settings that don't make another server of it."""


class Stopped(Exception):
    """Nobody wants the server any more."""


class Refused(Exception):
    """The server that was started here couldn't load its weights; it was told by its answer."""

    def __init__(self, answer: dict[str, str]) -> None:
        super().__init__(answer)
        self.answer = answer


@dataclass(frozen=True)
class Shared:
    """A server that this process uses until it lets go of the lease."""

    address: str
    api_key: str
    pid: int
    lease: FileLock
    serving: Path

    @property
    def alive(self) -> bool:
        return is_held_alone(self.serving)


@dataclass(frozen=True)
class Place:
    """The files of one server."""

    folder: Path
    key: str

    def file(self, kind: str) -> Path:
        return self.folder / f"{self.key}.{kind}"

    @property
    def child_settings(self) -> dict[str, Any]:
        """Return what the child is told beside what the model needs."""
        named = {kind: str(self.file(kind)) for kind in ("lease", "serving", "json")}
        return {"share": {**named, "idle_s": IDLE_S}}


def place_of(folder: Path, weights: Path, settings: dict[str, Any]) -> Place:
    """Return the files of the server of these weights and settings, by this version of the code."""
    found = weights.stat()
    same = {
        "weights": [str(weights.resolve()), found.st_size, found.st_mtime_ns],
        "settings": {name: value for name, value in settings.items() if name not in SECRET},
        "versions": [_version("papersift"), _version("xllamacpp")],
    }
    text = json.dumps(same, sort_keys=True)
    return Place(folder, f"model-{hashlib.sha256(text.encode()).hexdigest()[:20]}")


def join(place: Place, start: Callable[[], dict[str, str]], stopped: threading.Event) -> Shared:
    """Return the machine's server, started with `start` if there is none yet.

    `start` starts a child and returns its answer, when it serves or can't; `taken` if there is one.

    Raises:
        Stopped: `stopped` was set before it was there.
        Refused: it was started here and can't load.
        OSError: the files can't be had.
    """
    lease = _taken(place.file("lease"), stopped, alone=False)
    try:
        while not stopped.is_set():
            looking = _taken(place.file("start"), stopped, alone=True)
            try:
                if is_held_alone(place.file("serving")):
                    found = _said(place, lease)
                    if found is not None:
                        return found
                else:
                    place.file("json").unlink(missing_ok=True)
                    answer = start()
                    if "address" not in answer and not answer.get("taken"):
                        raise Refused(answer)
            finally:
                looking.release()
            stopped.wait(LOOK_S)  # it is there or on its way: who started it may be gone
    except BaseException:
        lease.release()
        raise
    lease.release()
    raise Stopped


def _taken(path: Path, stopped: threading.Event, *, alone: bool) -> FileLock:
    lock = FileLock(path)
    while not lock.take(alone=alone):
        if stopped.wait(LOOK_S):
            raise Stopped
    return lock


def _said(place: Place, lease: FileLock) -> Shared | None:
    """Return what the server says of itself; None: it doesn't yet."""
    path = place.file("json")
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if path.stat().st_uid != os.getuid():
            return None
        return Shared(
            address=said["address"],
            api_key=said["api_key"],
            pid=said["pid"],
            lease=lease,
            serving=place.file("serving"),
        )
    except (FileNotFoundError, ValueError, KeyError):
        return None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
