"""`papersift eval`: measure extraction by documents whose values are known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli.as_json import print_json
from flows.cli.failing import plainly
from flows.cli.options import (
    MODEL,
    AsJson,
    AskingName,
    BaseUrl,
    ModelName,
    OcrName,
    Redact,
    SecondModel,
    UseEmbedded,
    asking_of,
    ocr_of,
)

# What is slow to import is imported where it is used: `papersift --help` must not wait for it.
if TYPE_CHECKING:
    from flows.cli.run_views import Display
    from flows.evaluate.request import EvaluationRequest
    from schemas.evaluation import Evaluation
    from schemas.statistics import Statistics

OUT = Path("eval")
REPORT = "report.html"


def evaluate(
    gold: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[GOLD]...",
            help="Folders with NAME.json beside documents or with a truth.jsonl, or such files.",
            show_default=False,
        ),
    ] = None,
    *,
    type_name: Annotated[
        str | None,
        typer.Option(
            "--type",
            help="Type of all documents, or the path of its Markdown file.",
            show_default="as their gold says",
        ),
    ] = None,
    model: ModelName = MODEL,
    base_url: BaseUrl = None,
    asking: AskingName = None,
    second: SecondModel = None,
    ocr: OcrName = "auto",
    out: Annotated[
        Path,
        typer.Option(
            envvar="PAPERSIFT_EVAL_OUT", help="Folder for what is extracted and measured."
        ),
    ] = OUT,
    again: Annotated[
        bool, typer.Option("--again", help="Ask again also about what is done.")
    ] = False,
    use_embedded: UseEmbedded = False,
    redact: Redact = False,
    half: Annotated[
        str | None,
        typer.Option(
            metavar="A|B",
            help="Only one half: choose by A and report by B. A document stays in its half.",
            show_default="all documents",
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="Only so many documents, at random.", show_default="all"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of --limit.")] = 0,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            help="Show what moved since an evaluation: 'last', its id or the beginning of it, "
            "or its file.",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="Where the HTML report is written.", show_default="OUT/report.html"),
    ] = None,
    fail_under: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Exit with 1 if the accuracy is below, such as 0.85."),
    ] = None,
    list_all: Annotated[
        bool, typer.Option("--list", help="Evaluate nothing; show the evaluations kept in OUT.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure what extraction gets right, on documents whose values are known.

    They go the way of `papersift run`, into a folder of their own, and what is done isn't asked
    again. Accuracy is the share of right values among those that gold has, lists left out; the
    intervals are over documents. E-invoices are read from their pages alone: their XML would be
    the answer sheet.

    Example: papersift eval samples/ --against last
    """
    with plainly():
        if list_all:
            _list(out, as_json=as_json)
            return
        request = _request(
            gold=tuple(gold or ()),
            type=type_name,
            model=model,
            base_url=base_url,
            asking=asking,
            second=second,
            ocr=ocr,
            out=out,
            again=again,
            use_embedded=use_embedded,
            redact=redact,
            half=half,
            limit=limit,
            seed=seed,
        )
        figures = _evaluate(request, against, report or out / REPORT, as_json=as_json)
    if fail_under is not None and figures.whole.accuracy.share < fail_under:
        typer.echo(
            f"papersift: {figures.whole.accuracy.share:.1%} is less than {fail_under:.1%}", err=True
        )
        raise typer.Exit(1)


def _request(**given: Any) -> EvaluationRequest:
    from flows.evaluate.request import EvaluationRequest  # noqa: PLC0415

    if not given["gold"]:
        raise typer.BadParameter("name at least one folder or file with gold", param_hint="GOLD")
    if given["half"] not in (None, "A", "B"):
        raise typer.BadParameter(f"{given['half']!r} is neither 'A' nor 'B'", param_hint="--half")
    named = {"asking": asking_of(given["asking"]), "ocr": ocr_of(given["ocr"])}
    return EvaluationRequest(**{**given, **named})


def _evaluate(
    request: EvaluationRequest, against: str | None, report: Path, *, as_json: bool
) -> Statistics:
    """Run the flow and show what came out."""
    from flows.cli.run_views import Display  # noqa: PLC0415
    from flows.evaluate.comparison import compare  # noqa: PLC0415
    from flows.evaluate.kept import find, path_of  # noqa: PLC0415
    from flows.evaluate.statistics import statistics  # noqa: PLC0415

    before = find(against, request.out) if against else None
    with Display(quiet=as_json) as display:
        evaluation = _run(request, display)
        display.say("writing the report")
        from flows.evaluate.report import write_report  # noqa: PLC0415

        write_report(evaluation, report, against=before)
    figures = statistics(evaluation)
    moved = compare(evaluation, before) if before else None
    kept = path_of(evaluation, request.out)
    if as_json:
        printed = {
            "kept": str(kept),
            "report": str(report),
            "statistics": figures.model_dump(mode="json"),
            "comparison": moved.model_dump(mode="json") if moved else None,
            "evaluation": evaluation.model_dump(mode="json"),
        }
        print_json(printed)
    else:
        from flows.cli.evaluate_views import print_evaluation  # noqa: PLC0415

        print_evaluation(evaluation, figures, moved, kept=kept, report=report)
    return figures


def _run(request: EvaluationRequest, display: Display) -> Evaluation:
    """Run the flow; loading the model and Prefect's start overlap."""
    from flows.engine import Engine, be_quiet, server_url  # noqa: PLC0415

    be_quiet()
    display.say("reading the gold")
    from flows.begin import begin_later  # noqa: PLC0415
    from flows.evaluate.request import parts_of  # noqa: PLC0415
    from flows.progress import listening  # noqa: PLC0415

    parts = parts_of(request, request.read_gold())  # before a store is made
    to_do = begin_later(part.batch for part in parts)
    needed = to_do or server_url() is not None
    engine = Engine() if needed else None
    from flows.evaluate.flow import evaluate as flow  # noqa: PLC0415 - while the server starts

    with listening(display.hear):
        if engine is None:
            display.say("judging what was extracted before")
            return flow.fn(request)
        display.say(f"{to_do} to do; starting Prefect and loading {request.model}")
        engine.wait()
        return flow(request)


def _list(out: Path, *, as_json: bool) -> None:
    from flows.evaluate.kept import kept  # noqa: PLC0415
    from flows.evaluate.statistics import statistics  # noqa: PLC0415

    found = [(each, statistics(each).whole.accuracy) for each in kept(out)]
    if not as_json:
        from flows.cli.evaluate_views import print_list  # noqa: PLC0415

        print_list(found, out=out)
        return
    rows = [
        {
            **each.model_dump(mode="json", exclude={"documents"}),
            "documents": len(each.documents),
            "accuracy": accuracy.model_dump(mode="json"),
        }
        for each, accuracy in found
    ]
    print_json(rows)
