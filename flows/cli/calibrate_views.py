"""How a calibration looks in a terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.calibrate.request import CalibrationReport, CalibrationRequest, TypeReport
from flows.cli.dial_views import progress
from flows.cli.options import MODEL, out_option
from flows.cli.words import count, next_step, percent, plain
from schemas.calibration import Calibration
from schemas.target import Promise

MOST_WORTH_OFFERING = 0.25
"""A larger error than that is no promise that anybody would want."""


def print_calibration(report: CalibrationReport, request: CalibrationRequest) -> None:
    """Print what it was fitted to, how good it is, what can be promised, and what is next."""
    console = Console(highlight=False)
    console.print(plain(f"Fitted to {report.fitted_on}"), soft_wrap=True)
    console.print(
        plain(f"  {report.labelled:,} labelled fields of {report.documents:,} documents"),
        soft_wrap=True,
    )
    if report.form:
        console.print(plain(f"  {report.form}"), soft_wrap=True)
    console.print("\nOn documents that it wasn't fitted to:")
    console.print(_figures(report))
    for each in report.types:
        console.print()
        for line in _type(each):
            console.print(line, soft_wrap=True)
    for left_out in report.left_out:
        console.print(Text.assemble(("\nleft out: ", "yellow"), plain(left_out)), soft_wrap=True)
    console.print()
    if not report.kept:
        console.print("Nothing is kept, and no document moved: --dry-run")
    for line in _next_steps(report, request):
        console.print(line, soft_wrap=True)


def print_list(found: Sequence[Calibration], used: Collection[str], *, out: Path) -> None:
    """Print the calibrations that are kept, the latest first."""
    console = Console(highlight=False)
    if not found:
        console.print(
            f"There is no calibration in {out}/ yet. Make one: "
            f"papersift calibrate --gold PATH{out_option(out)}",
            soft_wrap=True,
        )
        return
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for name in ("calibration", "made", "model", "asking", "fitted on", ""):
        table.add_column(name, overflow="fold")
    for each in found:
        table.add_row(
            Text(each.id, style="cyan"),
            f"{each.at:%Y-%m-%d %H:%M}",
            plain(each.model),
            plain(each.asking),
            plain(each.fitted_on),
            Text("in use", style="green") if each.id in used else "",
        )
    console.print(table)


def _figures(report: CalibrationReport) -> Table:
    """Return the figures, each with what it means."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold", style="dim")
    for name, figure, meaning in (
        ("  AUROC", report.auroc, "how often a right value gets more confidence than a wrong one"),
        ("  Brier", report.brier, "mean squared error of the confidences; 0 is perfect"),
        ("  ECE", report.ece, "how far the confidences are off on average: 0.02 is two points"),
    ):
        told = "–" if figure is None else f"{figure:.3f}"
        why = "can't be made: there must be right values and wrong ones"
        table.add_row(name, told, meaning if figure is not None else why)
    return table


def _type(report: TypeReport) -> Iterator[Text]:
    """Yield what a type is promised, with how far the labelled documents carry."""
    promise = report.promise
    name = plain(report.type_name)
    name.stylize("bold")
    wish = f": at most {percent(promise.error)} wrong"
    if promise.threshold is not None:
        assurance = f" at {percent(promise.assurance)} assurance"
        yield Text.assemble(name, wish, (" can be promised", "green"), (assurance, "dim"))
    else:
        nothing = " can't be promised yet: nothing is accepted without a look"
        yield Text.assemble(name, wish, (nothing, "yellow"))
    yield Text("  ").append_text(progress(promise))
    yield Text("  ").append(plain(report.text))
    if _could(promise):
        yield next_step(
            "  these documents would allow:", f"--target-error {_upwards(promise.least)}"
        )
    for leaf, own in report.leaves.items():
        can = "can" if own.threshold is not None else "can't"
        wish = f": at most {percent(own.error)} wrong {can} be promised  "
        yield Text.assemble("  ", plain(leaf), wish, progress(own))
    if report.held_back:
        yield Text(
            f"  {count(report.held_back, 'labelled document')} beside these would go to review "
            "whatever the target: a failed check, or a value that stands nowhere",
            style="dim",
        )
    for what, moved in report.moved.items():
        yield next_step("  moved:", f"{count(moved, 'document')}, {what}")


def _could(promise: Promise) -> bool:
    """Say whether a target that isn't absurd could be promised in place of the one asked for."""
    return promise.threshold is None and promise.error < promise.least <= MOST_WORTH_OFFERING


def _upwards(error: float) -> str:
    """Return an error in per cent, rounded to the side on which it can still be promised."""
    tenths = -(-round(error * 1e6) // 1000)
    return f"{tenths / 10:g}%"


def _next_steps(report: CalibrationReport, request: CalibrationRequest) -> Iterator[Text]:
    """Yield where the report is, and what to type next."""
    option = out_option(request.out)
    if report.report:
        yield next_step("Report:", report.report)
    if not report.kept:
        return
    yield next_step("Kept:  ", report.calibration_id).append(
        f"   (all of them: papersift calibrate --list{option})", style="dim"
    )
    if any(each.promise.threshold is not None for each in report.types):
        model = "" if request.model == MODEL else f" --model {request.model}"
        error = "" if request.target_error is None else f" --target-error {request.target_error:g}"
        yield next_step("Next:  ", f"papersift run PATH{model}{error}{option}")
    if any(each.promise.threshold is None for each in report.types):
        yield next_step("Next:  ", f"papersift review{option}   and then papersift calibrate again")
