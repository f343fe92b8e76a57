"""How an evaluation looks in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.words import plain
from schemas.evaluation import Evaluation, Share, Verdict
from schemas.extraction import Outcome
from schemas.statistics import Comparison, Difference, Group, ListScore, Move, Statistics

MOST_MOVES = 12
"""Of each direction; the report and --json have all."""
LONGEST_VALUE = 32
"""Characters of a value that are shown."""


def print_evaluation(
    evaluation: Evaluation,
    figures: Statistics,
    moved: Comparison | None,
    *,
    kept: Path,
    report: Path,
) -> None:
    """Print the figures, what moved, and where the rest stands."""
    console = Console(highlight=False)
    console.print(_fields(figures.by_field, several_types=len(figures.by_type) > 1))
    console.print()
    if figures.lists:
        console.print(_lists(figures.lists))
        console.print()
    console.print(_groups(figures))
    if moved:
        _print_moved(console, moved)
    console.print(_totals(evaluation, figures), soft_wrap=True)
    for document in evaluation.documents:
        if document.problem:
            name = Path(document.source).name
            console.print(
                Text("failed: ", style="red").append(plain(f"{name}: {document.problem}"))
            )
    console.print(f"\nReport: {report}", soft_wrap=True)
    console.print(f"Kept:   {kept}", soft_wrap=True)


def print_list(found: Sequence[tuple[Evaluation, Share]], *, out: Path) -> None:
    """Print the evaluations that are kept, the latest first."""
    console = Console(highlight=False)
    if not found:
        console.print(f"There is no evaluation in {out}/ yet. Make one: papersift eval GOLD")
        return
    table = _table("evaluation", "model", "asking", "gold")
    table.add_column("documents", justify="right")
    table.add_column("accuracy", justify="right", no_wrap=True)
    for each, accuracy in found:
        gold = "\n".join([*each.gold, *([each.selection] if each.selection else [])])
        table.add_row(
            Text(each.id, style="cyan"),
            plain(each.model),
            each.asking,
            plain(gold),
            str(len(each.documents)),
            _percent(accuracy),
        )
    console.print(table)


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def _fields(groups: Iterable[Group], *, several_types: bool) -> Table:
    table = _table(*(("type",) if several_types else ()), "field")
    for verdict in Verdict:
        table.add_column(verdict, justify="right")
    table.add_column("accuracy", justify="right", no_wrap=True)
    for group in groups:
        counts = [getattr(group.tally, verdict) for verdict in Verdict]
        table.add_row(
            *((group.type_name,) if several_types else ()),
            plain(group.name),
            *(str(count or "") for count in counts),
            _percent(group.accuracy),
        )
    return table


def _lists(scores: Iterable[ListScore]) -> Table:
    table = _table("list", "")
    for name in ("precision", "recall", "F1"):
        table.add_column(name, justify="right", no_wrap=True)
    for score in scores:
        name = f"{score.type_name}.{score.name}"
        rows = (score.row_precision, score.row_recall, score.row_f1)
        cells = (score.cell_precision, score.cell_recall, score.cell_f1)
        table.add_row(plain(name), "rows", *map(_percent, rows))
        table.add_row("", "cells", *map(_percent, cells))
    return table


def _groups(figures: Statistics) -> Table:
    table = _table("", "of")
    table.add_column("documents", justify="right")
    table.add_column("values", justify="right")
    table.add_column("accuracy", justify="right", no_wrap=True)
    for title, groups in (
        ("type", figures.by_type),
        ("folder", figures.by_group),
        ("language", figures.by_language),
        ("length", figures.by_pages),
        ("kind", figures.by_kind),
    ):
        for index, group in enumerate(groups):
            table.add_row(title if not index else "", *_cells(group))
    table.add_row(Text("all", style="bold"), "", *_cells(figures.whole)[1:])
    return table


def _cells(group: Group) -> tuple[Text, str, str, str]:
    with_value = str(group.tally.with_value)
    return plain(group.name), str(group.documents), with_value, _percent(group.accuracy)


def _totals(evaluation: Evaluation, figures: Statistics) -> Text:
    outcomes = figures.outcomes
    tally = figures.whole.tally
    not_given = tally.invented + tally.absent
    text = f"\n{_percent(figures.whole.accuracy)} of {tally.with_value} values are right"
    if not_given:
        text += f"; {tally.invented} of {not_given} absent ones were invented"
    what = f"{figures.documents} documents"
    if figures.several:
        records = figures.records
        what = (
            f"{records.found + records.missed} records in {what}: {records.found} found, "
            f"{records.missed} missed, {records.extra} that gold has not"
        )
    text += (
        f"\n{what}: {outcomes.get(Outcome.ACCEPTED, 0)} accepted "
        f"({figures.wrongly_accepted.count:.0f} of them with a field that isn't right), "
        f"{outcomes.get(Outcome.IN_REVIEW, 0)} to review, {outcomes.get(Outcome.FAILED, 0)} failed"
        f"\n{figures.seconds.median:.1f} s a document (nine of ten {figures.seconds.p90:.1f} s at "
        f"most), {figures.tokens.median:,.0f} tokens ({figures.tokens.p90:,.0f} at most)"
    )
    if figures.cost:
        text += f", {figures.cost:.4f} USD in all"
    text += f"\n{evaluation.model}, asked by {evaluation.asking}"
    return plain(f"{text}; {evaluation.selection}" if evaluation.selection else text)


def _print_moved(console: Console, moved: Comparison) -> None:
    others = [
        f"{count} only {when}"
        for count, when in ((moved.only_now, "now"), (moved.only_then, "then"))
        if count
    ]
    what = f"{moved.documents} documents" + (f" ({', '.join(others)})" if others else "")
    console.print(f"\nSince {moved.against}, over {what}:")
    console.print(f"  fields {_shift(moved.accuracy)}")
    console.print(f"  cells  {_shift(moved.cells)}")
    for title, moves, style in (
        ("became right", moved.became_right, "green"),
        ("became wrong", moved.became_wrong, "red"),
    ):
        console.print(Text(f"  {len(moves)} {title}", style=style if moves else "dim"))
        if moves:
            console.print(_moves(moves[:MOST_MOVES]))
        if len(moves) > MOST_MOVES:
            console.print(f"    and {len(moves) - MOST_MOVES} more: see the report")


def _moves(moves: Iterable[Move]) -> Table:
    table = _table("    document", "field", "was", "is", "should be")
    for move in moves:
        name = plain(Path(move.source).name)
        now = move.now
        table.add_row(
            f"    {name}",
            plain(now.path),
            _short(move.was.value),
            _short(now.value),
            _short(now.truth),
        )
    return table


def _short(text: str | None) -> Text:
    if text is None:
        return Text("none", style="dim")
    return plain(text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…")


def _shift(difference: Difference) -> str:
    return (
        f"{difference.was:.1%} → {difference.now:.1%}: "
        f"{100 * (difference.now - difference.was):+.1f} points "
        f"({100 * difference.low:+.1f} to {100 * difference.high:+.1f})"
    )


def _percent(share: Share) -> str:
    """Return a share and its interval; a dash where there is nothing to count."""
    if not share.of:
        return "–"
    return f"{share.share:.1%} ({100 * share.low:.0f}–{100 * share.high:.0f})"
