"""Addresses: from the house to the town and its country, and nothing that isn't of them."""

from __future__ import annotations

import pytest
from test_candidates import lines_of_rows

from extractors.candidates.addresses import begins_with_house
from extractors.candidates.candidates import candidates, find_candidates
from extractors.ranking.party import whole_addresses
from extractors.ranking.rank import Ranker
from schemas.catalogue import find_type
from schemas.kinds import Kind
from schemas.record import leaves_of

RECEIPT = find_type("receipt")


def best(path, rows, shares):
    """Return the candidate of the receipt's field that ranks first in these rows."""
    lines = lines_of_rows(*rows)
    leaf = next(leaf for leaf in leaves_of(RECEIPT.record) if leaf.path == path)
    options = Ranker(RECEIPT, lines).rank(leaf, find_candidates(leaf.kind, lines), shares)
    return options[0].candidate.text


WHOLE = {
    "German": (
        ["Muster GmbH", "Musterstr. 12", "50667 Köln", "Tel. 0221 4711"],
        "Musterstr. 12, 50667 Köln",
    ),
    "US": (
        ["BOLTWICK HARDWARE", "318 Canal Street", "Brattleboro, VT 05301", "Visit us again"],
        "318 Canal Street, Brattleboro, VT 05301",
    ),
    "house number with a comma, the region below the town": (
        ["KEDAI SATU SDN BHD", "(162761-M)", "23, Taman Dua,", "43300 Seri Tiga", "Darul Empat."],
        "23, Taman Dua, 43300 Seri Tiga, Darul Empat.",
    ),
    "lot, and a comma behind the post code": (
        ["Kedai Satu", "LOT 7-A Mall Dua", "53200, Kuala Tiga", "GST No: 000750673920"],
        "LOT 7-A Mall Dua, 53200, Kuala Tiga",
    ),
    "post code behind the town": (
        ["Quillback Rail", "No. 1 Jalan Satu,", "Petaling Dua 47301", "OTP sale receipt"],
        "No. 1 Jalan Satu, Petaling Dua 47301",
    ),
    "of India": (
        ["Quillback Cars", "12, Ring Road", "Bengaluru - 560001", "Karnataka", "GSTIN 29AB"],
        "12, Ring Road, Bengaluru - 560001, Karnataka",
    ),
    "nothing below its country": (
        ["Quillback Book", "No 8, Ring Road", "56000 Kuala Satu, Malaysia", "SUNWAY MALL"],
        "No 8, Ring Road, 56000 Kuala Satu, Malaysia",
    ),
    "town without a post code": (
        ["Kedai Satu", "No 19-G Jalan Tasik 4,", "Medan Damai", "016-5498845"],
        "No 19-G Jalan Tasik 4, Medan Damai",
    ),
    "behind its label": (
        ["Shop: 7, Market Row, 47400 Dua", "Total | 5.00"],
        "7, Market Row, 47400 Dua",
    ),
}


@pytest.mark.parametrize(("rows", "expected"), WHOLE.values(), ids=WHOLE)
def test_the_whole_address_is_preferred_to_its_parts(rows, expected):
    town = min(candidates(Kind.ADDRESS, lines_of_rows(*rows)), key=len)
    assert best("address", rows, {town: 1.0}).rstrip(".") == expected.rstrip(".")


NONE = {
    "telephone": ["12, Ring Road", "Tel 09-2201388"],
    "tax number": ["12, Ring Road", "GST Reg No 000184401920"],
    "date": ["12, Ring Road", "14.03.2025"],
    "amount": ["12, Ring Road", "Total 5.00"],
    "figures": ["12, Ring Road", "016-5498845"],
    "company's number": ["12, Ring Road", "(162761-M)"],
}


@pytest.mark.parametrize("rows", NONE.values(), ids=NONE)
def test_a_row_that_is_none_of_it_ends_an_address(rows):
    found = candidates(Kind.ADDRESS, lines_of_rows(*rows, "50667 Köln"))
    assert not any(rows[1] in each for each in found)
    assert "12, Ring Road" in found


RECEIPT_HEADS = {
    "at the top, and not who is billed": (
        ["QUILLBACK TIMBER", "12, Ring Road", "43800 Dua", "Bill to:", "SATU TRANSPORT SDN BHD"],
        "QUILLBACK TIMBER",
    ),
    "with its legal form, without its number": (
        ["QUILLBACK BREAD SDN BHD (139386 X)", "Lot 3, Second Street", "40300 Satu"],
        "QUILLBACK BREAD SDN BHD",
    ),
}


@pytest.mark.parametrize(("rows", "expected"), RECEIPT_HEADS.values(), ids=RECEIPT_HEADS)
def test_the_name_of_a_shop_is_told_by_where_it_stands(rows, expected):
    assert best("merchant_name", rows, {}) == expected


def test_a_part_of_an_address_is_not_whole():
    among = find_candidates(
        Kind.ADDRESS, lines_of_rows("12, Ring Road", "14, Side Street", "50667 Köln")
    )
    assert whole_addresses(among) == {"12, Ring Road, 14, Side Street, 50667 Köln"}


@pytest.mark.parametrize(
    "text", ["No. 4711 vom 03.04.2025", "3 x Nails", "12 screws", "Invoice 17", "1,200 pieces"]
)
def test_not_every_number_is_a_house(text):
    assert not begins_with_house(text)
