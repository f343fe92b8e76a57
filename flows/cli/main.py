"""The command `papersift`. What is slow to import is imported by the command that needs it."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli import gold, queue, types
from flows.cli.calibrate import calibrate
from flows.cli.evaluate import evaluate
from flows.cli.export import export
from flows.cli.failing import plainly
from flows.cli.from_settings import defaults_for
from flows.cli.review import review
from flows.cli.run import run
from flows.cli.status import status
from flows.cli.up import up
from flows.interpreter import collect_rarely

app = typer.Typer(
    help="Turn PDFs into typed rows by prompt; what is doubtful goes to a person.",
    epilog="Example: papersift run invoices/ --type invoice --out out",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("run")(run)
app.command("calibrate")(calibrate)
app.command("review")(review)
app.command("status")(status)
app.command("up")(up)
app.command("eval")(evaluate)
app.command("export")(export)
app.add_typer(queue.app, name="queue")
app.add_typer(gold.app, name="gold")
app.add_typer(types.app, name="types")


def _version(asked: bool) -> None:  # noqa: FBT001 - typer calls it so
    if asked:
        from importlib.metadata import version  # noqa: PLC0415

        typer.echo(f"papersift {version('papersift')}")
        raise typer.Exit


@app.callback()
def main(
    context: typer.Context,
    *,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Turn PDFs into typed rows by prompt; what is doubtful goes to a person."""
    collect_rarely()
    with plainly():
        context.default_map = defaults_for(context.command)
