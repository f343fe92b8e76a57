"""End a run when its time is over, and work for it elsewhere when it has ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from flows.bench import Bench, close_bench
from flows.inputs import Input
from flows.telemetry.spans import deliver
from schemas.batch import DocumentLine
from schemas.errors import PapersiftError
from schemas.run import RunState

LEFT = "left for the next run: the time was over"
"""The note of a document that this run didn't come to."""
LOOK_S = 2.0
"""So often, a worker elsewhere looks whether its run goes on."""

_followers: dict[int, int] = {}
"""By bench: tasks of this process that work on it for a run conducted elsewhere."""
_lock = threading.Lock()


def line_of_left(given: Input) -> DocumentLine:
    """Return the line of a document that is left for the next run."""
    return DocumentLine(source=given.source, document_id=given.document_id, outcome=None, note=LEFT)


@contextmanager
def limited(bench: Bench) -> Iterator[None]:
    """End the work on a bench when the run's time is over; to be used by who conducts the run."""
    bench.conducted = True
    seconds = bench.request.run_timeout_s
    timer = threading.Timer(seconds, bench.end_early) if seconds is not None else None
    if timer is not None:
        timer.daemon = True
        timer.start()
    try:
        yield
    finally:
        if timer is not None:
            timer.cancel()


@contextmanager
def following(bench: Bench, run_id: str) -> Iterator[None]:
    """End the work on a bench when its run, conducted elsewhere, has ended or has no time left.

    A worker of Dask or Ray hears nothing of a person who ends the run, or of a machine that is
    gone: it looks into the store. The next run there finds a fresh bench.
    """
    if bench.conducted:
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_look, args=(bench, run_id, over), daemon=True)
    with _lock:
        _followers[id(bench)] = _followers.get(id(bench), 0) + 1
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        with _lock:
            _followers[id(bench)] -= 1
            nobody = not _followers[id(bench)]
        if nobody:
            deliver()
        if nobody and bench.cancelled.is_set():
            close_bench(bench)


def _look(bench: Bench, run_id: str, over: threading.Event) -> None:
    ends: float | None = None
    while not bench.cancelled.is_set():
        with suppress(PapersiftError):  # the store may answer again
            run = bench.store.run(run_id)
            if run is not None and run.state is not RunState.RUNNING:
                bench.cancel()
                return
            if run is not None and bench.request.run_timeout_s is not None:
                ends = run.started.timestamp() + bench.request.run_timeout_s
        left = LOOK_S if ends is None else ends - datetime.now(UTC).timestamp()
        if left <= 0:
            bench.end_early()
            return
        if over.wait(min(left, LOOK_S)):
            return
