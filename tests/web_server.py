"""The review page's server, answering over real HTTP for a test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from flows.pictures import Pictures
from flows.store.store import Store
from flows.store.tables import Table
from flows.web.app import create_app
from flows.web.serve import Server, listen

TOKEN = "correct-horse-battery-staple"
HOLDER = "test-holder-1"
OTHER = "test-holder-2"


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


@dataclass
class Site:
    """A server that is up."""

    address: str
    """Without a slash at its end."""
    store: Store
    pictures: Pictures
    clock: Clock

    def client(self, **options: Any) -> httpx.Client:
        """Return a client of its own, with its own cookies and connection."""
        return httpx.Client(base_url=self.address, timeout=30, **options)


@contextmanager
def serving(out: Path, *, token: str | None = None, any_host: bool = False) -> Iterator[Site]:
    """Serve the store of a folder on a free port; on return all is published and closed."""
    clock = Clock()
    up = threading.Event()
    with Store.open(out) as store, Pictures() as pictures, listen("127.0.0.1", 0) as listening:
        app = create_app(
            store,
            out,
            who="anna",
            pictures=pictures,
            token=token,
            any_host=any_host,
            clock=clock,
            coalesce_s=0.02,
        )
        server = Server(app, up.set)
        thread = threading.Thread(target=server.answer, args=(listening,))
        thread.start()
        try:
            assert up.wait(20), "the server didn't come up"
            port = listening.getsockname()[1]
            address = f"http://127.0.0.1:{port}"
            yield Site(address=address, store=store, pictures=pictures, clock=clock)
        finally:
            server.stop()
            thread.join(30)
            assert not thread.is_alive()


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of a store."""
    with store.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in Table.metadata.sorted_tables
        }
