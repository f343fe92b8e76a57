"""`papersift review`: open the page on which a person settles what is doubtful."""

from __future__ import annotations

import getpass
import os
import sys
import threading
import webbrowser
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.as_json import print_json
from flows.cli.failing import plainly
from flows.cli.limit_options import LimitsGiven, PasswordsFile, limits_of
from flows.cli.options import OUT, Out, StoreAddress, out_option

# What is slow to import is imported where it is used: `papersift --help` must not wait for it. So
# the default port stands here once more; a test compares it with the server's.
if TYPE_CHECKING:
    import socket

    from flows.pictures import Pictures
    from flows.store.store import Store
    from flows.web.publisher import PublishState

PORT = 4227
HOST = "127.0.0.1"
TOKEN = "PAPERSIFT_TOKEN"  # noqa: S105 - the name of a variable


def review(
    *,
    out: Out = OUT,
    store: StoreAddress = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            envvar="PAPERSIFT_PORT",
            show_default=f"{PORT}, or a free one if it is taken",
            help="The port; 0: any free one.",
        ),
    ] = None,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Where to listen. Beyond this machine (0.0.0.0: all its addresses) a token is "
            f"needed: the one in {TOKEN}, else one is made and printed.",
        ),
    ] = HOST,
    who: Annotated[
        str | None,
        typer.Option(
            "--who",
            metavar="NAME",
            envvar="PAPERSIFT_REVIEWER",
            show_default="your user name",
            help="Who decides; kept with each decision. With a token everybody gives his own name.",
        ),
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Don't open a browser.")] = False,
    passwords: PasswordsFile = None,
    limit: LimitsGiven = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print address and count as one line of JSON.")
    ] = False,
) -> None:
    """Review what is doubtful on a web page of this machine, until Ctrl-C.

    Decisions are published to the output folder as they are made. The same in the terminal:
    papersift queue. For scripts there is an HTTP API; the page links to its description.

    Example: papersift review --out out
    """
    from flows.passwords import check_passwords  # noqa: PLC0415
    from flows.pictures import Pictures  # noqa: PLC0415
    from flows.store.engine import FILE  # noqa: PLC0415
    from flows.store.store import Store  # noqa: PLC0415
    from schemas.errors import InputError  # noqa: PLC0415

    with plainly():
        limits = limits_of(limit)
        check_passwords(passwords)
        if store is None and not (out / FILE).exists():
            raise InputError(
                f"There is no store in {str(out)!r} yet. Extract something first: "
                f"papersift run PATH{out_option(out)}"
            )
        with Store.open(store or out) as opened:
            entry = _entry(host)
            from flows.web.serve import listen  # noqa: PLC0415

            with listen(host, port) as listening:
                told = _Told(
                    host=host, entry=entry, as_json=as_json, browse=not no_open, asked=port
                )
                with Pictures(limits=limits, passwords_file=passwords) as pictures:
                    state = _serve(opened, out, who or _user(), listening, told, pictures=pictures)
    if state.problem:
        typer.echo(
            f"papersift: what was decided last is kept but not published: {state.problem}", err=True
        )
        raise typer.Exit(1)
    if not as_json:
        typer.echo("Ended. All that was decided is kept and published.")


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """The token that is needed, if any."""

    token: str | None
    made: bool
    """It was made just now: nobody knows it yet."""


@dataclass(kw_only=True)
class _Told:
    """What is said once the server is up."""

    host: str
    entry: _Entry
    as_json: bool
    browse: bool
    asked: int | None
    """The port that was asked for; None: the usual one."""
    left: int = 0
    address: str = field(default="", init=False)

    def up(self, port: int) -> None:
        """Say where the page is, how much is left and how it is ended; open it."""
        from flows.web.serve import address_at  # noqa: PLC0415

        self.address = address_at(self.host, port)
        if self.as_json:
            told: dict[str, object] = {"address": self.address, "left": self.left}
            if self.entry.made:
                told["token"] = self.entry.token
            print_json(told, indent=None)
        else:
            self._say(port)
        sys.stdout.flush()
        if self.browse and _has_screen():
            # Some systems' browsers keep the caller waiting.
            threading.Thread(
                target=webbrowser.open, args=(self.address,), name="browser", daemon=True
            ).start()

    def _say(self, port: int) -> None:
        from flows.cli.words import count  # noqa: PLC0415

        if self.asked is None and port != PORT:
            typer.echo(f"Port {PORT} is taken; this one was free.")
        typer.echo(f"Review page: {self.address}")
        if self.entry.made:
            typer.echo(f"Token:       {self.entry.token}")
        left = f"{count(self.left, 'record')} to review." if self.left else "Nothing to review."
        typer.echo(f"{left} End with Ctrl-C.")


def _serve(
    store: Store,
    out: Path,
    who: str,
    listening: socket.socket,
    told: _Told,
    *,
    pictures: Pictures,
) -> PublishState:
    """Answer requests until somebody ends it; return how publishing ended."""
    from flows.web.app import create_app  # noqa: PLC0415
    from flows.web.serve import Server, is_loopback  # noqa: PLC0415
    from flows.web.sessions import name_of  # noqa: PLC0415

    told.left = store.status().open_items
    pictures.warm_up()
    app = create_app(
        store,
        out,
        who=name_of(who),
        pictures=pictures,
        token=told.entry.token,
        any_host=not is_loopback(told.host),
    )
    port = listening.getsockname()[1]
    Server(app, lambda: told.up(port)).answer(listening)
    state: PublishState = app.state.desk.publisher.state()
    return state


def _entry(host: str) -> _Entry:
    """Return the token that is needed: on this machine only if one was given."""
    from flows.web.serve import is_loopback  # noqa: PLC0415
    from flows.web.sessions import checked_token, new_token  # noqa: PLC0415

    given = os.environ.get(TOKEN, "").strip()
    if given:
        return _Entry(token=checked_token(given), made=False)
    made = not is_loopback(host)
    return _Entry(token=new_token() if made else None, made=made)


def _has_screen() -> bool:
    """Whether a browser can be opened where the person sits who started this."""
    if not sys.stdout.isatty():
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _user() -> str:
    """Return the user's name; containers may have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
