"""Masked fields: their values stand in no reason, table or report; only a reviewer sees them."""

from __future__ import annotations

import pytest
from builders import a_record

from extractors.masking import HIDDEN
from extractors.route import CLOSED, route
from schemas.catalogue import built_in_type
from schemas.doctype import as_markdown, read_type
from schemas.errors import TypeFileError
from schemas.extraction import CheckResult, Doubt, DoubtCode, Extraction

INVOICE = built_in_type("invoice")
IBAN = "DE75512108001245126199"
NAME = "Quillback Farm Ltd"
VALUES = {"invoice_number": "R-17", "seller_name": NAME, "buyer_name": NAME, "iban": IBAN}


def doubted(**doubts: tuple[DoubtCode, str]) -> Extraction:
    """Return an invoice with these doubts, by field."""
    record = a_record(VALUES)
    fields = tuple(
        field.model_copy(
            update={"doubts": (Doubt(code=doubts[field.path][0], text=doubts[field.path][1]),)}
        )
        if field.path in doubts
        else field
        for field in record.fields
    )
    differ = CheckResult(
        name="differ",
        verdict="failed",
        text=f"seller_name and buyer_name are both '{NAME}'",
        fields=("seller_name", "buyer_name"),
    )
    record = record.model_copy(update={"fields": fields, "checks": (differ,)})
    about_all = (Doubt(code=DoubtCode.E_INVOICE, text=f"it is for {NAME.lower()}"),)
    return Extraction(
        document_id="a" * 64, type_name="invoice", pages=1, records=(record,), doubts=about_all
    )


DIFFER = (DoubtCode.CHECK_FAILED, f"seller_name and buyer_name are both '{NAME}'")
NO_IBAN = (DoubtCode.CHECK_FAILED, f"iban: '{IBAN}' is no valid IBAN")


def test_a_masked_fields_value_is_in_no_reason_of_its_own_or_anothers():
    extraction = doubted(iban=NO_IBAN, buyer_name=DIFFER, seller_name=DIFFER)
    told = route(extraction, INVOICE.policy, mask=("iban", "buyer_name"))
    assert told.reasons[0] == f"it is for {HIDDEN}"
    assert "seller_name, buyer_name, iban: a check failed" in told.reasons
    assert IBAN not in str(told.reasons)
    assert NAME.lower() not in str((told.reasons, told.document_reasons)).lower()


def test_the_reviewer_sees_them_and_without_a_mask_nothing_is_hidden():
    extraction = doubted(iban=NO_IBAN)
    told = route(extraction, INVOICE.policy, mask=("iban",))
    [iban] = [field for field in told.records[0].record.fields if field.path == "iban"]
    assert iban.doubts[0].text == NO_IBAN[1]
    assert f"iban: {NO_IBAN[1]}" in route(extraction, INVOICE.policy, CLOSED).reasons


NOTE = """\
---
name: note
fields:
  number: {kind: identifier, description: number of the note}
  holder: {kind: text, description: name of the holder}
mask: [holder]
policy:
  require: [number, holder]
---
Copy what the note says.
"""


def test_mask_is_part_of_the_file_and_of_no_recipe(tmp_path):
    path = tmp_path / "note.md"
    path.write_text(NOTE, encoding="utf-8")
    doctype = read_type(path)
    assert doctype.mask == ("holder",)
    path.write_text(as_markdown(doctype), encoding="utf-8")
    assert read_type(path).mask == ("holder",)
    path.write_text(NOTE.replace("mask: [holder]\n", ""), encoding="utf-8")
    assert read_type(path).content_hash == doctype.content_hash
    path.write_text(NOTE.replace("mask: [holder]", "mask: [owner]"), encoding="utf-8")
    with pytest.raises(TypeFileError, match="'owner' is no field"):
        read_type(path)
