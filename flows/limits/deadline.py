"""A deadline for the work on one document: no question begins after it, no answer outlasts it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field

from schemas.errors import ModelOutage, OverdueError, PapersiftError

LEAST_S = 0.05
"""What a call is given at least: none begins after the deadline, but one may begin just before."""


@dataclass
class Deadline:
    """Counts from when it is made; what is waited for others doesn't count."""

    timeout_s: float
    last_try: bool = False
    """It failed before. Who takes too long again isn't tried a third time: that has its price."""
    clock: Callable[[], float] = time.monotonic
    _ends: float = field(init=False)

    def __post_init__(self) -> None:
        self._ends = self.clock() + self.timeout_s

    @property
    def left_s(self) -> float:
        """Seconds to go; negative when it is over."""
        return self._ends - self.clock()

    @property
    def error(self) -> OverdueError:
        again = "" if self.last_try else " The next run tries it once more."
        return OverdueError(
            f"It took longer than a document may ({self.timeout_s:g} s).{again} "
            "--document-timeout gives it more time.",
        )

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Don't count what passes until the end of the block."""
        began = self.clock()
        try:
            yield
        finally:
            self._ends += self.clock() - began


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def begin_deadline(timeout_s: float | None, *, last_try: bool = False) -> None:
    """Let the deadline of the document that this thread works on from now on begin; None: none."""
    _current.set(None if timeout_s is None else Deadline(timeout_s, last_try))


def deadline() -> Deadline | None:
    """Return the deadline of the document that this thread works on."""
    return _current.get()


def check_deadline() -> None:
    """Return at once, or raise if the deadline is over.

    Raises:
        OverdueError: it is.
    """
    current = _current.get()
    if current is not None and current.left_s <= 0:
        raise current.error


def not_counted() -> AbstractContextManager[None]:
    """In this block the deadline of this thread's document doesn't come nearer."""
    current = _current.get()
    return current.paused() if current else nullcontext()


def at_most(seconds: float) -> float:
    """Return so many seconds, or what is left until the deadline."""
    current = _current.get()
    return seconds if current is None else min(seconds, max(LEAST_S, current.left_s))


def told_apart(error: PapersiftError) -> PapersiftError:
    """Return the error to tell of: a call that the deadline cut off is no outage."""
    current = _current.get()
    if current is not None and current.left_s <= 0 and isinstance(error, ModelOutage):
        return current.error
    return error
