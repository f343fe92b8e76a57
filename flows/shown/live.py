"""Show a run while it goes on: its bar moves, what fails is said, all of it is counted."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from prefect import get_run_logger
from prefect.context import FlowRunContext

from flows.shown.announce import Failures
from flows.shown.moving import Moving
from flows.shown.tally import Tally
from flows.shown.words import so_far
from schemas.batch import DocumentLine
from schemas.extraction import Outcome
from schemas.text import as_text

logger = logging.getLogger(__name__)


class Live:
    """What is shown of a run that goes on; without a flow run it only counts."""

    def __init__(self, failures: Failures, moving: Moving) -> None:
        """Show nothing yet."""
        self.tally = Tally()
        self._failures = failures
        self._moving = moving
        self._to_do = self._done = 0

    def begin(self, lines: Iterable[DocumentLine], to_do: int) -> None:
        """Take the lines of what need not be extracted, and how many documents must be."""
        for line in lines:
            self.tally.add(line)
            if line.outcome is Outcome.FAILED and not line.note:
                _logger().warning("%s: failed: %s", as_text(line.source), "; ".join(line.reasons))
                self._failures.tell(line)
        self._to_do = to_do
        self._moving.begin(so_far(self.tally, 0, to_do))

    def done(self, line: DocumentLine) -> None:
        """Take the line of a document that was extracted."""
        self._done += 1
        self.tally.add(line)
        if line.outcome is Outcome.FAILED and not line.note:
            self._failures.tell(line)
        self._moving.show(self._done / self._to_do, so_far(self.tally, self._done, self._to_do))

    def finish(self) -> None:
        """Fill the bar."""
        self._moving.show(1.0, so_far(self.tally, self._done, self._to_do))


@contextmanager
def shown_live(run_id: str) -> Iterator[Live]:
    """Show a run until the end of the block."""
    failures = Failures(run_id)
    with Moving() as moving:
        try:
            yield Live(failures, moving)
        finally:
            failures.end()


def _logger() -> logging.Logger | logging.LoggerAdapter[logging.Logger]:
    return logger if FlowRunContext.get() is None else get_run_logger()
