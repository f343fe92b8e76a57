"""Values that are chosen together: each by its own evidence, unless the type's checks object."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.candidates.candidates import Candidate, Place
from extractors.check import run_checks
from extractors.ranking.decide import Choice, decide
from extractors.ranking.rank import Option
from schemas.catalogue import built_in_type
from schemas.extraction import FieldResult
from schemas.kinds import value_of
from schemas.record import all_leaves, leaves_of, pattern_of

INVOICE = built_in_type("invoice")
RECEIPT = built_in_type("receipt")
PLACE = Place(1, 0, 0, ())


def field(path, text, doctype=INVOICE):
    """Return a field with this text, which is a value of its kind as it is."""
    [kind] = [leaf.kind for leaf in all_leaves(doctype.record) if leaf.path == pattern_of(path)]
    value = None if text is None else value_of(kind, text)
    return FieldResult(path=path, kind=kind, raw=text, value=value)


def choices(given_choices, doctype=INVOICE):
    """Make choices from `path: {text: score}`; the text None: the document doesn't give it."""
    made = {}
    for leaf in leaves_of(doctype.record):
        scores = given_choices.get(leaf.path, {None: 0.0})
        made[leaf] = tuple(
            Choice(
                field(leaf.path, text, doctype),
                score,
                Option(Candidate(text, (PLACE,)), PLACE, score, 0.0) if text else None,
            )
            for text, score in sorted(scores.items(), key=lambda pair: -pair[1])
        )
    return made


def decided(given_choices, items=(), doctype=INVOICE):
    """Return what was decided of the fields that have choices, by their paths."""
    decisions = decide(doctype, choices(given_choices, doctype), list(items))
    return {leaf.path: each for leaf, each in decisions.items() if leaf.path in given_choices}


def values(decisions):
    return {path: each.choice.field.raw for path, each in decisions.items()}


SUMS = {
    "net_total": {"40.50": 2.0, "48.60": 0.0},
    "tax_total": {"8.10": 2.0, "40.50": 0.0},
    "grand_total": {"40.50": 1.0, "48.60": 0.0, "8.10": -3.0},
}


def test_net_taken_for_gross_is_mended_by_the_sum():
    found = decided(SUMS)
    assert values(found) == {"net_total": "40.50", "tax_total": "8.10", "grand_total": "48.60"}
    assert {path for path, each in found.items() if each.by_checks} == {"grand_total"}
    assert found["grand_total"].margin < 0 < found["net_total"].margin


def test_sum_does_not_overrule_what_is_sure():
    sure = {**SUMS, "grand_total": {"40.50": 30.0, "48.60": 0.0}}
    sure |= {"net_total": {"40.50": 30.0}, "tax_total": {"8.10": 30.0}}
    found = decided(sure)
    assert found["grand_total"].choice.field.raw == "40.50"
    assert not found["grand_total"].by_checks


def test_seller_and_buyer_are_not_the_same():
    found = decided(
        {
            "seller_name": {"Muster Handels GmbH": 2.0, "Quillback Farm Ltd": -1.0},
            "buyer_name": {"Muster Handels GmbH": 0.5, "Quillback Farm Ltd": 0.0},
        }
    )
    assert values(found) == {
        "seller_name": "Muster Handels GmbH",
        "buyer_name": "Quillback Farm Ltd",
    }
    assert found["buyer_name"].by_checks
    assert not found["seller_name"].by_checks


def test_invoice_is_not_due_before_it_is_issued():
    found = decided(
        {
            "issue_date": {"2025-03-28": 2.0},
            "due_date": {"2025-03-14": 0.5, "2025-04-28": 0.2, None: -1.3},
        }
    )
    assert values(found) == {"issue_date": "2025-03-28", "due_date": "2025-04-28"}
    assert found["due_date"].by_checks


def test_one_number_is_not_two_fields():
    found = decided(
        {
            "invoice_number": {"R-17": 3.0, "PO-88": 0.0},
            "purchase_order": {"R-17": 0.5, "PO-88": 0.2, None: -1.3},
        }
    )
    assert values(found) == {"invoice_number": "R-17", "purchase_order": "PO-88"}


