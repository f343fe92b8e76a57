"""An HTTP client whose `close` ends what other threads are still waiting for."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from typing import Any
from weakref import WeakSet

import httpx2
from openai import DefaultHttpxClient

CONNECTED = (".connect_tcp.complete", ".start_tls.complete")
"""The ends of the trace events that bring a connection, plain or encrypted."""

Heard = Callable[[httpx2.Response], None]
Around = Callable[[httpx2.Request], AbstractContextManager[Heard]]
"""Entered before a request is sent, told of the response, left when all of it is there."""


class ClosingClient(DefaultHttpxClient):
    """As openai's own, but a call under way fails at once when another thread closes the client.

    Closing a socket doesn't wake a thread that waits for its answer; shutting it down does.
    """

    def __init__(self, *, around: Around | None = None, **options: Any) -> None:
        self._around = around
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._watching = threading.Lock()
        super().__init__(event_hooks={"request": [self._watch]}, **options)

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        if self._around is None or request.method != "POST":
            return super().send(request, **options)
        with self._around(request) as heard:
            response = super().send(request, **options)
            heard(response)
        return response

    def close(self) -> None:
        with self._watching:
            for each in self._sockets:
                with suppress(OSError):  # it was closed before
                    each.shutdown(socket.SHUT_RDWR)
        super().close()

    def _watch(self, request: httpx2.Request) -> None:
        request.extensions = {**request.extensions, "trace": self._note}

    def _note(self, event: str, told: Mapping[str, Any]) -> None:
        if event.endswith(CONNECTED):
            with self._watching:
                self._sockets.add(told["return_value"].get_extra_info("socket"))
