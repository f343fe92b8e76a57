"""Show a run's result in the Prefect UI."""

from __future__ import annotations

from prefect.artifacts import create_table_artifact
from prefect.context import FlowRunContext

from schemas.batch import DocumentLine, RunReport


def write_summary(report: RunReport) -> None:
    """Write the table that the terminal shows as an artifact of the flow run, if there is one."""
    if FlowRunContext.get() is None:
        return
    counts = report.summary
    create_table_artifact(
        key="papersift-run",
        table=[_row(line) for line in report.lines],
        description=(
            f"{counts.found} documents: {counts.accepted} accepted, {counts.in_review} in review, "
            f"{counts.failed} failed, {counts.skipped} done before"
        ),
    )


def _row(line: DocumentLine) -> dict[str, str | float]:
    return {
        "document": line.source,
        "type": line.type_name or "",
        "outcome": str(line.outcome or ""),
        "why": "; ".join(line.reasons) or line.note,
        "seconds": round(line.seconds, 1),
        "tokens": line.tokens,
    }
