"""How Python runs in a process that works for a batch."""

from __future__ import annotations

import gc
import sys

BEFORE_COLLECTING = 50_000
"""So many more objects must be there before garbage is looked for. What imports make is none, and
to look through it again and again takes a fifth of their time, and a tenth of a batch's."""
SWITCH_S = 0.02
"""So long one thread may work before another one takes over that wants to: Python's own 5 ms cost a
batch another twentieth. Threads that wait, as for an answer, let others work anyway."""


def collect_rarely() -> None:
    """Let this process look for garbage so rarely, unless it looks less often already, or never."""
    often, *_ = gc.get_threshold()
    if 0 < often < BEFORE_COLLECTING:
        gc.set_threshold(BEFORE_COLLECTING, 20, 20)


def switch_rarely() -> None:
    """Let the threads of this process work so long at a time, unless they work longer already."""
    if sys.getswitchinterval() < SWITCH_S:
        sys.setswitchinterval(SWITCH_S)
