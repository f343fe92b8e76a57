"""Read pages without text by OCR, each in a process of its own and with its own limit of time."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from extractors.ocr.problem import unread
from flows.passwords import passwords
from flows.processes import Closed, Crashed, Processes, TookTooLong, WorkError
from flows.sources import read_bytes
from schemas.document import Document, Page
from schemas.errors import DocumentError, OverdueError
from schemas.limits import USUAL, Limits
from schemas.recipe import Ocr

PAGE_TIMEOUT_S = 120.0
"""A page takes two to ten seconds, with a whole core."""
MOST_PROCESSES = 8
PAGES_A_PROCESS = 200
"""After so many a process is replaced, and with it what memory was lost."""
MOST_PAGES = 500
"""Of one document; more are left unread, and it says so."""

_Span = tuple[float, float]
"""When a page was begun and done, by a clock that all processes of a machine share."""
_Read = tuple[Page, _Span]


@dataclass
class Recogniser:
    """Reads pages by OCR; starts its processes when the first page needs it."""

    ocr: Ocr
    limits: Limits = USUAL
    passwords_file: Path | None = None
    allowed_s: float | None = None
    """What a person allows for the pages of a document; while they wait for those of others, and
    where they are read at the same time, it counts once or not at all."""
    _processes: Processes | None = None
    _closed: bool = False
    _lock: Lock = field(default_factory=Lock)

    def read(self, source: str, document: Document) -> Document:
        """Return a document that was read from the file at `source`, its pages without text too.

        Layers of text over pictures are held against the pictures, if there is OCR.

        Raises:
            OverdueError: it took longer than a person allows.
            Closed: this was closed before it was done.
        """
        if not any(page.problem or page.layer for page in document.pages):
            return document
        from extractors.ocr.choice import why_none  # noqa: PLC0415 - few documents need it

        why = why_none(self.ocr)
        to_do = [page.number for page in document.pages if (page.problem or page.layer) and not why]
        begun = {number: self._begin(source, number) for number in to_do[:MOST_PAGES]}
        why = why or f"only {MOST_PAGES} pages of a document are read by OCR"
        read: dict[int, Page] = {}
        taken: list[_Span] = []
        try:
            for page in document.pages:
                if page.number in begun:
                    read[page.number], span = self._done(page, begun[page.number])
                    taken.append(span)
                    self._check(taken)
                elif page.problem:
                    read[page.number] = unread(page, why)
        finally:
            for future in begun.values():
                future.cancel()  # does nothing to those that are done
        pages = tuple(read.get(page.number, page) for page in document.pages)
        return document.model_copy(update={"pages": pages})

    def rest(self) -> None:
        """End the processes, as nothing is to be read for now; the next page starts others."""
        with self._lock:
            processes = self._processes
        if processes is not None:
            processes.rest()

    def close(self) -> None:
        """End the processes, also in the middle of a page; a second call does nothing."""
        with self._lock:
            self._closed = True
            processes = self._processes
        if processes is not None:
            processes.close()

    @property
    def _page_s(self) -> float:
        return min(PAGE_TIMEOUT_S, self.allowed_s or PAGE_TIMEOUT_S)

    def _begin(self, source: str, number: int) -> Future[_Read]:
        with self._lock:
            if self._closed:
                raise Closed("came too late")
            if self._processes is None:
                self._processes = Processes(
                    processes=min(_cores(), MOST_PROCESSES),
                    timeout_s=self._page_s,
                    tasks_each=PAGES_A_PROCESS,
                )
        return self._processes.submit(
            _recognise, source, number, self.ocr, self.limits, self.passwords_file
        )

    def _done(self, page: Page, future: Future[_Read]) -> _Read:
        """Wait for a page; return it as far as it could be read, and when that was."""
        assert self._processes is not None
        began = time.monotonic()
        try:
            return self._processes.result(future)
        except Closed:
            raise
        except TookTooLong as error:
            if self._page_s < PAGE_TIMEOUT_S:
                raise self._overdue from error
            began = time.monotonic() - self._page_s
            why = f"OCR {error}"
        except Crashed:
            why = "OCR crashed on it"
        except WorkError as error:
            why = f"OCR {error}"
        except DocumentError as error:
            why = f"OCR came to nothing: {error}"
        return unread(page, why), (began, time.monotonic())

    def _check(self, taken: Iterable[_Span]) -> None:
        if self.allowed_s is not None and passed(taken) > self.allowed_s:
            raise self._overdue

    @property
    def _overdue(self) -> OverdueError:
        return OverdueError(
            f"Its pages took longer to read by OCR than a document may ({self.allowed_s:g} s). "
            "--document-timeout gives it more time."
        )


def passed(spans: Iterable[_Span]) -> float:
    """Return the seconds in which at least one of these was under way."""
    passed, until = 0.0, -math.inf
    for began, ended in sorted(spans):
        passed += max(0.0, ended - max(began, until))
        until = max(until, ended)
    return passed


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


_last: dict[str, bytes] = {}
"""The file that this process read last: a scan's pages come one after another."""


def _recognise(
    source: str, number: int, ocr: Ocr, limits: Limits, passwords_file: Path | None
) -> _Read:
    """Read one page; runs in the other process."""
    from extractors.ocr.choice import open_engine, open_second  # noqa: PLC0415 - only this process needs it
    from extractors.ocr.page import recognise_page  # noqa: PLC0415

    began = time.monotonic()
    if source not in _last:
        _last.clear()
        _last[source] = read_bytes(source)
    engine = open_engine(ocr)
    assert engine is not None, "nobody begins where there is none"
    page = recognise_page(
        _last[source],
        number,
        engine,
        open_second(ocr),
        passwords=passwords(passwords_file),
        limits=limits,
    )
    return page, (began, time.monotonic())
