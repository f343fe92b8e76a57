"""What is nobody else's stays here: the model reads stand-ins, the record has the originals."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import documents
import pytest
from asked_invoice import PUTS, WHOLE, choose
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban, luhn

from extractors.read import read_document
from extractors.redacting.find import secrets_in
from extractors.redacting.redact import redact
from flows.bench import opened_bench
from flows.document import extract_and_keep
from flows.inputs import find_inputs
from flows.store.tables import FieldRow
from schemas.batch import BatchRequest

IBAN = "DE75 5121 0800 1245 1261 99"
WRAPPED = ("FR76 3000 6000 0112", "3456 7890 189")
CARD = "4111-1111-1111-1111"
MAIL = "Kasse.Nord@muster-handels.example"
SECRET_PUTS = [
    *PUTS,
    (50.0, 300.0, f"IBAN {IBAN}"),
    (50.0, 316.0, f"Card {CARD}, mail {MAIL}"),
    (50.0, 340.0, WRAPPED[0]),
    (50.0, 352.0, WRAPPED[1]),
    (400.0, 300.0, "IBAN:DE88200800000970375700"),
]
PARTS = [
    *IBAN.split()[1:],
    *WRAPPED[0].split()[1:],
    *WRAPPED[1].split(),
    "DE75512108001245126199",
    "DE88200800000970375700",
    "4111-1111",
    "4111111111111111",
    "Kasse.Nord",
    "muster-handels",
    "muster-handels".upper(),
]
PARTS = [part for part in PARTS if len(part) > 2]
"""Two digits of a number stand in many others."""

FOUND = {
    "an account number in groups": (f"zu IBAN {IBAN} BIC", [IBAN]),
    "one glued to its label": ("IBAN:DE75512108001245126199.", ["DE75512108001245126199"]),
    "one in small letters": ("iban de75512108001245126199", ["de75512108001245126199"]),
    "one with wrong check digits": ("DE76 5121 0800 1245 1261 99", []),
    "a card": ("Visa 4111 1111 1111 1111 exp", ["4111 1111 1111 1111"]),
    "a card of fifteen": ("3782 822463 10005", ["3782 822463 10005"]),
    "a long number that is none": ("order 4111111111111112", []),
    "an address": ("an <a.b+c@d-e.example.org>, ja", ["a.b+c@d-e.example.org"]),
    "amounts": ("1.234,50 2.345,60 EUR", []),
}


@pytest.mark.parametrize(("text", "found"), FOUND.values(), ids=FOUND)
def test_what_is_found(text, found):
    assert [text[each.start : each.end] for each in secrets_in(text)] == found


def test_stand_ins_are_valid_alike_and_always_the_same():
    document = read_document(documents.pdf(SECRET_PUTS))
    redaction = redact(document)
    assert redaction == redact(document)
    for shown, real in redaction.pairs:
        assert len(shown) == len(real)
        assert shown != real
        marks = [each for each in real if not each.isalnum()]
        assert [each for each in shown if not each.isalnum()] == marks
        if "@" not in shown:
            bare = shown.replace(" ", "").replace("-", "")
            assert iban.is_valid(bare) or luhn.is_valid(bare)
    assert [page.words[0].box for page in redaction.document.pages] == [
        page.words[0].box for page in document.pages
    ]


def test_the_same_number_in_two_forms_has_one_stand_in():
    document = read_document(documents.letter(f"{IBAN}\nor {IBAN.replace(' ', '')}"))
    shown = [each for each, _ in redact(document).pairs]
    assert shown[0].replace(" ", "") == shown[1].replace(" ", "")


@settings(deadline=None, max_examples=25)
@given(st.text("DEFRGB0123456789 .-@ax", max_size=60))
def test_no_text_breaks_it_and_nothing_changes_its_length(text):
    document = read_document(documents.letter(text or "x"))
    redaction = redact(document)
    for page, other in zip(document.pages, redaction.document.pages, strict=True):
        assert [len(word.text) for word in page.words] == [len(w.text) for w in other.words]


@pytest.mark.parametrize("asking", ["whole", "fields"])
def test_no_byte_to_the_model_has_an_original_and_the_record_has_them_all(
    asking, tmp_path, model_server
):
    def copied(request):
        shown = next(row for row in request.prompt.splitlines() if row.startswith("IBAN "))
        return {**WHOLE, "iban": shown.split(" | ")[0].removeprefix("IBAN ")}

    model_server.answers(choose if asking == "fields" else copied)
    source = tmp_path / "a.pdf"
    source.write_bytes(documents.pdf(SECRET_PUTS))
    request = BatchRequest(
        paths=(str(source),),
        type="invoice",
        model="anything",
        base_url=model_server.base_url,
        asking=asking,
        second="anything",
        redact=True,
        out=tmp_path / "out",
    )
    with opened_bench(request) as bench:
        now = datetime(2026, 11, 28, tzinfo=UTC)
        run_id = bench.store.begin_run(paths=request.paths, model="m", now=now)
        extract_and_keep(bench, find_inputs(request.paths).inputs[0], run_id)
        with bench.store.reading() as session:
            rows = {row.path: row for row in session.query(FieldRow)}
    sent = "\n".join(json.dumps(each.body, ensure_ascii=False) for each in model_server.requests)
    assert len(model_server.requests) >= 2
    assert [part for part in PARTS if part in sent] == []
    quotes = {IBAN: "DE75512108001245126199", " ".join(WRAPPED): "FR7630006000011234567890189"}
    assert quotes[rows["iban"].quote] == rows["iban"].value
    assert rows["grand_total"].value == "48.60"
