"""`papersift up`: Prefect's server, schedules, watched folders and the review page at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli.as_json import print_json
from flows.cli.failing import plainly

if TYPE_CHECKING:
    from flows.settings import Settings
    from flows.up.all import Addresses


def up(
    *,
    out: Annotated[
        Path | None,
        typer.Option(envvar="PAPERSIFT_OUT", help="The output folder.", show_default="out"),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(envvar="PAPERSIFT_STORE", help="Database URL of a store elsewhere."),
    ] = None,
    prefect_port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            envvar="PAPERSIFT_PREFECT_PORT",
            help="Where Prefect's server listens, unless PREFECT_API_URL names one; 0: any.",
            show_default="4200",
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            envvar="PAPERSIFT_PORT",
            help="Where the review page listens; 0: any.",
            show_default="4227",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the addresses as one line of JSON.")
    ] = False,
) -> None:
    """Run schedules and watched folders with Prefect, and the review page, until Ctrl-C.

    Schedules and folders stand in papersift.toml; see the README. Starts a Prefect server unless
    PREFECT_API_URL names one. What a run had under way when it was ended, the next one does.

    Example: papersift up --port 8080
    """
    with plainly():
        from flows.settings import read_settings  # noqa: PLC0415

        said = {"out": out, "store": store, "prefect_port": prefect_port, "port": port}
        given: dict[str, Any] = {key: value for key, value in said.items() if value is not None}
        settings = read_settings().model_copy(update=given)
        from flows.up.all import Up, ended_by_signals  # noqa: PLC0415

        runs = Up(settings, hear=lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201
        with ended_by_signals(runs.stopped):
            if not as_json:
                typer.echo("Starting Prefect, the review page and the deployments …")
            try:
                addresses = runs.start()
                if addresses:
                    _say(addresses, settings, as_json=as_json)
                    runs.watch()
            finally:
                runs.stopped.set()
                runs.end()
    if not as_json:
        typer.echo("Ended. All that was done is kept.")


def _say(addresses: Addresses, settings: Settings, *, as_json: bool) -> None:
    """Say where everything is, and what is due when."""
    if as_json:
        told = {"prefect": addresses.prefect, "api": addresses.api, "review": addresses.review}
        print_json(told, indent=None)
        sys.stdout.flush()
        return
    typer.echo(f"Prefect:     {addresses.prefect}")
    typer.echo(f"Review page: {addresses.review}")
    for name, timed in settings.extract.items():
        typer.echo(f"extract/{name}: {', '.join(timed.paths)}  ({timed.cron} {timed.timezone})")
    for name, looked in settings.watch.items():
        typer.echo(f"watch/{name}: {looked.folder}  ({looked.cron} {looked.timezone})")
    if not settings.extract and not settings.watch:
        typer.echo("No schedules: papersift.toml names none.")
    typer.echo(
        "By hand: the button in Prefect, or with PREFECT_API_URL="
        f"{addresses.api}\n  prefect deployment run extract/papersift -p 'paths=[\"inbox\"]'"
    )
    typer.echo("End with Ctrl-C.")
    sys.stdout.flush()
