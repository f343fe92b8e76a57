"""What people settle becomes labels, and shows whether accepting it would have been a mistake."""

from __future__ import annotations

from decimal import Decimal

import pytest
from builders import DECEMBER, INVOICE, NOVEMBER, PLAIN, a_recipe, document_id, keep, routed

from flows.review.decide import accept, correct, open_items, reject, show_item
from flows.store.decisions import Said, Word
from flows.store.store import Store
from schemas.extraction import Doubt, DoubtCode
from schemas.labelled import LabelledRecord, Origin
from schemas.review import Correction

ANNA = Word(who="anna", now=NOVEMBER)
DOUBTFUL = ("grand_total",)
LINES = {
    "invoice_number": "R-17",
    "line_items[0].description": "Paper",
    "line_items[0].line_total": Decimal("7.00"),
    "line_items[1].description": "Subtotal",
    "line_items[1].line_total": Decimal("7.00"),
    "line_items[2].description": "Pens",
    "line_items[2].line_total": Decimal("3.00"),
}


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def store(out):
    with Store.open(out) as opened:
        yield opened


def settled(store: Store) -> tuple[LabelledRecord, ...]:
    return store.settled_records("local/small", "fields")


def labels(record: LabelledRecord) -> dict[str, bool | None]:
    return {field.path: field.right for field in record.fields}


def corrections(*texts: str) -> list[Correction]:
    parts = [text.partition("=") for text in texts]
    return [Correction(path=path, text=value) for path, _, value in parts]


# Labels


def test_a_field_that_was_settled_is_labelled_and_no_other(store, out):
    keep(store, routed(PLAIN, doubtful=DOUBTFUL))
    accept(store, 1, ANNA, out_dir=out, paths=DOUBTFUL)
    [record] = settled(store)
    assert labels(record) == dict.fromkeys(PLAIN) | {"grand_total": True}
    assert (record.whole, record.refused, record.origin) == (False, False, Origin.REVIEW)
    assert (record.document_id, record.recipe_id) == (document_id(), a_recipe().id)
    assert (record.type_name, record.at) == ("invoice", NOVEMBER)
    assert record.fields[0].signals.grounded


def test_accepting_the_whole_speaks_for_all_that_was_not_withheld(store, out):
    keep(store, routed(PLAIN, doubtful=DOUBTFUL, withheld=("line_items[].description",)))
    accept(store, 1, ANNA, out_dir=out)
    [record] = settled(store)
    expected = dict.fromkeys(PLAIN, True) | {"line_items[0].description": None}
    assert labels(record) == expected
    assert record.whole


CORRECTED = {
    "another value": ("grand_total=120.00", False),
    "the same in another form": ("grand_total=119.0", True),
    "not there": ("grand_total=", False),
}


@pytest.mark.parametrize(("text", "right"), CORRECTED.values(), ids=CORRECTED)
def test_a_corrected_field_is_right_if_its_value_is_the_same(store, out, text, right):
    keep(store, routed(PLAIN, doubtful=DOUBTFUL))
    correct(store, 1, corrections(text), ANNA, out_dir=out)
    [record] = settled(store)
    assert labels(record)["grand_total"] is right


def test_what_is_corrected_after_it_was_accepted_counts_as_wrong(store, out):
    keep(store, routed(PLAIN, doubtful=DOUBTFUL))
    accept(store, 1, ANNA, out_dir=out)
    correct(store, 1, corrections("invoice_number=R-71"), ANNA, out_dir=out)
    [record] = settled(store)
    assert labels(record)["invoice_number"] is False
    assert labels(record)["grand_total"] is True


def test_empty_fields_are_right_where_they_stay_empty(store, out):
    empty = PLAIN | {"iban": None, "due_date": None}
    keep(store, routed(empty, doubtful=DOUBTFUL))
    correct(store, 1, corrections("due_date=2026-12-01"), ANNA, out_dir=out)
    accept(store, 1, ANNA, out_dir=out)
    [record] = settled(store)
    assert labels(record)["iban"] is True
    assert labels(record)["due_date"] is False
    assert {field.path for field in record.fields if field.empty} == {"iban", "due_date"}


