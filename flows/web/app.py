"""The web server behind the review page, as an app that any ASGI server runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import Scope

from flows.calibrate.state import dial_states
from flows.pictures import Pictures
from flows.publish.publish import publish
from flows.store.store import Store
from flows.web import api, documents, html, metrics
from flows.web.desk import MOST_READING, Desk
from flows.web.dials import Dials
from flows.web.failing import answer_errors
from flows.web.guard import Guard
from flows.web.publisher import COALESCE_S, Publisher
from flows.web.sessions import Sessions

API = "1"
"""Its version: another one where scripts would have to change."""
ABOUT = """\
What the review page does, for scripts. Every refusal is JSON: `code` to branch on, `error` for a
person; nothing is changed by what is refused.

Requests that change something are `POST` with `Content-Type: application/json`. Where the server
needs a token, send `Authorization: Bearer TOKEN` and `X-Reviewer: NAME`.
"""
TAGS = [
    {"name": "queue", "description": "What is open, and who gets the next one."},
    {"name": "items", "description": "A record that a person must look at."},
    {"name": "pages", "description": "The item's document as pictures and words."},
    {"name": "server", "description": "How the whole stands."},
]


def create_app(
    store: Store,
    out_dir: Path,
    *,
    who: str,
    pictures: Pictures,
    token: str | None = None,
    any_host: bool = False,
    clock: Callable[[], datetime] | None = None,
    coalesce_s: float = COALESCE_S,
) -> FastAPI:
    """Return the app of a store; who opened store and pictures closes them.

    Args:
        store: holds the queue.
        out_dir: the folder that decisions are published to.
        who: decides, where a request doesn't say.
        pictures: draws the pages.
        token: must be given by whoever asks; None: nobody needs one.
        any_host: requests may call this machine by any name, as they must where it has others than
            `localhost`.
        clock: says what time it is; None: the machine's.
        coalesce_s: decisions that come within so short a time are published at once.
    """
    sessions = Sessions(token) if token is not None else None
    desk = Desk(
        store=store,
        out_dir=out_dir,
        pictures=pictures,
        publisher=Publisher(partial(publish, store, out_dir), coalesce_s=coalesce_s),
        dials=Dials(partial(dial_states, store)),
        sessions=sessions,
        who=who,
        clock=clock or _now,
        readers=CapacityLimiter(MOST_READING),
    )
    app = FastAPI(
        title="papersift review",
        version=API,
        description=ABOUT,
        openapi_url="/api/openapi.json",
        openapi_tags=TAGS,
        docs_url=None,  # its pages load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
        middleware=[Middleware(Guard, who=who, sessions=sessions, any_host=any_host)],
    )
    app.state.desk = desk
    answer_errors(app)
    for part in (api, documents, metrics, html):
        app.include_router(part.router)
    swagger = files("fastapi_offline") / "static"
    app.mount("/static/swagger", _Static(directory=str(swagger)))
    app.mount("/static", _Static(directory=str(files("flows.web") / "static")))
    return app


class _Static(StaticFiles):
    """Files that a browser may keep but asks about: a newer papersift has newer ones."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.setdefault("Cache-Control", "no-cache")
        return response


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    desk.dials.states()  # begins to work them out
    with desk.publisher:
        desk.publisher.note()  # what was decided before and never published
        yield
        await to_thread.run_sync(desk.publisher.close)
    await to_thread.run_sync(desk.dials.close)


def _now() -> datetime:
    return datetime.now(UTC)
