"""What goes wrong, as an answer: JSON with a code for scripts and a sentence for a person."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from flows.web.pages import render
from schemas.errors import (
    Cancelled,
    ClaimedError,
    DocumentError,
    ImpossibleError,
    InputError,
    NoItemError,
    OddError,
    PapersiftError,
    StaleError,
    StoreError,
)

LONGEST_TOLD = 300
"""Characters of an error that come from the request itself."""

log = logging.getLogger(__name__)


class Code(StrEnum):
    """What a script can branch on."""

    UNKNOWN_ITEM = "unknown_item"
    """There is no such item, or a later extraction took its place."""
    STALE = "stale"
    """The item has changed since: `item` as it is now, `decisions` that were made since."""
    CLAIMED = "claimed"
    """Another person has the item before him."""
    IMPOSSIBLE = "impossible"
    """`problems` says by field why its text can be no value."""
    ODD = "odd"
    """`odd` says what is; the same with `insist: true` is taken."""
    INVALID = "invalid"
    """The request isn't as it must be."""
    TOO_LARGE = "too_large"
    NO_TOKEN = "no_token"  # noqa: S105 - that is none
    FORBIDDEN = "forbidden"
    """It came from another page, or to a foreign name of this machine."""
    NO_DOCUMENT = "no_document"
    """The item's file isn't there any more, or can't be read."""
    NOT_FOUND = "not_found"
    """There is nothing at this path."""
    STORE = "store"
    """The store can't be read or written just now."""
    BUG = "bug"
    """A mistake in papersift; its log has the details."""


CODES: tuple[tuple[type[PapersiftError], int, Code], ...] = (
    (NoItemError, 404, Code.UNKNOWN_ITEM),
    (StaleError, 409, Code.STALE),
    (ClaimedError, 409, Code.CLAIMED),
    (ImpossibleError, 422, Code.IMPOSSIBLE),
    (OddError, 422, Code.ODD),
    (InputError, 422, Code.INVALID),
    (DocumentError, 404, Code.NO_DOCUMENT),
    (Cancelled, 503, Code.NO_DOCUMENT),
    (StoreError, 503, Code.STORE),
)
"""The first that fits holds."""
TITLES = {
    401: "Log in first",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible here",
    413: "Too large",
    422: "Not understood",
    429: "Too many tries",
    503: "The store doesn't answer",
}


class Refusal(Exception):
    """The answer to a request that isn't carried out."""

    def __init__(
        self,
        status: int,
        code: Code,
        error: str,
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(error)
        self.status = status
        self.code = code
        self.error = error
        self.headers = headers
        self.more = more
        """What else the JSON says; it must be fit for JSON."""


BUG = Refusal(
    500,
    Code.BUG,
    "A mistake in papersift stopped this; nothing was changed by it. Its log has the details.",
)


def refusal_response(path: str, refusal: Refusal) -> Response:
    """Return a refusal as JSON, or as a page where a person reads it."""
    if path.startswith("/api/"):
        content = {"code": refusal.code, "error": refusal.error, **refusal.more}
        return JSONResponse(content, refusal.status, headers=refusal.headers)
    title = TITLES.get(refusal.status, "Something went wrong")
    return render(
        "error.html",
        status_code=refusal.status,
        headers=refusal.headers,
        title=title,
        status=refusal.status,
        error=refusal.error,
    )


def refusal_of(error: PapersiftError) -> Refusal:
    """Return the refusal that an error of ours comes to."""
    more: dict[str, Any] = {}
    if isinstance(error, ImpossibleError):
        more["problems"] = error.problems
    if isinstance(error, OddError):
        more["odd"] = error.odd
    for kind, status, code in CODES:
        if isinstance(error, kind):
            return Refusal(status, code, str(error), **more)
    raise error


def answer_errors(app: FastAPI) -> None:
    """Have an app answer errors in our words; those that nobody expected are the guard's."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return refusal_response(request.url.path, error)

    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, PapersiftError)
        if isinstance(error, StoreError):
            log.error("%s: %s", request.url.path, error)
        return refusal_response(request.url.path, refusal_of(error))

    async def malformed(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        refusal = Refusal(422, Code.INVALID, in_words(error))
        return refusal_response(request.url.path, refusal)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return refusal_response(request.url.path, _of_http(request, error))

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(PapersiftError, ours)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, http)


def in_words(error: RequestValidationError) -> str:
    """Say what is wrong with a request, without repeating what it held."""
    told = []
    for each in error.errors()[:5]:
        where = ".".join(str(part) for part in each["loc"][1:] if isinstance(part, (str, int)))
        told.append(f"{where}: {each['msg']}" if where else str(each["msg"]))
    return "; ".join(told)[:LONGEST_TOLD]


def _of_http(request: Request, error: HTTPException) -> Refusal:
    """Return what the framework refuses, in our words."""
    path = request.url.path[:LONGEST_TOLD]
    if error.status_code == 404:
        return Refusal(404, Code.NOT_FOUND, f"There is nothing at {path!r}.")
    if error.status_code == 405:
        told = f"{request.method[:20]} isn't possible at {path!r}."
        return Refusal(405, Code.INVALID, told, headers=error.headers)
    if error.status_code == 400:
        return Refusal(422, Code.INVALID, "The request isn't valid JSON.")
    return Refusal(error.status_code, Code.INVALID, str(error.detail), headers=error.headers)
