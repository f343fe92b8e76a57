"""`papersift calibrate`: fit confidences to labelled documents, and see what can be promised."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.as_json import print_json
from flows.cli.failing import plainly
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
    UseEmbedded,
    asking_of,
    errors_of,
    ocr_of,
    out_option,
)

if TYPE_CHECKING:
    from flows.calibrate.request import CalibrationReport, CalibrationRequest
    from flows.cli.run_views import Display

REPORT = "calibration.html"


def calibrate(
    *,
    gold: Annotated[
        list[str] | None,
        typer.Option(
            "--gold",
            metavar="PATH",
            help="Folder with NAME.json beside documents or with a truth.jsonl, or such a file; "
            "can be given again. It is kept: later fits know it without being told.",
            show_default="what is labelled already",
        ),
    ] = None,
    types: Annotated[
        list[str] | None,
        typer.Option(
            "--type",
            metavar="FILE",
            help="Markdown file of a type of your own among what was settled in review; can be "
            "given again.",
            show_default="the built-in types",
        ),
    ] = None,
    model: ModelName = MODEL,
    base_url: BaseUrl = None,
    asking: AskingName = None,
    second: SecondModel = None,
    use_embedded: UseEmbedded = False,
    redact: Redact = False,
    ocr: OcrName = "auto",
    target_error: TargetErrors = None,
    assurance: Assurance = ASSURANCE,
    audit: Audit = AUDIT,
    out: Out = OUT,
    store: StoreAddress = None,
    eval_out: Annotated[
        Path,
        typer.Option(envvar="PAPERSIFT_EVAL_OUT", help="Folder in which the gold is extracted."),
    ] = Path("eval"),
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where the HTML report is written.",
            show_default=f"OUT/{REPORT}",
        ),
    ] = None,
    pictures: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Also write the report's plots as PNG files.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Fit and report, but keep nothing and move no document."),
    ] = False,
    export: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the labelled records as JSON to share: signals, and what was right or "
            "wrong, without any text of a document. Without --gold nothing is fitted for it.",
            show_default=False,
        ),
    ] = None,
    list_all: Annotated[
        bool, typer.Option("--list", help="Fit nothing; show the calibrations in the store.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fit confidences to labelled documents, and say which error rate can be promised.

    Labelled is what --gold gives, now or before, and what you settled in review. Gold is extracted
    like any batch, what is done isn't asked again; fitting asks the model nothing. Documents of the
    store go the way that they go now, except those on which a person decided.

    Example: papersift calibrate --gold gold/ --target-error 2%
    """
    from flows.calibrate.request import CalibrationRequest  # noqa: PLC0415

    with plainly():
        if list_all:
            _list(out, store, as_json=as_json)
            return
        errors = errors_of(target_error)
        request = CalibrationRequest(
            gold=tuple(gold or ()),
            types=tuple(types or ()),
            model=model,
            base_url=base_url,
            asking=asking_of(asking),
            second=second,
            use_embedded=use_embedded,
            redact=redact,
            ocr=ocr_of(ocr),
            target_error=errors.whole,
            target_errors=errors.fields,
            assurance=assurance,
            audit=audit,
            out=out,
            store=store,
            eval_out=eval_out,
            report=report or out / REPORT,
            pictures=pictures,
            dry_run=dry_run,
        )
        if export is not None:
            if request.gold:
                _calibrate(request, quiet=as_json)
            _export(request, export, as_json=as_json)
            return
        found = _calibrate(request, quiet=as_json)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    from flows.cli.calibrate_views import print_calibration  # noqa: PLC0415

    print_calibration(found, request)


def _calibrate(request: CalibrationRequest, *, quiet: bool) -> CalibrationReport:
    from flows.cli.run_views import Display  # noqa: PLC0415

    with Display(quiet=quiet) as display:
        return _run(request, display)


def _run(request: CalibrationRequest, display: Display) -> CalibrationReport:
    """Run the flow; loading the model and Prefect's start overlap."""
    from flows.engine import Engine, be_quiet, server_url  # noqa: PLC0415

    be_quiet()
    display.say("looking at what is labelled")
    from flows.progress import listening  # noqa: PLC0415

    to_do = _to_do(request)
    engine = Engine() if to_do or server_url() is not None else None
    from flows.calibrate.flow import calibrate as flow  # noqa: PLC0415 - while the server starts

    with listening(display.hear):
        if engine is None:
            display.say("fitting")
            return flow.fn(request)
        if to_do:
            display.say(f"{to_do} to do; starting Prefect and loading {request.model}")
        engine.wait()
        return flow(request)


def _to_do(request: CalibrationRequest) -> int:
    """Return how many documents of the gold are to be extracted, and begin to load the model."""
    if not request.gold:
        return 0
    from flows.begin import begin_later  # noqa: PLC0415
    from flows.evaluate.request import parts_of  # noqa: PLC0415

    asked = request.evaluation()
    parts = parts_of(asked, asked.read_gold())  # read before a store is made
    return begin_later(part.batch for part in parts)


def _export(request: CalibrationRequest, path: Path, *, as_json: bool) -> None:
    """Write what is labelled, without text."""
    from flows.engine import be_quiet  # noqa: PLC0415

    be_quiet()
    from flows.calibrate.flow import export_labelled  # noqa: PLC0415

    count = export_labelled(request, path)
    if as_json:
        print_json({"file": str(path), "records": count}, indent=None)
        return
    typer.echo(f"{count} labelled records: {path}")


def _list(out: Path, address: str | None, *, as_json: bool) -> None:
    """Show the calibrations that the store keeps, the latest first."""
    from flows.store.engine import FILE  # noqa: PLC0415
    from flows.store.store import Store  # noqa: PLC0415
    from schemas.errors import PathError  # noqa: PLC0415

    if address is None and not (out / FILE).exists():
        raise PathError(
            f"There is no store in {str(out)!r}. Make one: papersift calibrate --gold PATH"
            f"{out_option(out)}"
        )
    with Store.open(address or out) as store:
        kept = store.all_calibrations()
        used = {
            each.id
            for each in kept
            if (current := store.current_calibration(each.model, each.asking))
            and current.id == each.id
        }
    if as_json:
        left_out = {"values", "empties", "evidence"}  # they are long, and in the store
        rows = [
            {**each.model_dump(mode="json", exclude=left_out), "in_use": each.id in used}
            for each in kept
        ]
        print_json(rows)
        return
    from flows.cli.calibrate_views import print_list  # noqa: PLC0415

    print_list(kept, used, out=out)
