"""A process that `papersift up` starts, watches and ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence

TAIL = 30
"""Lines of what it said last, to be shown if it dies."""
PATIENCE_S = 30.0


class Child:
    """A tethered process; whatever it prints goes to `hear`, line by line."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        hear: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Start it."""
        self.name = name
        self._tail: deque[str] = deque(maxlen=TAIL)
        self._hear = hear
        tether = [sys.executable, "-m", "flows.up.tether", str(os.getpid())]
        self._process = subprocess.Popen(  # noqa: S603 - our own
            [*tether, *command],
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal is ours to hear
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read, name=name, daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def last_words(self) -> str:
        """What it printed last."""
        if not self.alive:
            self._reader.join(1)
        return "\n".join(self._tail)

    def end(self) -> None:
        """Ask it to end, and wait until it has; a second call does nothing."""
        if self.alive:
            self._process.terminate()
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(1)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._tail.append(line.rstrip())
                self._hear(line.rstrip())
