"""Run llama.cpp's OpenAI-compatible server until nobody is there who wants it.

Run as a script, with nothing of papersift imported. One line of JSON comes in, the settings; one
goes out: `{"address": "http://127.0.0.1:41234"}` or `{"error": "why not"}`. It ends when standard
input closes after that; if it is shared, when no process holds the lease (see machine_server.py).
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

_PARENT_CHECK_S = 2.0
_LEASE_CHECK_S = 0.5


def main() -> None:
    """Serve until standard input closes or the parent dies, or nobody holds the lease."""
    settings = json.loads(sys.stdin.buffer.readline())
    share = settings.get("share")
    if share and not _lock(share["serving"]):
        _tell({"taken": "another one serves"})
        return
    try:
        server = _serve(settings)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent raises it
        _tell({"error": f"{type(error).__name__}: {error}"})
        return
    if share:
        _publish(share, server.listening_address, settings["api_key"])
    _tell({"address": server.listening_address})
    if share:
        _wait_for_no_lease(share)
        Path(share["json"]).unlink(missing_ok=True)
        os._exit(0)  # an answer that nobody waits for may be under way
    _wait_for_end(settings["parent"])


def _serve(settings: dict[str, Any]) -> Any:
    import xllamacpp  # noqa: PLC0415 - its problems are told as those of the weights are

    params = xllamacpp.CommonParams()
    params.model.path = settings["weights"]
    params.model_alias = {settings["model_id"]}
    params.n_ctx = settings["context_tokens"]
    params.n_parallel = 1
    params.cpuparams.n_threads = settings["threads"]
    params.cpuparams_batch.n_threads = settings["threads"]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [settings["api_key"]]
    params.cors_origins = ""
    params.n_threads_http = 4
    params.cache_prompt = True
    params.cache_ram_mib = settings["prompt_cache_mib"]
    params.ui = False
    params.endpoint_slots = False
    params.endpoint_props = False
    params.endpoint_metrics = False
    params.verbosity = -1
    return xllamacpp.Server(params)


def _tell(message: dict[str, str]) -> None:
    with contextlib.suppress(BrokenPipeError):  # who started it is gone; others may have come
        os.write(1, json.dumps(message).encode() + b"\n")


def _lock(path: str) -> int | None:
    """Return an open file whose lock this process has alone; None: another one has it."""
    import fcntl  # noqa: PLC0415 - what is shared is never Windows

    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def _publish(share: dict[str, Any], address: str, api_key: str) -> None:
    """Say where the server is, for this user's eyes, all at once or not at all."""
    said = {"address": address, "api_key": api_key, "pid": os.getpid()}
    draft = f"{share['json']}.{os.getpid()}"
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(file, json.dumps(said).encode())
    os.close(file)
    Path(draft).replace(share["json"])


def _wait_for_no_lease(share: dict[str, Any]) -> None:
    """Return when no process has held the lease for a while; none can get it any more then."""
    idle_since: float | None = None
    while True:
        time.sleep(_LEASE_CHECK_S)
        lease = _lock(share["lease"])
        if lease is None:
            idle_since = None
            continue
        if idle_since is None:
            idle_since = time.monotonic()
        if time.monotonic() - idle_since >= share["idle_s"]:
            return
        os.close(lease)


def _wait_for_end(parent: int) -> None:
    """Return when standard input closes, or the parent is another process than `parent`.

    The pipe alone doesn't tell: a process that the parent forked holds it open too.
    """
    closed = threading.Event()

    def read() -> None:
        # Not sys.stdin: its lock, held by this thread, would abort the interpreter's end.
        while os.read(0, 1024):
            pass
        closed.set()

    threading.Thread(target=read, daemon=True).start()
    while not closed.wait(_PARENT_CHECK_S):
        if os.name == "posix" and os.getppid() != parent:
            return


if __name__ == "__main__":
    main()
