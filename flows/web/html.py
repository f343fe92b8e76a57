"""The pages that a person sees; those that show an item get all of it through the API."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from flows.review.decide import show_item
from flows.review.queue import queue_page
from flows.web.desk import ADesk, Person, desk_of
from flows.web.dial_words import towards
from flows.web.documents import ItemId
from flows.web.failing import Code, Refusal
from flows.web.guard import COOKIE, address_of, local_path, session_of
from flows.web.pages import render
from flows.web.sessions import GuessedError, name_of
from flows.web.words import AGES, left_in_words, reason_of
from schemas.errors import InputError
from schemas.queue import QueueFilter

ROWS = 50
"""Of the queue's table on one page."""
LONGEST_NAME = 200
"""Characters of a name that is shown again after it was refused."""

router = APIRouter(include_in_schema=False)


@router.get("/")
def queue(request: Request, desk: ADesk, who: Person) -> HTMLResponse:
    """Show what is open, how long it takes, and how far the dials are."""
    wanted = filter_given(request.query_params)
    number = page_given(request.query_params)
    now = desk.clock()
    found = queue_page(desk.store, wanted, limit=ROWS, offset=(number - 1) * ROWS, now=now)
    last = max(1, -(-found.total // ROWS))
    filters = said(wanted)
    return render(
        "queue.html",
        here="queue",
        who=who,
        leaving=desk.sessions is not None,
        queue=found,
        left=left_in_words(found.total, found.seconds_each),
        filters=filters,
        query=urlencode(filters),
        types=found.types,
        codes={code: (reason_of(code), number) for code, number in found.codes.items()},
        ages=AGES,
        number=number,
        last=last,
        pages={at: urlencode({**filters, "page": at}) for at in (number - 1, number + 1)},
        dials=[towards(each) for each in desk.dials.states()],
        published=desk.publisher.state(),
        now=now,
    )


@router.get("/review")
def review(request: Request, who: Person) -> HTMLResponse:
    """Show the page that asks for the next item."""
    return _item_page(request, who, None)


@router.get("/items/{item_id}")
def item(request: Request, desk: ADesk, who: Person, item_id: ItemId) -> HTMLResponse:
    """Show the page that asks for an item."""
    show_item(desk.store, item_id)  # an item that isn't there has no page
    return _item_page(request, who, item_id)


@router.get("/login")
def login(desk: ADesk, next: Annotated[str, Query(max_length=2000)] = "/") -> Response:  # noqa: A002
    """Ask for the token and a name."""
    if desk.sessions is None:
        return RedirectResponse("/", status_code=303)
    return _login_page(local_path(next))


@router.post("/login")
async def log_in(request: Request) -> Response:
    """Begin a session for who has the token."""
    desk = desk_of(request)
    given = await _form(request)
    wanted = local_path(given.get("next", "/"))
    if desk.sessions is None:
        return RedirectResponse("/", status_code=303)
    name = given.get("name", "")
    try:
        who = name_of(name)
        desk.sessions.check(given.get("token", "").strip(), address_of(request.scope))
    except GuessedError as error:
        status = 429 if error.wait_s else 401
        return _login_page(wanted, name=name, problem=str(error), status=status)
    except InputError as error:
        return _login_page(wanted, name=name, problem=str(error), status=422)
    desk.sessions.end(session_of(request.headers))
    answer = RedirectResponse(wanted, status_code=303)
    answer.set_cookie(
        COOKIE,
        desk.sessions.open(who),
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/logout")
async def log_out(request: Request) -> Response:
    """End the session."""
    desk = desk_of(request)
    if desk.sessions is not None:
        desk.sessions.end(session_of(request.headers))
    answer = RedirectResponse("/login", status_code=303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


@router.get("/api/docs")
def docs(who: Person) -> HTMLResponse:
    """Show the API's description as a page."""
    return render("docs.html", here="api", who=who)


def filter_given(given: Mapping[str, str]) -> QueueFilter:
    """Return the filter that a page's address holds; what makes no sense filters nothing."""
    sound = {}
    for name in QueueFilter.model_fields:
        text = given.get(name, "").strip()
        with suppress(ValidationError):
            QueueFilter.model_validate({name: text or None})
            sound[name] = text or None
    return QueueFilter.model_validate(sound)


def page_given(given: Mapping[str, str]) -> int:
    """Return the number of the page of the table that an address holds, from 1."""
    number = given.get("page", "")
    plain = number.isascii() and number.isdigit() and len(number) < 7
    return max(1, int(number)) if plain else 1


def said(wanted: QueueFilter) -> dict[str, str]:
    """Return what a filter says, as an address holds it."""
    given: dict[str, str | float] = wanted.model_dump(mode="json", exclude_none=True)
    return {
        name: f"{value:g}" if isinstance(value, float) else str(value)
        for name, value in given.items()
    }


def _item_page(request: Request, who: str, item_id: int | None) -> HTMLResponse:
    filters = said(filter_given(request.query_params))
    return render("item.html", here="review", who=who, item_id=item_id, filters=filters)


def _login_page(
    wanted: str, *, name: str = "", problem: str = "", status: int = 200
) -> HTMLResponse:
    return render(
        "login.html", status_code=status, next=wanted, name=name[:LONGEST_NAME], problem=problem
    )


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a plain form; the last of each name."""
    body = await request.body()
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=20, errors="replace")
    except ValueError:
        raise Refusal(422, Code.INVALID, "The form can't be read.") from None
    return {name: values[-1] for name, values in fields.items()}
