"""Read documents in a process of their own: a crash or a hang of the reader fails one document."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Self

from pebble import ProcessExpired, ProcessPool

from extractors.read import read_document
from schemas.document import Document
from schemas.errors import Cancelled, UnreadableError

TIMEOUT_S = 120.0
"""PyMuPDF reads 200 pages a second; a document that takes longer than this hangs."""
DOCUMENTS_A_PROCESS = 200
"""After so many the process is replaced, and with it what memory the reader lost."""


class Reader:
    """Reads files; a context manager. Threads may share it."""

    def __init__(self, *, processes: int = 1, timeout_s: float = TIMEOUT_S) -> None:
        """Start nothing yet: the first document starts the process."""
        self._timeout_s = timeout_s
        # spawn: a forked child would carry the threads' locks of this process
        self._pool = ProcessPool(
            max_workers=processes, max_tasks=DOCUMENTS_A_PROCESS, context=get_context("spawn")
        )
        self._waiting: set[Future[Document]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def warm_up(self) -> None:
        """Start the process and return at once."""
        self._pool.schedule(_ready)

    def read(self, source: str) -> Document:
        """Read the file at a path.

        Raises:
            UnreadableError: it can't be read; also if the reader crashed or took too long.
            Cancelled: the reader was closed before it was done.
        """
        with self._lock:
            if self._closed:
                raise Cancelled(f"The reader was closed before {source!r} was read.")
            future: Future[Document] = self._pool.schedule(
                _read, args=(source,), timeout=self._timeout_s
            )
            self._waiting.add(future)
        try:
            return future.result()
        except FutureTimeoutError as error:
            raise UnreadableError(
                f"Reading the file took longer than {self._timeout_s:.0f} s and was given up."
            ) from error
        except ProcessExpired as error:
            raise UnreadableError(
                "The reader crashed on this file; it is damaged, or made to do that."
            ) from error
        except CancelledError as error:
            raise Cancelled(f"The reader was closed before {source!r} was read.") from error
        finally:
            with self._lock:
                self._waiting.discard(future)

    def close(self) -> None:
        """End the process, also in the middle of a document; a second call does nothing."""
        with self._lock:
            self._closed = True
            waiting = list(self._waiting)
        for future in waiting:
            future.cancel()  # stopping the pool would leave it, and whoever waits for it, waiting
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _read(source: str) -> Document:
    try:
        data = Path(source).read_bytes()
    except OSError as error:
        raise UnreadableError(f"The file can't be read: {error.strerror or error}.") from error
    return read_document(data)


def _ready() -> None:
    """Do nothing: the process that runs it has been started and has imported the reader."""
