"""Whose turn it is: to ask the model, and to work on what it answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

AT_WORK = 2
"""So many documents are worked on at once between their questions. More would only take Python's
lock from those that are about to ask, and the model would wait: one works, one writes to a disk."""


class Turns:
    """Turns of the documents in this process; threads share it, each with a document of its own."""

    def __init__(self, asked_at_once: int, *, whole: bool) -> None:
        """Let so many documents be asked about at once.

        With `whole` a document's turn ends with its last question, not with each answer: its next
        question is cheap for a model that still knows it.
        """
        self._asking = _Places(asked_at_once)
        self._working = _Places(AT_WORK)
        self._whole = whole

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Wait until a document may be asked about, or be prepared for that; in the block it is."""
        (self._asking if self._whole else self._working).take()
        try:
            yield
        finally:
            self._asking.give()

    def asks(self) -> None:
        """Before a question is sent: wait for a turn, unless it is this document's."""
        self.rest()
        self._asking.take()

    def heard(self) -> None:
        """When an answer is there: let another one ask, and wait until it may be worked on."""
        if not self._whole:
            self._asking.give()
        self._working.take()

    def rest(self) -> None:
        """End the work on a document; a second call does nothing."""
        self._working.give()

    def stopwatch(self) -> Callable[[], float]:
        """Return what tells for how many seconds this thread has worked since, or was answered.

        What it waited for its turns isn't counted.
        """

        def counted() -> float:
            return time.monotonic() - self._asking.waited_s - self._working.waited_s

        began = counted()
        return lambda: counted() - began


class _Places:
    """So many threads have a place at once, each one at most."""

    def __init__(self, count: int) -> None:
        self._free = threading.Semaphore(count)
        self._mine = _Mine()

    def take(self) -> None:
        """Wait for a place; who has one keeps it."""
        if not self._mine.held:
            began = time.monotonic()
            self._free.acquire()
            self._mine.seconds += time.monotonic() - began
            self._mine.held = True

    def give(self) -> None:
        """Give the place back; who has none gives none."""
        if self._mine.held:
            self._mine.held = False
            self._free.release()

    @property
    def waited_s(self) -> float:
        """Seconds that this thread has waited so far."""
        return self._mine.seconds


class _Mine(threading.local):
    """What one thread has."""

    held = False
    seconds = 0.0
