"""One embedded model's server for a whole process, whoever asks for it."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from pathlib import Path

from flows.models.local_server import CONTEXT_TOKENS, LocalServer

_SERVERS: dict[tuple[str, int], LocalServer] = {}
_SERVERS_LOCK = threading.Lock()


def shared_server(
    model: str,
    find: Callable[[], Path],
    *,
    context_tokens: int = CONTEXT_TOKENS,
) -> LocalServer:
    """Return this process's one server of `model`, not started yet or already running.

    One that died is replaced. All are stopped when the process ends.
    """
    key = (model, context_tokens)
    with _SERVERS_LOCK:
        server = _SERVERS.get(key)
        if server is None or not server.alive:
            if server is not None:
                server.stop()
            server = _SERVERS[key] = LocalServer(
                find, model_id=model, context_tokens=context_tokens
            )
        return server


def stop_shared_servers() -> None:
    """Unload all models of this process."""
    with _SERVERS_LOCK:
        for server in _SERVERS.values():
            server.stop()
        _SERVERS.clear()


def _forget_after_fork() -> None:
    """Leave the parent's servers to the parent: a forked process starts its own."""
    global _SERVERS_LOCK  # noqa: PLW0603 - it may be held by a thread that this process hasn't got
    _SERVERS_LOCK = threading.Lock()
    _SERVERS.clear()


atexit.register(stop_shared_servers)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
