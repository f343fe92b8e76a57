"""Whose turn it is: to ask the model, and to work on what it answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
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
        self._asking = threading.Semaphore(asked_at_once)
        self._working = threading.Semaphore(AT_WORK)
        self._whole = whole
        self._mine = _Mine()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Wait until a document may be asked about; in the block it is."""
        self._begin_to_ask()
        try:
            yield
        finally:
            self._end_asking()

    def asks(self) -> None:
        """Before each question: wait for a turn, unless it is this document's."""
        self.rest()
        self._begin_to_ask()

    def heard(self) -> None:
        """After each answer: let another one ask, and wait until this one may be worked on."""
        if not self._whole:
            self._end_asking()
        if not self._mine.works:
            self._working.acquire()
            self._mine.works = True

    def rest(self) -> None:
        """End the work on a document; a second call does nothing."""
        if self._mine.works:
            self._mine.works = False
            self._working.release()

    def _begin_to_ask(self) -> None:
        if not self._mine.asks:
            self._asking.acquire()
            self._mine.asks = True

    def _end_asking(self) -> None:
        if self._mine.asks:
            self._mine.asks = False
            self._asking.release()


class _Mine(threading.local):
    """The turns that a thread has."""

    asks = False
    works = False
