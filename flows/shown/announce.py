"""Tell of a run in Prefect's events, so that automations can act on it.

    papersift.document.failed        a document failed; at most 100 a run
    papersift.document.failed.more   so many more failed
    papersift.review.waiting         a run sent records to review

Prefect compares labels as texts, so that figures that an automation may go by are labels as well,
in steps. samples/automations/ has an example.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from prefect.context import FlowRunContext
from prefect.events import emit_event

from flows.shown.quietly import quietly
from flows.web.words import of_source
from schemas.batch import DocumentLine
from schemas.dial_state import DialState
from schemas.run import RunSummary
from schemas.text import as_text

FAILED = "papersift.document.failed"
MORE = "papersift.document.failed.more"
WAITING = "papersift.review.waiting"
MOST_FAILED = 100
"""Documents of a run that are told of one by one."""
LONGEST = 2000
"""Characters of a reason."""


class Failures:
    """Tells of a run's documents that failed, up to a number."""

    def __init__(self, run_id: str) -> None:
        """Begin with none."""
        self._run_id = run_id
        self._failed = 0

    def tell(self, line: DocumentLine) -> None:
        """Tell of a document that failed."""
        self._failed += 1
        if self._failed > MOST_FAILED:
            return
        source = as_text(line.source)
        # A file that couldn't be read has no bytes to be named by.
        named = line.document_id or f"unread-{hashlib.sha256(source.encode()).hexdigest()}"
        _emit(
            FAILED,
            {
                "prefect.resource.id": f"papersift.document.{named}",
                "prefect.resource.name": of_source(source),
                "papersift.type": line.type_name or "",
            },
            {
                "reason": "; ".join(line.reasons)[:LONGEST],
                "source": source,
                "type": ", ".join(line.types) or None,
                "document_id": line.document_id,
                "run": self._run_id,
            },
        )

    def end(self) -> None:
        """Tell how many more there were."""
        more = self._failed - MOST_FAILED
        if more > 0:
            payload = {"more": more, "failed": self._failed, "run": self._run_id}
            _emit(MORE, _run(self._run_id), payload)


def tell_waiting(
    run_id: str,
    summary: RunSummary,
    *,
    added: int,
    waiting: int,
    dials: Iterable[DialState],
    review_url: str | None,
) -> None:
    """Tell that a run sent records to review.

    Args:
        run_id: of the run.
        summary: of it.
        added: records that it sent there.
        waiting: all that wait.
        dials: of the types of its documents.
        review_url: where the review page is.
    """
    extracted = summary.accepted + summary.in_review
    if not added or not extracted:
        return
    share = summary.in_review / extracted
    _emit(
        WAITING,
        _run(run_id)
        | {
            "papersift.review.share": f"{int(10 * share) * 10}%",
            "papersift.review.waiting": magnitude(waiting),
            "papersift.run.documents": magnitude(extracted),
            "papersift.dial": "open" if any(dial.open for dial in dials) else "closed",
        },
        {
            "added": added,
            "waiting": waiting,
            "documents": extracted,
            "in_review": summary.in_review,
            "share": round(share, 4),
            "review_url": review_url,
            "run": run_id,
        },
    )


def magnitude(number: int) -> str:
    """Return how many there are at least, as a power of ten: `10+` of 42, `0` of none."""
    return f"1{'0' * (len(str(number)) - 1)}+" if number else "0"


def _run(run_id: str) -> dict[str, str]:
    return {"prefect.resource.id": f"papersift.run.{run_id}", "prefect.resource.name": run_id}


def _emit(event: str, resource: dict[str, str], payload: dict[str, object]) -> None:
    """Emit an event; Prefect adds the flow run and its flow to it. Outside of one, do nothing."""
    if FlowRunContext.get() is None:
        return
    with quietly(f"The event {event}"):
        emit_event(event=event, resource=resource, payload=payload)
