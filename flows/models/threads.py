"""How many threads a model may use here, and how many cores there are for anything."""

from __future__ import annotations

import os
from pathlib import Path

LLAMA_CPP_DECIDES = -1
"""llama.cpp counts the physical cores of the machine by itself."""

_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def usable_threads(quota: Path = _QUOTA) -> int:
    """Return a number of threads, or `LLAMA_CPP_DECIDES` where this process has the whole machine.

    A container or `taskset` may allow less; more threads than cores are far slower than one.
    """
    allowed = usable_cores(quota)
    return LLAMA_CPP_DECIDES if allowed >= (os.cpu_count() or 1) else allowed


def usable_cores(quota: Path = _QUOTA) -> int:
    """Return how many cores this process may use, at least 1."""
    cores = os.cpu_count() or 1
    return max(1, min(_affinity(cores), _container_cores(quota, cores)))


def _affinity(cores: int) -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return cores


def _container_cores(quota: Path, cores: int) -> int:
    """Read a control group's `200000 100000` (microseconds of each period) or `max 100000`."""
    try:
        allowed, period = quota.read_text(encoding="ascii").split()
        return cores if allowed == "max" else int(allowed) // int(period)
    except (OSError, ValueError):
        return cores
