"""Checks across fields pass, fail or don't apply, and say so in words and figures."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.check import run_checks
from schemas.catalogue import built_in_type
from schemas.doctype import (
    DifferCheck,
    DocumentType,
    OrderCheck,
    ProductCheck,
    SumCheck,
    ValidCheck,
)
from schemas.extraction import FieldResult
from schemas.kinds import value_of
from schemas.record import all_leaves, pattern_of

INVOICE = built_in_type("invoice")
AD_ORDER = built_in_type("ad_order")

TAX = SumCheck(rule="sum", parts=("net_total", "tax_total"), total="grand_total")
LINES = SumCheck(rule="sum", parts=("line_items[].line_total",), total="net_total")
NET = SumCheck(rule="sum", parts=("gross_amount", "-agency_commission"), total="net_amount")
PRODUCT = ProductCheck(
    rule="product",
    factors=("line_items[].quantity", "line_items[].unit_price"),
    product="line_items[].line_total",
)
ORDER = OrderCheck(rule="order", earlier="issue_date", later="due_date")
VALID_IBAN = ValidCheck(rule="valid", field="iban")
VALID_VAT = ValidCheck(rule="valid", field="seller_vat_id")


def fields_of(doctype, texts):
    """Make field results from `path: value text`; None: the document doesn't give it."""
    kinds = {leaf.path: leaf.kind for leaf in all_leaves(doctype.record)}
    return [
        FieldResult(
            path=path,
            kind=kinds[pattern_of(path)],
            raw=text,
            value=None if text is None else value_of(kinds[pattern_of(path)], text),
        )
        for path, text in texts.items()
    ]


def results(check, texts):
    doctype = AD_ORDER if check is NET else INVOICE
    only = DocumentType(**{**dict(doctype), "checks": (check,)})
    return run_checks(only.checks, fields_of(doctype, texts))


def lines(*totals):
    return {f"line_items[{at}].line_total": total for at, total in enumerate(totals)}


def line(quantity, unit_price, line_total):
    return {
        "line_items[0].quantity": quantity,
        "line_items[0].unit_price": unit_price,
        "line_items[0].line_total": line_total,
    }


