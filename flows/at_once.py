"""How many documents are under way at once, and how they are dealt out to tasks."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TypeVar

from schemas.batch import BatchRequest

USUAL = 8
"""Documents at once; how many of them are asked about is up to the model."""
TASK_EACH = 300
"""Up to so many documents, each has a task of its own. A task costs Prefect some 10 ms."""
MOST_IN_A_TASK = 25
"""Of a larger batch: few enough that the UI shows how it gets on."""
SHARES = 4
"""On Dask and Ray: so many tasks at least for each that runs: the last ones end at nearly the same
time. Here the documents of all tasks share the same hands."""

T = TypeVar("T")


def documents_at_once(request: BatchRequest) -> int:
    """Return how many documents a request wants asked about at once."""
    return request.at_once or USUAL


def hands_for(request: BatchRequest) -> int:
    """Return how many documents are in hand at once: some are read or kept while others wait.

    For each that is asked about beside the first, one more: where many answers come at nearly the
    same time, as those to a run's first questions do, as many questions are ready to be asked next.
    Who wants one document at a time gets that: another run may take the others.
    """
    return 2 * documents_at_once(request) - 1


def dealt_out(documents: Sequence[T], request: BatchRequest) -> list[Sequence[T]]:
    """Return the documents by task, in their order."""
    size = 1
    if len(documents) > TASK_EACH:
        size = MOST_IN_A_TASK
        if request.runner != "threads":
            evenly = len(documents) / (documents_at_once(request) * SHARES)
            size = min(MOST_IN_A_TASK, ceil(evenly))
    return [documents[start : start + size] for start in range(0, len(documents), size)]


def tasks_at_once(shares: Sequence[Sequence[object]], request: BatchRequest) -> int:
    """Return how many tasks are under way at once, so that as many documents are as may be."""
    if request.runner != "threads":
        return (
            documents_at_once(request) * SHARES
        )  # each does one document after the other; some wait there
    size = max(map(len, shares), default=1)
    return ceil(hands_for(request) / size) + 1  # one that begins while another one ends
