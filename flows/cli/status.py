"""`papersift status`: what the store holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.failing import plainly


def status(
    *,
    out: Annotated[Path, typer.Option(envvar="PAPERSIFT_OUT", help="The output folder.")] = Path(
        "out"
    ),
    store: Annotated[
        str | None,
        typer.Option(envvar="PAPERSIFT_STORE", help="Database URL of a store elsewhere."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Say how many documents were accepted, wait for a look or failed, and what it cost.

    Example: papersift status --out out
    """
    from flows.store.store import Store  # noqa: PLC0415
    from schemas.errors import PathError  # noqa: PLC0415

    with plainly():
        if store is None and not (out / "papersift.db").exists():
            raise PathError(
                f"There is no store in {str(out)!r}. Make one: papersift run PATH --out {out}"
            )
        with Store.open(store or out) as opened:
            found = opened.status()
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
        return
    typer.echo(f"{found.documents} documents from {found.inputs} inputs")
    for outcome, count in found.outcomes.items():
        typer.echo(f"  {count:>6} {outcome.replace('_', ' ')}")
    if found.unreadable:
        typer.echo(f"  {found.unreadable:>6} inputs can't be read")
    typer.echo(f"{found.trusted_records} trusted records, {found.open_items} wait for a look")
    if found.last_run is not None:
        last = found.last_run
        typer.echo(f"last run {last.id} with {last.model}: {last.state}")
    if found.open_items:
        typer.echo(f"\nNext: papersift review --out {out}")
