"""The embedded model: llama.cpp's own OpenAI-compatible server, in a child process, on loopback."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, Any, Self

from pydantic import SecretStr

from flows.models.threads import usable_threads
from schemas.errors import ModelNameError, ModelOutage

CONTEXT_TOKENS = 16_384
"""Some 15 dense pages. 1,000 tokens take 28 MB with the 1.5B model, whether used or not."""

_PROMPT_CACHE_MIB = 1024
_LOAD_TIMEOUT_S = 600.0
_CHILD = Path(__file__).with_name("llama_child.py")
STOPPED = "The embedded model was stopped while it was loading."


class LocalServer:
    """Serves one GGUF file to this process.

        with LocalServer(lambda: find_weights("qwen2.5-coder-1.5b")) as server:
            client = OpenAI(base_url=server.address, api_key=server.api_key.get_secret_value())

    `start` returns at once; finding and loading the weights goes on beside. `address` waits for it.
    llama.cpp runs in a child process: loading there doesn't hold up this one, a crash there is a
    `ModelOutage` here, and it ends when this process ends, however that comes about.
    """

    def __init__(
        self,
        find: Callable[[], Path],
        *,
        model_id: str = "local",
        context_tokens: int = CONTEXT_TOKENS,
        threads: int | None = None,
        script: Path = _CHILD,
    ) -> None:
        """Prepare a server; `find` returns the weights' path and is called once, in a thread.

        `threads=None` takes as many as this process has cores. `script` is what the child runs.
        """
        self._script = script
        self.api_key = SecretStr(secrets.token_urlsafe(32))
        self._find = find
        self._settings: dict[str, Any] = {
            "model_id": model_id,
            "context_tokens": context_tokens,
            "threads": threads or usable_threads(),
            "prompt_cache_mib": _PROMPT_CACHE_MIB,
        }
        self._address: Future[str] = Future()
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None
        self._lock = threading.Lock()
        self._started = False
        self._stopped = False

    def start(self) -> Self:
        """Begin to load, once, and return at once.

        Raises:
            ModelNameError: llama.cpp isn't installed.
        """
        if self._script == _CHILD and importlib.util.find_spec("xllamacpp") is None:
            raise ModelNameError(
                "The embedded model needs llama.cpp, which isn't installed: "
                "`uv pip install --group local` in papersift's folder installs both.\n"
                "Or name a model elsewhere: --model openai/gpt-4.1-mini, --model ollama/qwen3"
            )
        with self._lock:
            if not self._started and not self._stopped:
                self._started = True
                threading.Thread(target=self._load, name="load-model", daemon=True).start()
        return self

    @property
    def address(self) -> str:
        """The base URL for an OpenAI client, ending in `/v1`; waits until the model is loaded.

        Raises:
            ModelNameError: the weights can't be had, or llama.cpp can't load them.
            ModelOutage: the server was stopped meanwhile.
        """
        self.start()
        return self._address.result()

    @property
    def ready(self) -> bool:
        """Whether `address` is there without waiting, or known never to come."""
        return self._address.done()

    @property
    def alive(self) -> bool:
        """Whether it serves, or may still come to."""
        if self._stopped or (self._address.done() and self._address.exception() is not None):
            return False
        return self._process is None or self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The process that serves; None: there is none yet."""
        return self._process.pid if self._process else None

    def stop(self) -> None:
        """Unload the model; a second call does nothing."""
        with self._lock:
            if self._stopped:
                return
            self._stopped = True
            process = self._process
        self._settle(ModelOutage(STOPPED))
        if process is not None:
            _end(process)
        if self._complaints is not None:
            self._complaints.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _load(self) -> None:
        """Find the weights, start the child, and settle `address`; runs in a thread of its own."""
        try:
            self._settle(self._serve(self._find()))
        except BaseException as error:  # noqa: BLE001 - it is raised where `address` is read
            self._settle(error)

    def _serve(self, weights: Path) -> str:
        """Start a child, and return the base URL when it serves."""
        process = self._start_child(weights)
        if process is None:
            raise ModelOutage(STOPPED)
        answer = read_answer(process)
        if "address" not in answer:
            raise self._refused(weights, answer)
        return f"{answer['address']}/v1"

    def _start_child(
        self, weights: Path, more: Mapping[str, Any] = MappingProxyType({})
    ) -> subprocess.Popen[bytes] | None:
        settings = {
            **self._settings,
            **more,
            "weights": str(weights),
            "api_key": self.api_key.get_secret_value(),
            "parent": os.getpid(),
        }
        with self._lock:
            if self._stopped:
                return None
            self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `stop`
            # -P: the script's folder is no place to import from.
            self._process = process = subprocess.Popen(  # noqa: S603 - our own script
                [sys.executable, "-P", str(self._script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                env=_child_environment(),
                **_OUT_OF_REACH_OF_CTRL_C,
            )
        assert process.stdin is not None
        # A child that died already is told of by its answer, which is empty.
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(settings).encode() + b"\n")
            process.stdin.flush()
        return process

    def _settle(self, outcome: str | BaseException) -> None:
        with self._lock:
            if self._address.done():
                return
            if isinstance(outcome, BaseException):
                self._address.set_exception(outcome)
            else:
                self._address.set_result(outcome)

    def _refused(self, weights: Path, answer: dict[str, str]) -> ModelNameError:
        """Return the error for weights that can't be loaded; llama.cpp's last words are in it."""
        assert self._complaints is not None
        self._complaints.seek(0)
        written = self._complaints.read()[-500:].decode(errors="replace").strip()
        reason = answer.get("error") or written or "it ended without a word"
        return ModelNameError(
            f"llama.cpp can't load {weights}: {reason}\n"
            "It may be no GGUF file, cut short, or too large for the memory."
        )


_OUT_OF_REACH_OF_CTRL_C: dict[str, Any] = (
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    if os.name == "nt"
    else {"start_new_session": True}
)
"""Ctrl-C goes to the terminal's whole group; the child ends when its parent has finished."""


def _child_environment() -> dict[str, str]:
    """Return our environment, with threads that sleep while they wait for each other.

    By default they spin, and where anything else wants a core, such as the processes that read
    documents, generation falls from 20 tokens a second to less than one.
    """
    return {"OMP_WAIT_POLICY": "passive", **os.environ, "PYTHONWARNINGS": "ignore"}


def read_answer(process: subprocess.Popen[bytes]) -> dict[str, str]:
    """Return what the child tells, nothing if it died, or was killed because it took too long."""
    assert process.stdout is not None
    watch = threading.Timer(_LOAD_TIMEOUT_S, process.kill)
    watch.daemon = True
    watch.start()
    line = process.stdout.readline()
    watch.cancel()
    if not line:
        process.wait()
        return {}
    answer: dict[str, str] = json.loads(line)
    return answer


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the child, which has nothing to lose; asking politely would wait for a long answer."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.kill()
    process.wait()
    with contextlib.suppress(OSError):
        process.stdin.close()
    process.stdout.close()
