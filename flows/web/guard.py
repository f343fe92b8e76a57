"""What every request passes first: host, origin, token, size; and what every answer carries.

The page decides on what is published, and pages of other origins run in the same browser. So a
request must name this machine (else a foreign name could be bound to it), come from our own page or
from no page, and say so in a type that no plain form sends.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flows.web.failing import BUG, Code, Refusal, refusal_response
from flows.web.sessions import GuessedError, Sessions, name_of
from schemas.errors import InputError

MOST_BODY = 1024 * 1024
"""Bytes of a request's body."""
BODY_S = 30.0
"""A body must have come after so long."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
FORMS = frozenset({"/login", "/logout"})
"""What plain forms are sent to; all else takes JSON."""
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
COOKIE = "papersift_session"
POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none, browsers hide the origin of our own forms too
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""Of every answer that doesn't say otherwise."""

log = logging.getLogger(__name__)


class _GoneError(Exception):
    """The client went away before it had sent its request."""


class Guard:
    """Middleware, the outermost: lets through what may pass, and answers what goes wrong inside."""

    def __init__(
        self, app: ASGIApp, *, who: str, sessions: Sessions | None, any_host: bool
    ) -> None:
        """Stand before an app.

        Args:
            app: what is guarded.
            who: decides, where a request doesn't say.
            sessions: with them a token is needed.
            any_host: requests may call this machine by any name.
        """
        self._app = app
        self._who = who
        self._sessions = sessions
        self._any_host = any_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no web sockets here
            await send({"type": "websocket.close", "code": 1008})
            return
        answer = _Answer(send)
        try:
            body = await self._passed(scope, receive)
            if isinstance(body, Response):
                await body(scope, receive, answer.send)
            else:
                await self._app(scope, _given(body, receive), answer.send)
        except _GoneError:
            return
        except Refusal as refusal:
            await refusal_response(scope["path"], refusal)(scope, receive, answer.send)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            if answer.begun:
                raise
            await refusal_response(scope["path"], BUG)(scope, receive, answer.send)

    async def _passed(self, scope: Scope, receive: Receive) -> bytes | Response:
        """Return the body of a request that may pass, or where its browser is to go instead."""
        headers = Headers(scope=scope)
        unsafe = scope["method"] not in SAFE
        if not self._any_host:
            _check_host(headers)
        _check_origin(headers, unsafe=unsafe)
        if unsafe:
            _check_type(headers, FORM if scope["path"] in FORMS else JSON)
        who = self._person(scope, headers)
        if who is None:
            return _to_login(scope)
        scope["papersift.who"] = who
        return await _body(headers, receive)

    def _person(self, scope: Scope, headers: Headers) -> str | None:
        """Return who asks; None: a browser that must be asked for the token."""
        path = scope["path"]
        if self._sessions is None:
            return _named(headers) or self._who
        if path in FORMS or path.startswith("/static/"):
            return ""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            try:
                self._sessions.check(token.strip(), address_of(scope))
            except GuessedError as error:
                raise guessed(error) from None
            return _named(headers) or _refuse_nameless()
        who = self._sessions.who(session_of(headers))
        if who is None and (path.startswith("/api/") or scope["method"] != "GET"):
            raise Refusal(
                401,
                Code.NO_TOKEN,
                "The token is missing, or the session has ended: log in at /login, or send the "
                "headers 'Authorization: Bearer TOKEN' and 'X-Reviewer: NAME'.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        return who


class _Answer:
    """Sends an answer with the headers that all have, and knows whether it has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


def address_of(scope: Scope) -> str:
    """Return the address that a request came from."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def session_of(headers: Headers) -> str:
    """Return the session that a request's cookie names; empty: none."""
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")


def guessed(error: GuessedError) -> Refusal:
    """Return the refusal for a wrong token, or for a try that came too soon."""
    if error.wait_s:
        wait = {"Retry-After": str(max(1, round(error.wait_s)))}
        return Refusal(429, Code.NO_TOKEN, str(error), headers=wait)
    return Refusal(401, Code.NO_TOKEN, str(error), headers={"WWW-Authenticate": "Bearer"})


def local_path(given: str) -> str:
    """Return a path of this server to go to after the login; `/` for all else."""
    plain = given.startswith("/") and not given.startswith("//") and given.isprintable()
    return given if plain and "\\" not in given else "/"


def _check_host(headers: Headers) -> None:
    host = headers.get("host", "")
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        name = None
    if name not in LOOPBACK:
        raise Refusal(
            403,
            Code.FORBIDDEN,
            f"{host!r} isn't this machine's own name: open http://127.0.0.1 with the port. To let "
            "others in, start papersift review with --host.",
        )


def _check_origin(headers: Headers, *, unsafe: bool) -> None:
    origin = headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != headers.get("host", "")
    sent_from = headers.get("sec-fetch-site", "none")
    visit = not unsafe and headers.get("sec-fetch-mode") == "navigate"
    if (unsafe and foreign) or (sent_from in ("cross-site", "same-site") and not visit):
        raise Refusal(403, Code.FORBIDDEN, "The request comes from another page than papersift's.")


def _check_type(headers: Headers, wanted: str) -> None:
    given = headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != wanted:
        raise Refusal(415, Code.INVALID, f"The request's Content-Type must be {wanted}.")


def _named(headers: Headers) -> str:
    """Return the name that a script gives for its person; empty: none."""
    given = headers.get("x-reviewer", "").encode("latin-1")
    try:
        return name_of(given.decode()) if given.strip() else ""
    except (InputError, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, InputError) else "The name isn't UTF-8."
        raise Refusal(422, Code.INVALID, f"X-Reviewer: {why}") from None


def _refuse_nameless() -> str:
    raise Refusal(
        401,
        Code.NO_TOKEN,
        "Say who decides with the header 'X-Reviewer: NAME': it is kept with the decision.",
    )


def _to_login(scope: Scope) -> Response:
    wanted = Request(scope).url
    path = f"{wanted.path}?{wanted.query}" if wanted.query else wanted.path
    return RedirectResponse(f"/login?next={quote(path, safe='')}", status_code=303)


async def _body(headers: Headers, receive: Receive) -> bytes:
    """Return the whole body; refuse it as soon as it is too large, whatever length it declares."""
    declared = headers.get("content-length", "0")
    if declared.isdecimal() and int(declared[:20]) > MOST_BODY:
        raise _too_large()
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise _GoneError
                part = message.get("body", b"")
                size += len(part)
                if size > MOST_BODY:
                    raise _too_large()
                parts.append(part)
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        raise Refusal(408, Code.INVALID, "The request took too long to come.") from None


def _too_large() -> Refusal:
    return Refusal(
        413, Code.TOO_LARGE, f"The request is too large: at most {MOST_BODY:,} bytes are read."
    )


def _given(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives a body that was read before, once."""
    left = [body]

    async def given() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return given
