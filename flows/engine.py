"""Prefect for the command line: the configured server, or a quiet one of its own for the run."""

from __future__ import annotations

import os
import threading

QUIET = {
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
}
"""What the server for one run and the flow engine print is no news to a person: our lines are."""


def be_quiet() -> None:
    """Keep Prefect's own lines off the terminal; call it before Prefect is imported."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)


def server_url() -> str | None:
    """Return the address of the configured Prefect server, or None if there is none."""
    from prefect.settings import get_current_settings  # noqa: PLC0415

    return get_current_settings().api.url


class OwnServer:
    """A Prefect server for this process, started in the background; ends with the process."""

    def __init__(self) -> None:
        """Begin to start it, unless one is configured."""
        self._thread = threading.Thread(target=self._start, daemon=True)
        self._thread.start()

    def _start(self) -> None:
        if server_url() is None:
            from prefect.server.api.server import SubprocessASGIServer  # noqa: PLC0415

            SubprocessASGIServer().start()

    def wait(self) -> None:
        """Wait until it answers."""
        self._thread.join()
