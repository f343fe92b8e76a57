"""The dial decides who is accepted, doubts who is looked at, and the policy what is withheld."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.route import CLOSED, LEAST_SURE, route
from schemas.doctype import Policy
from schemas.extraction import (
    Doubt,
    DoubtCode,
    ExtractedRecord,
    Extraction,
    FieldResult,
    Outcome,
    Signals,
)
from schemas.kinds import Kind
from schemas.target import Dial, Target

POLICY = Policy(require=("number", "total"), review=("tax", "items[].amount"))
OPEN = Dial(target=Target(error=0.05), threshold=0.5)
MISSING = Doubt(code=DoubtCode.MISSING, text="not found in the document")
NOWHERE = Doubt(code=DoubtCode.NOT_ON_PAGE, text="stands nowhere on the pages")
TWO_WAYS = Doubt(code=DoubtCode.AMBIGUOUS, text="may also be 2")
NO_TEXT = Doubt(code=DoubtCode.NO_TEXT, text="page 2 has no text")
SURE, UNSURE = 0.98, 0.7


def field(path, confidence=SURE, *doubts, value="5.00", **more):
    return FieldResult(
        path=path,
        kind=Kind.AMOUNT,
        raw=value,
        value=None if value is None else Decimal(value),
        confidence=confidence,
        doubts=doubts,
        **more,
    )


def empty(path, confidence=SURE, *doubts, **more):
    return field(path, confidence, *doubts, value=None, **more)


def extraction(*records, doubts=()):
    return Extraction(
        document_id="0" * 64,
        type_name="invoice",
        pages=1,
        records=tuple(ExtractedRecord(fields=tuple(fields)) for fields in records),
        doubts=doubts,
    )


def way(fields, dial=OPEN, policy=POLICY):
    (record,) = route(extraction(fields), policy, dial).records
    return record


def doubt_at(record, path):
    """Return the text of the only doubt that a routed record has of a field."""
    [found] = [each for each in record.record.fields if each.path == path]
    [doubt] = found.doubts
    return doubt.code, doubt.text


WAYS = {
    "all is sure": ([field("number"), field("total")], ("accepted", (), ())),
    "one is unsure and the score clears the dial": (
        [field("number"), field("total", UNSURE)],
        ("accepted", (), ()),
    ),
    "the score misses the dial": (
        [field("number", UNSURE), field("total", UNSURE)],
        ("in_review", ("number", "total"), ()),
    ),
    "a required field is missing": (
        [empty("number", SURE, MISSING), field("total")],
        ("in_review", ("number",), ()),
    ),
    "a reviewed field is in doubt, however sure": (
        [field("tax", 1.0, TWO_WAYS)],
        ("in_review", ("tax",), ()),
    ),
    "a reviewed field that isn't there": ([empty("tax")], ("accepted", (), ())),
    "a reviewed field that may have been missed": (
        [empty("tax", 0.4), field("total")],
        ("in_review", ("tax",), ()),
    ),
    "another field is unsure": (
        [field("total"), field("note", 0.94)],
        ("accepted", (), ("note",)),
    ),
    "another field is in doubt": (
        [field("total"), field("note", SURE, NOWHERE)],
        ("accepted", (), ("note",)),
    ),
    "another field without a value": ([field("total"), empty("note", 0.1)], ("accepted", (), ())),
    "a reviewed leaf of an item": (
        [field("items[0].amount"), field("items[11].amount", SURE, NOWHERE)],
        ("in_review", ("items[11].amount",), ()),
    ),
    "another leaf of an item": (
        [field("total"), field("items[0].unit", UNSURE)],
        ("accepted", (), ("items[0].unit",)),
    ),
    "doubtful and withheld at once": (
        [field("note", UNSURE), field("total", 0.3)],
        ("in_review", ("total",), ("note",)),
    ),
    "nothing that the policy names": ([field("note")], ("in_review", (), ())),
}


@pytest.mark.parametrize(("fields", "expected"), WAYS.values(), ids=WAYS)
def test_way_of_a_record(fields, expected):
    routing = route(extraction(fields), POLICY, OPEN)
    (record,) = routing.records
    assert (record.outcome, record.doubtful, record.withheld) == expected
    assert routing.outcome == record.outcome


def test_score_is_the_product_of_what_the_policy_names_and_of_lists_the_least_sure_cell():
    fields = [field("number", 0.9), empty("tax", 0.8), field("note", 0.1)]
    fields += [field("items[0].amount", 0.95), field("items[1].amount", 0.5)]
    assert way(fields).score == pytest.approx(0.9 * 0.8 * 0.5)


def test_score_at_the_threshold_is_accepted():
    assert way([field("total", 0.5)]).outcome is Outcome.ACCEPTED
    assert way([field("total", 0.4999)]).outcome is Outcome.IN_REVIEW


def test_closed_dial_accepts_nothing_and_asks_for_all_of_the_record():
    record = way([field("number", 1.0), field("total", 1.0)], CLOSED)
    assert record.outcome is Outcome.IN_REVIEW
    assert record.whole
    assert record.doubtful == ("number", "total")
    assert doubt_at(record, "total")[1] == "among the least sure of this record: 100%"
    assert route(extraction([field("total")]), POLICY).outcome is Outcome.IN_REVIEW


def test_record_without_a_doubtful_field_shows_the_least_sure_values():
    dial = OPEN.model_copy(update={"threshold": 0.99})
    fields = [field("number", 0.99), field("total", 0.97), empty("tax", 0.96)]
    fields.append(field("items[0].amount", 0.96))
    record = way(fields, dial)
    assert LEAST_SURE == 2
    assert record.doubtful == ("total", "items[0].amount")
    assert record.whole
    assert doubt_at(record, "total") == (
        DoubtCode.UNSURE,
        "among the least sure of this record: 97%",
    )
    assert [each.doubts for each in record.record.fields if each.path == "number"] == [()]


def test_empty_policy_goes_by_nothing_and_withholds_what_is_unsure():
    record = way([field("total"), field("tax", UNSURE)], policy=Policy())
    assert (record.score, record.outcome) == (0.0, Outcome.IN_REVIEW)
    assert record.withheld == ("tax",)


def own_target(least, path="total"):
    return OPEN.model_copy(update={"fields": {path: least}})


def test_field_with_a_target_of_its_own_must_clear_it():
    fields = [field("number"), field("total", 0.98)]
    assert way(fields, own_target(0.98)).outcome is Outcome.ACCEPTED
    record = way(fields, own_target(0.985))
    assert (record.outcome, record.doubtful) == (Outcome.IN_REVIEW, ("total",))
    assert doubt_at(record, "total")[1] == "only 98% sure, not 99%"


def test_field_whose_own_target_cannot_be_promised_is_never_accepted():
    record = way([field("number"), field("total", 1.0)], own_target(None))
    assert (record.outcome, record.doubtful) == (Outcome.IN_REVIEW, ("total",))
    assert doubt_at(record, "total")[1] == "no error rate can be promised for it yet: 100% sure"


def test_target_of_its_own_holds_for_each_cell_of_a_column():
    fields = [field("items[0].amount", 0.99), field("items[1].amount", 0.96)]
    record = way(fields, own_target(0.97, "items[].amount"))
    assert record.doubtful == ("items[1].amount",)


def test_target_of_its_own_is_one_of_values_not_of_empty_fields():
    fields = [field("total"), empty("tax", 0.96)]
    assert way(fields, own_target(0.99, "tax")).outcome is Outcome.ACCEPTED
    assert way(fields, own_target(None, "tax")).outcome is Outcome.ACCEPTED


def test_field_that_the_policy_does_not_name_is_withheld_by_its_own_target():
    fields = [field("total"), field("note", 0.96)]
    assert way(fields, own_target(0.9, "note")).withheld == ()
    for least in (0.97, None):
        record = way(fields, own_target(least, "note"))
        assert (record.outcome, record.withheld) == (Outcome.ACCEPTED, ("note",))


def test_own_target_lower_than_the_records_publishes_nothing_less_sure():
    record = way([field("total"), field("note", 0.9)], own_target(0.8, "note"))
    assert record.withheld == ("note",)


def test_empty_field_that_may_have_been_missed_says_what_it_may_be():
    record = way([empty("tax", 0.3, rivals=("8.10", "9.00")), empty("items[0].amount", 0.2)])
    assert doubt_at(record, "tax") == (
        DoubtCode.MISSING,
        "not found, and 30% sure that it isn't there: perhaps it is '8.10'",
    )
    assert doubt_at(record, "items[0].amount")[1] == "not found, and 20% sure that it isn't there"


def test_doubts_that_extraction_had_stay_as_they_are():
    record = way([field("total", 0.1, NOWHERE, TWO_WAYS)])
    (found,) = record.record.fields
    assert found.doubts == (NOWHERE, TWO_WAYS)


def test_audited_record_is_looked_at_though_it_would_be_accepted():
    records = ([field("total")], [field("total", 0.97)], [field("total", 0.1)])
    routing = route(extraction(*records), POLICY, OPEN, audits=lambda number: number > 0)
    first, second, third = routing.records
    assert (first.outcome, first.audit, first.whole) == (Outcome.ACCEPTED, False, False)
    assert (second.outcome, second.audit, second.whole) == (Outcome.IN_REVIEW, True, True)
    assert second.doubtful == ("total",)
    assert (third.outcome, third.audit) == (Outcome.IN_REVIEW, False)


def test_what_a_closed_dial_sends_to_review_is_no_audit():
    (record,) = route(extraction([field("total")]), POLICY, audits=lambda _: True).records
    assert not record.audit


def test_audit_cannot_be_told_from_a_record_that_misses_the_dial():
    """Nobody looks harder at one of which he knows that it was thought right."""
    dial = OPEN.model_copy(update={"threshold": 0.975})
    (audited,) = route(extraction([field("total")]), POLICY, dial, audits=lambda _: True).records
    missed = way([field("total", 0.97)], dial)
    assert audited.audit
    assert (audited.whole, audited.doubtful) == (missed.whole, missed.doubtful)
    told = [doubt_at(each, "total")[1].partition(":")[0] for each in (audited, missed)]
    assert told[0] == told[1]


def test_only_doubts_of_its_fields_are_to_be_settled_where_they_hold_a_record_back():
    record = way([field("number"), field("total", SURE, NOWHERE)])
    assert (record.whole, record.doubtful) == (False, ("total",))


def test_doubt_about_the_document_sends_all_of_it_to_review():
    records = ([field("total")], [field("total")])
    routing = route(extraction(*records, doubts=(NO_TEXT,)), POLICY, OPEN)
    assert routing.outcome is Outcome.IN_REVIEW
    assert [record.outcome for record in routing.records] == [Outcome.IN_REVIEW] * 2
    assert [record.doubtful for record in routing.records] == [(), ()]
    assert routing.reasons == routing.document_reasons == ("page 2 has no text",)


def test_document_is_accepted_only_if_all_its_records_are():
    routing = route(extraction([field("total")], [field("total", 0.3)]), POLICY, OPEN)
    assert [record.outcome for record in routing.records] == [Outcome.ACCEPTED, Outcome.IN_REVIEW]
    assert routing.outcome is Outcome.IN_REVIEW


def test_document_without_records_is_looked_at():
    assert route(extraction(), POLICY, OPEN).outcome is Outcome.IN_REVIEW


REASONS = {
    "nothing to say": ([field("total"), field("note", UNSURE)], ()),
    "one line a field, its first doubt": (
        [field("total", SURE, NOWHERE, TWO_WAYS), empty("number", SURE, MISSING)],
        ("total: stands nowhere on the pages", "number: not found in the document"),
    ),
    "one row of a list": (
        [field("items[3].amount", SURE, TWO_WAYS)],
        ("items[3].amount: may also be 2",),
    ),
    "rows of a list together": (
        [
            field("items[0].amount", SURE, TWO_WAYS),
            field("tax", SURE, TWO_WAYS),
            field("items[2].amount", SURE, NOWHERE),
        ],
        ("items[].amount (2 rows), tax: may also be 2",),
    ),
    "not sure enough": (
        [field("total", 0.29)],
        ("total: only 29% sure, not 95%",),
    ),
}


@pytest.mark.parametrize(("fields", "reasons"), REASONS.values(), ids=REASONS)
def test_reasons(fields, reasons):
    assert route(extraction(fields), POLICY, OPEN).reasons == reasons


def test_reasons_begin_with_the_document():
    routing = route(extraction([field("total", SURE, NOWHERE)], doubts=(NO_TEXT,)), POLICY, OPEN)
    assert routing.reasons == ("page 2 has no text", "total: stands nowhere on the pages")


def test_document_without_any_value_has_its_own_reasons_only():
    record = [empty("total", 0.5), empty("number", 0.5, MISSING)]
    routing = route(extraction(record, doubts=(NO_TEXT,)), POLICY, OPEN)
    assert routing.reasons == ("page 2 has no text",)


CONFIDENCES = st.floats(0, 1)
NAMES = ("number", "total", "tax", "items[0].amount", "items[1].amount", "note")
FIELDS = st.lists(
    st.builds(
        lambda path, confidence, hollow, doubtful, agrees: field(
            path,
            confidence,
            *([NOWHERE] if doubtful else []),
            value=None if hollow else "5.00",
            signals=Signals(agrees=agrees),
        ),
        st.sampled_from(NAMES),
        CONFIDENCES,
        st.booleans(),
        st.integers(0, 9).map(lambda number: number == 0),
        st.none() | st.booleans(),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda each: each.path,
)
DIALS = st.builds(
    Dial,
    target=st.builds(Target, error=st.floats(0.001, 0.5)),
    threshold=st.none() | CONFIDENCES,
    fields=st.dictionaries(
        st.sampled_from(["total", "items[].amount", "note"]), st.none() | CONFIDENCES
    ),
)


@settings(deadline=None)
@given(FIELDS, DIALS, st.data())
def test_more_confidence_never_sends_an_accepted_record_to_review(fields, dial, data):
    at = data.draw(st.integers(0, len(fields) - 1))
    more = data.draw(st.floats(fields[at].confidence, 1))
    raised = [*fields]
    raised[at] = fields[at].model_copy(update={"confidence": more})
    before, after = way(fields, dial), way(raised, dial)
    assert after.score >= before.score
    assert set(after.withheld) <= set(before.withheld)
    if before.outcome is Outcome.ACCEPTED:
        assert after.outcome is Outcome.ACCEPTED


@settings(deadline=None)
@given(FIELDS, DIALS, st.booleans())
def test_way_is_whole(fields, dial, audited):
    """Whatever comes: what is accepted has nothing to settle, what isn't says why."""
    (record,) = route(extraction(fields), POLICY, dial, audits=lambda _: audited).records
    assert 0 <= record.score <= 1
    if record.outcome is Outcome.ACCEPTED:
        assert (record.doubtful, record.audit, record.whole) == ((), False, False)
        assert dial.threshold is not None
    else:
        assert record.doubtful or record.whole
    for each in record.record.fields:
        assert each.doubts or each.path not in record.doubtful
        assert each.path not in record.withheld or each.value is not None
