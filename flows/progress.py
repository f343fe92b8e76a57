"""Tell whoever listens how a run gets on: the command line shows it, other callers need not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from schemas.batch import DocumentLine


@dataclass(frozen=True)
class Planned:
    """The inputs are found and compared with the store."""

    to_do: int
    done_before: int


@dataclass(frozen=True)
class Started:
    """Work on a document begins."""

    source: str


@dataclass(frozen=True)
class Asked:
    """A question about a document was answered."""

    source: str
    answered: int
    """Questions of this document so far."""


@dataclass(frozen=True)
class Finished:
    """A document is done and kept."""

    line: DocumentLine


Event = Planned | Started | Asked | Finished
Listener = Callable[[Event], None]

_listeners: list[Listener] = []


def tell(event: Event) -> None:
    """Tell all listeners of this process; called from any thread."""
    for listener in tuple(_listeners):
        listener(event)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Let `listener` hear all events until the end of the block."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
