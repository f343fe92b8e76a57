"""Watched folders: what is new is taken, what still grows is left, what is done is put away."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from calibrations import allow
from papers import read_off, write_note, write_note_type
from prefect import flow
from scripted_replies import Reply

from flows.sources import files_at
from flows.store.store import Store
from flows.watching import look, watch_folder
from schemas.batch import BatchRequest, DocumentLine, RunReport
from schemas.errors import PathError
from schemas.extraction import Outcome

watching = flow(watch_folder, name="watch")


class Inbox:
    """A watched folder."""

    def __init__(self, folder: Path, server: object) -> None:
        self.folder = folder
        self.server = server
        write_note_type(folder)
        (folder / "in").mkdir()
        self.request = BatchRequest(
            paths=(".",),
            type=str(folder / "note.md"),
            model="anything",
            base_url=server.base_url,  # type: ignore[attr-defined]
            out=folder / "out",
            audit=0,
        )

    def put(self, name: str, *, age_s: float = 60, **fields: str) -> Path:
        usual = {"number": f"N-{name}", "day": "2026-11-03", "total": "1.50"}
        path = write_note(self.folder / "in" / name, **(fields or usual))
        then = time.time() - age_s
        os.utime(path, (then, then))
        return path

    def watch(self, folder: str = "", **options: object) -> RunReport | None:
        where = folder or str(self.folder / "in")
        return watching(self.request, where, **options)

    def files(self) -> list[str]:
        there = self.folder / "in"
        return sorted(str(path.relative_to(there)) for path in there.rglob("*") if path.is_file())


@pytest.fixture
def inbox(tmp_path, model_server, prefect_server) -> Inbox:
    return Inbox(tmp_path, model_server.answers(read_off))


def names(report: RunReport | None) -> list[str]:
    return names_of(report.lines) if report else []


def names_of(lines: Sequence[DocumentLine]) -> list[str]:
    return [Path(line.source).name for line in lines]


def test_only_what_is_new_or_changed_is_taken(inbox):
    inbox.put("a.pdf")
    assert names(inbox.watch()) == ["a.pdf"]
    assert inbox.watch() is None
    inbox.put("b.pdf")
    assert names(inbox.watch()) == ["b.pdf"]
    inbox.put("a.pdf", age_s=30, number="N-2", day="2026-11-04", total="2.00")
    assert names(inbox.watch()) == ["a.pdf"]
    assert len(inbox.server.requests) == 3


def test_what_is_still_being_written_is_left_for_the_next_look(inbox):
    inbox.put("a.pdf", age_s=0)
    (inbox.folder / "in/empty.pdf").touch()
    with Store.open(inbox.folder / "out") as store:
        seen = look(store, str(inbox.folder / "in"), settle_s=10, now=datetime.now(UTC))
        assert [Path(each.source).name for each in seen.growing] == ["a.pdf", "empty.pdf"]
        later = datetime.now(UTC) + timedelta(seconds=11)
        seen = look(store, str(inbox.folder / "in"), settle_s=10, now=later)
        assert [Path(each.source).name for each in seen.ready] == ["a.pdf"]
    assert inbox.watch() is None
    assert names(inbox.watch(settle_s=0)) == ["a.pdf"]


def test_what_is_no_document_is_never_taken(inbox):
    for name in (".hidden.pdf", "~$a.pdf", "a.pdf.part", "notes.txt"):
        (inbox.folder / "in" / name).write_bytes(b"x")
    assert inbox.watch(settle_s=0) is None


def test_a_done_file_is_moved_and_still_found_by_the_review_page(inbox):
    inbox.put("sub/a.pdf")
    report = inbox.watch(after="move")
    assert report is not None
    assert inbox.files() == ["done/sub/a.pdf"]
    assert inbox.watch(after="move") is None
    document = report.lines[0].document_id
    assert document is not None
    with Store.open(inbox.folder / "out") as store:
        assert store.sources(document) == (str(inbox.folder / "in/done/sub/a.pdf"),)


def test_a_file_that_failed_for_good_is_moved_elsewhere_and_none_is_overwritten(inbox):
    inbox.put("a.pdf")
    inbox.watch(after="move")
    inbox.put("a.pdf", number="N-2", day="2026-11-04", total="2.00")
    broken = inbox.folder / "in/broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing")
    os.utime(broken, (1, 1))
    inbox.watch(after="move")
    assert inbox.files() == ["done/a (2).pdf", "done/a.pdf", "failed/broken.pdf"]


def test_what_failed_by_an_outage_is_taken_again(inbox):
    inbox.put("a.pdf")
    inbox.server.fails_first(1, status=400)
    report = inbox.watch(after="move")
    assert report is not None
    assert report.lines[0].outcome is Outcome.FAILED
    assert inbox.files() == ["a.pdf"]
    again = inbox.watch(after="move")
    assert again is not None
    assert again.lines[0].outcome is Outcome.IN_REVIEW


def test_only_what_nobody_needs_to_look_at_is_deleted(inbox):
    inbox.put("doubtful.pdf", number="D-1", day="2026-11-04", unsaid="total")
    inbox.put("good.pdf")
    request = inbox.request.model_copy(update={"paths": (str(inbox.folder / "in"),)})
    allow(request)
    inbox.watch(after="delete")
    assert inbox.files() == ["doubtful.pdf"]
    inbox.watch(after="delete")
    assert inbox.files() == ["doubtful.pdf"]


def test_the_own_output_is_not_looked_into(inbox):
    inbox.put("a.pdf")
    inside = inbox.request.model_copy(update={"out": inbox.folder / "in/out"})
    watching(inside, str(inbox.folder / "in"))
    write_note(inbox.folder / "in/out/b.pdf", number="1")
    assert watching(inside, str(inbox.folder / "in"), settle_s=0) is None


def test_a_folder_that_is_not_there_is_said(inbox):
    with pytest.raises(PathError, match="There is no folder"):
        inbox.watch(str(inbox.folder / "nowhere"))


def test_an_address_is_watched_like_a_folder(inbox):
    inbox.put("a.pdf")
    inbox.put("sub/b.pdf")
    address = f"local://{inbox.folder}/in"
    report = inbox.watch(address, after="move")
    assert names(report) == ["a.pdf", "b.pdf"]
    assert inbox.files() == ["done/a.pdf", "done/sub/b.pdf"]
    assert inbox.watch(address, after="move") is None


def test_an_address_that_cannot_be_listed_is_said(monkeypatch):
    with pytest.raises(PathError, match="can't be understood"):
        list(files_at("nosuch://bucket/inbox"))
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(PathError, match=r"isn't installed: papersift\[s3\]"):
        list(files_at("s3://bucket/inbox"))


def test_two_looks_at_once_take_each_file_once_and_put_it_away_once(inbox):
    for number in range(6):
        inbox.put(f"{number}.pdf")
    inbox.server.answers(lambda request: Reply(read_off(request), silent_s=0.1))
    with ThreadPoolExecutor(2) as both:
        looks = [both.submit(inbox.watch, after="move") for _ in range(2)]
        reports = [each.result() for each in looks]
    assert len(inbox.server.requests) == 6
    assert inbox.files() == [f"done/{number}.pdf" for number in range(6)]
    kept = [line for report in reports if report for line in report.lines if not line.note]
    assert sorted(names_of(kept)) == [f"{number}.pdf" for number in range(6)]
