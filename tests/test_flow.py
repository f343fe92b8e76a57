"""The whole way of a batch: PDFs in, a model on the wire, the store and Parquet out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from calibrations import allow
from papers import MADE_UP, read_off, write_note, write_note_type
from scripted_replies import Answer, Reply, Request
from scripted_server import ScriptedServer
from shown_artifacts import newest_artifacts

from extractors.read import read_document
from flows.extract import extract_batch
from flows.review.decide import accept, open_items
from flows.store.decisions import Word
from flows.store.store import Store
from schemas.batch import BatchRequest, RunReport
from schemas.document import Box
from schemas.document import Word as PageWord
from schemas.errors import PathError
from schemas.extraction import Outcome
from schemas.run import RunState

SAMPLES = Path(__file__).parents[1] / "samples"


@dataclass
class Desk:
    """A folder of papers, the model's server, and the runs over them."""

    folder: Path
    server: ScriptedServer

    @property
    def papers(self) -> Path:
        return self.folder / "in"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def request(self, **changes: object) -> BatchRequest:
        usual = {
            "paths": (str(self.papers),),
            "type": str(self.folder / "note.md"),
            "model": "anything",
            "base_url": self.server.base_url,
            "out": self.out,
            "audit": 0,
        }
        return BatchRequest.model_validate({**usual, **changes})

    def run(self, **changes: object) -> RunReport:
        """Extract; what nothing stands against is accepted."""
        request = self.request(**changes)
        if request.type is not None:
            allow(request)
        return extract_batch(request)

    def table(self, pattern: str) -> list[dict[str, object]]:
        if not any(self.out.glob(pattern)):
            return []
        found = pl.read_parquet(self.out / pattern)
        return found.sort(
            [name for name in ("source", "field") if name in found.columns]
        ).to_dicts()

    def records(self) -> dict[object, dict[str, object]]:
        return {row["number"]: row for row in self.table("records/note/*.parquet")}

    def asked_about(self) -> list[str]:
        """Names of the papers in the order that the model was asked about them."""
        notes = [line for each in self.server.requests for line in each.prompt.splitlines()]
        return [line.removeprefix("number: ") for line in notes if line.startswith("number: ")]


@pytest.fixture
def desk(tmp_path, model_server, prefect_server) -> Desk:
    write_note_type(tmp_path)
    return Desk(tmp_path, model_server.answers(read_off))


@pytest.fixture(scope="module")
def mixed(tmp_path_factory, prefect_server) -> Iterator[tuple[Desk, RunReport]]:
    """One run over good papers, doubtful ones, and all that can go wrong with a file."""
    folder = tmp_path_factory.mktemp("mixed")
    write_note_type(folder)
    papers = folder / "in"
    write_note(papers / "a-good.pdf", number="G-1", day="2026-11-03", total="0.10")
    shutil.copy(papers / "a-good.pdf", papers / "b-twin.pdf")
    write_note(papers / "c-locked.pdf", password="secret", number="L-1")
    (papers / "d-broken.pdf").write_bytes(b"%PDF-1.7\nnothing that follows")
    (papers / "e-empty.pdf").write_bytes(b"")
    (papers / "f-gone.pdf").symlink_to(papers / "nowhere")
    (papers / "g-text.pdf").write_text("Dear all, this is no PDF")
    write_note(papers / "h-blank.pdf")
    write_note(papers / "i-doubtful.pdf", number="D-1", day="2026-11-04", unsaid="total")
    write_note(papers / "j-large.pdf", number="G-2", day="2026-11-05", total="1234567.89")
    write_note(papers / "k-fine.pdf", number="G-3", day="2024-02-29", total="12.3456")
    (papers / "notes.txt").write_text("not asked for")
    with ScriptedServer() as server:
        desk = Desk(folder, server.answers(read_off))
        yield desk, desk.run()


WHAT_BECOMES_OF_EACH = {
    "a-good.pdf": ("accepted", ""),
    "b-twin.pdf": ("accepted", ""),
    "c-locked.pdf": ("failed", "The file is encrypted and opens only with a password."),
    "d-broken.pdf": ("failed", "The file begins like a PDF but can't be read"),
    "e-empty.pdf": ("failed", "The file is empty (0 bytes)."),
    "f-gone.pdf": ("failed", "The file can't be read: No such file or directory."),
    "g-text.pdf": ("failed", "The file is no PDF, JPEG, PNG or TIFF, whatever its name says"),
    "h-blank.pdf": ("in_review", "no page has text"),
    "i-doubtful.pdf": ("in_review", "total: stands nowhere on the pages"),
    "j-large.pdf": ("accepted", ""),
    "k-fine.pdf": ("accepted", ""),
}


def test_every_input_has_its_row_whatever_happened(mixed):
    desk, _ = mixed
    rows = desk.table("documents/*.parquet")
    assert sorted(Path(str(row["source"])).name for row in rows) == list(WHAT_BECOMES_OF_EACH)
    for row in rows:
        outcome, reason = WHAT_BECOMES_OF_EACH[Path(str(row["source"])).name]
        assert (row["source"], row["outcome"]) == (row["source"], outcome)
        assert "; ".join(row["reasons"]).startswith(reason)  # type: ignore[call-overload]


