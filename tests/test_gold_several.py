"""Gold of files with several records: read, judged record by record, and written by review."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from builders import INVOICE, RECEIPT, Values, a_record, document_id
from several_papers import ANNA, MIXED, Desk, read

from flows.cli.evaluate_views import print_evaluation
from flows.evaluate.comparison import compare
from flows.evaluate.flow import evaluate
from flows.evaluate.gold import GoldDocument, read_gold
from flows.evaluate.judging_file import judge_file
from flows.evaluate.report import write_report
from flows.evaluate.request import EvaluationRequest, parts_of
from flows.evaluate.selection import chosen
from flows.evaluate.statistics import statistics
from flows.gold_export import export_gold
from flows.review.decide import accept, open_items
from flows.store.given import Given
from flows.store.store import Store
from schemas.doctype import DocumentType
from schemas.errors import InputError
from schemas.evaluation import Verdict
from schemas.extraction import ExtractedRecord, Extraction, Outcome, Usage
from schemas.gold import GoldRecord
from schemas.parts import PageRange

TYPES = {"invoice": INVOICE, "receipt": RECEIPT}
FIRST = {"doctype": "invoice", "pages": [1, 2], "record": {"invoice_number": "R-1"}}
SECOND = {"doctype": "receipt", "pages": [3, 3], "record": {"total": "3.10", "currency": None}}


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold/a.pdf").write_bytes(MIXED)
    return tmp_path / "gold"


def written(folder: Path, *records: object) -> tuple[GoldDocument, ...]:
    (folder / "a.json").write_text(json.dumps({"records": records}))
    return read_gold([str(folder)])


# Reading


def test_each_record_is_gold_with_its_pages(folder):
    one, two = written(folder, FIRST, SECOND)
    assert (one.type_name, one.pages, one.record.fields) == (
        "invoice",
        (1, 2),
        {"invoice_number": "R-1"},
    )
    assert (two.type_name, two.pages, two.whole) == ("receipt", (3, 3), True)
    assert two.record.fields == {"total": Decimal("3.10"), "currency": None}
    assert one.document_id == two.document_id


def test_a_line_of_a_truth_file_may_name_several(folder):
    line = json.dumps({"pdf": "a.pdf", "records": [FIRST, SECOND]})
    (folder / "truth.jsonl").write_text(line)
    assert [each.pages for each in read_gold([str(folder)])] == [(1, 2), (3, 3)]


def test_a_record_that_is_alone_need_not_name_its_pages(folder):
    [found] = written(folder, {"doctype": "receipt", "record": {"total": "3.10"}})
    assert (found.pages, found.whole) == (None, True)


BAD = {
    "no pages": ([FIRST, {**SECOND, "pages": None}], "record 2: 'pages' must be its first and"),
    "pages as text": ([FIRST, {**SECOND, "pages": "34"}], "record 2: 'pages' must be its first"),
    "pages backwards": ([FIRST, {**SECOND, "pages": [4, 3]}], "record 2: 'pages' must be its"),
    "pages twice": ([FIRST, {**SECOND, "pages": [2, 3]}], "record 2: page 2 belongs to another"),
    "no record": ([FIRST, {"doctype": "receipt"}], "record 2: it must look like"),
    "a field that the type has not": (
        [FIRST, {**SECOND, "record": {"iban": "x"}}],
        "record 2: the type 'receipt' has no field 'iban'",
    ),
    "none": ([], "it is no gold. It must look like"),
}


@pytest.mark.parametrize(("records", "message"), BAD.values(), ids=BAD)
def test_bad_gold_is_told(folder, records, message):
    with pytest.raises(InputError) as told:
        written(folder, *records)
    assert message in str(told.value)


def test_other_gold_for_the_same_file_is_refused(folder):
    written(folder, FIRST, SECOND)
    (folder / "b.pdf").write_bytes(MIXED)
    (folder / "b.json").write_text(json.dumps({"doctype": "invoice", "record": {}}))
    with pytest.raises(InputError, match="has another record for the same document"):
        read_gold([str(folder)])


def test_a_file_is_drawn_with_all_its_records(folder):
    gold = written(folder, FIRST, SECOND)
    assert chosen(gold, half=None, limit=1, seed=0) == gold


def test_the_model_chooses_the_types_of_a_file_that_holds_several(folder):
    gold = written(folder, FIRST, SECOND)
    request = EvaluationRequest(gold=(str(folder),))
    [part] = parts_of(request, gold)
    assert (part.batch.type, len(part.batch.paths)) == (None, 1)
    [alike] = parts_of(request, written(folder, FIRST, {**FIRST, "pages": [3, 4]}))
    assert alike.batch.type == "invoice"


def test_of_several_types_none_may_be_of_ones_own(folder):
    (folder / "note.md").write_text(
        "---\nname: note\ntitle: Note\nfields:\n  day: {kind: date, description: day}\n---\nCopy."
    )
    gold = written(folder, FIRST, {"doctype": "note.md", "pages": [3, 3], "record": {}})
    with pytest.raises(InputError, match="chooses only among invoice, receipt, ad_order"):
        parts_of(EvaluationRequest(gold=(str(folder),)), gold)


# Judging


def labelled(doctype: DocumentType, pages: PageRange, **values: object) -> GoldDocument:
    return GoldDocument(
        source="a.pdf",
        document_id=document_id(),
        group="gold",
        type_name=doctype.name,
        type_given=doctype.name,
        record=GoldRecord(fields=values, lists={}),
        pages=pages,
        whole=True,
    )


def found(doctype: DocumentType, pages: PageRange, values: Values) -> ExtractedRecord:
    return a_record(values, doctype).model_copy(update={"pages": pages, "type_name": doctype.name})


def given(*records: ExtractedRecord) -> Given:
    extraction = Extraction(
        document_id=document_id(), type_name="invoice", pages=6, records=records
    )
    return Given(extraction, "", 2.0, Usage(calls=1), Decimal(0))


GOLD = (
    labelled(INVOICE, (1, 2), invoice_number="R-1", grand_total=Decimal(10), iban=None),
    labelled(RECEIPT, (3, 3), total=Decimal("3.10"), currency=None),
    labelled(INVOICE, (4, 6), invoice_number="R-2", grand_total=Decimal(20)),
)


def test_records_are_paired_by_pages_and_type():
    judged = judge_file(
        GOLD,
        TYPES,
        given(
            found(INVOICE, (1, 2), {"invoice_number": "R-1", "grand_total": Decimal(11)}),
            found(INVOICE, (3, 4), {"invoice_number": "R-3", "net_total": None}),
            found(INVOICE, (5, 6), {"invoice_number": "R-2"}),
        ),
        {},
    )
    assert [(each.type_name, each.record_pages, each.standing) for each in judged] == [
        ("invoice", (1, 2), "found"),
        ("receipt", (3, 3), "missed"),
        ("invoice", (4, 6), "found"),
        ("invoice", (3, 4), "extra"),
    ]
    assert [{f.path: f.verdict for f in each.fields} for each in judged] == [
        {
            "invoice_number": Verdict.RIGHT,
            "grand_total": Verdict.WRONG,
            "iban": Verdict.ABSENT,
        },
        {"total": Verdict.MISSED},
        {"invoice_number": Verdict.RIGHT, "grand_total": Verdict.MISSED},
        {"invoice_number": Verdict.INVENTED},
    ]
    assert [each.seconds for each in judged] == [2.0, 0.0, 0.0, 0.0], "the file took it once"


def test_of_a_failed_file_every_record_is_missed():
    failed = Given(None, "it is encrypted", 1.0, Usage(), Decimal(0))
    judged = judge_file(GOLD, TYPES, failed, {})
    assert {(each.standing, each.outcome, each.problem) for each in judged} == {
        ("missed", Outcome.FAILED, "it is encrypted")
    }
    assert {f.verdict for each in judged for f in each.fields} == {Verdict.MISSED}


# All the way


@pytest.fixture
def settled(tmp_path, model_server) -> Desk:
    """A desk at which the file of two invoices and a receipt was settled, and written as gold."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in/mixed.pdf").write_bytes(MIXED)
    desk = Desk(tmp_path, model_server.answers(read))
    desk.run()
    with Store.open(desk.out) as store:
        for item in open_items(store):
            accept(store, item.id, ANNA, out_dir=desk.out, everything=True)
        told = export_gold(store, tmp_path / "gold")
    assert (len(told.added), told.skipped, told.own_types) == (1, (), ())
    return desk


