"""`papersift run`: extract a batch of documents, once."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.as_json import print_json
from flows.cli.failing import Terminated, ended_by_sigterm, plainly
from flows.cli.limit_options import (
    AtOnce,
    DocumentTimeout,
    LimitsGiven,
    LogFormat,
    PasswordsFile,
    RequestsAMinute,
    RunnerAddress,
    RunnerName,
    RunTimeout,
    TokensAMinute,
    limits_of,
    log_as,
    runner_of,
)
from flows.cli.options import (
    ASSURANCE,
    AUDIT,
    MODEL,
    OUT,
    AsJson,
    AskingName,
    Assurance,
    Audit,
    BaseUrl,
    ModelName,
    OcrName,
    Out,
    Redact,
    SecondModel,
    StoreAddress,
    TargetErrors,
    asking_of,
    errors_of,
    ocr_of,
)

if TYPE_CHECKING:
    from flows.cli.run_views import Display
    from schemas.batch import BatchRequest, RunReport

OUT_OF_TIME = 3
"""Exit code of a run whose time was over before all was done."""


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
    second: SecondModel = None,
    ocr: OcrName = "auto",
    target_error: TargetErrors = None,
    assurance: Assurance = ASSURANCE,
    audit: Audit = AUDIT,
    out: Out = OUT,
    store: StoreAddress = None,
    again: Annotated[
        bool, typer.Option("--again", help="Ask again also about what is done or settled.")
    ] = False,
    ignore_embedded: Annotated[
        bool,
        typer.Option(
            "--ignore-embedded",
            envvar="PAPERSIFT_IGNORE_EMBEDDED",
            help="Read the pages only, not the e-invoice that a PDF may hold.",
        ),
    ] = False,
    redact: Redact = False,
    at_once: AtOnce = None,
    runner: RunnerName = "threads",
    runner_address: RunnerAddress = None,
    document_timeout: DocumentTimeout = None,
    run_timeout: RunTimeout = None,
    requests_a_minute: RequestsAMinute = None,
    tokens_a_minute: TokensAMinute = None,
    passwords: PasswordsFile = None,
    limit: LimitsGiven = None,
    log_format: LogFormat = "text",
    as_json: AsJson = False,
) -> None:
    """Extract documents into typed rows; what is doubtful waits in the review queue.

    A record is accepted without a look only if that keeps the error rate that you ask for, by
    labelled documents: see papersift calibrate. Documents that are done are not asked about again;
    another target only sends them another way. Exit code 1 if a document failed, 3 if the time of
    the run was over before all were done.

    Example: papersift run invoices/ --type invoice --target-error 2%
    """
    from flows.cli.run_views import Display, print_report  # noqa: PLC0415
    from schemas.batch import BatchRequest  # noqa: PLC0415

    with plainly(), ended_by_sigterm():
        log_as(log_format)
        errors = errors_of(target_error)
        request = BatchRequest(
            paths=tuple(paths),
            type=type_name,
            model=model,
            base_url=base_url,
            asking=asking_of(asking),
            second=second,
            ocr=ocr_of(ocr),
            target_error=errors.whole,
            target_errors=errors.fields,
            assurance=assurance,
            audit=audit,
            out=out,
            store=store,
            again=again,
            ignore_embedded=ignore_embedded,
            redact=redact,
            at_once=at_once,
            runner=runner_of(runner),
            runner_address=runner_address,
            document_timeout_s=document_timeout,
            run_timeout_s=run_timeout,
            requests_a_minute=requests_a_minute,
            tokens_a_minute=tokens_a_minute,
            limits=limits_of(limit),
            passwords_file=passwords,
        )
        with Display(quiet=as_json or log_format == "json") as display:
            report = _run(request, display)
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        print_report(report, out=out)
    if report.summary.failed or any(line.outcome == "failed" for line in report.lines):
        raise typer.Exit(1)
    if report.left:
        raise typer.Exit(OUT_OF_TIME)


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
        from prefect.exceptions import TerminationSignal  # noqa: PLC0415

        try:
            return extract_batch(request)
        except TerminationSignal as end:
            raise (Terminated if end.signal == signal.SIGTERM else KeyboardInterrupt) from end