def test_labels_follow_their_rows_when_others_are_removed(store, out):
    keep(store, routed(LINES, doubtful=("invoice_number",)))
    correct(
        store,
        1,
        corrections("invoice_number=R-17", "line_items[2].line_total=3.50"),
        ANNA,
        out_dir=out,
        removals=["line_items[0]"],
    )
    correct(store, 1, [], ANNA, out_dir=out, removals=["line_items[0]"])
    [record] = settled(store)
    assert labels(record) == {
        "invoice_number": True,
        "line_items[0].description": False,
        "line_items[0].line_total": False,
        "line_items[1].description": False,
        "line_items[1].line_total": False,
        "line_items[2].description": None,
        "line_items[2].line_total": False,
    }
    assert record.missing == ()


def test_rows_that_a_person_adds_were_missing_also_after_others_were_removed(store, out):
    keep(store, routed(LINES, doubtful=("invoice_number",)))
    correct(store, 1, [], ANNA, out_dir=out, removals=["line_items[1]", "line_items[2]"])
    new = corrections("line_items[1].description=Subtotal", "line_items[1].line_total=7.00")
    correct(store, 1, new, ANNA, out_dir=out)
    accept(store, 1, ANNA, out_dir=out)
    [record] = settled(store)
    assert record.missing == ("line_items[].description", "line_items[].line_total")
    assert labels(record)["line_items[1].description"] is False
    assert labels(record)["line_items[0].description"] is True


def test_a_rejected_record_is_known_as_a_whole(store, out):
    keep(store, routed(PLAIN, doubtful=DOUBTFUL))
    reject(store, 1, "a copy", ANNA, out_dir=out)
    [record] = settled(store)
    assert (record.refused, record.whole) == (True, True)
    assert set(labels(record).values()) == {None}


def test_hard_doubts_are_kept_and_those_of_the_document(store, out):
    no_text = Doubt(code=DoubtCode.NO_TEXT, text="page 2 has no text")
    keep(store, routed(PLAIN, doubtful=DOUBTFUL), doubts=(no_text,))
    accept(store, 1, ANNA, out_dir=out)
    [record] = settled(store)
    assert record.doubts == (DoubtCode.NO_TEXT,)
    assert {field.doubts for field in record.fields} == {()}  # unsure isn't hard


def test_only_what_is_settled_and_published_and_of_the_model_is_given(store, out):
    keep(store, routed(PLAIN, doubtful=DOUBTFUL))  # nobody looked
    two = ("grand_total", "invoice_number")
    keep(store, routed(PLAIN, doubtful=two), name="half")
    accept(store, 2, ANNA, out_dir=out, paths=DOUBTFUL)
    keep(store, routed(PLAIN), name="accepted")
    keep(store, routed(PLAIN, doubtful=DOUBTFUL), name="b", recipe=a_recipe(model="local/other"))
    accept(store, 3, ANNA, out_dir=out)
    keep(store, routed(PLAIN, doubtful=DOUBTFUL), name="again")
    accept(store, 4, ANNA, out_dir=out)
    keep(store, routed(PLAIN, doubtful=DOUBTFUL), name="again", again=True)
    assert settled(store) == ()
    [other] = store.settled_records("local/other", "fields")
    assert other.document_id == document_id("b")


def test_what_was_settled_since_a_moment(store, out):
    for name in ("a", "b"):
        keep(store, routed(PLAIN, doubtful=DOUBTFUL), name=name)
    accept(store, 1, ANNA, out_dir=out)
    accept(store, 2, Word(who="anna", now=DECEMBER), out_dir=out)
    [record] = store.settled_records("local/small", "fields", since=NOVEMBER)
    assert record.document_id == document_id("b")
    assert store.settled_records("local/small", "fields", since=DECEMBER) == ()


def test_many_settled_records_of_many_documents(store, out):
    for number in range(205):
        keep(store, routed(PLAIN, doubtful=DOUBTFUL), name=str(number))
    with store.writing() as session:
        from flows.store import decisions  # noqa: PLC0415 - without publishing each time

        for item in range(205, 0, -1):
            decisions.settle(session, item, ANNA, Said(accept_all=True))
    found = settled(store)
    assert len(found) == 205
    assert found[0].document_id == document_id("204")  # in the order of settling


# Audits


def audited(**changes):
    return routed(PLAIN, doubtful=DOUBTFUL, audit=True, score=0.9, **changes)


def test_an_audit_shows_on_no_face(store):
    keep(store, audited(), calibration_id="c")
    keep(store, routed(PLAIN, doubtful=DOUBTFUL, whole=True, score=0.9), name="b")
    one, other = open_items(store)
    alike = {"id", "document_id", "source"}
    assert one.model_dump(exclude=alike) == other.model_dump(exclude=alike)
    shown, plain = show_item(store, 1), show_item(store, 2)
    assert shown.needs_word
    assert shown.model_dump(exclude=alike) == plain.model_dump(exclude=alike)


