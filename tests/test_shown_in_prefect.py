"""A batch as an operator sees it: artifacts, events and logs of its flow run, read from the API."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from calibrations import allow
from papers import read_off, write_note, write_note_type
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run
from prefect_api import prefect_api
from scripted_server import ScriptedServer

from flows.extract import extract_batch
from flows.shown.announce import MOST_FAILED, Failures
from flows.shown.moving import Moving
from schemas.batch import BatchRequest, DocumentLine
from schemas.extraction import Outcome

ROOT = Path(__file__).parents[1]
AUTOMATION = ROOT / "samples/automations/much-to-review.yaml"
REVIEW = "http://127.0.0.1:4227"
SECRET = "Kanzlei-Geheim-77"


@dataclass
class Seen:
    """What Prefect knows of a flow run."""

    api: str
    run_id: str

    def ask(self, what: str, **filters: Any) -> Any:
        with prefect_api(self.api) as api:
            return api.post(f"/{what}/filter", json=filters).json()

    @property
    def run(self) -> dict[str, Any]:
        with prefect_api(self.api) as api:
            return dict(api.get(f"/flow_runs/{self.run_id}").json())

    @property
    def artifacts(self) -> dict[str, dict[str, Any]]:
        of_run = {"flow_run_id": {"any_": [self.run_id]}}
        return {each["key"]: each for each in self.ask("artifacts", artifacts=of_run)}

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the latest events of a name; the API gives 50 at once."""
        return list(self._events(name)["events"])

    def count(self, name: str) -> int:
        return int(self._events(name)["total"])

    def _events(self, name: str) -> dict[str, Any]:
        related = {"id": [f"prefect.flow-run.{self.run_id}"]}
        return dict(self.ask("events", filter={"related": related, "event": {"name": [name]}}))

    def logs(self) -> list[str]:
        of_run = {"flow_run_id": {"any_": [self.run_id]}}
        return [each["message"] for each in self.ask("logs", logs=of_run)]


