"""Errors that are a sentence for the user, without the lines of code that they came through."""

from __future__ import annotations

import logging

from schemas.errors import PapersiftError

PREFECTS = ("prefect.flow_runs", "prefect.task_runs")
"""Loggers of Prefect's that tell how a run failed."""


class _Plain(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Take the traceback off what a user can mend; a fault of the program keeps its own."""
        if record.exc_info and isinstance(record.exc_info[1], PapersiftError):
            record.exc_info = record.exc_text = None
        return True


def tell_plainly() -> None:
    """Let Prefect log failures that users can mend without tracebacks, in this process."""
    for name in PREFECTS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, _Plain) for each in logger.filters):
            logger.addFilter(_Plain())