FINDINGS = {
    "nothing": ((), False),
    "the same in another form": (("grand_total=119.0",), False),
    "a named field": (("grand_total=120.00",), True),
    "a named field that was missing": (("due_date=2026-12-01",), True),
    "an unnamed field that would be published": (("line_items[0].description=Paper",), True),
    "an unnamed field that is missing": (("purchase_order=7",), False),
    "a named field of a row that was missing": (("line_items[1].line_total=3.00",), True),
    "an unnamed field of such a row": (("line_items[1].description=Pens",), False),
}


@pytest.mark.parametrize(("texts", "wrong"), FINDINGS.values(), ids=FINDINGS)
def test_an_audit_finds_what_would_have_been_a_mistake(store, out, texts, wrong):
    keep(store, audited(), calibration_id="c")
    if texts:
        correct(store, 1, corrections(*texts), ANNA, out_dir=out)
    assert store.audit_outcomes("invoice", "c", INVOICE.policy) == ()
    accept(store, 1, ANNA, out_dir=out)
    assert store.audit_outcomes("invoice", "c", INVOICE.policy) == (wrong,)
    assert settled(store)[0].origin is Origin.AUDIT


def test_what_was_withheld_would_not_have_been_published(store, out):
    keep(store, audited(withheld=("line_items[].description",)), calibration_id="c")
    correct(store, 1, corrections("line_items[0].description=Pens"), ANNA, out_dir=out)
    accept(store, 1, ANNA, out_dir=out)
    assert store.audit_outcomes("invoice", "c", INVOICE.policy) == (False,)


def test_a_removed_row_and_a_rejection_are_mistakes(store, out):
    for name in ("a", "b"):
        keep(store, audited(), name=name, calibration_id="c")
    correct(store, 1, [], ANNA, out_dir=out, removals=["line_items[0]"])
    accept(store, 1, ANNA, out_dir=out)
    reject(store, 2, "a copy", ANNA, out_dir=out)
    assert store.audit_outcomes("invoice", "c", INVOICE.policy) == (True, True)


def test_audits_count_by_type_and_calibration_in_the_order_of_settling(store, out):
    for number, name in enumerate("abc"):
        keep(store, audited(), name=name, calibration_id="old" if number == 2 else "c")
    keep(store, routed(PLAIN, doubtful=DOUBTFUL), name="no audit", calibration_id="c")
    keep(store, routed(PLAIN), name="accepted", calibration_id="c")
    reject(store, 2, "a copy", ANNA, out_dir=out)
    for item in (1, 3, 4):
        accept(store, item, ANNA, out_dir=out)
    correct(store, 1, corrections("iban="), ANNA, out_dir=out)  # later; the order stays
    assert store.audit_outcomes("invoice", "c", INVOICE.policy) == (True, False)
    assert store.audit_outcomes("invoice", "old", INVOICE.policy) == (False,)
    assert store.audit_outcomes("receipt", "c", INVOICE.policy) == ()
    assert store.accepted_since("invoice", "c") == 3
    assert store.accepted_since("invoice", "none") == 0


def test_a_replaced_audit_still_counts(store, out):
    keep(store, audited(), calibration_id="c")
    reject(store, 1, "a copy", ANNA, out_dir=out)
    keep(store, routed(PLAIN), again=True, calibration_id="d")
    assert store.audit_outcomes("invoice", "c", INVOICE.policy) == (True,)


def test_who_is_audited_is_random_and_stays_the_same(store, tmp_path):
    ids = [document_id(str(number)) for number in range(2000)]
    few = {each for each in ids if store.is_audited(each, 0, share=0.1)}
    assert 150 < len(few) < 250
    assert few == {each for each in ids if store.is_audited(each, 0, share=0.1)}
    assert few < {each for each in ids if store.is_audited(each, 0, share=0.3)}
    assert few != {each for each in ids if store.is_audited(each, 1, share=0.1)}
    assert not any(store.is_audited(each, 0, share=0) for each in ids)
    assert all(store.is_audited(each, 0, share=1) for each in ids)
    with Store.open(tmp_path / "another") as other:
        assert few != {each for each in ids if other.is_audited(each, 0, share=0.1)}
