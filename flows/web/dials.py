"""How far each type is from its promise, as it was a moment ago: working it out takes a while."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from schemas.dial_state import DialState
from schemas.errors import PapersiftError

FRESH_S = 20.0
"""What is younger isn't worked out again."""
REST = 20.0
"""Nor what is younger than so many times as long as that took."""

log = logging.getLogger(__name__)


class Dials:
    """Gives what was worked out last, and begins anew in the background where that is old."""

    def __init__(
        self, work_out: Callable[[], tuple[DialState, ...]], *, fresh_s: float = FRESH_S
    ) -> None:
        self._work_out = work_out
        self._fresh_s = fresh_s
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dials")
        self._states: tuple[DialState, ...] = ()
        self._due = 0.0
        self._busy = False
        self._closed = False

    def states(self) -> tuple[DialState, ...]:
        """Return the dials as last worked out; at first none."""
        with self._lock:
            if not (self._busy or self._closed) and time.monotonic() >= self._due:
                self._busy = True
                self._pool.submit(self._refresh)
            return self._states

    def close(self) -> None:
        """Wait for what was begun, and begin nothing any more."""
        with self._lock:
            self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _refresh(self) -> None:
        began = time.monotonic()
        try:
            states = self._work_out()
        except PapersiftError as error:  # what was known before is shown
            log.warning("the dials can't be worked out: %s", error)
            states = self._states
        except Exception:
            log.exception("the dials can't be worked out")
            states = self._states
        ended = time.monotonic()
        with self._lock:
            self._states = states
            self._due = ended + max(self._fresh_s, REST * (ended - began))
            self._busy = False
