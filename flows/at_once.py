"""How many documents are under way at once, and how they are dealt out to tasks."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TypeVar

from schemas.batch import BatchRequest

USUAL = 8
"""Documents under way; how many of them are asked about at once is up to the model."""
TASK_EACH = 300
"""Up to so many documents, each has a task of its own. A task costs Prefect some 10 ms."""
MOST_IN_A_TASK = 25
"""Of a larger batch: few enough that the UI shows how it gets on."""
SHARES = 4
"""So many tasks at least for each that runs: the last ones end at nearly the same time."""

T = TypeVar("T")


def documents_at_once(request: BatchRequest) -> int:
    """Return how many documents a request has under way at once."""
    return request.at_once or USUAL


def dealt_out(documents: Sequence[T], at_once: int) -> list[list[T]]:
    """Return the documents by task, in their order."""
    size = 1
    if len(documents) > TASK_EACH:
        size = min(MOST_IN_A_TASK, ceil(len(documents) / (at_once * SHARES)))
    return [list(documents[start : start + size]) for start in range(0, len(documents), size)]
