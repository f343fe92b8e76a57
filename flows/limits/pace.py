"""Keep to so many requests or tokens a minute, over all processes that share a Prefect server.

Prefect's global concurrency limits with slot decay are leaky buckets: what is taken drains at an
even rate. A bucket that holds as much as a minute allows would let twice that through in the minute
after a pause, so ours hold a tenth, and drain so that no minute ever has more than its limit.

Prefect's own `rate_limit` isn't used: each of its refusals sets the bucket's clock back, so that
those who wait keep each other waiting. Here a bucket is looked at first, which changes nothing, and
asked only when there is room.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

SHARE = 10
"""A bucket holds a tenth of what a minute allows; the rest of the minute's is what drains."""
MINUTE_S = 60.0
LEAST_WAIT_S = 0.01
MOST_WAIT_S = 2.0
"""Then the bucket is looked at again: another run may have changed the limit."""
TURN_S = 0.2

Pause = Callable[[float], None]
"""Waits so many seconds, or raises because there is no sense in waiting any more."""


@dataclass(frozen=True)
class Bucket:
    """A leaky bucket as Prefect keeps it."""

    name: str
    holds: int
    """Slots."""
    drains: float
    """Slots a second."""
    slots_each: int
    """Slots that a request, or a token, takes: Prefect rounds slots down, and loses the rest."""

    @classmethod
    def of(cls, name: str, a_minute: int, *, slots_each: int = 1) -> Bucket:
        """Return a bucket that lets at most `a_minute` through in any minute.

        Within less than a minute, what is in it at first plus what drains is at most
        `holds + 60 * drains`, and that is one short of being more than `a_minute`.
        """
        holds = max(1, a_minute // SHARE)
        return cls(
            name=name,
            holds=holds * slots_each,
            drains=(a_minute - holds + 1) * slots_each / MINUTE_S,
            slots_each=slots_each,
        )


@dataclass(frozen=True)
class Look:
    """How a bucket is now; the run that began last, or a person in Prefect's UI, has said so."""

    free: int
    """Slots."""
    holds: int
    drains: float


class Buckets(Protocol):
    """Where buckets are kept: on a Prefect server."""

    def look(self, bucket: Bucket) -> Look:
        """Return how it is; the first time, make it, or change it to what is wanted now."""
        ...

    def take(self, bucket: Bucket, slots: int) -> bool:
        """Take slots if there is room for all of them."""
        ...


class Pace:
    """Takes from one bucket; threads may share it, and wait in line."""

    def __init__(self, bucket: Bucket, buckets: Buckets) -> None:
        """Look at nothing yet."""
        self.bucket = bucket
        self._buckets = buckets
        self._turn = threading.Lock()

    def take(self, count: int, pause: Pause) -> None:
        """Return when so many may be sent; more than the bucket holds is taken in parts."""
        while not self._turn.acquire(timeout=TURN_S):
            pause(0)
        try:
            slots = count * self.bucket.slots_each
            while slots > 0:
                slots -= self._take_part(slots, pause)
        finally:
            self._turn.release()

    def _take_part(self, slots: int, pause: Pause) -> int:
        """Take what fits into the bucket, as soon as there is room; return how much that was."""
        while True:
            look = self._buckets.look(self.bucket)
            part = min(slots, look.holds)
            missing = float(part - look.free)
            if missing <= 0 and self._buckets.take(self.bucket, part):
                return part
            if missing <= 0:  # another process was quicker; not all of them ask again at once
                missing = part * random.uniform(1, 1.2)  # noqa: S311 - no secret
            wait = missing / look.drains if look.drains > 0 else MOST_WAIT_S
            pause(min(max(wait, LEAST_WAIT_S), MOST_WAIT_S))
