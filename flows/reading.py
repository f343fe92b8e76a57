"""Read documents in processes of their own: a crash or a hang of the reader fails one document."""

from __future__ import annotations

import gc
from pathlib import Path
from types import TracebackType
from typing import Self

from flows.models.threads import usable_cores
from flows.passwords import passwords
from flows.processes import Closed, Crashed, Processes, TookTooLong, WorkError
from flows.recognising import Recogniser
from flows.sources import read_bytes, size_of
from schemas.document import Document
from schemas.errors import Cancelled, OverdueError, UnreadableError
from schemas.limits import USUAL, Limits
from schemas.recipe import Ocr

LEAST_S = 15.0
"""Whatever a person allows: a fresh process first loads the reader."""
BOMB = (
    "If it is meant to be so large, raise the limit 'seconds' or 'memory_mib'; "
    "else it is damaged, or made to do that."
)
DOCUMENTS_A_PROCESS = 500
"""After so many the process is replaced, and with it what memory the reader lost."""
MOST_PROCESSES = 4
DOCUMENTS_FOR_ONE = 3
"""At least so many for each process: to start one takes as long as to read a hundred pages."""


class Reader:
    """Reads files; a context manager. Threads may share it."""

    def __init__(
        self,
        *,
        ocr: Ocr = "auto",
        processes: int = 1,
        limits: Limits = USUAL,
        passwords_file: Path | None = None,
        document_timeout_s: float | None = None,
        embedded: bool = False,
    ) -> None:
        """Start nothing yet: the first document starts the process.

        `ocr`: what reads pages without text, each in a process of its own.
        `document_timeout_s`: what a person allows for a document's text, if that is less, and then
        for its pages that are read by OCR.
        With `embedded` the e-invoice in a PDF is read as well; no other embedded file ever is.
        """
        self._recogniser = Recogniser(
            ocr,
            limits,
            passwords_file,
            None if document_timeout_s is None else max(document_timeout_s, LEAST_S),
        )
        self._embedded = embedded
        self._limits = limits
        self._passwords_file = passwords_file
        allowed_s = max(document_timeout_s or limits.seconds, LEAST_S)
        self._allowed_s = allowed_s if allowed_s < limits.seconds else 0.0
        self._processes = Processes(
            processes=processes,
            timeout_s=self._allowed_s or limits.seconds,
            tasks_each=DOCUMENTS_A_PROCESS,
            memory=limits.memory,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def expect(self, documents: int) -> None:
        """Have as many processes as so many documents need; one that is at work stays alone."""
        self._processes.resize(
            max(1, min(documents // DOCUMENTS_FOR_ONE, MOST_PROCESSES, usable_cores()))
        )

    def warm_up(self) -> None:
        """Start the processes and return at once."""
        self._processes.warm_up(_ready)

    def rest(self) -> None:
        """End the processes, as nothing is to be read for now; the next document starts others."""
        self._processes.rest()
        self._recogniser.rest()

    def read(self, source: str) -> Document:
        """Read the file at a path.

        Raises:
            UnreadableError: it can't be read; also if the reader crashed, took too long or too much
                memory.
            OverdueError: it took longer than a person allows.
            Cancelled: the reader was closed before it was done.
        """
        try:
            packed = self._processes.run(
                _read, source, self._limits, self._passwords_file, embedded=self._embedded
            )
            return self._recogniser.read(source, Document.model_validate_json(packed))
        except Closed as error:
            raise Cancelled(f"The reader was closed before {source!r} was read.") from error
        except Crashed as error:
            raise UnreadableError(
                "The reader crashed on this file; it is damaged, or made to do that."
            ) from error
        except TookTooLong as error:
            if not self._allowed_s:
                raise UnreadableError(f"Reading the file {error}. {BOMB}") from error
            raise OverdueError(
                f"Reading it took longer than a document may ({self._allowed_s:g} s). "
                "--document-timeout gives it more time."
            ) from error
        except WorkError as error:
            raise UnreadableError(f"Reading the file {error}. {BOMB}") from error

    def close(self) -> None:
        """End the processes, also in the middle of a document; a second call does nothing."""
        self._processes.close()
        self._recogniser.close()


def _read(source: str, limits: Limits, passwords_file: Path | None, *, embedded: bool) -> bytes:
    """Return the document as JSON: pickled, its words would take ten times as long."""
    from extractors.opening import check_size  # noqa: PLC0415 - only the process that reads
    from extractors.read import read_document  # noqa: PLC0415

    try:
        check_size(size_of(source), limits)
        data = read_bytes(source)
    except OSError as error:
        raise UnreadableError(f"The file can't be read: {error.strerror or error}.") from error
    gc.disable()  # with a million words it takes half of the time, and finds nothing
    try:
        known = passwords(passwords_file)
        document = read_document(data, embedded=embedded, passwords=known, limits=limits)
        return document.model_dump_json().encode()
    finally:
        gc.enable()


def _ready() -> None:
    """Get the reader ready, in the process that is to read; a fork finds it so."""
    import flows.forked  # noqa: F401, PLC0415
