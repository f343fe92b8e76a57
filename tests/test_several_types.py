"""A file of documents of several types: each record in the table of its own type, all the way."""

from __future__ import annotations

import json
from decimal import Decimal

import openai
import pytest
from builders import INVOICE, a_record
from builders import RECEIPT as RECEIPT_TYPE
from calibrations import allow, open_dial
from documents import joined, scan
from e_invoices import cii, holding
from several_papers import ANNA, MIXED, ONE, RECEIPT, TWO, Desk, read

from extractors.asking.call import Caller
from extractors.einvoice.extract import with_embedded
from extractors.read import read_document
from extractors.route import Rules, route_by
from extractors.splitting.typed import typed
from flows.bench import opened_bench
from flows.calibrate.state import dial_states
from flows.export.export import export
from flows.inputs import find_inputs
from flows.review.decide import accept, correct, open_items, show_item
from flows.shown.table import rows
from flows.shown.tally import Tally
from flows.store.store import Store
from schemas.catalogue import built_in_type
from schemas.extraction import Doubt, DoubtCode, Extraction, Outcome
from schemas.review import Correction
from schemas.run import Standing


@pytest.fixture
def desk(tmp_path, model_server) -> Desk:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/mixed.pdf").write_bytes(MIXED)
    return Desk(tmp_path, model_server.answers(read))


def test_each_document_gives_a_record_of_its_own_type(desk):
    allow(desk.request())
    [line] = desk.run()
    assert (line.outcome, line.types) == ("accepted", ("invoice", "receipt"))
    invoices, [receipt] = desk.rows("records/invoice/*.parquet"), desk.rows("records/receipt/*")
    assert [
        (row["invoice_number"], row["_record"], row["_first_page"], row["_last_page"])
        for row in invoices
    ] == [(ONE.number, 0, 1, 1), (TWO.number, 2, 4, 5)]
    assert (receipt["merchant_name"], receipt["total"]) == ("Kiosk Central", Decimal("3.10"))
    assert (receipt["_record"], receipt["_first_page"], receipt["_last_page"]) == (1, 2, 2)
    [document] = desk.rows("documents/*.parquet")
    assert (document["type"], document["types"]) == ("invoice", ["invoice", "receipt"])
    assert (document["records"], document["pages_aside"]) == (3, ["3: blank"])
    fields = {row["field"] for row in desk.rows("fields/receipt/*.parquet")}
    assert {"merchant_name", "total"} <= fields
    with Store.open(desk.out) as store:
        for name in ("invoice", "receipt"):
            file = desk.folder / f"{name}.jsonl"
            export(store, desk.out, "documents", file, format="jsonl", type_name=name)
            assert json.loads(file.read_text())["types"] == ["invoice", "receipt"]
    assert "invoice_number" not in fields


def test_each_record_has_the_recipe_of_its_type_and_nothing_is_asked_again(desk):
    allow(desk.request())
    desk.run()
    asked = len(desk.server.requests)
    [line] = desk.run()
    assert (line.note, len(desk.server.requests)) == ("done before", asked)
    with opened_bench(desk.request()) as bench:
        recipes = {each.name: bench.recipe(each).id for each in bench.types}
        [run, _] = bench.store.runs()
    assert {row["_recipe"] for row in desk.rows("records/invoice/*")} == {recipes["invoice"]}
    assert {row["_recipe"] for row in desk.rows("records/receipt/*")} == {recipes["receipt"]}
    assert {recipes["invoice"], recipes["receipt"]} <= set(run.recipe_ids)


def test_a_file_is_done_anew_if_one_of_its_types_has_changed(desk):
    desk.run()
    with opened_bench(desk.request()) as bench:
        invoice, receipt = (bench.recipe(built_in_type(each)) for each in ("invoice", "receipt"))
        [document] = find_inputs(desk.request().paths).inputs
        changed = receipt.model_copy(update={"type_hash": "of another prompt"}).id
        known = {
            name: bench.store.state_of([document.document_id], *ids)[document.document_id].standing
            for name, ids in {
                "as it was": (invoice.id, receipt.id),
                "receipts changed": (invoice.id, changed),
                "invoices alone": (invoice.id,),
            }.items()
        }
    assert known == {
        "as it was": Standing.DONE,
        "receipts changed": Standing.NEW,
        "invoices alone": Standing.NEW,
    }


def test_a_run_of_one_type_takes_nothing_that_holds_another(desk):
    desk.run()
    for name in ("invoice", "receipt"):
        [line] = desk.run(type=name)
        assert (line.note, line.types) == ("", (name,))
    asked = len(desk.server.requests)
    [line] = desk.run(type="invoice")
    assert (line.note, len(desk.server.requests)) == ("done before", asked)
    assert [row["types"] for row in desk.rows("documents/*")] == [["invoice"]]
    assert {row["record"] for row in desk.rows("fields/invoice/*")} == {0, 1, 2}
    assert desk.rows("fields/receipt/*") == []


def test_the_dial_of_each_type_decides_on_its_records(desk):
    with opened_bench(desk.request()) as bench:
        open_dial(bench.store, INVOICE, bench.recipe(INVOICE))
    [line] = desk.run()
    assert line.outcome is Outcome.IN_REVIEW
    assert len(desk.rows("records/invoice/*")) == 2
    assert desk.rows("records/receipt/*") == []
    with Store.open(desk.out) as store:
        [item] = open_items(store)
        assert (item.type_name, item.record) == ("receipt", 1)
        assert open_items(store, "invoice") == ()
        assert (store.waiting_items("receipt"), store.waiting_items("invoice")) == (1, 0)
    asked = len(desk.server.requests)
    calibration = allow(desk.request())
    [line] = desk.run()
    assert (line.outcome, line.types) == (Outcome.ACCEPTED, ("invoice", "receipt"))
    assert len(desk.server.requests) == asked
    assert [row["total"] for row in desk.rows("records/receipt/*")] == [Decimal("3.10")]
    with Store.open(desk.out) as store:
        accepted = [store.accepted_since(name, calibration.id) for name in ("invoice", "receipt")]
        dials = {each.type_name: each.open for each in dial_states(store)}
    assert accepted == [2, 1]
    assert dials == {"invoice": True, "receipt": True}


