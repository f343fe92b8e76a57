"""`papersift` commands in processes that are forked from one which has imported all they need.

A process of its own, as a terminal's would be, without the seconds of CPU that its imports take.
How a command starts from nothing is for the tests of the command line.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

PROGRAM = "from commands import serve; serve()"
LOOK_S = 0.02
NOWHERE = Path(os.devnull)


@dataclass
class Command:
    """A command that runs, or has run."""

    pid: int
    _commands: Commands
    returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._commands.ask("poll", self.pid)
        return self.returncode

    def wait(self, within_s: float = 600) -> int:
        until = time.monotonic() + within_s
        while (code := self.poll()) is None:
            assert time.monotonic() < until, f"still there after {within_s} s"
            time.sleep(LOOK_S)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@dataclass
class Commands:
    """The process that forks, for one Prefect server; a context manager. Threads may share it."""

    api: str
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _started: list[Command] = field(default_factory=list)

    def __enter__(self) -> Self:
        paths = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PREFECT_API_URL": self.api, "PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        for command in self._started:
            command.kill()
        self._process.communicate()  # the end of its input is its end

    def start(
        self,
        words: Sequence[str],
        *,
        cwd: Path | None = None,
        out: Path = NOWHERE,
        err: Path = NOWHERE,
    ) -> Command:
        """Start a command; what it prints is appended to files."""
        given = {"words": list(words), "cwd": str(cwd or Path.cwd()), "env": dict(os.environ)}
        pid = self.ask("start", {**given, "out": str(out), "err": str(err)})
        command = Command(pid, self)
        self._started.append(command)
        return command

    def ask(self, what: str, about: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps([what, about]) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())


def serve() -> None:
    """Fork a command for each line that asks for one; a command returns from here, to its end."""
    from flows.cli.main import app  # noqa: PLC0415
    from flows.engine import be_quiet  # noqa: PLC0415

    be_quiet()
    import flows.begin  # noqa: PLC0415
    import flows.cli.run_views  # noqa: PLC0415
    import flows.extract  # noqa: F401, PLC0415

    for line in sys.stdin:
        what, about = json.loads(line)
        if what == "start" and not (answer := os.fork()):
            _become(about)
            app()
        elif what == "poll":
            answer = _code(about)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _become(given: Mapping[str, Any]) -> None:
    """Take on what a fresh process would be given."""
    os.environ.update(given["env"] | {"PREFECT_API_URL": os.environ["PREFECT_API_URL"]})
    os.chdir(given["cwd"])
    sys.argv[1:] = given["words"]
    ends = ((os.devnull, os.O_RDONLY), *((given[name], _TO_APPEND) for name in ("out", "err")))
    for number, (path, how) in enumerate(ends):
        opened = os.open(path, how)
        os.dup2(opened, number)
        os.close(opened)


_TO_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT


def _code(pid: int) -> int | None:
    """Return the exit code of a process that was forked, as subprocess has it."""
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None
