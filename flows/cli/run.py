"""`papersift run`: extract a batch of documents, once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.failing import plainly
from flows.cli.options import MODEL, AskingName, BaseUrl, ModelName, asking_of

if TYPE_CHECKING:
    from flows.cli.run_views import Display
    from schemas.batch import BatchRequest, RunReport

OUT = Path("out")


def run(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Files, folders or patterns like 'in/*.pdf'."),
    ],
    *,
    type_name: Annotated[
        str | None,
        typer.Option(
            "--type",
            envvar="PAPERSIFT_TYPE",
            help="Document type, or the path of its Markdown file.",
            show_default="the model chooses",
        ),
    ] = None,
    model: ModelName = MODEL,
    base_url: BaseUrl = None,
    asking: AskingName = None,
    out: Annotated[Path, typer.Option(envvar="PAPERSIFT_OUT", help="The output folder.")] = OUT,
    store: Annotated[
        str | None,
        typer.Option(envvar="PAPERSIFT_STORE", help="Database URL of a store elsewhere."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Ask again also about what is done or settled.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of a table.")
    ] = False,
) -> None:
    """Extract documents into typed rows; what is doubtful waits in the review queue.

    Documents that are done are not asked about again. Exit code 1 if a document failed.

    Example: papersift run invoices/ --type invoice --out out
    """
    from flows.cli.run_views import Display, print_report  # noqa: PLC0415
    from schemas.batch import BatchRequest  # noqa: PLC0415

    with plainly():
        request = BatchRequest(
            paths=tuple(paths),
            type=type_name,
            model=model,
            base_url=base_url,
            asking=asking_of(asking),
            out=out,
            store=store,
            again=again,
        )
        with Display(quiet=as_json) as display:
            report = _run(request, display)
    if as_json:
        typer.echo(report.model_dump_json(indent=2))
    else:
        print_report(report, out=out)
    if report.summary.failed or any(line.outcome == "failed" for line in report.lines):
        raise typer.Exit(1)


def _run(request: BatchRequest, display: Display) -> RunReport:
    """Run the flow; loading the model, starting the reader and Prefect's start overlap."""
    from flows.engine import Engine, be_quiet, server_url  # noqa: PLC0415

    be_quiet()
    display.say("looking at the documents")
    from flows.begin import begin  # noqa: PLC0415
    from flows.bench import opened_bench  # noqa: PLC0415
    from flows.inputs import find_inputs  # noqa: PLC0415
    from flows.progress import listening  # noqa: PLC0415

    found = find_inputs(request.paths)  # before a store is made for what isn't there
    with opened_bench(request) as bench, listening(display.hear):
        to_do = begin(found, request, bench)
        needed = to_do or server_url() is not None
        engine = Engine() if needed else None
        from flows.extract import extract_batch  # noqa: PLC0415 - while the server starts

        if engine is None:
            return extract_batch.fn(request)
        display.say(f"{to_do} to do; starting Prefect and loading {request.model}")
        engine.wait()
        return extract_batch(request)
