"""Processes of one machine share one embedded model's server; nothing of it outlives them."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from flows.models import machine_server
from flows.models.machine_client import MachineServer
from flows.models.runtime_folder import runtime_folder
from schemas.errors import ModelNameError, ModelOutage

pytestmark = pytest.mark.skipif(os.name != "posix", reason="nothing is shared elsewhere")

STUB = Path(__file__).with_name("stub_model.py")
PATHS = os.pathsep.join(sys.path)
CLIENT = f"""
import sys, time
from pathlib import Path
from flows.models.machine_client import MachineServer
server = MachineServer(lambda: Path(sys.argv[1]), script=Path({str(STUB)!r}))
print(server.address, server.pid, server.api_key.get_secret_value(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def weights(tmp_path) -> Path:
    path = tmp_path / "some.gguf"
    path.write_text("weights")
    return path


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Iterator[Path]:
    """Where the processes meet; servers wait for the next one a second only."""
    monkeypatch.setenv("PAPERSIFT_RUNTIME", str(tmp_path / "runtime"))
    monkeypatch.setattr(machine_server, "IDLE_S", 1.0)
    yield tmp_path / "runtime"
    for file in (tmp_path / "runtime").glob("*.json"):
        pytest.fail(f"a server is left: {file.read_text()}")


def server_of(weights: Path, **options: object) -> MachineServer:
    return MachineServer(lambda: weights, script=STUB, **options)


def client_process(weights: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(weights)],
        env={**os.environ, "PYTHONPATH": PATHS},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def answers(address: str, key: str) -> bool:
    try:
        found = httpx.get(f"{address}/models", headers={"Authorization": f"Bearer {key}"})
    except httpx.HTTPError:
        return False
    return found.status_code == 200


def is_gone(pid: int | None, within_s: float = 20) -> bool:
    assert pid is not None
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        stat_file = Path(f"/proc/{pid}/stat")
        if not stat_file.exists() or " Z " in stat_file.read_text():
            return True
        time.sleep(0.1)
    return False


def dies_within(seconds: float, server: MachineServer) -> bool:
    """Say whether a server is told dead: the system takes its locks back after its last thread."""
    until = time.monotonic() + seconds
    while server.alive and time.monotonic() < until:
        time.sleep(0.05)
    return not server.alive


def test_processes_that_come_at_once_share_one_server_that_outlives_who_started_it(folder, weights):
    both = [client_process(weights) for _ in range(3)]
    said = [process.stdout.readline().split() for process in both if process.stdout]
    assert len({tuple(each) for each in said}) == 1
    address, pid, key = said[0]
    assert answers(address, key)
    assert not answers(address, "a wrong key")
    [told] = folder.glob("*.json")
    assert stat.S_IMODE(told.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for process in both[:2]:
        process.send_signal(signal.SIGKILL)
        process.wait()
    with server_of(weights) as ours:
        assert (ours.address, ours.pid) == (address, int(pid))
        both[2].communicate()
        time.sleep(2)
        assert answers(address, key)
        assert ours.alive
    assert is_gone(int(pid))
    for process in both:
        process.communicate()


def test_a_server_that_died_is_replaced(folder, weights):
    with server_of(weights) as first:
        assert first.address
        os.kill(first.pid or 0, signal.SIGKILL)
        assert dies_within(20, first)
        with server_of(weights) as second:
            assert second.address
            assert second.pid != first.pid
            assert answers(second.address, second.api_key.get_secret_value())
    assert is_gone(second.pid)


def test_other_weights_and_other_settings_have_a_server_of_their_own(folder, weights, tmp_path):
    other = tmp_path / "other.gguf"
    other.write_text("other weights")
    with (
        server_of(weights) as one,
        server_of(other) as two,
        server_of(weights, context_tokens=1024) as three,
    ):
        assert len({one.address, two.address, three.address}) == 3
        pids = [one.pid, two.pid, three.pid]
    assert all(is_gone(pid) for pid in pids)


def test_weights_that_cannot_be_loaded_are_told_to_each_who_asks(folder, tmp_path):
    broken = tmp_path / "broken.gguf"
    broken.write_text("broken")
    for _ in range(2):
        with server_of(broken) as server:
            with pytest.raises(ModelNameError, match="ValueError: no model at all"):
                _ = server.address
            assert not server.alive


def test_stopping_does_not_wait_for_the_load(folder, weights):
    server = server_of(weights).start()
    began = time.monotonic()
    server.stop()
    with pytest.raises(ModelOutage, match="stopped"):
        _ = server.address
    assert time.monotonic() - began < 0.4
    until = time.monotonic() + 20
    while list(folder.glob("*.json")) or not machine_is_quiet(folder):
        assert time.monotonic() < until
        time.sleep(0.1)


def machine_is_quiet(folder: Path) -> bool:
    return not any(machine_server.is_held_alone(path) for path in folder.glob("*.serving"))


def test_without_a_folder_to_meet_in_each_has_its_own(weights):
    with (
        server_of(weights, folder=lambda: None) as one,
        server_of(weights, folder=lambda: None) as two,
    ):
        assert one.address != two.address
        pid = one.pid
    assert is_gone(pid)


def test_a_folder_that_others_may_write_to_is_not_taken(tmp_path, monkeypatch):
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    monkeypatch.setenv("PAPERSIFT_RUNTIME", str(open_to_all))
    assert runtime_folder() is None
    monkeypatch.setenv("PAPERSIFT_RUNTIME", "/dev/null/nothing")
    assert runtime_folder() is None
    monkeypatch.setenv("PAPERSIFT_RUNTIME", str(tmp_path / "ours"))
    assert runtime_folder() == tmp_path / "ours"
