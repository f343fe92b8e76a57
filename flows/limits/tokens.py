"""Tokens a minute: what a call will take is estimated before it, and settled with the next one."""

from __future__ import annotations

import threading

from flows.limits.pace import Pace, Pause

FIRST_GUESS = 0.4
"""Tokens a byte of request, before any answer told: more than is usual."""
MEMORY = 0.2
"""How much the last call counts in the average."""


class TokenPace:
    """Keeps to the tokens a minute that a bucket allows.

    A call waits until the bucket has let its estimate through. What it then took more or less is
    added to or taken off the next call's, at most one bucket's worth in its favour. So a minute may
    be over by what the calls under way took beyond their estimates, and the next calls pay for it.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._lock = threading.Lock()
        self._a_byte = FIRST_GUESS
        self._owed = 0
        """Tokens that were used and not taken; negative: taken and not used."""

    def before(self, sent_bytes: int, pause: Pause) -> int:
        """Wait until a request of this size may be sent; return the estimate of its tokens."""
        with self._lock:
            estimate = max(1, round(sent_bytes * self._a_byte))
            taken = max(0, estimate + self._owed)
            self._owed -= taken - estimate
        self._pace.take(taken, pause)
        return estimate

    def after(self, sent_bytes: int, estimate: int, used: int) -> None:
        """Settle a call that was answered."""
        with self._lock:
            favour = -self._pace.bucket.holds
            self._owed = max(favour, self._owed + used - estimate)
            seen = used / max(1, sent_bytes)
            self._a_byte += MEMORY * (seen - self._a_byte)
