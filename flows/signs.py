"""Give signs that a run lives, so that others leave it its documents."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from flows.store.runs import SIGN_S
from flows.store.store import Store
from schemas.errors import PapersiftError

LOOK_S = 5.0
"""Who cancels a run in Prefect's page waits no longer until it stops."""


@contextmanager
def giving_signs(
    store: Store, run_id: str, look: Callable[[], None] = lambda: None, *, every_s: float = SIGN_S
) -> Iterator[None]:
    """Give a sign every so many seconds until the end of the block; `look` is called more often."""
    over = threading.Event()

    def give() -> None:
        due = time.monotonic() + every_s
        while not over.wait(min(every_s, LOOK_S)):
            if time.monotonic() >= due:
                due += every_s
                with suppress(PapersiftError):  # the next one may get through; the run will tell
                    store.note_sign(run_id, now=datetime.now(UTC))
            look()

    thread = threading.Thread(target=give, name="signs", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
