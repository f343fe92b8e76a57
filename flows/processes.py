"""Do work on hostile files in processes of their own, with limits of time and memory.

Whatever happens there fails the one piece of work, and the next one finds a fresh process.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.context import BaseContext
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

        `tasks_each`: after so many for each of them the processes are replaced, 0 is never;
        `niceness`: how far they step back for other processes, 0 to 19.
        """
        self._count = processes
        self._timeout_s = timeout_s
        self._tasks_each = tasks_each
        self._memory = memory
        self._niceness = niceness
        self._lock = threading.RLock()
        self._stopping = threading.RLock()
        self._closed = False
        self._get_ready: Callable[[], object] = _nothing
        self._now = self._new_team()
        self._next: _Team | None = None
        self._leaving: set[_Team] = set()

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
        with self._lock:
            return sum(len(team.waiting) for team in (self._now, *self._leaving))

    def resize(self, processes: int) -> None:
        """Have so many processes, unless some have started already."""
        with self._lock:
            self._count = processes
            if not self._now.begun:
                self._now = self._new_team()

    def rest(self) -> None:
        """End the processes once what was begun is done; more work starts others."""
        with self._lock:
            for team in (self._now, self._next):
                if team is not None and team.begun and not self._closed:
                    self._leaving.add(team)
                    team.leave()
                    self._now, self._next = self._new_team(), None

    def warm_up(self, function: Callable[[], object]) -> None:
        """Start the processes, have each do this once, and return at once.

        Those that replace them do it too, before they get any work.
        """
        self._get_ready = function
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
            self._take_turns()
            self._revive()
            future: Future[T] = self._now.begin(_work, (function, args, kwargs), self._timeout_s)
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
            teams = [self._now, *self._leaving, *([self._next] if self._next else [])]
        with (
            self._stopping
        ):  # stopped twice at once, a pool would close what isn't its own any more
            for team in teams:
                team.stop()

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

    def _new_team(self) -> _Team:
        return _Team(
            ProcessPool(
                max_workers=self._count,
                initializer=_begin,
                initargs=(self._memory, self._niceness, dict(os.environ)),
                context=_context(),
            )
        )

    def _take_turns(self) -> None:
        """Let fresh processes take over once they are ready; nobody waits for their start."""
        if self._next is None:
            if self._tasks_each and self._now.begun >= self._tasks_each * self._count:
                self._next = self._new_team()
                for _ in range(self._count):
                    self._next.begin(_work, (self._get_ready, (), {}), self._timeout_s)
            return
        if self._next.waiting and self._next.pool.active:
            return
        self._leaving = {team for team in self._leaving if team.waiting}
        self._leaving.add(self._now)
        self._now.leave()
        self._now, self._next = self._next, None

    def _revive(self) -> None:
        """Replace processes that gave up: they do if one dies while there is nothing to do."""
        if not self._now.pool.active:
            self._now.give_up()
            self._now = self._new_team()


class _Team:
    """Processes that were started together, and what they have to do."""

    def __init__(self, pool: ProcessPool) -> None:
        self.pool = pool
        self.waiting: set[Future[Any]] = set()
        self.begun = 0
        """Pieces of work so far."""
        self._ending: threading.Thread | None = None
        self._stopped = False

    def begin(self, function: Callable[..., Any], args: tuple[Any, ...], timeout_s: float) -> Any:
        """Begin with a piece of work."""
        future = self.pool.schedule(function, args=args, timeout=timeout_s)
        self.begun += 1
        self.waiting.add(future)
        future.add_done_callback(self.waiting.discard)
        return future

    def leave(self) -> None:
        """End once what was begun is done; return at once."""
        self.pool.close()  # type: ignore[no-untyped-call]
        self.give_up()

    def give_up(self) -> None:
        """See to it that nobody waits for processes that gave up; return at once."""
        # in a thread: what is called back then may want locks that whoever calls this holds
        self._ending = threading.Thread(target=self._end, daemon=True)
        self._ending.start()

    def stop(self) -> None:
        """End now; whoever waits hears that it was stopped. A second call does nothing."""
        if self._stopped:
            return
        self._stopped = True
        for future in list(self.waiting):
            future.cancel()  # stopping the pool would leave it, and whoever waits for it, waiting
        self.pool.stop()  # type: ignore[no-untyped-call]
        if self._ending is not None:
            self._ending.join()
            return
        self.pool.join()

    def _end(self) -> None:
        self.pool.join()
        for future in list(self.waiting):
            with suppress(InvalidStateError):  # it's done, or was cancelled
                future.set_exception(BrokenProcessPool())


def _nothing() -> None:
    """Do nothing: for who only wants a process started."""


def _context() -> BaseContext:
    """Return how processes are started: never as forks of this one, whose threads hold locks.

    On Linux they are forks of one that has no threads and has imported the reader, once for all.
    """
    if sys.platform != "linux":
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["flows.forked"])
    return context


def leave_out_unused() -> None:
    """Let imports of UNUSED fail from now on."""
    for name in UNUSED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type] # that is how


def _begin(memory: int, niceness: int, environment: dict[str, str]) -> None:
    """Set the limits of the process that this runs in, before it loads anything large."""
    if os.environ != environment:  # what it was forked from may have an older one
        os.environ.clear()
        os.environ.update(environment)
    leave_out_unused()
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
