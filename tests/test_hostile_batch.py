"""Two hundred broken and hostile files and ten good ones in one batch: only the good ones count."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Self

import polars as pl
import pytest
from calibrations import allow
from hostile_files import MARKER, Hostile, active_pdf, fields, good_paper, hostile_files
from papers import read_off, write_note_type
from scripted_replies import Request
from scripted_server import ScriptedServer

from extractors.read import read_document
from flows.extract import extract_batch
from schemas.batch import BatchRequest, DocumentLine, RunReport
from schemas.extraction import Outcome
from schemas.limits import Limits

GOOD = range(5000, 5010)
MOST_MEMORY = 4 * 1024**3
"""Of all processes of the batch together; a bomb alone would take more."""
LIMITS = Limits(seconds=5, memory_mib=1024, pages=1000, words=5_000, megapixels=100)
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096

pytestmark = [pytest.mark.timeout(300)]


@dataclass
class Watch:
    """Looks at how much more memory this process and all below it take than they had before."""

    peak: int = 0
    _before: int = field(default_factory=lambda: _memory_of(os.getpid()))
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        assert self._thread is not None
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.2):
            self.peak = max(self.peak, _memory_of(os.getpid()) - self._before)


def _memory_of(process: int) -> int:
    """Return the bytes that a process and those it started hold in memory."""
    parents: dict[int, list[int]] = {}
    for each in (path.name for path in Path("/proc").iterdir() if path.name.isdigit()):
        try:
            about = Path("/proc", each, "stat").read_text(encoding="utf-8").rpartition(")")[2]
        except OSError:
            continue
        parents.setdefault(int(about.split()[1]), []).append(int(each))
    return sum(_resident(each) for each in _tree(process, parents))


def _tree(process: int, parents: Mapping[int, list[int]]) -> Iterator[int]:
    yield process
    for each in parents.get(process, ()):
        yield from _tree(each, parents)


def _resident(process: int) -> int:
    try:
        said = Path("/proc", str(process), "statm").read_text(encoding="utf-8")
    except OSError:
        return 0
    return int(said.split()[1]) * PAGE


@dataclass(frozen=True)
class Batch:
    """What was put in, what came out, and what the model was told."""

    files: tuple[Hostile, ...]
    report: RunReport
    records: pl.DataFrame
    told: tuple[str, ...]
    """The bodies of all requests."""
    peak: int

    def lines(self, kind: str) -> list[DocumentLine]:
        names = {each.name for each in self.files if each.kind == kind}
        return [line for line in self.report.lines if Path(line.source).name in names]


@pytest.fixture(scope="module")
def batch(tmp_path_factory, prefect_server) -> Batch:
    folder = tmp_path_factory.mktemp("hostile")
    write_note_type(folder)
    files = tuple(hostile_files(seed=7))
    (folder / "in").mkdir()
    for each in files:
        (folder / "in" / each.name).write_bytes(each.data)
    for number in GOOD:
        (folder / "in" / f"good-{number}.pdf").write_bytes(good_paper(number))
    requests: list[Request] = []

    def answer(request: Request) -> dict[str, str | None]:
        requests.append(request)
        return dict(read_off(request))

    with ScriptedServer() as server:
        request = BatchRequest(
            paths=(str(folder / "in"),),
            type=str(folder / "note.md"),
            model="anything",
            base_url=server.answers(answer).base_url,
            out=folder / "out",
            audit=0,
            limits=LIMITS,
        )
        allow(request)
        with Watch() as watch:
            report = extract_batch(request)
    return Batch(
        files=files,
        report=report,
        records=pl.read_parquet(folder / "out/records/note/*.parquet"),
        told=tuple(json.dumps(each.body, ensure_ascii=False) for each in requests),
        peak=watch.peak,
    )


def test_there_are_two_hundred_of_them_and_they_are_always_the_same():
    files = list(hostile_files(seed=7))
    assert len(files) > 200
    assert len({each.name for each in files}) == len(files)
    again = {each.name: each.data for each in hostile_files(seed=7)}
    for kind in ("cut", "flipped", "bomb", "broken"):
        assert all(again[each.name] == each.data for each in files if each.kind == kind)


def test_every_file_has_an_outcome_and_a_reason(batch):
    assert len(batch.report.lines) == len(batch.files) + len(GOOD)
    for line in batch.report.lines:
        if line.note.startswith("the same file as"):
            continue
        assert line.outcome in {Outcome.ACCEPTED, Outcome.IN_REVIEW, Outcome.FAILED}
        assert line.reasons or line.outcome is Outcome.ACCEPTED
        assert all(len(reason) < 500 for reason in line.reasons)


def test_the_good_ones_come_out_right(batch):
    for number in GOOD:
        [line] = [each for each in batch.report.lines if f"good-{number}.pdf" in each.source]
        assert line.outcome is Outcome.ACCEPTED
        said = fields(number)
        [row] = batch.records.filter(pl.col("number") == said["number"]).to_dicts()
        assert row["total"] == Decimal(said["total"])
        assert row["day"].isoformat() == said["day"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there memory is limited")
def test_memory_is_bounded(batch):
    assert batch.peak < MOST_MEMORY, f"{batch.peak / 1e9:.1f} GB"


def test_a_bomb_fails_with_the_limit_that_it_met(batch):
    reasons = {Path(line.source).name: line.reasons for line in batch.lines("bomb")}
    for name, limit in {
        "mile.pdf": "side_pt",
        "pages.pdf": "pages",
        "words.pdf": "words",
        "huge.png": "megapixels",
        "huge.jpg": "megapixels",
        "huge-inside.pdf": "megapixels",
        "jbig2.pdf": "megapixels",
        "unpacks.pdf": "'seconds' or 'memory_mib'",
        "laughs.pdf": "'seconds' or 'memory_mib'",
    }.items():
        [reason] = reasons[name]
        assert f"raise the limit {limit}" in reason or f"raise the limit '{limit}'" in reason


def test_what_is_locked_says_so(batch):
    assert all("is encrypted" in line.reasons[0] for line in batch.lines("locked"))


def test_hidden_text_is_a_reason_for_review_and_never_reaches_the_model(batch):
    lines = batch.lines("hidden")
    assert len(lines) > 20
    for line in lines:
        assert line.outcome is Outcome.IN_REVIEW
        assert any("that nobody sees" in reason for reason in line.reasons)
    assert not any(MARKER in body for body in batch.told)


def test_what_speaks_to_the_model_changes_nothing_and_is_a_reason_for_review(batch):
    lines = batch.lines("told")
    assert len(lines) == 12
    for line in lines:
        assert line.outcome is Outcome.IN_REVIEW
        assert any("speaks to the model" in reason for reason in line.reasons)
    assert not any("<|im_" in body for body in batch.told)


def test_what_is_in_the_file_beside_the_page_or_in_its_name_changes_nothing(batch):
    lines = batch.lines("unread") + batch.lines("named")
    assert len(lines) > 12
    assert {line.outcome for line in lines} == {Outcome.ACCEPTED}


def test_a_file_that_would_open_addresses_opens_none(tmp_path):
    """Scripts, launches, links and files inside a PDF are not what is read."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.3)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        document = read_document(active_pdf(address))
        assert [word.text for word in document.pages[0].words][:2] == ["number:", "N-1"]
        assert "launchURL" not in document.model_dump_json()
        with pytest.raises(TimeoutError):
            listening.accept()
