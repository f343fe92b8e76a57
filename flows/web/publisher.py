"""Publish soon after decisions, in a thread of its own: who decides doesn't wait for it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from types import TracebackType
from typing import Self

from pydantic import BaseModel

from schemas.errors import PapersiftError

COALESCE_S = 0.3
"""Decisions that come within so short a time are published at once."""
REST = 2.0
"""Publishing rests so many times as long as it took: it takes a third of the time at most."""
RETRY_S = 60.0
"""What failed is tried again after so long, or with the next decision."""

log = logging.getLogger(__name__)


class Publishing(StrEnum):
    """What the publisher is about."""

    IDLE = "idle"
    """All that was decided is published."""
    WORKING = "working"
    """Something is about to be."""
    FAILED = "failed"
    """It couldn't be; it will be tried again."""


class PublishState(BaseModel, frozen=True):
    """How publishing stands."""

    publishing: Publishing
    problem: str = ""
    """Why it failed, in words."""


class Publisher:
    """Calls `publish` soon after each `note`; a context manager that ends with a last call.

    `publish` may raise a PapersiftError: its text is shown until a later call succeeds.
    """

    def __init__(
        self,
        publish: Callable[[], object],
        *,
        coalesce_s: float = COALESCE_S,
        retry_s: float = RETRY_S,
    ) -> None:
        self._publish = publish
        self._coalesce_s = coalesce_s
        self._retry_s = retry_s
        self._changed = threading.Condition()
        self._wanted = 0
        """How often something was decided."""
        self._tried = 0
        """Of these, how many the last try to publish had in it; it failed if there is a problem."""
        self._problem = ""
        self._ending = False
        self._thread = threading.Thread(target=self._work, name="publisher", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def note(self) -> None:
        """Say that something was decided; return at once."""
        with self._changed:
            self._wanted += 1
            self._changed.notify_all()

    def state(self) -> PublishState:
        """Return how publishing stands."""
        with self._changed:
            if self._problem:
                return PublishState(publishing=Publishing.FAILED, problem=self._problem)
            idle = self._tried == self._wanted
            return PublishState(publishing=Publishing.IDLE if idle else Publishing.WORKING)

    def close(self) -> None:
        """Publish what is left, once, and end; `state` says whether it succeeded."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        self._thread.join()

    def _work(self) -> None:
        while self._await_work():
            began = time.monotonic()
            self._publish_once()
            with self._changed:
                pause = max(self._coalesce_s, REST * (time.monotonic() - began))
                self._changed.wait_for(lambda: self._ending, timeout=pause)
        self._publish_once()

    def _await_work(self) -> bool:
        """Wait until something is to be published; False: the server ends."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._ending or self._wanted > self._tried,
                timeout=self._retry_s if self._problem else None,
            )
            if not self._ending:  # more may come right behind it
                self._changed.wait_for(lambda: self._ending, timeout=self._coalesce_s)
            return not self._ending

    def _publish_once(self) -> None:
        with self._changed:
            wanted = self._wanted
            if wanted == self._tried and not self._problem:
                return
        problem = ""
        try:
            self._publish()
        except PapersiftError as error:
            problem = str(error)
        except Exception:
            log.exception("publishing failed")
            problem = "Publishing failed by a mistake in papersift; its log has the details."
        with self._changed:
            self._problem, self._tried = problem, wanted
