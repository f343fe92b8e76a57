"""Pages as pictures and as words for whoever reviews them, drawn and read in other processes.

Two processes serve who waits, so that the words and the picture of a page come at the same time; a
third one steps back for them and prepares the document that comes next.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from flows.kept import Kept
from flows.processes import Closed, Crashed, Processes, WorkError
from schemas.document import Document
from schemas.errors import Cancelled, UnreadableError
from schemas.limits import USUAL, Limits

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

TIMEOUT_S = 20.0
"""For one page, or the words of a document; a page is drawn in a twentieth of a second."""
DPI = 150
LEAST_DPI, MOST_DPI = 36, 300
PROCESSES = 2
NICENESS = 10
"""Of the process that prepares: it works while nobody waits."""
MOST_AHEAD = 4
"""Pieces of work that wait to be prepared; a document is two."""
MOST_BYTES = 64 * 1024**2
"""Of PNGs that are kept: a hundred to five hundred pages."""
MOST_WORDS = 100_000
"""Of documents that are kept, about 100 MB: two hundred pages and more."""
PATIENCE_S = 1.0
"""So long, who waits leaves it to the process that prepares; on a machine that does other work that
one may come to nothing for long."""
TASKS_A_PROCESS = 1000
"""After so many a process is replaced, and with it what memory was lost."""


class Pictures:
    """Draws and reads; a context manager. Threads may share it."""

    def __init__(
        self,
        *,
        timeout_s: float = TIMEOUT_S,
        limits: Limits = USUAL,
        passwords_file: Path | None = None,
    ) -> None:
        """Start nothing yet: `warm_up` or the first page starts the processes."""
        self._rules = (limits, passwords_file)
        self._serving = Processes(
            processes=PROCESSES,
            timeout_s=timeout_s,
            tasks_each=TASKS_A_PROCESS,
            memory=limits.memory,
        )
        self._preparing = Processes(
            timeout_s=timeout_s,
            tasks_each=TASKS_A_PROCESS,
            memory=limits.memory,
            niceness=NICENESS,
        )
        self._documents = Kept[str, Document](MOST_WORDS, _size)
        self._pngs = Kept[tuple[str, int, int], bytes](MOST_BYTES, len)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def preparing(self) -> int:
        """How many pieces of work are being prepared or wait for it."""
        return self._preparing.waiting

    def warm_up(self) -> None:
        """Start the processes and return at once."""
        for processes in (self._serving, self._preparing):
            processes.warm_up(_ready)

    def document(self, sources: Sequence[str], document_id: str) -> Document:
        """Read a document from the first of the paths where it still is.

        Raises:
            DocumentError: it can't be read; the text says why, and what happened to the file.
            Cancelled: this was closed before it was done.
        """
        return self._result(
            "Reading the file",
            self._documents,
            document_id,
            lambda: self._serving.submit(_words, self._rules, sources, document_id),
        )

    def picture(self, sources: Sequence[str], document_id: str, page: int, dpi: int = DPI) -> bytes:
        """Return a page, from 1, as a PNG: as it is shown, so a box's points are `dpi / 72` pixels.

        A page larger than A3 is drawn more coarsely; then the picture's width over the page's says
        how. `dpi` is brought between 36 and 300.

        Raises:
            DocumentError: it can't be drawn; the text says why, and what happened to the file.
            Cancelled: this was closed before it was done.
        """
        dpi = _within(dpi)
        return self._result(
            "Drawing the page",
            self._pngs,
            (document_id, page, dpi),
            lambda: self._serving.submit(_page, self._rules, sources, document_id, page, dpi),
        )

    def ahead(
        self, sources: Sequence[str], document_id: str, page: int = 1, dpi: int = DPI
    ) -> None:
        """Prepare a page's picture and the document's words, and return at once.

        Nobody hears of what goes wrong: it goes wrong again for who asks. While much waits to be
        prepared already, nothing is done.
        """
        if self.preparing >= MOST_AHEAD:
            return
        dpi = _within(dpi)
        with suppress(Closed):
            self._pngs.ahead(
                (document_id, page, dpi),
                lambda: self._preparing.submit(_page, self._rules, sources, document_id, page, dpi),
            )
            self._documents.ahead(
                document_id,
                lambda: self._preparing.submit(_words, self._rules, sources, document_id),
            )

    def close(self) -> None:
        """End the processes, also in the middle of a page; a second call does nothing."""
        self._serving.close()
        self._preparing.close()

    def _result(self, doing: str, kept: Kept[K, T], key: K, begin: Callable[[], Future[T]]) -> T:
        coming = kept.coming(key)
        if coming is not None and wait([coming], PATIENCE_S).done:
            with suppress(Exception):  # it goes wrong again below, and is told
                return coming.result()
        try:
            return self._serving.result(kept.get(key, begin))
        except Closed as error:
            raise Cancelled(f"{doing} was given up: this is being closed.") from error
        except Crashed as error:
            raise UnreadableError(
                f"{doing} crashed the program that does it; "
                "the file is damaged, or made to do that."
            ) from error
        except WorkError as error:
            raise UnreadableError(f"{doing} {error}.") from error


def _within(dpi: int) -> int:
    return min(max(dpi, LEAST_DPI), MOST_DPI)


def _size(document: Document) -> int:
    """Return the words of a document; a page counts as one."""
    return sum(1 + len(page.words) for page in document.pages)


Rules = tuple[Limits, Path | None]
"""Limits, and the file with the passwords."""


def _words(rules: Rules, sources: Sequence[str], document_id: str) -> Document:
    from flows import drawing  # noqa: PLC0415 - only the processes load PyMuPDF

    return drawing.words(sources, document_id, drawing.Rules(*rules))


def _page(rules: Rules, sources: Sequence[str], document_id: str, page: int, dpi: int) -> bytes:
    from flows import drawing  # noqa: PLC0415

    return drawing.page(sources, document_id, page, dpi, drawing.Rules(*rules))


def _ready() -> None:
    from flows import drawing  # noqa: PLC0415

    drawing.warm_up()