def waited(look: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    """Return what `look` finds: events and logs come a little later."""
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, what
        time.sleep(0.2)
    return found


@pytest.fixture(scope="module")
def automation(prefect_server) -> Iterator[str]:
    """The id of the sample automation, as the file creates it."""
    command = [sys.executable, "-m", "prefect", "automation", "create", "--from-file"]
    made = subprocess.run(
        [*command, str(AUTOMATION)],
        env={**os.environ, "PREFECT_API_URL": prefect_server},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    with prefect_api(prefect_server) as api:
        found = api.post("/automations/filter", json={}).json()
        [mine] = [each["id"] for each in found if each["name"] == "Too much goes to review"]
        yield mine
        api.delete(f"/automations/{mine}")


@pytest.fixture(scope="module")
def seen(tmp_path_factory, prefect_server, automation) -> Seen:
    """A run over 15 inputs: 4 are accepted, 8 need a look, 2 fail, one can't be read at all."""
    folder = tmp_path_factory.mktemp("shown")
    inbox = folder / "inbox"
    write_note_type(folder)
    for number in range(4):
        write_note(inbox / f"fine-{number}.pdf", number=f"F-{number}", day="2026-11-03", total="1")
    for number in range(8):
        name = inbox / f"odd_{number}.pdf"
        write_note(name, number=f"{SECRET}-{number}", day="2026-11-03", unsaid="total")
    write_note(inbox / "locked.pdf", password="secret", number="L-1")
    (inbox / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing that follows")
    (inbox / "gone.pdf").symlink_to(inbox / "nowhere")
    with ScriptedServer() as server:
        server.answers(read_off)
        request = BatchRequest(
            paths=(str(inbox),),
            type=str(folder / "note.md"),
            model="anything",
            base_url=server.base_url,
            out=folder / "out",
            audit=0,
            review_url=REVIEW,
        )
        allow(request)
        state = extract_batch(request, return_state=True)
    assert state.is_completed()
    assert state.state_details.flow_run_id is not None
    return Seen(prefect_server, str(state.state_details.flow_run_id))


def test_a_run_is_called_by_what_it_is_about(seen):
    assert seen.run["name"] == "15 notes from inbox"


def test_each_document_is_a_task_with_its_name(seen):
    tasks = seen.ask("task_runs", flow_runs={"id": {"any_": [seen.run_id]}})
    names = {each["name"] for each in tasks}
    assert len(names) == 14  # what can't be read needs no task
    assert {"fine-0.pdf", "odd_7.pdf", "broken.pdf"} <= names


def test_the_bar_has_moved_to_its_end(seen):
    bar = seen.artifacts["papersift-progress"]
    assert (bar["type"], bar["data"]) == ("progress", 100)
    assert bar["description"] == "14 of 14 documents done: 8 in review, 3 failed"


def test_the_table_shows_each_document_with_the_way_to_its_review(seen):
    table = seen.artifacts["papersift-run"]
    assert table["description"].startswith("4 accepted, 8 in review, 3 failed: 15 documents in ")
    rows = {row["document"]: row for row in json.loads(table["data"])}
    assert len(rows) == 15
    assert [row["outcome"] for row in rows.values()][:4] == [*["failed"] * 3, "in review"]
    assert rows["odd_0.pdf"]["why"] == "total: stands nowhere on the pages"
    assert rows["odd_0.pdf"]["review"].startswith(f"{REVIEW}/items/")
    assert rows["fine-0.pdf"]["review"] == ""


def test_the_report_leads_to_the_review_page(seen):
    report = seen.artifacts["papersift-report"]
    assert report["type"] == "markdown"
    assert f"[Review what waits: 8 records]({REVIEW})" in report["data"]
    assert "| stands nowhere on the pages | 8 | total (8) |" in report["data"]
    assert "| gone.pdf | The file can't be read: No such file or directory. |" in report["data"]


def test_failures_stand_in_the_log_with_their_reason_and_nothing_of_the_documents(seen):
    def look() -> list[str] | None:
        logs = seen.logs()
        return logs if sum(": failed: " in each for each in logs) == 3 else None

    logs = waited(look, "not every failure was logged")
    assert any("gone.pdf: failed: The file can't be read" in each for each in logs)
    assert any("locked.pdf: failed: The file is encrypted" in each for each in logs)
    assert not any(SECRET in each for each in logs)


def test_each_failure_is_an_event_with_its_reason(seen):
    def look() -> list[dict[str, Any]] | None:
        found = seen.events("papersift.document.failed")
        return found if len(found) == 3 else None

    failed = waited(look, "not every failure became an event")
    names = {each["resource"]["prefect.resource.name"]: each for each in failed}
    assert set(names) == {"gone.pdf", "locked.pdf", "broken.pdf"}
    locked = names["locked.pdf"]
    document_id = locked["payload"]["document_id"]
    assert locked["resource"]["prefect.resource.id"] == f"papersift.document.{document_id}"
    assert locked["payload"]["reason"].startswith("The file is encrypted")
    assert locked["payload"]["source"].endswith("inbox/locked.pdf")
    assert names["gone.pdf"]["payload"]["document_id"] is None
    related = {each["prefect.resource.role"]: each for each in locked["related"]}
    assert related["flow-run"]["prefect.resource.name"] == "15 notes from inbox"


def test_what_waits_for_review_is_an_event_whose_share_can_be_matched(seen):
    [event] = waited(lambda: seen.events("papersift.review.waiting"), "no event told of what waits")
    payload = event["payload"]
    assert (payload["added"], payload["waiting"], payload["documents"]) == (8, 8, 12)
    assert payload["share"] == pytest.approx(0.6667)
    labels = event["resource"]
    assert labels["papersift.review.share"] == "60%"
    assert labels["papersift.run.documents"] == "10+"
    assert labels["papersift.dial"] == "open"


def test_the_sample_automation_fires_when_too_much_goes_to_review(seen, automation):
    asked = {
        "event": {"name": ["prefect.automation.triggered"]},
        "resource": {"id": [f"prefect.automation.{automation}"]},
    }
    waited(lambda: seen.ask("events", filter=asked)["events"], "the automation didn't fire")


def test_the_bar_moves_while_the_run_goes_on(prefect_server):
    @flow
    def halfway() -> tuple[float, float]:
        seen = Seen(prefect_server, str(flow_run.get_id()))

        def shown() -> float:
            return float(seen.artifacts["papersift-progress"]["data"])

        with Moving(every_s=0.05) as moving:
            moving.begin("0 of 8")
            before = shown()
            moving.show(0.5, "4 of 8")
            return before, waited(shown, "the bar doesn't move", 60)

    assert halfway() == (0.0, 50.0)


def test_a_bar_that_cannot_move_ends_no_run(prefect_server):
    @flow
    def unseen() -> str:
        with Moving(every_s=0.01) as moving:
            moving.begin("0 of 8")
            with get_client(sync_client=True) as client:
                client.delete_artifact(moving._artifact)
            moving.show(0.5, "4 of 8")
            time.sleep(0.1)
        return "done"

    assert unseen() == "done"


def test_of_many_failures_the_first_hundred_are_told_and_the_others_counted(prefect_server):
    @flow
    def failing() -> str:
        failures = Failures("a-run")
        for number in range(MOST_FAILED + 7):
            failures.tell(
                DocumentLine(
                    source=f"{number}.pdf",
                    document_id=f"{number:064x}",
                    outcome=Outcome.FAILED,
                    reasons=("It is empty.",),
                )
            )
        failures.end()
        return str(flow_run.get_id())

    seen = Seen(prefect_server, failing())
    waited(lambda: seen.count("papersift.document.failed") == MOST_FAILED, "not all events came")
    [more] = waited(lambda: seen.events("papersift.document.failed.more"), "the rest isn't told")
    assert more["payload"]["more"] == 7