def test_the_report_says_the_same_in_the_order_of_the_files(mixed):
    _, report = mixed
    assert [Path(line.source).name for line in report.lines] == list(WHAT_BECOMES_OF_EACH)
    for line in report.lines[:1] + report.lines[2:]:
        outcome, reason = WHAT_BECOMES_OF_EACH[Path(line.source).name]
        assert (line.source, line.outcome) == (line.source, outcome)
        assert "; ".join(line.reasons).startswith(reason)
    twin = report.lines[1]
    assert (twin.outcome, twin.note) == (None, f"the same file as {report.lines[0].source}")
    assert report.passed_over == 1
    assert report.open_items == 2


def test_the_summary_counts_each_document_once(mixed):
    _, report = mixed
    summary = report.summary
    assert (summary.found, summary.accepted, summary.in_review, summary.failed) == (11, 3, 2, 5)
    assert summary.skipped == 0
    assert summary.usage.calls == 4


def test_only_trusted_values_are_records(mixed):
    desk, _ = mixed
    assert sorted(map(str, desk.records())) == ["G-1", "G-2", "G-3"]
    assert {row["_status"] for row in desk.records().values()} == {"accepted"}
    fields = desk.table("fields/note/*.parquet")
    assert (MADE_UP, "in_review") in {(row["value"], row["outcome"]) for row in fields}


def test_amounts_are_decimals_and_dates_are_dates_to_the_last_digit(mixed):
    desk, _ = mixed
    assert {number: (row["total"], row["day"]) for number, row in desk.records().items()} == {
        "G-1": (Decimal("0.10"), date(2026, 11, 3)),
        "G-2": (Decimal("1234567.89"), date(2026, 11, 5)),
        "G-3": (Decimal("12.3456"), date(2024, 2, 29)),
    }
    values = {row["value"] for row in desk.table("fields/note/*.parquet")}
    assert {"0.10", "1234567.89", "12.3456", "2024-02-29"} <= values


def test_a_quote_is_what_the_words_in_its_boxes_say(mixed):
    desk, _ = mixed
    assert quotes_that_do_not_stand_in_their_boxes(desk) == []


def test_the_flow_run_shows_a_row_for_each_document(mixed):
    _, report = mixed
    shown = [
        artifact.data
        for artifact in newest_artifacts("papersift-run")
        if report.lines[0].source in str(artifact.data)
    ]
    assert len(shown) == 1
    assert [Path(line.source).name in str(shown[0]) for line in report.lines] == [True] * 11


def test_a_second_run_asks_nothing_and_adds_nothing(mixed):
    """Only what could not even be hashed is looked at again, and names the run that did."""

    def published():
        rows = desk.table("documents/*.parquet")
        again = [row.pop("run_id") for row in rows if row["document_id"] is None]
        assert len(again) == 1
        return rows, desk.table("fields/*/*.parquet"), desk.records()

    desk, first = mixed
    before = published()
    asked = len(desk.server.requests)
    report = extract_batch.fn(desk.request())  # without Prefect, which has nothing to do either
    assert len(desk.server.requests) == asked
    assert published() == before
    notes = {Path(line.source).name: line.note for line in report.lines}
    assert notes["a-good.pdf"] == notes["b-twin.pdf"] == notes["i-doubtful.pdf"] == "done before"
    assert notes["c-locked.pdf"] == "failed before"
    assert notes["f-gone.pdf"] == ""
    assert [line.outcome for line in report.lines if line.note != "done before"] == ["failed"] * 5
    assert report.summary.usage.calls == 0
    assert report.summary.found == first.summary.found


def test_a_changed_prompt_asks_again_and_replaces_what_was_there(desk):
    write_note(desk.papers / "a.pdf", number="A", day="2026-11-03", total="5.00")
    desk.run()
    write_note_type(desk.folder, prompt="Mind the second page.\n")
    assert desk.run().lines[0].note == ""
    assert len(desk.server.requests) == 2
    assert "Mind the second page." in desk.server.requests[1].prompt
    assert len(desk.table("records/note/*.parquet")) == 1
    write_note_type(desk.folder)
    assert desk.run().lines[0].note == "done before"
    assert len(desk.server.requests) == 2


