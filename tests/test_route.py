"""The policy decides who is accepted, who is looked at, and what is withheld."""

from decimal import Decimal

import pytest

from extractors.route import route
from schemas.doctype import Policy
from schemas.extraction import Doubt, DoubtCode, ExtractedRecord, Extraction, FieldResult, Outcome
from schemas.kinds import Kind

POLICY = Policy(require=("number", "total"), review=("tax", "items[].amount"))
UNSURE = Doubt(code=DoubtCode.UNSURE, text="the model isn't sure")
MISSING = Doubt(code=DoubtCode.MISSING, text="not found in the document")
NOWHERE = Doubt(code=DoubtCode.NOT_ON_PAGE, text="stands nowhere on the pages")
NO_TEXT = Doubt(code=DoubtCode.NO_TEXT, text="page 2 has no text")


def field(path, *doubts, value="5.00"):
    return FieldResult(
        path=path,
        kind=Kind.AMOUNT,
        raw=value,
        value=None if value is None else Decimal(value),
        doubts=doubts,
    )


def extraction(*records, doubts=()):
    return Extraction(
        document_id="0" * 64,
        type_name="invoice",
        pages=1,
        records=tuple(ExtractedRecord(fields=tuple(fields)) for fields in records),
        doubts=doubts,
    )


WAYS = {
    "all is sure": ([field("number"), field("total")], ("accepted", (), ())),
    "a required field is unsure": (
        [field("number"), field("total", UNSURE)],
        ("in_review", ("total",), ()),
    ),
    "a required field is missing": (
        [field("number", MISSING, value=None), field("total")],
        ("in_review", ("number",), ()),
    ),
    "a reviewed field is unsure": ([field("tax", UNSURE)], ("in_review", ("tax",), ())),
    "a reviewed field that isn't there": ([field("tax", value=None)], ("accepted", (), ())),
    "another field is unsure": ([field("note", UNSURE)], ("accepted", (), ("note",))),
    "another field without a value": (
        [field("note", UNSURE, value=None)],
        ("accepted", (), ()),
    ),
    "a reviewed leaf of an item": (
        [field("items[0].amount"), field("items[11].amount", NOWHERE)],
        ("in_review", ("items[11].amount",), ()),
    ),
    "another leaf of an item": (
        [field("items[0].unit", UNSURE)],
        ("accepted", (), ("items[0].unit",)),
    ),
    "doubtful and withheld at once": (
        [field("note", UNSURE), field("total", UNSURE)],
        ("in_review", ("total",), ("note",)),
    ),
    "no fields": ([], ("accepted", (), ())),
}


@pytest.mark.parametrize(("fields", "way"), WAYS.values(), ids=WAYS)
def test_way_of_a_record(fields, way):
    routing = route(extraction(fields), POLICY)
    (record,) = routing.records
    assert (record.outcome, record.doubtful, record.withheld) == way
    assert routing.outcome == record.outcome


def test_empty_policy_accepts_and_withholds_what_is_unsure():
    (record,) = route(extraction([field("total", UNSURE)]), Policy()).records
    assert (record.outcome, record.withheld) == (Outcome.ACCEPTED, ("total",))


def test_doubt_about_the_document_sends_all_of_it_to_review():
    routing = route(extraction([field("total")], [field("total")], doubts=(NO_TEXT,)), POLICY)
    assert routing.outcome is Outcome.IN_REVIEW
    assert [record.outcome for record in routing.records] == [Outcome.IN_REVIEW] * 2
    assert [record.doubtful for record in routing.records] == [(), ()]
    assert routing.reasons == ("page 2 has no text",)


def test_document_is_accepted_only_if_all_its_records_are():
    routing = route(extraction([field("total")], [field("total", UNSURE)]), POLICY)
    assert [record.outcome for record in routing.records] == [Outcome.ACCEPTED, Outcome.IN_REVIEW]
    assert routing.outcome is Outcome.IN_REVIEW


def test_document_without_records_is_looked_at():
    assert route(extraction(), POLICY).outcome is Outcome.IN_REVIEW


REASONS = {
    "nothing to say": ([field("total"), field("note", UNSURE)], ()),
    "one line a field, its first doubt": (
        [field("total", NOWHERE, UNSURE), field("number", MISSING, value=None)],
        ("total: stands nowhere on the pages", "number: not found in the document"),
    ),
    "one row of a list": (
        [field("items[3].amount", UNSURE)],
        ("items[3].amount: the model isn't sure",),
    ),
    "rows of a list together": (
        [field("items[0].amount", UNSURE), field("tax", UNSURE), field("items[2].amount", NOWHERE)],
        ("items[].amount (2 rows), tax: the model isn't sure",),
    ),
}


@pytest.mark.parametrize(("fields", "reasons"), REASONS.values(), ids=REASONS)
def test_reasons(fields, reasons):
    assert route(extraction(fields), POLICY).reasons == reasons


def test_reasons_begin_with_the_document():
    routing = route(extraction([field("total", UNSURE)], doubts=(NO_TEXT,)), POLICY)
    assert routing.reasons == ("page 2 has no text", "total: the model isn't sure")
