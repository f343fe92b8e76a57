"""The embedded model for this process: the machine's server, or one of its own."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from flows.models.local_server import STOPPED, LocalServer, read_answer
from flows.models.machine_server import Place, Refused, Shared, Stopped, join, place_of
from flows.models.runtime_folder import runtime_folder
from schemas.errors import ModelOutage

logger = logging.getLogger(__name__)


class MachineServer(LocalServer):
    """Serves one GGUF file to all processes of this user on this machine; used like a LocalServer.

    Where there is no folder to meet in, the process starts a server of its own.
    """

    def __init__(
        self,
        find: Callable[[], Path],
        *,
        folder: Callable[[], Path | None] = runtime_folder,
        **options: Any,
    ) -> None:
        """Prepare a server; `options` are a LocalServer's."""
        super().__init__(find, **options)
        self._folder = folder
        self._over = threading.Event()
        self._shared: Shared | None = None

    @property
    def alive(self) -> bool:
        shared = self._shared
        if shared is None or self._over.is_set():
            return super().alive
        return shared.alive

    @property
    def pid(self) -> int | None:
        return self._shared.pid if self._shared else super().pid

    def stop(self) -> None:
        """Let go of the server; it ends soon if no other process uses it."""
        self._over.set()
        super().stop()
        if self._shared is not None:
            self._shared.lease.release()

    def forget(self) -> None:
        """Let go of it in a process that was forked; it stays the parent's."""
        if self._shared is not None:
            self._shared.lease.release()

    def _serve(self, weights: Path) -> str:
        folder = self._folder()
        if folder is None:
            return super()._serve(weights)
        try:
            place = place_of(folder, weights, self._settings)
            shared = join(place, lambda: self._start_shared(weights, place), self._over)
        except OSError as error:
            logger.info("The embedded model isn't shared with other processes: %s", error)
            return super()._serve(weights)
        except Stopped as error:
            raise ModelOutage(STOPPED) from error
        except Refused as error:
            raise self._refused(weights, error.answer) from error
        self.api_key = SecretStr(shared.api_key)
        self._shared = shared
        if self._over.is_set():  # `stop` came too early to let go of it
            shared.lease.release()
        return f"{shared.address}/v1"

    def _start_shared(self, weights: Path, place: Place) -> dict[str, str]:
        """Start a child that outlives this process if others use it; return what it answers."""
        process = self._start_child(weights, place.child_settings)
        if process is None:
            raise Stopped
        answer = read_answer(process)
        assert process.stdin is not None
        assert process.stdout is not None
        with self._lock:
            self._process = None  # not ours to end
        process.stdin.close()
        process.stdout.close()
        threading.Thread(target=_reap, args=(process,), name="reap-model", daemon=True).start()
        return answer


def _reap(process: subprocess.Popen[bytes]) -> None:
    process.wait()
