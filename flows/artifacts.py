"""Show in Prefect what a run did: a table of its documents, a report, an event, a line."""

from __future__ import annotations

from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.context import FlowRunContext

from flows.shown.announce import tell_waiting
from flows.shown.quietly import quietly
from flows.shown.report import Shown, headline, markdown
from flows.shown.table import rows
from flows.shown.tally import Tally
from flows.store.store import Store
from schemas.batch import BatchRequest, RunReport

TABLE = "papersift-run"
REPORT = "papersift-report"


def show_run(
    name: str, request: BatchRequest, report: RunReport, tally: Tally, store: Store
) -> None:
    """Say in the log and in an event what a run did, and write its artifacts, if it is a flow's."""
    if FlowRunContext.get() is None:
        return
    told = headline(report)
    get_run_logger().info("%s", told)
    tell_waiting(
        report.run_id,
        report.summary,
        added=store.waiting_items_by(report.run_id),
        waiting=report.open_items,
        dials=[dial for dial in report.dials if dial.type_name in tally.types],
        review_url=request.review_url,
    )
    lines = tally.rows
    items = store.waiting_items_of({line.document_id for line in lines if line.document_id})
    with quietly("The table of the documents"):
        create_table_artifact(
            key=TABLE,
            table=rows(lines, items, request.review_url),
            description=told + _left_out(tally),
        )
    with quietly("The report"):
        shown = Shown(name=name, request=request, report=report, tally=tally, items=items)
        create_markdown_artifact(key=REPORT, markdown=markdown(shown), description=told)


def _left_out(tally: Tally) -> str:
    """Return how many documents the table doesn't show; empty: it shows all."""
    if not tally.left_out:
        return ""
    return (
        f". {tally.left_out:,} of them aren't shown here: those that failed come first, then those "
        "in review. All stand in documents/*.parquet of the output."
    )
