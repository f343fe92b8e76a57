"""The bar in Prefect that moves as documents are done: a thread of its own tells the server."""

from __future__ import annotations

import logging
import threading
from contextvars import copy_context
from types import TracebackType
from typing import Self, cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import ArtifactUpdate
from prefect.context import FlowRunContext

from flows.shown.quietly import quietly

logger = logging.getLogger(__name__)

KEY = "papersift-progress"
EVERY_S = 2.0
"""The server is told no more often, however many documents are done in that time."""
PATIENCE_S = 10.0
"""So long a run waits at its end until the last state was told."""
WHAT = "How the run gets on"


class Moving:
    """A progress artifact of the flow run, if there is one."""

    def __init__(self, *, every_s: float = EVERY_S) -> None:
        """Show nothing yet."""
        self._every_s = every_s
        self._artifact: UUID | None = None
        self._state = self._told = (0.0, "")
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, text: str) -> None:
        """Show an empty bar, which moves from now on."""
        if FlowRunContext.get() is None:
            return
        self._state = self._told = (0.0, text)
        with quietly(WHAT):
            made = create_progress_artifact(0.0, key=KEY, description=text)
            self._artifact = cast("UUID", made)  # it would be a coroutine in an async flow
        if self._artifact is not None:
            run = copy_context().run  # the settings of this thread, such as where the server is
            self._thread = threading.Thread(target=run, args=(self._move,), name=KEY, daemon=True)
            self._thread.start()

    def show(self, share: float, text: str) -> None:
        """Show so much of the bar, 0 to 1, with a text; returns at once."""
        self._state = (100.0 * share, text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join(PATIENCE_S)

    def _move(self) -> None:
        with quietly(WHAT), get_client(sync_client=True) as client:
            going, silent = True, False
            while going:
                going = not self._over.wait(self._every_s)
                state = self._state
                if state == self._told:
                    continue
                try:
                    self._tell(client, state)
                    silent = False
                except Exception as error:  # noqa: BLE001 - the next time may work
                    if not silent:
                        logger.warning("%s can't be shown in Prefect for now: %s", WHAT, error)
                    silent = True

    def _tell(self, client: SyncPrefectClient, state: tuple[float, str]) -> None:
        assert self._artifact is not None
        share, text = state
        client.update_artifact(self._artifact, ArtifactUpdate(data=share, description=text))
        self._told = state