CASES = {
    "sum holds": (
        TAX,
        {"net_total": "100.00", "tax_total": "19.00", "grand_total": "119.00"},
        "passed",
        "net_total 100.00 + tax_total 19.00 = grand_total 119.00",
    ),
    "sum is too small": (
        TAX,
        {"net_total": "100.00", "tax_total": "19.00", "grand_total": "120.00"},
        "failed",
        "net_total 100.00 + tax_total 19.00 = 119.00, but grand_total is 120.00 (1.00 more)",
    ),
    "sum is a cent too big": (
        TAX,
        {"net_total": "100.00", "tax_total": "19.01", "grand_total": "119.00"},
        "failed",
        "net_total 100.00 + tax_total 19.01 = 119.01, but grand_total is 119.00 (0.01 less)",
    ),
    "sum without a total": (
        TAX,
        {"net_total": "100.00", "tax_total": "19.00", "grand_total": None},
        "not_applicable",
        "grand_total is not known",
    ),
    "sum without parts": (
        TAX,
        {"grand_total": "120.00"},
        "not_applicable",
        "net_total and tax_total are not known",
    ),
    "sum without one part, and it is missed": (
        TAX,
        {"net_total": "100.00", "tax_total": None, "grand_total": "119.00"},
        "not_applicable",
        "net_total 100.00 = 100.00, but grand_total is 119.00 (19.00 more); tax_total is not known",
    ),
    "sum without one part, and it isn't missed": (
        TAX,
        {"net_total": "100.00", "tax_total": None, "grand_total": "100.00"},
        "passed",
        "net_total 100.00 = grand_total 100.00",
    ),
    "sum without its first part: what equals it was taken for it": (
        TAX,
        {"net_total": None, "tax_total": "640.50", "grand_total": "640.50"},
        "not_applicable",
        "net_total is not known",
    ),
    "part is taken away": (
        NET,
        {"gross_amount": "100.00", "agency_commission": "15.00", "net_amount": "85.00"},
        "passed",
        "gross_amount 100.00 - agency_commission 15.00 = net_amount 85.00",
    ),
    "part that is taken away is printed with its minus": (
        NET,
        {"gross_amount": "100.00", "agency_commission": "-15.00", "net_amount": "85.00"},
        "passed",
        "gross_amount 100.00 - agency_commission -15.00 = net_amount 85.00",
    ),
    "part should be taken away": (
        NET,
        {"gross_amount": "100.00", "agency_commission": "15.00", "net_amount": "115.00"},
        "failed",
        (
            "gross_amount 100.00 - agency_commission 15.00 = 85.00, but net_amount is 115.00 "
            "(30.00 more)"
        ),
    ),
    "list adds up": (
        LINES,
        {**lines("10.00", "20.00"), "net_total": "30.00"},
        "passed",
        "sum of 2 line_items[].line_total = net_total 30.00",
    ),
    "list adds up but for rounding": (
        LINES,
        {**lines("3.33", "3.33"), "net_total": "6.67"},
        "passed",
        "sum of 2 line_items[].line_total = net_total 6.67, 0.01 more by rounding",
    ),
    "one item leaves nothing to rounding": (
        LINES,
        {**lines("3.33"), "net_total": "3.34"},
        "failed",
        "sum of 1 line_items[].line_total = 3.33, but net_total is 3.34 (0.01 more)",
    ),
    "list lacks a line": (
        LINES,
        {**lines("10.00", "20.00"), "net_total": "40.00"},
        "failed",
        "sum of 2 line_items[].line_total = 30.00, but net_total is 40.00 (10.00 more)",
    ),
    "list lacks an amount": (
        LINES,
        {**lines("10.00", None), "net_total": "40.00"},
        "not_applicable",
        (
            "sum of 1 line_items[].line_total = 10.00, but net_total is 40.00 (30.00 more); "
            "line_items[1].line_total is not known"
        ),
    ),
    "list is empty": (
        LINES,
        {"net_total": "40.00"},
        "not_applicable",
        "line_items[].line_total is not known",
    ),
    "product holds": (
        PRODUCT,
        line("2", "50.00", "100.00"),
        "passed",
        "quantity 2 × unit_price 50.00 = line_total 100.00",
    ),
    "product is rounded": (
        PRODUCT,
        line("0.333", "10.0000", "3.33"),
        "passed",
        "quantity 0.333 × unit_price 10.0000 = line_total 3.33",
    ),
    "price is rounded": (
        PRODUCT,
        line("3", "0.33", "1.00"),
        "passed",
        "quantity 3 × unit_price 0.33 = line_total 1.00",
    ),
    "product is wrong": (
        PRODUCT,
        line("2", "50.00", "110.00"),
        "failed",
        "quantity 2 × unit_price 50.00 = 100.00, but line_total is 110.00 (10.00 more)",
    ),
    "zeros beyond the cents are not shown": (
        PRODUCT,
        line("1.50", "10.0000", "14.90"),
        "failed",
        "quantity 1.50 × unit_price 10.0000 = 15.00, but line_total is 14.90 (0.10 less)",
    ),
    "price is for a hundred": (
        PRODUCT,
        line("200", "52.52", "105.04"),
        "not_applicable",
        (
            "quantity 200 × unit_price 52.52 = 10504.00, but line_total is 105.04 (10398.96 less); "
            "it would fit a price for 100"
        ),
    ),
    "product without a factor": (
        PRODUCT,
        line("2", None, "100.00"),
        "not_applicable",
        "line_items[0].unit_price is not known",
    ),
    "dates in order": (
        ORDER,
        {"issue_date": "2024-02-01", "due_date": "2024-02-01"},
        "passed",
        "issue_date 2024-02-01 isn't after due_date 2024-02-01",
    ),
    "dates out of order": (
        ORDER,
        {"issue_date": "2024-03-01", "due_date": "2024-02-01"},
        "failed",
        "issue_date 2024-03-01 is 29 days after due_date 2024-02-01",
    ),
    "one date": (
        ORDER,
        {"issue_date": "2024-03-01", "due_date": None},
        "not_applicable",
        "due_date is not known",
    ),
    "IBAN is valid": (
        VALID_IBAN,
        {"iban": "DE89370400440532013000"},
        "passed",
        "iban DE89370400440532013000 has the right check digits",
    ),
    "IBAN is wrong": (
        VALID_IBAN,
        {"iban": "DE88370400440532013000"},
        "failed",
        "iban: 'DE88370400440532013000' is no valid IBAN: checksum or check digit is invalid",
    ),
    "tax number is valid": (
        VALID_VAT,
        {"seller_vat_id": "DE136695976"},
        "passed",
        "seller_vat_id DE136695976 has the right check digits",
    ),
    "tax number is too long": (
        VALID_VAT,
        {"seller_vat_id": "DE1234567890"},
        "failed",
        "seller_vat_id: 'DE1234567890' is no valid tax number of DE: has an invalid length",
    ),
    "tax number of no country": (
        VALID_VAT,
        {"seller_vat_id": "12/345/67890"},
        "not_applicable",
        "seller_vat_id 12/345/67890 has no check digits that are known",
    ),
    "no tax number": (
        VALID_VAT,
        {"seller_vat_id": None},
        "not_applicable",
        "seller_vat_id is not known",
    ),
}


