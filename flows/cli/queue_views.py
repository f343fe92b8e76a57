"""How review items look in a terminal, from 80 columns on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from flows.cli.dial_views import towards
from flows.cli.words import count, next_step, plain, sureness
from flows.web.words import duration
from schemas.dial_state import DialState
from schemas.extraction import CheckResult, Outcome
from schemas.queue import QueuePage
from schemas.review import Action, Claim, Decision, ReviewField, ReviewItem

VERDICTS = ("failed", "passed", "not_applicable")
"""Of checks, in the order in which they are shown."""
SHOWN = 3
"""Of several fields or reasons in one cell or sentence."""
LONG_PATH = 26
"""Characters of a field's path that stay on one line."""
ROOMY = 100
"""Columns from which a file's name is shown on one line."""


def print_list(page: QueuePage, dials: Iterable[DialState], *, option: str) -> None:
    """Print how far each type is from its target, what is open, and how to look at the first."""
    console = Console(highlight=False)
    items = page.items
    if not items:
        if page.open:
            console.print(f"None of the {count(page.open, 'record')} to review is like that.")
            console.print(next_step("All of them:", f"papersift queue list{option}"))
        else:
            console.print("Nothing is left to review.")
        return
    for state in dials:
        console.print(towards(state))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", expand=False)
    table.add_column("Item", justify="right", style="cyan", no_wrap=True)
    table.add_column("Type", no_wrap=True)
    table.add_column("Source", overflow="fold", max_width=18 if console.width < ROOMY else 40)
    longest = max((len(path) for item in items for path in item.doubtful), default=0)
    table.add_column("Doubtful", overflow="fold", no_wrap=longest <= LONG_PATH)
    table.add_column("Why", overflow="fold")
    for item in items:
        why = plain(_some(item.reasons, "\n"))
        if item.claimed_by is not None:
            why = Text.assemble((plain(f"{item.claimed_by} is at it\n").plain, "dim"), why)
        table.add_row(
            str(item.id),
            plain(item.type_name),
            plain(_tail(item.source)),
            plain(_some(item.doubtful, "\n")),
            why,
        )
    console.print(table)
    time = page.seconds_each
    takes = f", about {duration(time * page.total)}" if time is not None else ""
    others = f" of {page.open:,}" if page.open > page.total else ""
    more = f" The first {len(items)} are shown; all: --limit 0." if page.total > len(items) else ""
    console.print(f"\n{count(page.total, 'record')}{others} to review{takes}.{more}")
    free = next((each for each in items if each.claimed_by is None), items[0])
    console.print(next_step("Look at one:", f"papersift queue show {free.id}{option}"))


def print_item(
    item: ReviewItem,
    said: Sequence[Decision],
    claim: Claim | None,
    *,
    everything: bool,
    option: str,
) -> None:
    """Print one record: what is doubtful at length, the rest in a table, and what checks say."""
    console = Console(highlight=False)
    console.print(_title(item))
    if claim is not None:
        since = f"since {claim.since:%H:%M} UTC"
        console.print(plain(f"  {claim.who} has it before them {since}.").plain, style="dim")
    _print_why(console, item)
    for field in item.open_fields:
        console.print(Rule(style="dim"))
        _print_doubtful(console, field)
    rest = [field for field in item.fields if not field.open]
    everything = everything or not any(each.value for each in item.fields)
    if not everything:
        rest = [each for each in rest if each.value or each.settled]
    if rest:
        console.print(Rule(style="dim"))
        console.print(_rest(rest))
    _print_checks(console, item.checks, everything=everything)
    if everything and item.list_fields:
        paths = ", ".join(path.replace("[]", "[0]") for path in item.list_fields)
        console.print(Text("Lists take: ", style="dim").append(plain(paths)))
    if said:
        console.print(Rule(style="dim"))
    for decision in said:
        console.print(plain(f"{decision.at:%Y-%m-%d %H:%M} {decision.who}: {_words(decision)}"))
    console.print()
    for line in _ways_on(item, option):
        console.print(line)


def print_decided(
    item: ReviewItem, said: Sequence[Decision], page: QueuePage, *, option: str
) -> None:
    """Print what a decision did, and what to type next: the first item of `page`."""
    console = Console(highlight=False)
    latest = [decision for decision in said if decision.at == said[-1].at] if said else []
    undone = any(decision.action is Action.UNDO for decision in latest)
    for decision in latest:
        if decision.path or undone:
            console.print(plain(_words(decision)))
    for field in item.fields:
        if field.settled is Action.CORRECT and field.path in {each.path for each in latest}:
            for doubt in field.doubts:
                console.print(Text("  ! ", style="yellow").append(plain(doubt.text)))
    if item.outcome is Outcome.IN_REVIEW:
        paths = [field.path for field in item.open_fields]
        is_open = "is open again" if undone else "stays open"
        if paths:
            console.print(plain(f"Item {item.id} {is_open}: {_some(paths)} left to settle."))
            console.print(next_step("Next:", f"papersift queue show {item.id}{option}"))
            return
        console.print(f"Item {item.id} {is_open} until you say that all of it is right.")
        console.print(next_step("Next:", f"papersift queue accept {item.id}{option}"))
        return
    ends = {
        Outcome.ACCEPTED: "is accepted and published",  # it went another way in the meantime
        Outcome.REVIEWED: "is accepted and published",
        Outcome.REJECTED: "is rejected and not published",
    }
    console.print(Text(f"Item {item.id} {ends[item.outcome]}.", style="green"))
    if not page.items:
        console.print("Nothing is left to review.")
        return
    label = f"Next ({page.open:,} left):"
    console.print(next_step(label, f"papersift queue show {page.items[0].id}{option}"))