def test_number_that_has_no_other_is_rather_absent_than_twice():
    found = decided(
        {"seller_vat_id": {"DE136695976": 3.0}, "buyer_vat_id": {"DE136695976": 0.5, None: -1.3}}
    )
    assert values(found) == {"seller_vat_id": "DE136695976", "buyer_vat_id": None}
    assert found["buyer_vat_id"].by_checks


def test_amounts_may_be_the_same():
    found = decided({"grand_total": {"48.60": 1.0, "8.10": 0.0}, "amount_due": {"48.60": 1.0}})
    assert values(found) == {"grand_total": "48.60", "amount_due": "48.60"}


def items(*totals):
    return [field(f"line_items[{at}].line_total", total) for at, total in enumerate(totals)]


def test_sum_of_the_items_tells_which_way_totals_add_up():
    torn = {
        "net_total": {"30.00": 1.0, "40.50": 0.9},
        "tax_total": {"8.10": 1.0, "18.60": 0.9},
        "grand_total": {"48.60": 1.0},
    }
    assert values(decided(torn, items("12.00", "28.50")))["net_total"] == "40.50"
    assert values(decided(torn, items("12.00", "18.00")))["net_total"] == "30.00"


def test_items_themselves_stay_as_they_are():
    before = items("12.00", "28.50")
    decided(SUMS, before)
    assert before == items("12.00", "28.50")


@pytest.mark.parametrize("way", ["product", "valid"])
def test_check_of_one_row_or_one_number_changes_nothing(way):
    """An item's product is a matter of its row; a number may be printed with wrong digits."""
    row = {"quantity": "2", "unit_price": "5.00", "line_total": "11.00"}
    listed = [field(f"line_items[0].{name}", text) for name, text in row.items()]
    digits = {"GB82WEST12345698765433": 1.0, "GB82WEST12345698765432": 0.9}
    if way == "product":
        before = [*listed]
        found = decided({"net_total": {"11.00": 1.0, "10.00": 0.9}}, listed)
        assert (values(found), listed) == ({"net_total": "11.00"}, before)
    else:
        assert values(decided({"iban": digits})) == {"iban": "GB82WEST12345698765433"}


def test_receipt_has_checks_of_its_own():
    found = decided({"total": {"40.50": 1.0}, "tax_total": {"8.10": 1.0}}, doctype=RECEIPT)
    assert values(found) == {"total": "40.50", "tax_total": "8.10"}


def test_probability_is_by_its_own_evidence_alone():
    found = decided({"grand_total": {"48.60": 0.0, "40.50": 0.0}, "iban": {None: -1.3}})
    assert found["grand_total"].probability == pytest.approx(0.5)
    assert found["grand_total"].margin == pytest.approx(0.0)
    assert (found["iban"].probability, found["iban"].margin) == (1.0, 1.0)


def test_every_field_is_decided_on():
    decisions = decide(INVOICE, choices({}), [])
    assert [leaf.path for leaf in decisions] == [leaf.path for leaf in leaves_of(INVOICE.record)]
    assert {each.choice.field.raw for each in decisions.values()} == {None}


AMOUNTS = ["8.10", "40.50", "48.60", "50.00"]
SCORES = st.dictionaries(
    st.sampled_from([*AMOUNTS, None]), st.floats(-3, 3), min_size=1, max_size=4
)


@settings(deadline=None, max_examples=60)
@given(net=SCORES, tax=SCORES, gross=SCORES, lines=st.lists(st.sampled_from(AMOUNTS), max_size=2))
def test_checks_are_never_worse_for_what_they_overrule(net, tax, gross, lines):
    given_choices = {"net_total": net, "tax_total": tax, "grand_total": gross}
    found = decided(given_choices, items(*lines))
    own = {path: max(some, key=lambda text: some[text]) for path, some in given_choices.items()}

    def failing(texts):
        fields = [*(field(path, text) for path, text in texts.items()), *items(*lines)]
        checks = run_checks(INVOICE.checks, fields)
        return [each.name for each in checks if each.verdict == "failed"]

    if not failing(own):
        assert values(found) == own
        assert not any(each.by_checks for each in found.values())
    for path, each in found.items():
        assert 0 < each.probability <= 1
        assert each.by_checks == (each.choice.field.raw != own[path])
        assert each.margin >= -1e-9 or each.by_checks
