"""`papersift up`: a real Prefect server, deployments that run, schedules that fire."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import polars as pl
import pytest
from answer_sheet import AnswerSheet
from browser import a_tab, chromium, keep_picture
from calibrations import allow
from papers import read_off, write_note, write_note_type
from playwright.sync_api import expect
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect_api import prefect_api
from scripted_replies import Reply
from scripted_server import ScriptedServer

from flows.evaluate.request import EvaluationRequest
from flows.up.orphans import tell_orphans
from schemas.batch import BatchRequest

SAMPLES = Path(__file__).parents[1] / "samples"
COMMAND = [sys.executable, "-c", "from flows.cli.main import app; app()"]
SETTINGS = """
type = "note.md"
model = "anything"
base_url = "{base_url}"
[watch.minutely]
folder = "planned"
settle = 0
cron = "* * * * *"
"""
PAGE_MS = 60_000
"""Prefect's page is large, and the machine may be busy."""
FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass
class Running:
    """A `papersift up`, and where it is."""

    folder: Path
    process: subprocess.Popen[str]
    server: ScriptedServer
    addresses: dict[str, str]

    @property
    def api(self) -> httpx.Client:
        return prefect_api(self.addresses["api"])

    def runs(self, flow: str) -> list[dict[str, Any]]:
        with self.api as api:
            asked = {"flows": {"name": {"any_": [flow]}}, "sort": "START_TIME_ASC"}
            return list(api.post("/flow_runs/filter", json=asked).json())

    def start(self, deployment: str, **parameters: object) -> str:
        made = self._post(deployment, "create_flow_run", {"parameters": parameters})
        return str(made.json()["id"])

    def pause(self, deployment: str) -> None:
        """Let its schedule fire no more."""
        self._post(deployment, "pause_deployment", {})

    def _post(self, deployment: str, what: str, given: Mapping[str, object]) -> httpx.Response:
        with self.api as api:
            named = f"/deployments/name/{deployment}"
            waited(lambda: api.get(named).is_success, f"{deployment} was never deployed")
            about = api.get(named).json()
            return api.post(f"/deployments/{about['id']}/{what}", json=given).raise_for_status()

    def page_of(self, run_id: str, key: str) -> str:
        """Return the address of one of a run's artifacts in Prefect's page."""
        with self.api as api:
            asked = {"artifacts": {"flow_run_id": {"any_": [run_id]}, "key": {"any_": [key]}}}
            [artifact] = api.post("/artifacts/filter", json=asked).json()
        return f"{self.addresses['prefect']}/v2/artifacts/artifact/{artifact['id']}"

    def begin_prefect(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start Prefect's own command in the folder."""
        return subprocess.Popen(
            [sys.executable, "-m", "prefect", *arguments],
            cwd=self.folder,
            env={**os.environ, "PREFECT_API_URL": self.addresses["api"]},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def prefect(self, *arguments: str) -> None:
        assert self.begin_prefect(*arguments).wait(120) == 0

    def ended(self, run_id: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            with self.api as api:
                run = api.get(f"/flow_runs/{run_id}").json()
            return run if run["state_type"] in FINAL else None

        return waited(look, "the run doesn't end")


def waited(look: Callable[[], Any], what: str, seconds: float = 150) -> Any:
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, what
        time.sleep(0.3)
    return found


def environment() -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    return {**own, "PAPERSIFT_CONFIG": "", "PYTHONPATH": str(Path(__file__).parents[1])}


def spare_migrations(folder: Path, database: Path) -> None:
    """Give the Prefect of a folder a database: to make one takes ten seconds of CPU."""
    (folder / "prefect").mkdir()
    shutil.copy(database, folder / "prefect/prefect.db")


@contextmanager
def starting(folder: Path, *options: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """Start `papersift up` with a Prefect of its own in a folder."""
    process = subprocess.Popen(
        [*COMMAND, "up", "--json", "--port", "0", *options],
        cwd=folder,
        env={**environment(), "PREFECT_HOME": str(folder / "prefect"), **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(60)
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def running(tmp_path_factory, prefect_database) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("up")
    spare_migrations(folder, prefect_database)
    write_note_type(folder)
    for number in range(3):
        write_note(folder / f"planned/{number}.pdf", number=f"P-{number}", total="1.50")
    with ScriptedServer() as server:
        server.answers(read_off)
        (folder / "papersift.toml").write_text(SETTINGS.format(base_url=server.base_url))
        with starting(folder, "--prefect-port", "0") as process:
            up = _running(folder, process, server)
            yield up
            process.send_signal(signal.SIGINT)  # as Ctrl-C does
            assert process.wait(60) == 0
            _assert_all_ended(up.addresses)


def test_a_schedule_fires_and_takes_what_is_new(running):
    named = waited(
        lambda: [run for run in running.runs("watch") if run["name"] == "3 notes from planned"],
        "the schedule never fired",
    )
    run = running.ended(named[0]["id"])
    assert run["state_type"] == "COMPLETED"
    assert run["state"]["message"] == "3 documents: 3 in review."
    assert run["auto_scheduled"]
    running.pause("watch/minutely")  # each time is seconds of CPU that the other tests want


@pytest.fixture(scope="module")
def asked(running) -> dict[str, Any]:
    """A run of one document that was started from the API, and has ended."""
    write_note(running.folder / "asked/a.pdf", number="A-1", day="2026-11-03", total="1.50")
    return running.ended(running.start("extract/papersift", paths=["asked"]))


def test_a_deployment_runs_from_the_api_and_writes_parquet(running, asked):
    assert (asked["state_type"], asked["name"]) == ("COMPLETED", "note a.pdf")
    fields = pl.read_parquet(running.folder / "out/fields/note/*.parquet")
    assert "A-1" in fields["value"].to_list()


def test_a_run_shows_what_became_of_each_document(running, asked):
    with running.api as api:
        of_run = {"artifacts": {"flow_run_id": {"any_": [asked["id"]]}}}
        artifacts = api.post("/artifacts/filter", json=of_run).json()
    [table] = [each for each in artifacts if each["key"] == "papersift-run"]
    assert "a.pdf" in table["data"]
    [report] = [each for each in artifacts if each["key"] == "papersift-report"]
    assert f"({running.addresses['review']}" in report["data"]


def test_the_page_of_a_run_shows_what_it_is(running):
    """With PAPERSIFT_SCREENSHOTS set to a folder, what is seen is kept there: the README's too."""
    inbox = running.folder / "inbox"
    shutil.copytree(SAMPLES / "invoices", inbox)
    write_note(inbox / "locked.pdf", password="secret", number="L-1")
    request = BatchRequest(
        paths=(str(inbox),),
        type="invoice",
        model="anything",
        base_url=running.server.base_url,
        ocr="off",
        out=running.folder / "out",
    )
    allow(request)
    gold = EvaluationRequest(gold=(str(SAMPLES / "invoices"),)).read_gold()
    running.server.answers(AnswerSheet(gold))
    run = running.ended(
        running.start("extract/papersift", paths=["inbox"], type="invoice", audit=0, ocr="off")
    )
    running.server.answers(read_off)
    kept = os.environ.get("PAPERSIFT_SCREENSHOTS")
    page = f"{running.addresses['prefect']}/v2/runs/flow-run/{run['id']}?tab=Artifacts"
    with chromium() as browser, a_tab(browser, viewport={"width": 1200, "height": 1060}) as tab:
        tab.goto(page, timeout=PAGE_MS)
        expect(tab.get_by_text("11 invoices from inbox").first).to_be_visible(timeout=PAGE_MS)
        expect(tab.get_by_text("Completed").first).to_be_visible()
        expect(tab.get_by_text("11 of 11 documents done").first).to_be_visible(timeout=PAGE_MS)
        if kept:
            tab.wait_for_timeout(3000)  # until the graph stands still
            keep_picture(tab, Path(kept) / "prefect.png")
        tab.goto(running.page_of(run["id"], "papersift-report"), timeout=PAGE_MS)
        review = tab.get_by_role("link", name="Review what waits")
        expect(review).to_be_visible(timeout=PAGE_MS)
        expect(review).to_have_attribute("href", re.compile(re.escape(running.addresses["review"])))
        expect(tab.get_by_role("link", name="marrowby.pdf").first).to_be_visible()
        if kept:
            keep_picture(tab, Path(kept) / "prefect-report.png")


def test_parameters_that_cannot_be_are_refused_before_anything_runs(running):
    for wrong in ({"paths": []}, {"paths": ["in"], "target_error": 2}, {"paths": "in"}, {}):
        with pytest.raises(httpx.HTTPStatusError, match=r"409|422"):
            running.start("extract/papersift", **wrong)


def test_publish_and_evaluate_run_too(running):
    run = running.ended(running.start("publish/papersift"))
    assert run["state_type"] == "COMPLETED"
    write_note(running.folder / "gold/g.pdf", number="G-1", day="2026-11-03", total="1.50")
    (running.folder / "gold/g.json").write_text(
        json.dumps({"doctype": "note", "record": {"number": "G-1", "total": "1.50"}})
    )
    run = running.ended(running.start("evaluate/papersift", gold=["gold"], type="note.md"))
    assert run["state_type"] == "COMPLETED", run["state"]["message"]
    assert run["state"]["message"].startswith("1 documents: ")


def test_a_work_pool_runs_what_prefect_yaml_deploys(running):
    write_note(running.folder / "pooled/p.pdf", number="P-1", day="2026-11-03", total="1.50")
    running.prefect("work-pool", "create", "papersift", "--type", "process")
    running.prefect(
        "--no-prompt", "deploy", "--all", "--prefect-file", str(SAMPLES / "prefect.yaml")
    )
    own = {"type": "note.md", "model": "anything", "base_url": running.server.base_url}
    run_id = running.start("extract/pool", paths=["pooled"], **own)
    worker = running.begin_prefect("worker", "start", "--pool", "papersift")
    try:
        run = running.ended(run_id)
    finally:
        worker.terminate()
        worker.wait(60)
    assert run["state"]["message"] == "1 documents: 1 in review."


def test_the_review_page_answers(running):
    assert httpx.get(running.addresses["review"]).is_success


def test_cancelling_stops_a_run_promptly(running):
    for number in range(4):
        write_note(running.folder / f"slow/{number}.pdf", number=f"S-{number}")
    running.server.answers(lambda request: Reply(read_off(request), silent_s=60))
    asked = len(running.server.requests)
    run_id = running.start("extract/papersift", paths=["slow"])
    waited(lambda: len(running.server.requests) > asked, "it never asked")
    with running.api as api:
        state = {"state": {"type": "CANCELLING", "name": "Cancelling"}}
        api.post(f"/flow_runs/{run_id}/set_state", json=state).raise_for_status()
    began = time.monotonic()
    assert running.ended(run_id)["state_type"] == "CANCELLED"
    assert time.monotonic() - began < 45
    running.server.answers(read_off)
    run = running.ended(running.start("extract/papersift", paths=["slow"]))
    assert run["state"]["message"] == "4 documents: 4 in review."


def test_a_taken_port_is_said(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with starting(tmp_path, "--prefect-port", str(port)) as process:
            _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"Port {port}, where Prefect's server would listen, can't be had" in said


def test_wrong_settings_are_said_before_anything_starts(tmp_path):
    (tmp_path / "papersift.toml").write_text('modle = "a"')
    with starting(tmp_path) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "did you mean 'model'?" in said


def test_a_wrong_schedule_is_said_once_before_anything_starts(tmp_path):
    (tmp_path / "papersift.toml").write_text('[extract.odd]\npaths = ["in"]\ncron = "61 2 * * *"\n')
    with starting(tmp_path) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.count("The schedule 'odd' can't be understood: cron = '61 2 * * *'") == 1
    assert "Starting" not in said


def test_what_is_ended_holds_no_place_when_it_starts_again(tmp_path, prefect_database):
    spare_migrations(tmp_path, prefect_database)
    write_note_type(tmp_path)
    write_note(tmp_path / "planned/a.pdf", number="A", total="1.50")
    with ScriptedServer() as server:
        server.answers(lambda request: Reply(read_off(request), silent_s=100))
        (tmp_path / "papersift.toml").write_text(SETTINGS.format(base_url=server.base_url))
        with starting(tmp_path, "--prefect-port", "0") as process:
            up = _running(tmp_path, process, server)
            up.start("watch/minutely")
            waited(lambda: len(server.requests) == 1, "it never asked")
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        assert process.returncode == 0
        assert "Traceback" not in said
        server.answers(read_off)
        with starting(tmp_path, "--prefect-port", "0") as process:
            up = _running(tmp_path, process, server)
            assert [each["state_type"] for each in up.runs("watch") if each["start_time"]] == [
                "CRASHED"
            ]
            up.start("watch/minutely")  # sooner than its schedule
            waited(
                lambda: any(each["state_type"] == "COMPLETED" for each in up.runs("watch")), "stuck"
            )


def test_a_run_that_never_began_gives_its_place_back(prefect_server, tmp_path):
    with prefect_api(prefect_server) as api:
        flow_id = api.post("/flows/", json={"name": "orphaned"}).json()["id"]
        made = {"name": "held", "flow_id": flow_id, "concurrency_limit": 1}
        deployment_id = api.post("/deployments/", json=made).json()["id"]
        run_id = api.post(f"/deployments/{deployment_id}/create_flow_run", json={}).json()["id"]
        state = {"state": {"type": "PENDING", "name": "Submitting"}}
        api.post(f"/flow_runs/{run_id}/set_state", json=state).raise_for_status()

        look = partial(tell_orphans, [UUID(deployment_id)], tmp_path)
        with temporary_settings({PREFECT_API_URL: prefect_server}):
            assert look() == 0
            assert look(within=timedelta(0)) == 1
        assert api.get(f"/flow_runs/{run_id}").json()["state_type"] == "CRASHED"


def test_nothing_is_left_when_it_is_killed(tmp_path, prefect_database):
    spare_migrations(tmp_path, prefect_database)
    with starting(tmp_path, "--prefect-port", "0") as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        process.kill()
        process.wait(60)
        _assert_all_ended(told)


def _running(folder: Path, process: subprocess.Popen[str], server: ScriptedServer) -> Running:
    """Wait until it is up."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr.read() if process.stderr else ""
    return Running(folder, process, server, json.loads(line))


def _assert_all_ended(addresses: dict[str, str]) -> None:
    waited(lambda: not _answers(addresses["api"] + "/health"), "Prefect goes on", 40)
    waited(lambda: not _answers(addresses["review"]), "the review page goes on", 40)


def _answers(address: str) -> bool:
    try:
        httpx.get(address, timeout=5)
    except httpx.HTTPError:
        return False
    return True