@pytest.mark.parametrize(("check", "texts", "verdict", "text"), CASES.values(), ids=CASES)
def test_check(check, texts, verdict, text):
    (result,) = results(check, texts)
    assert (result.verdict, result.text) == (verdict, text)


def test_fields_are_the_paths_that_took_part():
    texts = {**lines("10.00", "20.00"), "net_total": "30.00"}
    (result,) = results(LINES, texts)
    assert result.fields == ("line_items[0].line_total", "line_items[1].line_total", "net_total")


def test_what_does_not_apply_for_want_of_fields_concerns_none():
    (result,) = results(ORDER, {"issue_date": "2024-03-01"})
    assert result.fields == ()


def test_each_item_has_its_own_product():
    texts = {**line("2", "50.00", "100.00"), "line_items[1].quantity": "3"}
    found = results(PRODUCT, texts)
    assert [(result.name, result.verdict) for result in found] == [
        ("product: line_items[0].line_total", "passed"),
        ("product: line_items[1].line_total", "not_applicable"),
    ]


def test_results_come_in_the_order_of_the_checks():
    names = [
        result.name for result in run_checks(INVOICE.checks, fields_of(INVOICE, lines("1.00")))
    ]
    assert names == [
        "sum: grand_total",
        "sum: net_total",
        "product: line_items[0].line_total",
        "order: issue_date, due_date",
        "differ: seller_name",
        "valid: iban",
        "valid: seller_vat_id",
        "valid: buyer_vat_id",
    ]


DIFFER = {
    "two names": ("Acme Ltd", "Globex", "passed"),
    "one name, written in two ways": ("Acme Ltd", "ACME LTD", "failed"),
}


@pytest.mark.parametrize(("seller", "buyer", "verdict"), DIFFER.values(), ids=DIFFER)
def test_nobody_bills_himself(seller, buyer, verdict):
    check = DifferCheck(rule="differ", one="seller_name", other="buyer_name")
    (result,) = results(check, {"seller_name": seller, "buyer_name": buyer})
    assert (result.verdict, result.fields) == (verdict, ("seller_name", "buyer_name"))


CENTS = st.integers(-(10**20), 10**20).map(lambda cents: Decimal(cents).scaleb(-2))


@given(CENTS, CENTS, CENTS)
def test_header_sum_passes_only_when_it_is_exact(net, tax, off):
    """Twenty digits and more are added without rounding."""
    (result,) = results(
        TAX, {"net_total": f"{net}", "tax_total": f"{tax}", "grand_total": f"{net + tax + off}"}
    )
    assert (result.verdict == "passed") == (off == 0)


@given(st.dates(), st.dates())
def test_order_of_dates(earlier, later):
    (result,) = results(ORDER, {"issue_date": str(earlier), "due_date": str(later)})
    assert result.verdict == ("passed" if earlier <= later else "failed")


def test_today_is_not_after_itself():
    day = date(2024, 2, 29)
    (result,) = results(ORDER, {"issue_date": str(day), "due_date": str(day)})
    assert result.verdict == "passed"
