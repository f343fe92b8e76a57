"""Have some of many pieces of work under way at a time, and forget each once it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

S = TypeVar("S")


class Future(Protocol):
    """What is to come of a piece of work: one of Prefect's futures."""

    def result(self) -> Any: ...

    def add_done_callback(self, fn: Callable[[Any], None], /) -> None: ...


def results_of(
    shares: Iterable[S],
    begin: Callable[[S], Future],
    *,
    at_once: int,
    as_done: bool,
    give_up: Callable[[], None],
) -> Iterator[Any]:
    """Yield what comes of each share; the next one begins when one is done.

    If one raises, or whoever takes the results stops, `give_up` is called: it should end those
    under way. Nothing is under way any more once this generator has ended.

    Args:
        shares: the pieces of work.
        begin: begins with one of them and returns at once.
        at_once: so many are under way.
        as_done: results come in the order that they are done, not in that of the shares.
        give_up: called before what is under way is waited for in vain.
    """
    done: SimpleQueue[Future] = SimpleQueue()
    under_way: list[Future] = []
    left = iter(shares)

    def begin_next() -> None:
        for share in left:
            future = begin(share)
            under_way.append(future)
            if as_done:
                future.add_done_callback(done.put)
            return

    try:
        for _ in range(at_once):
            begin_next()
        while under_way:
            future = done.get() if as_done else under_way[0]
            given = future.result()
            under_way.remove(future)
            begin_next()
            yield given
    except BaseException:
        give_up()
        for future in under_way:
            with suppress(Exception):  # the first error is the one to tell
                future.result()
        raise