def _title(item: ReviewItem) -> Text:
    title = Text(f"Item {item.id}", style="bold cyan")
    title.append(" · ", style="dim").append(plain(item.type_name))
    title.append(" · ", style="dim").append(plain(item.source))
    if item.record:
        title.append(f" · record {item.record + 1}", style="dim")
    if item.outcome is not Outcome.IN_REVIEW:
        title.append(f" · {item.outcome.value}", style="dim")
    return title


def _print_why(console: Console, item: ReviewItem) -> None:
    """Print what is to be said of the file as a whole."""
    for reason in item.reasons:
        console.print(Text("  ! ", style="yellow").append(plain(reason)))
    for line in item.account:
        console.print(Text("    ").append(plain(line)), style="dim")


def _print_doubtful(console: Console, field: ReviewField) -> None:
    head = Text().append(plain(field.path)).append(f"  {field.kind.value}", style="dim")
    head.stylize("bold", 0, len(field.path))
    console.print(head)
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_row("value", plain(field.value) if field.value else Text("none", style="yellow"))
    if field.raw is not None and field.raw != field.value:
        facts.add_row("answer", plain(f'"{field.raw}"'))
    for at, choice in enumerate(field.choices):
        told = plain(choice.text).append(f"  {choice.why}", style="dim")
        facts.add_row("" if at else "or", told)
    if field.raw is not None:
        facts.add_row("confidence", f"{sureness(field.confidence)} sure")
    elif field.value is None:
        facts.add_row("confidence", f"{sureness(field.confidence)} sure that there is none")
    if field.evidence is not None:
        facts.add_row(f"page {field.evidence.page}", plain(f'"{field.evidence.quote}"'))
    for doubt in field.doubts:
        facts.add_row("why", plain(doubt.text))
    console.print(Padding(facts, (0, 0, 0, 2)))


def _rest(fields: Iterable[ReviewField]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Field", overflow="fold")
    table.add_column("Value", overflow="fold")
    table.add_column("Sure", justify="right", no_wrap=True)
    table.add_column("", overflow="fold", style="yellow")
    for field in fields:
        told = field.raw is not None and field.settled is not Action.CORRECT
        sure = sureness(field.confidence) if told else ""
        table.add_row(plain(field.path), plain(field.value or ""), sure, _remark(field))
    return table


def _print_checks(console: Console, checks: Iterable[CheckResult], *, everything: bool) -> None:
    """Print what the type's checks say of the values as they stand."""
    told = [each for each in checks if everything or each.verdict != "not_applicable"]
    if not told:
        return
    console.print(Rule(style="dim"))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Check", no_wrap=True)
    table.add_column("", overflow="fold")
    for each in sorted(told, key=lambda each: VERDICTS.index(each.verdict)):
        style = "yellow" if each.verdict == "failed" else "dim"
        table.add_row(Text(each.verdict.replace("_", " "), style=style), plain(each.text))
    console.print(table)


def _remark(field: ReviewField) -> str:
    if field.settled is Action.CORRECT:
        return "corrected"
    if field.settled is Action.ACCEPT:
        return "accepted"
    return "withheld" if field.withheld else ""


def _ways_on(item: ReviewItem, option: str) -> list[Text]:
    """Return the commands that make sense now."""
    undo = next_step("Take it back:", f"papersift queue undo {item.id}{option}")
    if item.outcome is Outcome.REJECTED:
        return [undo]
    field = next((each.path for each in item.open_fields), "FIELD")
    given = quoted(field, "=VALUE")
    correct = next_step("Another value:", f"papersift queue correct {item.id} {given}{option}")
    if item.outcome in (Outcome.REVIEWED, Outcome.ACCEPTED):
        return [correct, undo] if item.outcome is Outcome.REVIEWED else [correct]
    return [
        next_step("Right as it stands:", f"papersift queue accept {item.id}{option}"),
        correct,
        next_step("Not to be used:", f'papersift queue reject {item.id} --reason "…"{option}'),
    ]


def _words(decision: Decision) -> str:
    """Return a decision as a sentence."""
    if decision.action is Action.UNDO:
        return "what was said last was taken back"
    return f"{_said(decision)}{' (taken back)' if decision.undone else ''}"


def _said(decision: Decision) -> str:
    if decision.action is Action.REJECT:
        return f"rejected: {decision.reason}"
    if not decision.path:
        return "accepted"
    if decision.action is Action.REMOVE:
        return f"{decision.path} removed ({decision.was})"
    value = "empty" if decision.became is None else decision.became
    if decision.action is Action.ACCEPT:
        return f"{decision.path} is right: {value}"
    if decision.was == decision.became:
        return f"{decision.path} stays {value}"
    was = "empty" if decision.was is None else decision.was
    return f"{decision.path} is {value} (it was {was})"


def quoted(path: str, more: str = "") -> str:
    """Return a path, and what follows it, as it is typed: shells take brackets for a pattern."""
    return f"'{path}{more}'" if "[" in path else f"{path}{more}"


def _tail(source: str) -> str:
    """Return the end of a path: the file's name tells more than where all of them lie."""
    return source.replace("\\", "/").rpartition("/")[2] or source


def _some(texts: Sequence[str], between: str = ", ") -> str:
    """Return the first few texts, and how many there are besides."""
    shown = between.join(texts[:SHOWN])
    more = len(texts) - SHOWN
    return f"{shown}{between.replace(',', '')}and {more} more" if more > 0 else shown
