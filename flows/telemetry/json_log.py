"""A line of JSON for each document and each run, on standard error, where PAPERSIFT_LOG is `json`.

Ids, counts and what became of it; never what a document says. A failure's reason is told up to its
first colon: what comes after may quote the document, or what the model answered.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pythonjsonlogger.json import JsonFormatter

from flows.progress import Event, Finished, listening
from flows.store.store import Store
from schemas.batch import DocumentLine
from schemas.extraction import Outcome
from schemas.run import Run
from schemas.text import as_text

VARIABLE = "PAPERSIFT_LOG"
QUIET_PREFECT = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL"}
"""Environment of processes whose other lines nobody shall see: Prefect's are in its UI."""
NAME = "papersift"

Told = Callable[[Store, int], None]
"""Is told when a run has ended, and how many documents are left."""


def is_json() -> bool:
    """Say whether lines of JSON are wanted."""
    return os.environ.get(VARIABLE, "").strip().lower() == "json"


def line_of(text: str) -> str:
    """Return what a process of ours printed as a line of the log: itself, if it is JSON already."""
    if not is_json() or text.startswith("{"):
        return text
    now = datetime.now(UTC).isoformat()
    return json.dumps({"timestamp": now, "level": "INFO", "event": "printed", "message": text})


@contextmanager
def logging_json(run_id: str) -> Iterator[Told]:
    """Log each document that this run finishes until the end of the block, and its own end."""
    if not is_json():
        yield lambda _store, _left: None
        return
    logger, handler = _logger()

    def hear(event: Event) -> None:
        if isinstance(event, Finished):
            failed = event.line.outcome is Outcome.FAILED
            level = logging.WARNING if failed else logging.INFO
            logger.log(level, "document", extra={"run_id": run_id, **_of_document(event.line)})

    def told(store: Store, left: int) -> None:
        run = store.run(run_id)
        if run is not None:
            logger.info("run", extra={"run_id": run_id, **_of_run(run, left)})

    try:
        with listening(hear):
            yield told
    finally:
        logger.removeHandler(handler)


def _logger() -> tuple[logging.Logger, logging.Handler]:
    """Return a logger that nobody else hears, with a handler for this run."""
    logger = logging.getLogger(f"{NAME}.json")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter(
            "%(levelname)s %(message)s",
            rename_fields={"levelname": "level", "message": "event"},
            timestamp=True,
        )
    )
    logger.addHandler(handler)
    return logger, handler


def _of_document(line: DocumentLine) -> dict[str, object]:
    said: dict[str, object] = {
        "document_id": line.document_id,
        "source": as_text(line.source),
        "type": ", ".join(line.types) or None,
        "outcome": line.outcome,
        "seconds": round(line.seconds, 3),
        "tokens": line.tokens,
        "pages": line.pages,
    }
    if line.note:
        said["note"] = line.note
    if line.outcome is Outcome.FAILED:
        said["reason"] = "; ".join(reason.partition(":")[0] for reason in line.reasons)
    else:
        said["doubts"] = len(line.reasons)
    return said


def _of_run(run: Run, left: int) -> dict[str, object]:
    summary = run.summary
    return {
        "state": run.state,
        "model": run.model,
        "paths": run.paths,
        "found": summary.found,
        "skipped": summary.skipped,
        "accepted": summary.accepted,
        "in_review": summary.in_review,
        "failed": summary.failed,
        "left": left,
        "seconds": round(summary.seconds, 3),
        "questions": summary.usage.calls,
        "tokens": summary.usage.input_tokens + summary.usage.output_tokens,
        "cached_tokens": summary.usage.cached_tokens,
        "outages": summary.usage.outages,
    }
