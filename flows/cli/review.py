"""`papersift review`: look at what is doubtful and say what is right, in the terminal."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.failing import plainly
from flows.cli.options import OUT, AsJson, Out
from flows.cli.options import StoreAddress as Address
from flows.cli.options import out_option as _option
from schemas.errors import InputError

# What is slow to import is imported where it is used: `papersift --help` must not wait for it.
if TYPE_CHECKING:
    from flows.store.decisions import Word
    from flows.store.store import Store
    from schemas.review import ReviewItem

Number = Annotated[int, typer.Argument(metavar="ITEM", help="The item's number.")]
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

app = typer.Typer(
    help="Look at what is doubtful, and say what is right.",
    epilog="Example: papersift review --out out",
)


@app.callback(invoke_without_command=True)
def review(
    context: typer.Context, *, out: Out = OUT, store: Address = None, as_json: AsJson = False
) -> None:
    """Look at what is doubtful, and say what is right. Without a command, list what is open.

    Example: papersift review --out out
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
    limit: Annotated[int, typer.Option(min=0, help="How many to list; 0: all.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the records that wait for a look, first those that teach or unblock most.

    Above them stands what is still missing until records of their type can be accepted without one.

    Example: papersift review list --type invoice
    """
    from flows.calibrate.state import dial_states  # noqa: PLC0415
    from flows.cli.review_views import print_list  # noqa: PLC0415
    from flows.review import open_items  # noqa: PLC0415

    with _opened(context, out, store) as (queue, folder):
        items = open_items(queue, type_name)
        waiting = {each.type_name for each in items}
        dials = () if as_json else tuple(s for s in dial_states(queue) if s.type_name in waiting)
    shown = items[:limit] if limit else items
    if as_json:
        _print_json([each.model_dump(mode="json", exclude=UNTOLD) for each in shown])
        return
    print_list(shown, dials, total=len(items), option=_option(folder))


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
    """Show one record: first its doubtful fields with the reasons, then the others.

    Example: papersift review show 7
    """
    from flows.cli.review_views import print_item  # noqa: PLC0415
    from flows.review import decisions_on, show_item  # noqa: PLC0415

    with _opened(context, out, store) as (queue, folder):
        found = show_item(queue, item)
        said = decisions_on(queue, item)
    if as_json:
        decisions = [each.model_dump(mode="json") for each in said]
        _print_json(found.model_dump(mode="json") | {"decisions": decisions})
        return
    print_item(found, said, everything=everything, option=_option(folder))


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

    Example: papersift review accept 7
    """
    from flows import review  # noqa: PLC0415

    with _opened(context, out, store) as (queue, folder):
        word = _word(who)
        found = review.accept(
            queue, item, word, out_dir=folder, paths=fields or (), everything=everything
        )
        _tell(queue, folder, found, as_json=as_json)


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
    who: Who = None,
    out: Out = OUT,
    store: Address = None,
    as_json: AsJson = False,
) -> None:
    """Give fields the right value, add or remove list items. Items of a list count from 0.

    With the last doubtful field the record is accepted and published. A record that was accepted in
    review before can be corrected too.

    Example: papersift review correct 7 grand_total=119.00 'line_items[3].unit=pcs'
    """
    from flows import review  # noqa: PLC0415
    from schemas.review import Correction  # noqa: PLC0415

    with _opened(context, out, store) as (queue, folder):
        wanted = []
        for text in corrections or ():
            path, equals, value = text.partition("=")
            if not equals:
                raise InputError(f"{text!r} is no correction. Write it like this: FIELD=VALUE")
            wanted.append(Correction(path=path.strip(), text=value))
        if not wanted and not remove:
            raise InputError(
                "There is nothing to correct. Write it like this: "
                f"papersift review correct {item} FIELD=VALUE"
            )
        found = review.correct(
            queue, item, wanted, _word(who), out_dir=folder, removals=remove or ()
        )
        _tell(queue, folder, found, as_json=as_json)


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

    Example: papersift review reject 7 --reason "not an invoice"
    """
    from flows import review  # noqa: PLC0415

    with _opened(context, out, store) as (queue, folder):
        found = review.reject(queue, item, reason, _word(who), out_dir=folder)
        _tell(queue, folder, found, as_json=as_json)


@contextmanager
def _opened(context: typer.Context, out: Path, address: str | None) -> Iterator[tuple[Store, Path]]:
    """Open the store that the options name; print what goes wrong on purpose, and exit with 1."""
    from flows.store.engine import FILE  # noqa: PLC0415
    from flows.store.store import Store  # noqa: PLC0415

    before_out, before_address = context.obj  # `papersift review --out DIR list`
    folder, url = (before_out if out == OUT else out), address or before_address
    with plainly():
        if url is None and not (folder / FILE).exists():
            raise InputError(
                f"There is no store in {str(folder)!r} yet. Extract something first: "
                f"papersift run PATH{_option(folder)}"
            )
        with Store.open(url or folder) as store:
            yield store, folder


def _tell(store: Store, folder: Path, item: ReviewItem, *, as_json: bool) -> None:
    """Say what a decision did, and what can be done next."""
    from flows.cli.review_views import print_decided  # noqa: PLC0415
    from flows.review import decisions_on, open_items  # noqa: PLC0415

    if as_json:
        _print_json(item.model_dump(mode="json"))
        return
    print_decided(item, decisions_on(store, item.id), open_items(store), option=_option(folder))


def _word(who: str | None) -> Word:
    from flows.store.decisions import Word  # noqa: PLC0415

    return Word(who=who or _user(), now=datetime.now(UTC))


def _user() -> str:
    """Return the user's name; containers may have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _print_json(value: object) -> None:
    """Print JSON in ASCII: what stood in a document can't steer the terminal."""
    typer.echo(json.dumps(value, indent=2))