def test_what_review_settled_is_gold_for_the_eval(settled, prefect_server, capsys):
    folder = settled.folder
    assert [(each.type_name, each.pages) for each in read_gold([str(folder / "gold")])] == [
        ("invoice", (1, 1)),
        ("receipt", (2, 2)),
        ("invoice", (4, 5)),
    ]
    request = EvaluationRequest(
        gold=(str(folder / "gold"),),
        model="anything",
        base_url=settled.server.base_url,
        out=folder / "eval",
    )
    before = evaluate(request)
    figures = statistics(before)
    assert (figures.documents, figures.whole.accuracy.share) == (1, 1.0)
    assert figures.records.model_dump() == {"found": 3, "missed": 0, "extra": 0}
    settled.server.answers(
        lambda asked: {"kind": "Invoice"} if "kind" in asked.schema["properties"] else read(asked)
    )
    after = evaluate(request.model_copy(update={"again": True}))
    figures = statistics(after)
    assert figures.records.model_dump() == {"found": 2, "missed": 1, "extra": 1}
    assert [(each.standing, each.type_name) for each in after.documents] == [
        ("found", "invoice"),
        ("missed", "receipt"),
        ("found", "invoice"),
        ("extra", "invoice"),
    ]
    moved = compare(after, before)
    assert {move.now.path for move in moved.became_wrong} >= {"merchant_name", "date", "total"}
    print_evaluation(after, figures, moved, kept=Path("kept.json"), report=Path("report.html"))
    said = "3 records in 1 documents: 2 found, 1 missed, 1 that gold has not"
    assert said in capsys.readouterr().out
    write_report(after, folder / "report.html")
    html = (folder / "report.html").read_text()
    assert "3 records: 2 found, 1 missed, 1 that gold hasn’t" in html
    assert ".pdf, page 2: not found" in html
