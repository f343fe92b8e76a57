"""How often Python looks for objects that only know each other."""

from __future__ import annotations

import gc

BEFORE_COLLECTING = 50_000
"""So many more objects must be there before garbage is looked for. What imports make is none, and
to look through it again and again takes a fifth of their time, and a tenth of a batch's."""


def collect_rarely() -> None:
    """Let this process look so rarely, unless it looks less often already, or never."""
    often, *_ = gc.get_threshold()
    if 0 < often < BEFORE_COLLECTING:
        gc.set_threshold(BEFORE_COLLECTING, 20, 20)