def test_a_record_of_the_rarer_type_is_corrected_and_published(desk):
    desk.run()
    with Store.open(desk.out) as store:
        items = {(each.type_name, each.record): each.id for each in open_items(store)}
        assert sorted(items) == [("invoice", 0), ("invoice", 2), ("receipt", 1)]
        item_id = items["receipt", 1]
        shown = show_item(store, item_id)
        assert (shown.type_name, shown.type_title, shown.pages) == ("receipt", "Receipt", (2, 2))
        assert shown.account[0] == "record 2 of 3, page 2 of 5"
        assert {"merchant_name", "total"} <= {field.path for field in shown.fields}
        correct(store, item_id, [Correction(path="total", text="3.20")], ANNA, out_dir=desk.out)
        accept(store, item_id, ANNA, out_dir=desk.out, everything=True)
        [labelled] = store.settled_records("anything", "whole")
        history = store.sender_history("receipt", ("merchant_name",))
    [row] = desk.rows("records/receipt/*")
    assert (row["total"], row["_status"]) == (Decimal("3.20"), "reviewed")
    assert desk.rows("records/invoice/*") == []
    wrong = {field.path for field in labelled.fields if field.right is False}
    assert (labelled.type_name, wrong) == ("receipt", {"total"})
    assert len(history.documents) == 1


def test_a_second_reading_compares_each_record_with_the_same_type(desk):
    desk.run(second="anything")
    fields = [*desk.rows("fields/invoice/*"), *desk.rows("fields/receipt/*")]
    agrees = {
        row["field"]: json.loads(row["signals"])["agrees"]
        for row in fields
        if row["field"] in ("invoice_number", "merchant_name", "total")
    }
    assert agrees == {"invoice_number": True, "merchant_name": True, "total": True}
    told = [each.prompt for each in desk.server.requests if RECEIPT_TYPE.prompt in each.prompt]
    first = [text.index(RECEIPT_TYPE.prompt) < text.index("Kiosk Central") for text in told]
    assert first == [False, True], "the second reader is told first what to do"


def test_a_part_without_text_is_taken_for_the_commonest_type_and_named(model_server):
    server = model_server.answers(read)
    document = read_document(joined(scan(RECEIPT), ONE.pdf(), RECEIPT, TWO.pdf()))
    with openai.OpenAI(base_url=server.base_url, api_key="none", max_retries=0) as client:
        found = typed(document, (INVOICE, built_in_type("receipt")), Caller(client, "m"))
    assert [each.name for each in found.types] == ["invoice", "invoice", "receipt", "invoice"]
    assert [each.text for each in found.doubts] == [
        "page 1: there is no text to tell its type by; it was taken for 'invoice'"
    ]


def test_each_record_is_masked_as_its_type_says():
    records = (
        a_record({"invoice_number": "R-17", "iban": "DE89370400440532013000"}),
        a_record({"merchant_name": "R-17"}, RECEIPT_TYPE).model_copy(
            update={"type_name": "receipt"}
        ),
    )
    doubt = Doubt(code=DoubtCode.REPAIRED, text="R-17 and DE89370400440532013000 may be missing")
    extraction = Extraction(
        document_id="d", type_name="invoice", pages=2, records=records, doubts=(doubt,)
    )
    told = route_by(
        extraction,
        {
            "invoice": Rules(INVOICE.policy, mask=("iban",)),
            "receipt": Rules(RECEIPT_TYPE.policy),
        },
    )
    assert told.document_reasons == ("R-17 and ••• may be missing",)


def test_an_e_invoice_stands_for_the_first_record_of_its_type():
    document = read_document(joined(RECEIPT, holding(cii())))
    declared = read_document(holding(cii()), embedded=True).e_invoice
    document = document.model_copy(update={"e_invoice": declared})
    records = (
        a_record({"merchant_name": "Kiosk Central"}, RECEIPT_TYPE).model_copy(
            update={"type_name": "receipt", "pages": (1, 1)}
        ),
        a_record({"invoice_number": "misread"}).model_copy(
            update={"type_name": "invoice", "pages": (2, 2)}
        ),
    )
    extraction = Extraction(document_id="d", type_name="receipt", pages=2, records=records)
    receipt, invoice = with_embedded(extraction, document, INVOICE).records
    assert receipt == records[0]
    [number] = [each for each in invoice.fields if each.path == "invoice_number"]
    assert (number.value, number.signals.embedded) == (declared.invoice_number, "agrees")
    assert invoice.pages == (2, 2)


def test_stand_ins_go_back_into_records_of_each_type(desk):
    [line] = desk.run(redact=True)
    assert line.types == ("invoice", "receipt")
    values = {row["field"]: row["value"] for row in desk.rows("fields/receipt/*")}
    assert (values["merchant_name"], values["total"]) == ("Kiosk Central", "3.10")


def test_a_run_counts_a_file_among_each_of_its_types(desk):
    [line] = desk.run()
    tally = Tally()
    tally.add(line)
    assert (tally.found, tally.types) == (1, {"invoice": 1, "receipt": 1})
    [row] = rows([line], {}, None)
    assert row["type"] == "invoice, receipt"
