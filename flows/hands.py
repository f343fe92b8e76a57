"""Documents side by side in this process, whichever tasks they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from contextvars import copy_context
from typing import TypeVar

S = TypeVar("S")
R = TypeVar("R")


class Hands:
    """So many documents are under way at once; a free hand takes the next one of any task.

    A task that did its documents one after the other would leave hands idle towards the end of a
    batch, and one task for each document costs Prefect more than the document itself.
    """

    def __init__(self, count: int) -> None:
        """Start nothing yet: threads are started as they are needed."""
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="hand")

    def do(
        self, work: Callable[[S], R], given: Sequence[S], *, give_up: Callable[[], None]
    ) -> Iterator[R]:
        """Yield what comes of each, in the order that they are done.

        If one raises, or whoever takes the results stops, `give_up` is called, which should end
        those under way; none is any more once this generator has ended.
        """
        futures = {self._threads.submit(copy_context().run, work, each) for each in given}
        try:
            for future in as_completed(tuple(futures)):
                futures.discard(future)
                yield future.result()
        except BaseException:
            give_up()
            for future in futures:
                future.cancel()
            wait(futures)
            raise

    def close(self) -> None:
        """Wait for whatever is under way; nothing begins any more."""
        self._threads.shutdown(cancel_futures=True)
