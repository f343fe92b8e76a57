"""`papersift review` as a process: it says where the page is, answers, and ends cleanly."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import polars as pl
import pytest
from builders import PLAIN, keep, routed
from typer.testing import CliRunner

import flows.cli.review as command
from flows.cli.main import app
from flows.store.store import Store
from flows.web import serve

START_S = 60.0
START = "from flows.cli.main import app; app(prog_name='papersift')"
BARE = ("PAPERSIFT_OUT", "PAPERSIFT_STORE", "PAPERSIFT_TOKEN", "PAPERSIFT_PORT")
TOKEN = "correct-horse-battery-staple"


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    with Store.open(folder) as store:
        keep(store, routed(PLAIN, doubtful=("grand_total",)))
        keep(store, routed(PLAIN, doubtful=("grand_total",)), name="b")
    return folder


class Page:
    """The command while it runs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.told: list[str] = []

    def line(self) -> str:
        """Return the next line that it prints."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.stderr and self.process.stderr.read()
        self.told.append(line.rstrip("\n"))
        return self.told[-1]

    def address(self) -> str:
        """Return where the page is; what comes before is in `told`."""
        while True:
            label, _, address = self.line().partition(": ")
            if label == "Review page":
                return address

    def end(self, by: int = signal.SIGINT) -> tuple[int, str, str]:
        """End it as Ctrl-C does; return its exit code and what else it printed."""
        self.process.send_signal(by)
        out, err = self.process.communicate(timeout=START_S)
        return self.process.returncode, out, err


@contextmanager
def page(*words: object, **env: str) -> Iterator[Page]:
    """Start the command; it is ended for good at last."""
    variables = {name: value for name, value in os.environ.items() if name not in BARE} | env
    with subprocess.Popen(
        [sys.executable, "-c", START, "review", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=variables | {"PYTHONPATH": str(Path(__file__).parents[1])},
        start_new_session=True,
    ) as process:
        timer = threading.Timer(2 * START_S, process.kill)
        timer.start()
        try:
            yield Page(process)
        finally:
            timer.cancel()
            process.kill()


def test_it_says_where_it_is_answers_and_ends_published(out):
    with page("--out", out, "--port", 0, "--no-open", "--who", "anna") as shown:
        address = shown.address()
        assert shown.line() == "2 records to review. End with Ctrl-C."
        with httpx.Client(base_url=address, timeout=30) as client:
            assert "<h1>2 left</h1>" in client.get("/").text
            assert client.get("/review").status_code == 200
            settled = client.post("/api/items/1/settle", json={"accept_all": True})
            assert settled.status_code == 200
        code, told, problems = shown.end()
    assert (code, problems) == (0, "")
    assert told == "Ended. All that was decided is kept and published.\n"
    rows = pl.read_parquet(out / "records/invoice/*.parquet")
    assert rows["_status"].to_list() == ["reviewed"]


def test_all_the_processes_of_a_terminal_end_with_ctrl_c(out):
    """A terminal sends the signal to the page's helpers too."""
    with page("--out", out, "--port", 0, "--no-open") as shown:
        with httpx.Client(base_url=shown.address(), timeout=30) as client:
            assert client.get("/api/items/1/pages/1.png").json()["code"] == "no_document"
        os.killpg(shown.process.pid, signal.SIGINT)
        _, problems = shown.process.communicate(timeout=START_S)
        assert (shown.process.returncode, problems) == (0, "")


def test_a_polite_kill_ends_it_too(out):
    with page("--out", out, "--port", 0, "--json") as shown:
        told = json.loads(shown.line())
        assert told == {"address": told["address"], "left": 2}
        assert httpx.get(f"{told['address']}api/state").json()["left"] == 2
        assert shown.end(signal.SIGTERM) == (0, "", "")


def test_beyond_this_machine_a_token_is_made(out):
    with page("--out", out, "--port", 0, "--host", "0.0.0.0", "--json") as shown:
        told = json.loads(shown.line())
        port = told["address"].rstrip("/").rpartition(":")[2]
        url = f"http://127.0.0.1:{port}/api/queue"
        assert httpx.get(url).status_code == 401
        named = {"Authorization": f"Bearer {told['token']}", "X-Reviewer": "berta"}
        assert httpx.get(url, headers={**named, "Host": "papers.example"}).status_code == 200
        assert shown.end()[0] == 0


def test_a_token_of_ones_own_holds_on_this_machine_too(out):
    with page("--out", out, "--port", 0, "--no-open", PAPERSIFT_TOKEN=TOKEN) as shown:
        url = f"{shown.address()}api/queue"
        assert httpx.get(url).status_code == 401
        named = {"Authorization": f"Bearer {TOKEN}", "X-Reviewer": "berta"}
        assert httpx.get(url, headers=named).status_code == 200
        assert shown.end()[0] == 0
    assert TOKEN not in "".join(shown.told)


def test_if_the_usual_port_is_taken_it_takes_another(out):
    with socket.socket() as taken:
        with suppress(OSError):  # somebody else has it: just as well
            taken.bind(("127.0.0.1", serve.PORT))
        with page("--out", out, "--no-open") as shown:
            address = shown.address()
            assert shown.told[0] == f"Port {serve.PORT} is taken; this one was free."
            assert str(serve.PORT) not in address
            assert shown.end()[0] == 0


def refused(*words: object) -> str:
    """Run a command that must fail; return what it says."""
    result = CliRunner().invoke(app, ["review", *map(str, words)])
    assert result.exit_code in (1, 2)
    assert result.stdout == ""
    return result.stderr


def test_a_port_that_is_asked_for_and_taken_is_told(out):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} is taken by another program" in refused("--out", out, "--port", port)


def test_what_cannot_start_is_told(out, tmp_path, monkeypatch):
    for name in BARE:
        monkeypatch.delenv(name, raising=False)
    told = refused("--out", tmp_path / "empty")
    assert "There is no store in" in told
    assert "papersift run PATH --out" in told
    assert "is no address of this machine" in refused("--out", out, "--host", "256.1.1.1")
    assert "Say who you are" in refused("--out", out, "--port", 0, "--who", " ")
    monkeypatch.setenv("PAPERSIFT_TOKEN", "short")
    assert "The token is too short" in refused("--out", out)


def test_the_command_and_the_server_mean_the_same_port():
    assert command.PORT == serve.PORT
    assert serve.is_loopback(command.HOST)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.2", False),
        ("example.org", False),
    ],
)
def test_what_only_this_machine_reaches(host, loopback):
    assert serve.is_loopback(host) is loopback


def test_answers_are_sent_at_once():
    """Without the protocol's name asyncio lets each answer wait for 40 ms."""
    with serve.listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP
