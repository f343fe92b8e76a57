"""`papersift queue`: the review queue in the terminal, for scripts and for those who like it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli.as_json import print_json
from flows.cli.options import OUT, AsJson, Out
from flows.cli.options import StoreAddress as Address
from flows.cli.queue_desk import opened
from schemas.errors import DecisionError, ImpossibleError, InputError, OddError

# What is slow to import is imported where it is used: `papersift --help` must not wait for it.
if TYPE_CHECKING:
    from schemas.queue import QueueFilter

Number = Annotated[int, typer.Argument(metavar="ITEM", help="The item's number.", min=0)]
Who = Annotated[
    str | None,
    typer.Option(
        envvar="PAPERSIFT_REVIEWER",
        show_default="your user name",
        help="Who decides; kept with the decision.",
    ),
]

UNTOLD = {"score"}
"""Of an item, to who decides on it: beside the dial it would tell which ones are audits."""
ALL = 1_000_000_000
"""Items: more than there are."""

app = typer.Typer(
    help="The review queue in the terminal. Without a command, list what is open.",
    epilog="Example: papersift queue --out out",
)


@app.callback(invoke_without_command=True)
def queue(
    context: typer.Context, *, out: Out = OUT, store: Address = None, as_json: AsJson = False
) -> None:
    """See what is doubtful, and say what is right. Without a command, list what is open.

    It does the same as the page of papersift review.

    Example: papersift queue --out out
    """
    context.obj = (out, store)
    if context.invoked_subcommand is None:
        list_items(context, as_json=as_json)


@app.command("list")
def list_items(
    context: typer.Context,
    *,
    out: Out = OUT,
    store: Address = None,
    type_name: Annotated[str | None, typer.Option("--type", help="Only this type.")] = None,
    reason: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="Only with an open doubt of this kind, such as check_failed."
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only with this in the path or address.")
    ] = None,
    older_than: Annotated[
        float | None,
        typer.Option(metavar="DAYS", min=0, help="Only what has waited for so many days."),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="How many to list; 0: all.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the records that wait for a look, first those that teach or unblock most.

    Above them stands what is still missing until records of their type can be accepted without one.

    Example: papersift queue list --type invoice --older-than 7
    """
    from flows.calibrate.state import dial_states  # noqa: PLC0415
    from flows.cli.queue_views import print_list  # noqa: PLC0415
    from flows.review.queue import queue_page  # noqa: PLC0415

    wanted = _wanted(type_name=type_name, code=reason, source=source, older_than_days=older_than)
    with opened(context, out, store) as desk:
        page = queue_page(desk.store, wanted, limit=limit or ALL, now=datetime.now(UTC))
        waiting = {each.type_name for each in page.items}
        dials = () if as_json else dial_states(desk.store)
    if as_json:
        print_json([each.model_dump(mode="json", exclude=UNTOLD) for each in page.items])
        return
    print_list(page, [each for each in dials if each.type_name in waiting], option=desk.option)


