"""`papersift status`: what the store holds, what looks cost, and how the promises stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from flows.cli.as_json import print_json
from flows.cli.failing import plainly
from flows.cli.options import OUT, AsJson, Out, StoreAddress, out_option

if TYPE_CHECKING:
    from schemas.metrics import Metrics
    from schemas.run import Status


def status(*, out: Out = OUT, store: StoreAddress = None, as_json: AsJson = False) -> None:
    """Say how many documents were accepted, wait for a look or failed, and how the promises stand.

    Also what a look costs and what is corrected most. Of each type: what is accepted without a
    look, what audits found, and how much review stands before the target.

    Example: papersift status --out out
    """
    from flows.calibrate.state import dial_states  # noqa: PLC0415
    from flows.metrics.count import metrics_of  # noqa: PLC0415
    from flows.store.engine import FILE  # noqa: PLC0415
    from flows.store.store import Store  # noqa: PLC0415
    from schemas.errors import PathError  # noqa: PLC0415

    with plainly():
        if store is None and not (out / FILE).exists():
            raise PathError(
                f"There is no store in {str(out)!r}. Make one: papersift run PATH{out_option(out)}"
            )
        with Store.open(store or out) as opened:
            found = opened.status()
            dials = dial_states(opened)
            metrics = metrics_of(opened)
    if as_json:
        told = found.model_dump(mode="json")
        told["dials"] = [each.model_dump(mode="json") for each in dials]
        told["metrics"] = metrics.model_dump(mode="json")
        print_json(told)
        return
    _print_counts(found)
    if metrics.accepted.of:
        _print_metrics(metrics)
    if dials:
        from flows.cli.dial_views import print_dials  # noqa: PLC0415

        print_dials(dials)
    if found.open_items:
        typer.echo(f"\nNext: papersift review{out_option(out)}")


def _print_counts(found: Status) -> None:
    typer.echo(f"{found.documents} documents from {found.inputs} inputs")
    for outcome, count in found.outcomes.items():
        typer.echo(f"  {count:>6} {outcome.replace('_', ' ')}")
    if found.unreadable:
        typer.echo(f"  {found.unreadable:>6} inputs can't be read")
    typer.echo(f"{found.trusted_records} trusted records, {found.open_items} wait for a look")
    if found.last_run is not None:
        last = found.last_run
        typer.echo(f"last run {last.id} with {last.model}: {last.state}")


def _print_metrics(metrics: Metrics) -> None:
    from flows.cli.words import plain  # noqa: PLC0415
    from flows.metrics.words import sentences  # noqa: PLC0415

    for sentence in sentences(metrics):
        typer.echo(f"  {plain(sentence)}")
