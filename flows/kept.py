"""Keep what takes long to make: each thing is made once, and the last ones used stay."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import partial
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Make = Callable[[], "Future[V]"]
"""Begins to make a thing and returns at once."""


class Kept(Generic[K, V]):
    """Things by their keys, as futures, within a bound. Threads may share it."""

    def __init__(self, most: int, size: Callable[[V], int]) -> None:
        """Keep things of sizes that add up to `most`; a larger one stays until the next.

        An error isn't kept.
        """
        self._most = most
        self._size = size
        self._sum = 0
        self._kept: OrderedDict[K, Future[V]] = OrderedDict()
        self._making: dict[K, Future[V]] = {}
        self._ahead: dict[K, Future[V]] = {}
        # reentrant: a future that is done already calls back at once
        self._lock = threading.RLock()

    def coming(self, key: K) -> Future[V] | None:
        """Return a thing that is being made ahead; one that still waits for that is none yet."""
        with self._lock:
            ahead = self._ahead.get(key)
            return ahead if ahead is not None and (ahead.running() or ahead.done()) else None

    def get(self, key: K, make: Make[V]) -> Future[V]:
        """Return a thing that is here, is being made (not ahead) or is now begun."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            if key in self._making:
                return self._making[key]
            return self._begin(self._making, key, make)

    def ahead(self, key: K, make: Make[V]) -> None:
        """Begin to make a thing if it's neither here nor begun."""
        with self._lock:
            if not any(key in place for place in (self._kept, self._making, self._ahead)):
                self._begin(self._ahead, key, make)

    def _begin(self, place: dict[K, Future[V]], key: K, make: Make[V]) -> Future[V]:
        future = place[key] = make()
        future.add_done_callback(partial(self._done, place, key))
        return future

    def _done(self, place: dict[K, Future[V]], key: K, future: Future[V]) -> None:
        with self._lock:
            del place[key]
            if key in self._kept or future.cancelled() or future.exception() is not None:
                return
            self._kept[key] = future
            self._sum += self._size(future.result())
            while self._sum > self._most and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self._sum -= self._size(oldest.result())
