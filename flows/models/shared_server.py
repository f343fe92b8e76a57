"""One embedded model's server for a whole process, whoever asks for it, and for its machine."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from pathlib import Path

from flows.models.local_server import CONTEXT_TOKENS, LocalServer
from flows.models.machine_client import MachineServer

_SERVERS: dict[tuple[str, int], MachineServer] = {}
_SERVERS_LOCK = threading.Lock()


def shared_server(
    model: str,
    find: Callable[[], Path],
    *,
    context_tokens: int = CONTEXT_TOKENS,
) -> LocalServer:
    """Return this process's one server of `model`, not started yet or already running.

    One that died is replaced. This process lets go of all when it ends.
    """
    key = (model, context_tokens)
    with _SERVERS_LOCK:
        server = _SERVERS.get(key)
        if server is None or not server.alive:
            if server is not None:
                server.stop()
            server = _SERVERS[key] = MachineServer(
                find, model_id=model, context_tokens=context_tokens
            )
        return server


def stop_shared_servers() -> None:
    """Let go of all models of this process; one that no other process uses is unloaded soon."""
    with _SERVERS_LOCK:
        for server in _SERVERS.values():
            server.stop()
        _SERVERS.clear()


def _forget_after_fork() -> None:
    """Leave the parent's servers to the parent: a forked process looks for its own."""
    global _SERVERS_LOCK  # noqa: PLW0603 - it may be held by a thread that this process hasn't got
    _SERVERS_LOCK = threading.Lock()
    for server in _SERVERS.values():
        server.forget()
    _SERVERS.clear()


atexit.register(stop_shared_servers)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
