"""What a person sees of a run: its progress, then a line a document and what to do next."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from flows.cli.dial_views import dials
from flows.cli.options import out_option
from flows.cli.words import count, plain
from flows.progress import Asked, Event, Finished, Planned, Started
from schemas.batch import DocumentLine, RunReport
from schemas.extraction import Outcome

STYLES = {
    Outcome.ACCEPTED: "green",
    Outcome.REVIEWED: "green",
    Outcome.IN_REVIEW: "yellow",
    Outcome.REJECTED: "dim",
    Outcome.FAILED: "red",
}
MOST_REASONS = 3
"""Of a document in the table; `papersift queue show` has all of them."""
MOST_DONE_LINES = 20
"""Documents that were done before are listed up to so many, then only counted."""


class Display:
    """A live line about the run, on the error stream; nothing if `quiet` or no terminal."""

    def __init__(self, *, quiet: bool) -> None:
        """Show nothing yet."""
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=quiet or not sys.stderr.isatty(),
        )
        self._task = self._progress.add_task("starting", total=None)
        self._answered: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def say(self, text: str) -> None:
        """Show what is being done."""
        self._progress.update(self._task, description=text)

    def hear(self, event: Event) -> None:
        """Show what the run tells."""
        match event:
            case Planned(to_do=to_do):
                self._progress.update(self._task, total=to_do, completed=0)
            case Started(source=source):
                self.say(f"{Path(source).name}: reading")
            case Asked(source=source, answered=answered):
                self.say(f"{Path(source).name}: {answered} answers")
            case Finished(line=line):
                self._progress.advance(self._task)
                if not self._progress.disable:
                    self._progress.console.print(_finished(line))


def print_report(report: RunReport, *, out: Path) -> None:
    """Print a line a document, the totals, and what to type next."""
    console = Console()
    console.print(_table(report.lines))
    console.print(_totals(report), soft_wrap=True)
    if report.dials:
        console.print()
    for line in dials(report.dials, option=out_option(out)):
        console.print(line, highlight=False, soft_wrap=True)
    for missing in report.missing_signals:
        console.print(Text.assemble(("note: ", "dim"), plain(missing)), soft_wrap=True)
    for step in _next_steps(report, out):
        console.print(step, highlight=False, soft_wrap=True)


def _finished(line: DocumentLine) -> Text:
    if line.outcome is None:
        return Text.assemble(("     left", "dim"), f"  {Path(line.source).name}")
    outcome = line.outcome
    return Text.assemble(
        (f"{outcome.replace('_', ' '):>9}", STYLES[outcome]),
        f"  {Path(line.source).name}  ",
        (f"{line.seconds:.0f} s", "dim"),
    )


def _table(lines: tuple[DocumentLine, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    table.add_column("document", overflow="fold", max_width=34)
    table.add_column("type")
    table.add_column("outcome")
    table.add_column("why", overflow="fold", ratio=1)
    table.add_column("s", justify="right")
    table.add_column("tokens", justify="right")
    done = [line for line in lines if line.note]
    hidden = set(done[MOST_DONE_LINES:]) if len(done) > MOST_DONE_LINES else set()
    for line in lines:
        if line in hidden:
            continue
        table.add_row(
            Path(line.source).name,
            ", ".join(line.types),
            _outcome(line),
            _why(line),
            f"{line.seconds:.1f}" if line.seconds else "",
            f"{line.tokens:,}" if line.tokens else "",
        )
    left = sum(line.outcome is None for line in hidden)
    for number, what in ((len(hidden) - left, "done before"), (left, "left")):
        if number:
            table.add_row(Text(f"… and {number} more that were {what}", style="dim"))
    return table


def _outcome(line: DocumentLine) -> Text:
    if line.outcome is None:
        return Text("")
    return Text(line.outcome.replace("_", " "), style=STYLES[line.outcome])


def _why(line: DocumentLine) -> Text:
    reasons = list(line.reasons[:MOST_REASONS])
    if len(line.reasons) > MOST_REASONS:
        reasons.append(f"and {len(line.reasons) - MOST_REASONS} more")
    text = Text("\n".join(reasons))
    return Text.assemble((line.note, "dim"), "\n" if reasons and line.note else "", text)


def _totals(report: RunReport) -> Text:
    summary = report.summary
    asked = summary.accepted + summary.in_review + summary.failed
    parts = [
        f"{summary.accepted} accepted",
        f"{summary.in_review} to review",
        f"{summary.failed} failed",
    ]
    if summary.skipped:
        parts.append(f"{summary.skipped} done before")
    if report.left:
        parts.append(f"{report.left} left for the next run")
    text = f"\n{count(summary.found, 'document')}: {', '.join(parts)} in {summary.seconds:.0f} s"
    if summary.usage.calls:
        tokens = summary.usage.input_tokens + summary.usage.output_tokens
        text += f"; {count(summary.usage.calls, 'question')}, {tokens:,} tokens"
        text += f" of which {summary.usage.cached_tokens:,} were cached"
    elif not asked:
        text += "; the model was asked nothing"
    if summary.usage.outages or summary.usage.invalid_answers:
        text += (
            f"; {summary.usage.outages} calls repeated after an outage, "
            f"{summary.usage.invalid_answers} after an answer that didn't fit"
        )
    if report.passed_over:
        text += f"\npassed over: {count(report.passed_over, 'other file')} in these folders"
    return Text(text)


def _next_steps(report: RunReport, out: Path) -> list[str]:
    option = out_option(out)
    steps = [f"\nFields: {out}/fields/*/*.parquet, each with its evidence"]
    if report.left:
        steps.append(f"The time was over. The same command does the {report.left} that are left.")
    if any((out / "records").glob("*/*.parquet")):
        steps.append(f"Rows:   {out}/records/*/*.parquet, those that can be trusted")
    if report.open_items:
        steps.append(f"Next:   papersift review{option}   ({report.open_items} wait for a look)")
    return steps
