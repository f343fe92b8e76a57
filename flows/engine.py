"""Prefect for the command line: the configured server, or a quiet one of its own for the run."""

from __future__ import annotations

import atexit
import os
import threading

from schemas.errors import EngineError

QUIET = {
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
}
"""What the server for one run and the flow engine print is no news to a person: our lines are."""
HEALTH_TIMEOUT_S = 10.0


def be_quiet() -> None:
    """Keep Prefect's own lines off the terminal; call it before Prefect is imported."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)


def server_url() -> str | None:
    """Return the address of the configured Prefect server, or None if there is none."""
    from prefect.settings import get_current_settings  # noqa: PLC0415

    return get_current_settings().api.url


class Engine:
    """The Prefect server of a run, made ready in the background.

    One that isn't configured is started, and ends with this process.
    """

    def __init__(self) -> None:
        """Begin."""
        # Prefect's modules import each other: of two threads that import them for the first time,
        # one finds some half made. So they are there before there is a second thread.
        server_url()
        self._problem: Exception | None = None
        self._thread = threading.Thread(target=self._make_ready, daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until the server answers.

        Raises:
            EngineError: it doesn't.
        """
        self._thread.join()
        if self._problem is None:
            return
        url = server_url()
        if url is None:
            raise EngineError(
                f"Prefect's server for this run didn't start: {self._problem}. "
                "Start one with 'prefect server start' and set PREFECT_API_URL to its address."
            ) from self._problem
        raise EngineError(
            f"The Prefect server at {url} doesn't answer: {self._problem}. "
            "Start it, or unset PREFECT_API_URL: papersift then starts one for the run."
        ) from self._problem

    def _make_ready(self) -> None:
        try:
            url = server_url()
            if url is None:
                _start_own()
            else:
                _check(url)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told in `wait`
            self._problem = error


def _start_own() -> None:
    """Start a server that ends with this process, however that ends, and use it."""
    from prefect.context import refresh_global_settings_context  # noqa: PLC0415

    from flows.up.server import api_at, free_port, start_server, wait_until_ready  # noqa: PLC0415

    port = free_port()
    server = start_server(port)
    atexit.register(server.end)
    wait_until_ready(api_at(port), server, lambda: False)
    os.environ["PREFECT_API_URL"] = api_at(port)
    refresh_global_settings_context()


def _check(url: str) -> None:
    import httpx  # noqa: PLC0415

    answer = httpx.get(f"{url.rstrip('/')}/health", timeout=HEALTH_TIMEOUT_S)
    if answer.is_server_error:  # 401 is for Prefect to handle, with its own settings
        answer.raise_for_status()
