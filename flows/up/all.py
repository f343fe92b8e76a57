"""Start Prefect's server, the review page and the deployments, and end them again."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flows.engine import server_url
from flows.settings import Settings
from flows.store.store import Store
from flows.telemetry.json_log import QUIET_PREFECT, is_json, line_of
from flows.up.child import Child
from flows.up.deployments import check_schedules
from flows.up.serve import READY
from flows.up.server import api_at, free_port, start_server, wait_until_ready
from schemas.errors import EngineError

LOOK_S = 0.5
REVIEW = "from flows.cli.main import app; app()"


@dataclass(kw_only=True)
class Addresses:
    """Where everything is."""

    prefect: str
    """Of the page in the browser."""
    api: str
    review: str


@dataclass
class Up:
    """What runs; started one after the other, ended the other way round."""

    settings: Settings
    hear: Callable[[str], None]
    """Takes the lines that flow runs log."""
    children: list[Child] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def start(self) -> Addresses | None:
        """Start everything; None: somebody ended it meanwhile.

        Raises:
            InputError: a port is taken, or the settings can't be understood.
            EngineError: something died at its start, or Prefect's server doesn't answer.
        """
        check_schedules(self.settings)
        Store.open(self.settings.store or self.settings.out).close()
        api, server = server_url(), None
        if api is None:
            port = self.settings.prefect_port or free_port()
            server = self._begin(start_server(port))
            api = api_at(port)
        env = {"PREFECT_API_URL": api}
        review = self._start_review(env)
        wait_until_ready(api, server, self.stopped.is_set)
        if not review or self.stopped.is_set():
            return None
        ready = threading.Event()

        def hear(line: str) -> None:
            if READY in line:
                ready.set()
            elif line.strip() and not any(dull in line for dull in DULL):
                self.hear(line_of(line))

        command = [sys.executable, "-m", "flows.up.serve", review]
        quiet = {**QUIET_RUNS, **(QUIET_PREFECT if is_json() else {})}
        self._begin(Child("the deployments", command, env={**env, **quiet}, hear=hear))
        self._await(ready)
        page = api.removesuffix("/api") if api.endswith("/api") else api
        return Addresses(prefect=page, api=api, review=review)

    def watch(self) -> None:
        """Wait until somebody ends it.

        Raises:
            EngineError: one of the processes died.
        """
        while not self.stopped.wait(LOOK_S):
            self._look()

    def end(self) -> None:
        """End everything, the last first; runs under way keep what they have."""
        while self.children:
            self.children.pop().end()

    def _begin(self, child: Child) -> Child:
        self.children.append(child)
        return child

    def _start_review(self, env: dict[str, str]) -> str:
        """Start the review page; return its address, empty if somebody ended it all."""
        said: list[str] = []
        ready = threading.Event()

        def hear(line: str) -> None:
            said.append(line)
            ready.set()

        place = ["--out", str(self.settings.out), "--port", str(self.settings.port)]
        if self.settings.store:
            place += ["--store", self.settings.store]
        command = [sys.executable, "-c", REVIEW, "review", "--json", "--no-open", *place]
        self._begin(Child("the review page", command, env=env, hear=hear))
        self._await(ready)
        try:
            about: dict[str, Any] = json.loads(said[0]) if said else {}
        except ValueError:
            self._fail(self.children[-1])
        return str(about.get("address", ""))

    def _await(self, ready: threading.Event) -> None:
        while not self.stopped.is_set() and not ready.wait(LOOK_S):
            self._look()

    def _look(self) -> None:
        for child in self.children:
            if not child.alive and not self.stopped.is_set():
                self._fail(child)

    def _fail(self, child: Child) -> None:
        words = child.last_words.removeprefix("papersift: ")
        raise EngineError(f"{child.name[0].upper()}{child.name[1:]} ended: {words}")


DULL = (
    "Pausing all deployments",
    "All deployments have been paused",
    "skipped (at capacity)",
    "Aborted submission",
)
"""Lines of Prefect's that tell an operator nothing."""
QUIET_RUNS = {"PREFECT_RUNNER_SERVER_ENABLE": "false", "PREFECT_LOGGING_COLORS": "false"}


@contextmanager
def ended_by_signals(stopped: threading.Event) -> Iterator[None]:
    """Set an event on Ctrl-C and a polite kill, until the end of the block."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {each: signal.signal(each, lambda *_: stopped.set()) for each in numbers}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
