"""Do work on hostile files in processes of their own, with limits of time and memory.

Whatever happens there fails the one piece of work, and the next one finds a fresh process.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

P = ParamSpec("P")
T = TypeVar("T")

MOST_MEMORY = 4 * 1024**3
"""Bytes of address space a process may take, on Linux: a picture inside a small file can unfold to
a hundred times that."""
LOOK_S = 2.0
"""So often, whoever waits looks whether there is still somebody who works."""
UNUSED = ("pymupdf.layout", "pymupdf4llm")
"""PyMuPDF loads them with itself if they are there: 90 MB and a quarter of a second a process, for
analyses that nothing here asks for."""
NO_MEMORY = re.compile(r"\b[mc]?(?:re)?alloc\b.* failed")
"""What MuPDF says when memory is refused; it has no class of its own for that."""


class WorkError(Exception):
    """A piece of work came to no result; the text goes on after what was done: "took longer …"."""


class TookTooLong(WorkError):
    """It was stopped after the time it may take."""


class OutOfMemory(WorkError):
    """It needed more memory than it may have."""


class Crashed(WorkError):
    """Its process died."""


class Closed(WorkError):
    """The processes were ended before it was done."""


class Processes:
    """Runs functions in other processes; a context manager. Threads may share it."""

    def __init__(
        self,
        *,
        processes: int = 1,
        timeout_s: float,
        tasks_each: int = 0,
        memory: int = MOST_MEMORY,
        niceness: int = 0,
    ) -> None:
        """Start nothing yet: the first piece of work starts the processes.

        `tasks_each`: after so many a process is replaced, 0 is never; `niceness`: how far they step
        back for other processes, 0 to 19.
        """
        self._count = processes
        self._timeout_s = timeout_s
        self._tasks_each = tasks_each
        self._memory = memory
        self._niceness = niceness
        self._lock = threading.RLock()
        self._waiting: set[Future[Any]] = set()
        self._closed = False
        self._pool = self._new_pool()

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
    def waiting(self) -> int:
        """How many pieces of work aren't done."""
        return len(self._waiting)

    def warm_up(self, function: Callable[[], object]) -> None:
        """Start the processes, have each do this once, and return at once."""
        for _ in range(self._count):
            self.submit(function)

    def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function of a module in one of the processes; its errors are raised here.

        Raises:
            WorkError: the class says why there is no result.
        """
        return self.result(self.submit(function, *args, **kwargs))

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Begin with a function and return at once; `result` waits for what comes of it.

        Raises:
            Closed: nothing is begun any more.
        """
        with self._lock:
            if self._closed:
                raise Closed("came too late")
            self._revive()
            future: Future[T] = self._pool.schedule(
                _work, args=(function, args, kwargs), timeout=self._timeout_s
            )
            self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        return future

    def result(self, future: Future[T]) -> T:
        """Wait for what comes of a function. Several threads may wait for one.

        Raises:
            WorkError: the class says why there is no result.
        """
        try:
            return self._awaited(future)
        except FutureTimeoutError as error:
            raise TookTooLong(
                f"took longer than {self._timeout_s:.0f} s and was given up"
            ) from error
        except MemoryError as error:
            raise OutOfMemory(
                f"took more than {self._memory / 1024**3:.1f} GiB of memory and was given up"
            ) from error
        except (ProcessExpired, BrokenProcessPool) as error:
            raise Crashed("crashed") from error
        except CancelledError as error:
            raise Closed("was stopped") from error

    def close(self) -> None:
        """End the processes, also in the middle of work; a second call does nothing."""
        with self._lock:
            self._closed = True
            waiting = list(self._waiting)
        for future in waiting:
            future.cancel()  # stopping the pool would leave it, and whoever waits for it, waiting
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def _awaited(self, future: Future[T]) -> T:
        while True:
            try:
                return future.result(LOOK_S)
            except FutureTimeoutError:
                if future.done():  # it's the work that ran out of time
                    return future.result()
            with self._lock:
                if not self._closed:
                    self._revive()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._count,
            max_tasks=self._tasks_each,
            initializer=_begin,
            initargs=(self._memory, self._niceness),
            # spawn: a forked child would carry the threads' locks of this process
            context=get_context("spawn"),
        )

    def _revive(self) -> None:
        """Replace a pool that gave up: it does if a process dies while there is nothing to do."""
        if self._pool.active:
            return
        # in a thread: what is called back then may want locks that whoever calls this holds
        lost = (self._pool, tuple(self._waiting))
        threading.Thread(target=_give_up, args=lost, daemon=True).start()
        self._pool = self._new_pool()


def _give_up(pool: ProcessPool, waiting: Iterable[Future[Any]]) -> None:
    """End a pool that gave up, and have those who wait for it hear of it."""
    pool.join()
    for future in waiting:
        with suppress(InvalidStateError):  # it's done, or was cancelled
            future.set_exception(BrokenProcessPool())


def _begin(memory: int, niceness: int) -> None:
    """Set the limits of the process that this runs in, before it loads anything large."""
    for name in UNUSED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type] # an import of it now fails
    if niceness and hasattr(os, "nice"):
        os.nice(niceness)
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - other systems don't have it

        with suppress(ValueError, OSError):  # a lower limit is set already
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _work(function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    """Run the function; an error that comes of too little memory is a MemoryError."""
    try:
        return function(*args, **kwargs)
    except Exception as error:
        if any(NO_MEMORY.search(str(each)) for each in _chain(error)):
            raise MemoryError from error
        raise


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those it comes from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
