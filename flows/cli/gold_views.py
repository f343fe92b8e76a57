"""What an export of gold came to, in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from rich.console import Console
from rich.text import Text

from flows.cli.words import count, next_step, plain
from flows.gold_export import GoldExport, Told

MOST = 20
"""Documents of a kind that are named; all of them: --json."""


def print_export(found: GoldExport, *, option: str) -> None:
    """Print how much gold there is, what is not in it and why, and what to type next."""
    console = Console(highlight=False)
    parts = [
        f"{len(paths):,} {word}"
        for word, paths in (
            ("added", found.added),
            ("updated", found.updated),
            ("unchanged", found.unchanged),
            ("removed", found.removed),
        )
        if paths
    ]
    written = len(found.added) + len(found.updated) + len(found.unchanged)
    if not (parts or found.left or found.skipped):
        console.print("Nothing that was settled in review is to be written.")
        console.print(next_step("See what waits:", f"papersift queue{option}"))
        return
    told = f"{count(written, 'document')} with {count(found.values, 'value')} in {found.folder}"
    console.print(plain(f"{told}: {', '.join(parts) or 'nothing'}"), soft_wrap=True)
    _print_told(console, "removed", found.removed, "dim")
    _print_told(console, "left as it is", found.left, "yellow")
    _print_told(console, "not in it", found.skipped, "yellow")
    if written:
        for step in _next_steps(found):
            console.print(step, soft_wrap=True)


def _print_told(console: Console, word: str, told: Sequence[Told], style: str) -> None:
    for each in told[:MOST]:
        item = f" (item {each.item})" if each.item is not None else ""
        line = Text(f"{word}: ", style=style)
        line.append(plain(f"{each.path or each.source}{item}: {each.reason}"))
        console.print(line, soft_wrap=True)
    if len(told) > MOST:
        console.print(Text(f"{word}: and {len(told) - MOST:,} more; all: --json", style=style))


def _next_steps(found: GoldExport) -> list[Text]:
    label = "Measure by it:"
    if not found.own_types:
        return [next_step(label, f"papersift eval {quote(found.folder)}")]
    steps = []
    for name, at in found.types.items():
        command = f"papersift eval {quote(str(Path(found.folder, at)))}"
        if name in found.own_types:
            steps.append(
                next_step(label, f"{command} --type FILE   ({name} is a type of your own)")
            )
        else:
            steps.append(next_step(label, command))
    return steps
