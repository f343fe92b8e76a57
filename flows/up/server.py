"""The Prefect server of `papersift up`: the configured one, else one that is started."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable

import httpx

from flows.up.child import Child
from schemas.errors import EngineError, InputError

HOST = "127.0.0.1"
START_S = 180.0
"""The first start makes a database."""
LOOK_S = 0.3
QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
}


def api_at(port: int) -> str:
    """Return the address of the API of a server at a port of this machine."""
    return f"http://{HOST}:{port}/api"


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])


def start_server(port: int) -> Child:
    """Start a server at a port of this machine; `wait_until_ready` waits for it.

    Raises:
        InputError: the port is taken.
    """
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        raise InputError(
            f"Port {port}, where Prefect's server would listen, can't be had: {error.strerror}. "
            "Choose another one with --prefect-port, or set PREFECT_API_URL to the server that "
            f"runs already, such as {api_at(port)}."
        ) from None
    command = [sys.executable, "-m", "prefect", "server", "start"]
    # The page in the browser calls port 4200 unless it is told where its server is.
    env = {
        **QUIET,
        "PREFECT_API_URL": api_at(port),
        "PREFECT_SERVER_UI_API_URL": api_at(port),
        "PREFECT_UI_API_URL": api_at(port),
    }
    return Child("Prefect", [*command, "--host", HOST, "--port", str(port)], env=env)


def wait_until_ready(api: str, child: Child | None, stopped: Callable[[], bool]) -> None:
    """Wait until a server answers, or somebody ends it all.

    Raises:
        EngineError: it died, or doesn't answer.
    """
    until = time.monotonic() + (START_S if child else LOOK_S)
    problem = ""
    while not stopped():
        try:
            if httpx.get(f"{api.rstrip('/')}/health", timeout=5).is_success:
                return
            problem = "it answers with an error"
        except httpx.HTTPError as error:
            problem = str(error)
        if child is not None and not child.alive:
            raise EngineError(f"Prefect's server didn't start:\n{child.last_words}")
        if time.monotonic() > until:
            said = child.last_words if child else "Start it, or unset PREFECT_API_URL."
            raise EngineError(f"The Prefect server at {api} doesn't answer: {problem}. {said}")
        time.sleep(LOOK_S)
