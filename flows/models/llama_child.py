"""Run llama.cpp's OpenAI-compatible server until the process that started it is gone.

Run as a script, with nothing of papersift imported. One line of JSON comes in, the settings; one
goes out: `{"address": "http://127.0.0.1:41234"}` or `{"error": "why not"}`. It ends when standard
input closes after that.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

import xllamacpp

_PARENT_CHECK_S = 2.0


def main() -> None:
    """Serve until standard input closes or the parent dies."""
    settings = json.loads(sys.stdin.buffer.readline())
    try:
        server = _serve(settings)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent raises it
        _tell({"error": f"{type(error).__name__}: {error}"})
        return
    _tell({"address": server.listening_address})
    _wait_for_end(settings["parent"])


def _serve(settings: dict[str, Any]) -> Any:
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
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


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
