"""Read pages without text by OCR, each in a process of its own and with its own limit of time."""

from __future__ import annotations

import os
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from extractors.ocr.problem import unread
from flows.passwords import passwords
from flows.processes import Closed, Crashed, Processes, WorkError
from flows.sources import read_bytes
from schemas.document import Document, Page
from schemas.errors import DocumentError
from schemas.limits import USUAL, Limits
from schemas.recipe import Ocr

PAGE_TIMEOUT_S = 120.0
"""A page takes two to ten seconds, with a whole core."""
MOST_PROCESSES = 8
PAGES_A_PROCESS = 200
"""After so many a process is replaced, and with it what memory was lost."""
MOST_PAGES = 500
"""Of one document; more are left unread, and it says so."""


@dataclass
class Recogniser:
    """Reads pages by OCR; starts its processes when the first page needs it."""

    ocr: Ocr
    limits: Limits = USUAL
    passwords_file: Path | None = None
    timeout_s: float = PAGE_TIMEOUT_S
    _processes: Processes | None = None
    _closed: bool = False
    _lock: Lock = field(default_factory=Lock)

    def read(self, source: str, document: Document) -> Document:
        """Return a document that was read from the file at `source`, its pages without text too.

        Raises:
            Closed: this was closed before it was done.
        """
        if not any(page.problem for page in document.pages):
            return document
        from extractors.ocr.choice import why_none  # noqa: PLC0415 - few documents need it

        why = why_none(self.ocr)
        begun = {
            page.number: self._begin(source, page.number)
            for page in ([] if why else [each for each in document.pages if each.problem])[
                :MOST_PAGES
            ]
        }
        pages = [
            self._done(page, begun[page.number])
            if page.number in begun
            else unread(page, why or f"only {MOST_PAGES} pages of a document are read by OCR")
            if page.problem
            else page
            for page in document.pages
        ]
        return document.model_copy(update={"pages": tuple(pages)})

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

    def _begin(self, source: str, number: int) -> Future[Page]:
        with self._lock:
            if self._closed:
                raise Closed("came too late")
            if self._processes is None:
                self._processes = Processes(
                    processes=min(_cores(), MOST_PROCESSES),
                    timeout_s=self.timeout_s,
                    tasks_each=PAGES_A_PROCESS,
                )
        return self._processes.submit(
            _recognise, source, number, self.ocr, self.limits, self.passwords_file
        )

    def _done(self, page: Page, future: Future[Page]) -> Page:
        assert self._processes is not None
        try:
            return self._processes.result(future)
        except Closed:
            raise
        except Crashed:
            return unread(page, "OCR crashed on it")
        except WorkError as error:
            return unread(page, f"OCR {error}")
        except DocumentError as error:
            return unread(page, f"OCR came to nothing: {error}")


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


_last: dict[str, bytes] = {}
"""The file that this process read last: a scan's pages come one after another."""


def _recognise(
    source: str, number: int, ocr: Ocr, limits: Limits, passwords_file: Path | None
) -> Page:
    """Read one page; runs in the other process."""
    from extractors.ocr.choice import open_engine  # noqa: PLC0415 - only this process needs it
    from extractors.ocr.page import recognise_page  # noqa: PLC0415

    if source not in _last:
        _last.clear()
        _last[source] = read_bytes(source)
    engine = open_engine(ocr)
    assert engine is not None, "nobody begins where there is none"
    return recognise_page(
        _last[source], number, engine, passwords=passwords(passwords_file), limits=limits
    )
