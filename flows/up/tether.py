"""Run a command that ends, with all it started, when the process that wanted it is gone.

    python -m flows.up.tether PARENT_PID COMMAND...

SIGTERM is passed on to the command's whole group, which is killed if it takes too long.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress

LOOK_S = 0.5
PATIENCE_S = 20.0


def main() -> int:
    """Run the command; return its exit code."""
    parent = int(sys.argv[1])
    ending = False

    def end(*_: object) -> None:
        nonlocal ending
        ending = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is our parent's to hear
    command = subprocess.Popen(sys.argv[2:], start_new_session=True)  # noqa: S603 - our own
    while command.poll() is None:
        if ending or os.getppid() != parent:
            _end(command)
            break
        with suppress(subprocess.TimeoutExpired):
            command.wait(LOOK_S)
    _signal(command, signal.SIGKILL)  # whatever it left behind
    return command.returncode or 0


def _end(command: subprocess.Popen[bytes]) -> None:
    _signal(command, signal.SIGTERM)
    try:
        command.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        _signal(command, signal.SIGKILL)
        command.wait()


def _signal(command: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(command.pid, number)


if __name__ == "__main__":
    sys.exit(main())
