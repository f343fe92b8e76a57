"""What the requests of one server share: the store, the pictures, who publishes, who is let in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

from anyio import CapacityLimiter
from fastapi import Depends, Request

from flows.pictures import Pictures
from flows.store.decisions import Word
from flows.store.store import Store
from flows.web.dials import Dials
from flows.web.publisher import Publisher
from flows.web.sessions import Sessions

MOST_READING = 8
"""Requests that wait for pages at once: a page that takes long must not keep decisions waiting."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What one server works with; threads share it."""

    store: Store
    out_dir: Path
    pictures: Pictures
    publisher: Publisher
    dials: Dials
    sessions: Sessions | None
    """Who came in with the token; None: no token is needed."""
    who: str
    """Who decides, where a request doesn't say."""
    clock: Callable[[], datetime]
    readers: CapacityLimiter


def desk_of(request: Request) -> Desk:
    """Return the desk of the server that a request came to."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


def person_of(request: Request) -> str:
    """Return the name of the person that a request is from; the guard has noted it."""
    who = request.scope["papersift.who"]
    assert isinstance(who, str)
    return who


ADesk = Annotated[Desk, Depends(desk_of)]
Person = Annotated[str, Depends(person_of)]


def word_of(desk: Desk, who: str) -> Word:
    """Return who says something, and that it is said now."""
    return Word(who=who, now=desk.clock())
