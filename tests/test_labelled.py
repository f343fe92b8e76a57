"""What gold says of an extraction, as a labelled record."""

from decimal import Decimal

import pytest

from extractors.judging.judge import Judge
from flows.calibrate.labelled import labelled_of
from schemas.evaluation import JudgedDocument
from schemas.extraction import Doubt, DoubtCode, Extraction, Outcome
from schemas.gold import GoldRecord
from schemas.labelled import Origin
from schemas.shape import shape_of
from tests.builders import INVOICE, NOVEMBER, a_record, document_id

FOUND = {
    "invoice_number": "R-17",
    "seller_name": "Ames",
    "iban": "GB52QZXB99041760283915",
    "due_date": None,
    "buyer_name": None,
    "purchase_order": "PO-1",
    "line_items[0].description": "Paper, A4",
    "line_items[0].line_total": Decimal("100.00"),
}
GOLD = GoldRecord(
    fields={
        "invoice_number": "R-17",
        "seller_name": "Aimes Ltd",
        "iban": None,
        "due_date": None,
        "buyer_name": "Bea",
        "currency": "EUR",
    },
    lists={
        "line_items": (
            {"description": "Paper, A4", "line_total": Decimal("100.00")},
            {"description": "Ink", "line_total": None},
        )
    },
)


def judged(record, gold=GOLD):
    judge = Judge(shape=shape_of(INVOICE), found={field.path: field for field in record.fields})
    return JudgedDocument(
        document_id=document_id(),
        source="a.pdf",
        group="gold",
        type_name="invoice",
        outcome=Outcome.IN_REVIEW,
        fields=judge.fields(gold),
        lists=judge.lists(gold),
    )


def extraction(*records, **more):
    return Extraction(
        document_id=document_id(), type_name="invoice", pages=1, records=records, **more
    )


def labelled(found, judgement):
    return labelled_of(
        found, judgement, model="local/small", asking="fields", recipe_id="r", at=NOVEMBER
    )


@pytest.fixture
def record():
    return a_record(FOUND, doubtful=("iban",))


def test_each_field_is_right_wrong_or_unlabelled(record):
    found = labelled(extraction(record), judged(record))

    assert {field.path: field.right for field in found.fields} == {
        "invoice_number": True,
        "seller_name": False,
        "iban": False,  # gold says that there is none
        "due_date": True,
        "buyer_name": False,  # missed
        "purchase_order": None,
        "line_items[0].description": True,
        "line_items[0].line_total": True,
    }
    assert {field.path for field in found.fields if field.empty} == {"due_date", "buyer_name"}


def test_what_was_not_found_at_all_is_missing(record):
    found = labelled(extraction(record), judged(record))

    assert sorted(found.missing) == ["currency", "line_items[].description"]


def test_signals_and_doubts_come_along(record):
    doubt = Doubt(code=DoubtCode.NO_TEXT, text="page 2 has no text")
    found = labelled(extraction(record, doubts=(doubt,)), judged(record))
    number, iban = found.fields[0], found.fields[2]

    assert number.signals == record.fields[0].signals
    assert (number.doubts, iban.doubts) == ((), (DoubtCode.UNSURE,))
    assert found.doubts == (DoubtCode.NO_TEXT,)
    assert (found.origin, found.whole, found.at) == (Origin.GOLD, True, NOVEMBER)


def test_of_several_records_the_judged_one_is_taken(record):
    other = a_record({"invoice_number": "R-18", "seller_name": "Else"})
    found = labelled(extraction(other, record), judged(record))

    assert len(found.fields) == len(record.fields)
    assert found.fields[0].right is True


def test_gold_that_labels_nothing_shows_nothing(record):
    found = labelled(extraction(record), judged(record, GoldRecord(fields={}, lists={})))

    assert not found.whole
    assert {field.right for field in found.fields} == {None}


def test_two_documents_cannot_be_joined(record):
    other = judged(record).model_copy(update={"document_id": document_id("b")})

    with pytest.raises(ValueError, match="two documents"):
        labelled(extraction(record), other)
