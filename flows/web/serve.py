"""Run the review page on a port of this machine until somebody ends it."""

from __future__ import annotations

import errno
import ipaddress
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn
from fastapi import FastAPI

from schemas.errors import InputError

PORT = 4227
END_S = 3
"""Requests that run when the server is ended have so many seconds left."""


class Server(uvicorn.Server):
    """Answers requests until somebody ends it: Ctrl-C, a polite kill, or `stop`."""

    def __init__(self, app: FastAPI, on_up: Callable[[], object]) -> None:
        """Start nothing yet; `on_up` is called once requests are answered."""
        super().__init__(
            uvicorn.Config(
                app,
                access_log=False,
                log_level="warning",
                server_header=False,
                ws="none",
                timeout_graceful_shutdown=END_S,
            )
        )
        self._on_up = on_up

    def answer(self, listening: socket.socket) -> None:
        """Answer requests to a socket until the end."""
        self.run(sockets=[listening])

    def stop(self) -> None:
        """End it; what runs has a few seconds left."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say when it is up."""
        await super().startup(sockets)
        if not self.should_exit:
            self._on_up()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End by signals, in the main thread."""
        if threading.current_thread() is not threading.main_thread():
            yield  # others can't listen to them
            return
        # The inherited one raises the signals again afterwards: what is open wouldn't be closed.
        with suppress(KeyboardInterrupt), _on_signals(self.handle_exit):
            yield


def listen(host: str, port: int | None) -> socket.socket:
    """Return a socket that listens; None: on the usual port or, if it is taken, on any free one.

    Raises:
        InputError: the port is taken, or the host is no address of this machine.
    """
    try:
        return _listen(host, PORT if port is None else port)
    except OSError as error:
        if port is None and error.errno == errno.EADDRINUSE:
            return _listen(host, 0)
        raise InputError(_why(host, port, error)) from None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def address_at(host: str, port: int) -> str:
    """Return what a person opens in a browser to reach a server at a host."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - that is no address to open
        host = socket.gethostname()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _listen(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    made = socket.create_server(address[:2], family=family, backlog=128)
    # asyncio sends at once (TCP_NODELAY) only where it is told the protocol; else the end of each
    # answer waits 40 ms for the client's acknowledgement of its beginning.
    return socket.socket(made.family, made.type, socket.IPPROTO_TCP, made.detach())


def _why(host: str, port: int | None, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program. Choose another one with --port, "
            "or --port 0 to have a free one chosen."
        )
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"{host!r} is no address of this machine. --host 0.0.0.0 means all it has."
    return f"Port {port or PORT} of {host!r} can't be opened: {error.strerror or error}."


@contextmanager
def _on_signals(handle: Callable[..., None]) -> Iterator[None]:
    """Have a function called on the signals that end a program, and put back what was before."""
    before = {each: signal.signal(each, handle) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
