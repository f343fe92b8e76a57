"""`papersift export`: what the store holds as one file, safe to open in a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from flows.cli.as_json import print_json
from flows.cli.failing import plainly
from flows.cli.options import OUT, AsJson, Out, StoreAddress, out_option

if TYPE_CHECKING:
    from flows.export.export import Format
    from flows.export.tables import What

WHATS = ("records", "fields", "documents")


def export(
    what: Annotated[
        str,
        typer.Argument(
            metavar="|".join(WHATS),
            help="Trusted records, the fields of all records with their evidence, or a row a "
            "document.",
        ),
    ],
    *,
    file: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The file to write.")
    ],
    type_name: Annotated[
        str | None,
        typer.Option("--type", help="Name of the document type.", show_default="the only one"),
    ] = None,
    given_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="csv|xlsx|parquet|jsonl",
            help="Of the file.",
            show_default="as the file's name ends",
        ),
    ] = None,
    out: Out = OUT,
    store: StoreAddress = None,
    as_json: AsJson = False,
) -> None:
    """Write what the store holds now to a CSV, Excel, Parquet or JSON lines file.

    In CSV the lists of records go to files beside it, FILE.line_items.csv, in Excel to sheets. Text
    that a spreadsheet would take for a formula is made harmless; numbers stay numbers.

    Example: papersift export records --type invoice -o invoices.xlsx
    """
    from flows.export.export import export as write  # noqa: PLC0415
    from flows.store.engine import FILE  # noqa: PLC0415
    from flows.store.store import Store  # noqa: PLC0415
    from schemas.errors import PathError  # noqa: PLC0415

    with plainly():
        chosen, ending = _what(what), _format(given_format, file)
        if store is None and not (out / FILE).exists():
            raise PathError(
                f"There is no store in {str(out)!r}. Make one: papersift run PATH{out_option(out)}"
            )
        with Store.open(store or out) as opened:
            files, rows = write(opened, out, chosen, file, format=ending, type_name=type_name)
    if as_json:
        print_json({"files": [str(each) for each in files], "rows": rows}, indent=None)
        return
    typer.echo(f"{rows:,} {what}: {', '.join(map(str, files))}")


def _what(given: str) -> What:
    from flows.export.tables import What  # noqa: PLC0415

    for what in get_args(What):
        if given == what:
            return what  # type: ignore[no-any-return]
    raise typer.BadParameter(f"{given!r} is none of {', '.join(WHATS)}")


def _format(given: str | None, file: Path) -> Format:
    from flows.export.export import Format  # noqa: PLC0415

    wanted = given or file.suffix.removeprefix(".").lower()
    for each in get_args(Format):
        if wanted == each:
            return each  # type: ignore[no-any-return]
    raise typer.BadParameter(
        f"{wanted!r} is no format: name the file like invoices.csv, or say --format "
        f"{', '.join(get_args(Format))}"
    )
