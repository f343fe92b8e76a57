"""`papersift gold`: records known to be right, to measure and to calibrate by."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.as_json import print_json
from flows.cli.failing import plainly
from flows.cli.options import OUT, AsJson, Out, StoreAddress, out_option

app = typer.Typer(
    help="Records known to be right, to measure by.",
    epilog="Example: papersift gold export gold/",
    no_args_is_help=True,
)


@app.callback()
def gold() -> None:
    """Records known to be right, to measure by.

    Example: papersift gold export gold/
    """


@app.command("export")
def export(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="Folder for the gold; made if need be.", show_default=False
        ),
    ],
    *,
    out: Out = OUT,
    store: StoreAddress = None,
    type_name: Annotated[str | None, typer.Option("--type", help="Only this type.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="DATE", help="Only what was settled on this day or later."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write what was settled in review as gold: NAME.json beside a copy of its document.

    Only what a person said is right is in it. Doing it again adds what is new, brings up to date
    what changed, and takes away what isn't settled any more. What you changed in DIR yourself stays
    as it is.

    Example: papersift gold export gold/ --since 2026-11-01
    """
    from flows.cli.gold_views import print_export  # noqa: PLC0415
    from flows.gold_export import export_gold  # noqa: PLC0415
    from flows.store.engine import FILE  # noqa: PLC0415
    from flows.store.store import Store  # noqa: PLC0415
    from schemas.errors import PathError  # noqa: PLC0415

    with plainly():
        if store is None and not (out / FILE).exists():
            raise PathError(
                f"There is no store in {str(out)!r}. Make one: papersift run PATH{out_option(out)}"
            )
        with Store.open(store or out) as opened, _progress(quiet=as_json) as progress:
            found = export_gold(
                opened,
                folder,
                type_name=type_name,
                since=since.astimezone() if since else None,  # a day as it is here
                progress=progress,
            )
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    print_export(found, option=out_option(out))


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Give what shows on the error stream how far it is; nothing if `quiet` or no terminal."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    with Progress(
        TextColumn("writing gold"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=quiet or not sys.stderr.isatty(),
    ) as shown:
        task = shown.add_task("", total=None)

        def show(done: int, of: int) -> None:
            shown.update(task, completed=done, total=of)

        yield show
