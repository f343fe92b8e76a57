"""Serve the deployments until told to end: one of the processes of `papersift up`.

python -m flows.up.serve [REVIEW_URL]
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner

from flows.crashed import tell_crashed
from flows.settings import Settings, read_settings
from flows.up.deployments import deployments
from flows.up.orphans import tell_orphans
from schemas.errors import PapersiftError

AT_ONCE = 5
"""Runs at once; each is a process of its own."""
READY = "papersift: the deployments are served"
LOOK_S = 60.0
"""So often it looks for runs whose process is gone."""


class Serving(Runner):
    """Prefect's runner, which leaves no run behind that holds its deployment's only place."""

    under_way: frozenset[UUID] = frozenset()
    """The runs that it had begun when it was told to end."""
    _started: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Serve until the process is told to end."""
        self._started = asyncio.current_task()
        with suppress(asyncio.CancelledError):
            await self.start()

    def handle_sigterm(self, *_: Any, **__: Any) -> None:
        """End once, and properly: Prefect's own exits before runs and schedules are told."""
        if self._started is None:
            return
        self.under_way = frozenset(self._scheduled_run_poller._submitting_flow_run_ids)  # noqa: SLF001
        self._started.get_loop().call_soon_threadsafe(self._started.cancel)
        self._started = None


def main() -> int:
    """Serve; return 1 if the settings can't be understood."""
    review_url = sys.argv[1] if len(sys.argv) > 1 else None
    try:
        settings = read_settings()
        found = deployments(settings, review_url=review_url)
    except PapersiftError as error:
        print(f"papersift: {error}", flush=True)  # noqa: T201 - who started it shows it
        return 1
    runner = Serving(limit=AT_ONCE)
    _serve(runner, settings, found)
    tell_crashed([str(each) for each in runner.under_way])
    return 0


def _serve(runner: Serving, settings: Settings, found: Sequence[RunnerDeployment]) -> None:
    # As prefect.serve does it, which doesn't say when all are there.
    ids = [UUID(str(runner.add_deployment(each))) for each in found]
    over = threading.Event()

    def look() -> None:
        while True:
            tell_orphans(ids, settings.store or settings.out)
            if over.wait(LOOK_S):
                return

    threading.Thread(target=look, name="orphans", daemon=True).start()
    print(READY, flush=True)  # noqa: T201
    try:
        asyncio.run(runner.serve())
    finally:
        over.set()


if __name__ == "__main__":
    sys.exit(main())