def test_an_outage_fails_its_document_alone_and_is_tried_again_by_the_next_run(desk):
    for name in ("A", "B", "C"):
        write_note(desk.papers / f"{name}.pdf", number=name, day="2026-11-03", total="5.00")

    def answer(request: Request) -> Answer:
        if "number: B" in request.prompt:
            return Reply.failure(500, "out of memory", retry_after_s=0)
        return dict(read_off(request))

    desk.server.answers(answer)
    report = desk.run()
    assert [line.outcome for line in report.lines] == ["accepted", "failed", "accepted"]
    [reason] = report.lines[1].reasons
    assert reason.startswith("The model's server answered 500: ")
    assert "out of memory" in reason
    assert report.summary.usage.outages == 3
    assert sorted(map(str, desk.records())) == ["A", "C"]

    desk.server.requests.clear()
    desk.server.answers(read_off)
    report = desk.run()
    assert desk.asked_about() == ["B"]
    assert [line.note for line in report.lines] == ["done before", "", "done before"]
    assert sorted(map(str, desk.records())) == ["A", "B", "C"]
    assert {row["outcome"] for row in desk.table("documents/*.parquet")} == {"accepted"}


def test_a_doubtful_value_becomes_a_record_when_a_person_says_so(desk):
    write_note(desk.papers / "a.pdf", number="A", day="2026-11-03", unsaid="total")
    desk.run()
    assert desk.records() == {}
    with Store.open(desk.out) as store:
        [item] = open_items(store)
        accept(store, item.id, Word(who="anna", now=datetime.now(UTC)), out_dir=desk.out)
    assert desk.records()["A"]["total"] == Decimal(MADE_UP)
    assert desk.records()["A"]["_status"] == "reviewed"
    assert desk.run().lines[0].note == "settled by a person"
    assert len(desk.server.requests) == 1
    assert desk.records()["A"]["total"] == Decimal(MADE_UP)


def test_the_model_chooses_the_type_where_none_is_given(desk):
    write_note(desk.papers / "a.pdf", merchant_name="Kiosk", total="5.00")

    def answer(request: Request) -> Answer:
        if list(request.schema["properties"]) == ["kind"]:
            return {"kind": "Receipt"}
        return {**read_off(request), "line_items": []}

    desk.server.answers(answer)
    report = desk.run(type=None)
    assert report.lines[0].type_name == "receipt"
    assert len(desk.server.requests) == 2
    fields = desk.table("fields/receipt/*.parquet")
    assert {row["field"]: row["value"] for row in fields if row["value"]} == {
        "merchant_name": "Kiosk",
        "total": "5.00",
    }
    assert desk.run(type=None).lines[0].note == "done before"
    assert len(desk.server.requests) == 2


def test_whatever_the_model_copies_from_a_real_page_is_quoted_where_it_stands(desk):
    """Values are cut from the text that the model was sent, also over the ends of its rows."""

    def answer(request: Request) -> Answer:
        text = request.prompt.split("=====")[-2]
        words = text.replace(" | ", " ").split()[1:]
        pieces = iter(range(0, len(words), 7))

        def piece() -> str:
            start = next(pieces, 0)
            return " ".join(words[start : start + 1 + start % 4])

        leaves = [name for name in request.schema["properties"] if name != "line_items"]
        items = [{"description": piece(), "line_total": piece()} for _ in range(20)]
        blank = dict.fromkeys(("quantity", "unit", "unit_price", "tax_rate"))
        return {name: piece() for name in leaves} | {"line_items": [blank | i for i in items]}

    desk.server.answers(answer)
    report = desk.run(paths=(str(SAMPLES / "invoices"),), type="invoice", ocr="off")
    assert {line.outcome for line in report.lines} == {Outcome.IN_REVIEW}
    quoted = [row for row in desk.table("fields/invoice/*.parquet") if row["quote"]]
    assert len(quoted) > 150
    assert quotes_that_do_not_stand_in_their_boxes(desk) == []


def test_a_run_that_fails_as_a_whole_is_noted_as_such(desk):
    write_note(desk.papers / "a.pdf", number="A", day="2026-11-03", total="5.00")
    (desk.out / "records" / "note").mkdir(parents=True)
    (desk.out / "documents").write_text("a file where a folder must be")
    with pytest.raises(PathError, match="can't be written"):
        desk.run()
    (desk.out / "documents").unlink()
    assert desk.run().lines[0].note == "done before"
    with Store.open(desk.out) as store:
        assert [run.state for run in store.runs()] == [RunState.FINISHED, RunState.FINISHED]
    assert sorted(map(str, desk.records())) == ["A"]


def quotes_that_do_not_stand_in_their_boxes(desk: Desk) -> list[tuple[object, str]]:
    """Read every document again; return the quotes that its words in their boxes don't say."""
    wrong = []
    for row in desk.table("fields/*/*.parquet"):
        if row["quote"] is None:
            continue
        page = read_document(Path(str(row["source"])).read_bytes()).pages[row["page"] - 1]  # type: ignore[operator]
        boxes = [Box.model_validate(box) for box in row["boxes"]]  # type: ignore[attr-defined]
        said = " ".join(word.text for word in page.words if any(within(word, b) for b in boxes))
        if said != row["quote"]:
            wrong.append((row["quote"], said))
    return wrong


def within(word: PageWord, box: Box) -> bool:
    own = word.box
    return (
        own.x0 >= box.x0 - 0.01
        and own.y0 >= box.y0 - 0.01
        and own.x1 <= box.x1 + 0.01
        and own.y1 <= box.y1 + 0.01
    )