@app.command("show")
def show(
    context: typer.Context,
    item: Number,
    *,
    out: Out = OUT,
    store: Address = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also the fields that have no value.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show one record: first its doubtful fields with reasons and choices, then the others.

    Example: papersift queue show 7
    """
    from flows.cli.queue_views import print_item  # noqa: PLC0415
    from flows.review.decide import decisions_on, show_item  # noqa: PLC0415
    from flows.review.queue import claim_on  # noqa: PLC0415

    with opened(context, out, store) as desk:
        found = show_item(desk.store, item)
        said = decisions_on(desk.store, item)
        claim = claim_on(desk.store, item, now=datetime.now(UTC))
    if as_json:
        told = found.model_dump(mode="json")
        told["decisions"] = [each.model_dump(mode="json") for each in said]
        told["claim"] = claim.model_dump(mode="json") if claim else None
        print_json(told)
        return
    print_item(found, said, claim, everything=everything, option=desk.option)


@app.command("accept")
def accept(
    context: typer.Context,
    item: Number,
    fields: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FIELD]...", help="Only these fields, or list items."),
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Also the fields that are withheld.")
    ] = False,
    who: Who = None,
    out: Out = OUT,
    store: Address = None,
    as_json: AsJson = False,
) -> None:
    """Say that the doubtful fields are right as they stand, or only those that you name.

    With the last doubtful field the record is accepted and published.

    Example: papersift queue accept 7
    """
    from schemas.review import Settlement  # noqa: PLC0415

    with opened(context, out, store) as desk:
        said = Settlement(accept=tuple(fields or ()), accept_all=not fields, everything=everything)
        with _with_ways_on(item, desk.option, accepting=True):
            desk.settle(item, said, who)
        desk.tell(item, as_json=as_json)


@app.command("correct")
def correct(
    context: typer.Context,
    item: Number,
    corrections: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FIELD=VALUE]...", help="What is right; nothing after =: there is no value."
        ),
    ] = None,
    *,
    remove: Annotated[
        list[str] | None,
        typer.Option(metavar="LIST[N]", help="Take this item out of its list."),
    ] = None,
    insist: Annotated[
        bool, typer.Option("--insist", help="Also if something about the values is odd.")
    ] = False,
    who: Who = None,
    out: Out = OUT,
    store: Address = None,
    as_json: AsJson = False,
) -> None:
    """Give fields the right value, add or remove list items. Items of a list count from 0.

    With the last doubtful field the record is accepted and published. A record that was accepted in
    review before can be corrected too. What is odd, such as a sum that doesn't add up with the new
    value, is refused unless you insist.

    Example: papersift queue correct 7 grand_total=119.00 'line_items[3].unit=pcs'
    """
    from schemas.review import Correction, Settlement  # noqa: PLC0415

    with opened(context, out, store) as desk:
        wanted = []
        for text in corrections or ():
            path, equals, value = text.partition("=")
            if not equals:
                raise InputError(f"{text!r} is no correction. Write it like this: FIELD=VALUE")
            wanted.append(Correction(path=path.strip(), text=value))
        if not wanted and not remove:
            raise InputError(
                "There is nothing to correct. Write it like this: "
                f"papersift queue correct {item} FIELD=VALUE{desk.option}"
            )
        said = Settlement(values=tuple(wanted), removals=tuple(remove or ()), insist=insist)
        with _with_ways_on(item, desk.option):
            desk.settle(item, said, who)
        desk.tell(item, as_json=as_json)


@app.command("reject")
def reject(
    context: typer.Context,
    item: Number,
    *,
    reason: Annotated[str, typer.Option(help="Why; kept with the decision.")],
    who: Who = None,
    out: Out = OUT,
    store: Address = None,
    as_json: AsJson = False,
) -> None:
    """Say that a record isn't to be used: it is never published, or no longer.

    Example: papersift queue reject 7 --reason "not an invoice"
    """
    from schemas.review import Settlement  # noqa: PLC0415

    with opened(context, out, store) as desk:
        with _with_ways_on(item, desk.option):
            desk.settle(item, Settlement(reject=reason), who)
        desk.tell(item, as_json=as_json)


@app.command("undo")
def undo(
    context: typer.Context,
    item: Number,
    *,
    who: Who = None,
    out: Out = OUT,
    store: Address = None,
    as_json: AsJson = False,
) -> None:
    """Take back what was said last of an item: corrections, an acceptance, a rejection.

    Example: papersift queue undo 7
    """
    with opened(context, out, store) as desk:
        with _with_ways_on(item, desk.option):
            desk.undo(item, who)
        desk.tell(item, as_json=as_json)


@contextmanager
def _with_ways_on(item: int, option: str, *, accepting: bool = False) -> Iterator[None]:
    """Say with a refusal what can be typed instead."""
    from flows.cli.queue_views import quoted  # noqa: PLC0415

    try:
        yield
    except OddError as error:
        raise _harmless(error, "If it is right all the same, add --insist") from error
    except ImpossibleError as error:
        if not accepting:
            raise _harmless(error) from error
        empty = next(iter(error.problems))
        raise _harmless(
            error,
            f"It has one:   papersift queue correct {item} {quoted(empty, '=VALUE')}{option}",
            f"It has none:  papersift queue accept {item} {quoted(empty)}{option}",
        ) from error
    except DecisionError as error:
        raise _harmless(error) from error


def _harmless(error: DecisionError, *more: str) -> DecisionError:
    """Return an error whose text can't steer the terminal: it may speak of what a document says."""
    from flows.cli.words import plain  # noqa: PLC0415

    return DecisionError("\n".join(plain(each).plain for each in (str(error), *more)))


def _wanted(**given: Any) -> QueueFilter:
    """Return a filter of what was typed."""
    from pydantic import ValidationError  # noqa: PLC0415

    from schemas.extraction import DoubtCode  # noqa: PLC0415
    from schemas.queue import QueueFilter  # noqa: PLC0415

    try:
        return QueueFilter(**given)
    except ValidationError as error:
        wrong = error.errors()[0]
        if wrong["loc"] == ("code",):
            known = ", ".join(DoubtCode)
            raise typer.BadParameter(
                f"{given['code']!r} is none of {known}", param_hint="'--reason'"
            ) from None
        raise typer.BadParameter(f"{wrong['loc'][0]}: {wrong['msg']}") from None
