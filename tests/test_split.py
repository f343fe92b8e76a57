"""Several documents in one file: each becomes a record, and every page is accounted for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import openai
import pytest
from documents import joined, letter
from long_papers import numbered, sheet
from long_reader import read_invoice
from scripted_replies import Request
from scripted_server import ScriptedServer

from extractors.asking.call import Caller
from extractors.extract import extract, extract_typed
from extractors.read import read_document
from extractors.splitting.split import Split, split
from extractors.splitting.typed import typed
from schemas.catalogue import BUILT_IN, built_in_type
from schemas.extraction import DoubtCode, Extraction
from schemas.parts import Aside, PageAside, unaccounted
from schemas.recipe import Asking

INVOICE = built_in_type("invoice")
COVER = sheet("Documents for the month of March", "Ashgrove Fixings Ltd, accounts")
BLANK = sheet()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server.answers(read_invoice())


def extracted(data: bytes, server: ScriptedServer, asking: Asking = "whole") -> Extraction:
    with openai.OpenAI(base_url=server.base_url, api_key="none", max_retries=0) as client:
        return extract(read_document(data), INVOICE, asking, Caller(client, "m", top_logprobs=0))


def values(extraction: Extraction, path: str) -> list[str]:
    return [
        str(field.value)
        for each in extraction.records
        for field in each.fields
        if field.path == path
    ]


def parted(data: bytes, *, probability: float | None = None) -> Split:
    """Part a file; asking the model is a mistake unless the test says what it answers."""

    def ask(*_: object) -> float:
        assert probability is not None, "the pages say it themselves"
        return probability

    return split(read_document(data), [INVOICE], ask)


@pytest.mark.parametrize("asking", ["whole", "fields"])
def test_five_invoices_in_one_file_are_five_records(server: ScriptedServer, asking: Asking) -> None:
    invoices = numbered(5)
    found = extracted(joined(*(each.pdf() for each in invoices)), server, asking)
    assert [record.pages for record in found.records] == [(1, 1), (2, 3), (4, 4), (5, 6), (7, 7)]
    assert values(found, "invoice_number") == [each.number for each in invoices]
    assert values(found, "net_total") == [str(each.net) for each in invoices]
    assert found.doubts == ()


def test_evidence_stands_on_the_pages_of_the_file(server: ScriptedServer) -> None:
    found = extracted(joined(*(each.pdf() for each in numbered(3))), server)
    pages = [
        field.evidence.page
        for record in found.records
        for field in record.fields
        if field.path == "grand_total" and field.evidence
    ]
    assert pages == [1, 3, 4]


def test_a_document_of_several_is_asked_about_as_if_it_came_alone(server: ScriptedServer) -> None:
    first, second = numbered(2)
    extracted(joined(first.pdf(), second.pdf()), server)
    together = [request.prompt for request in server.requests]
    server.requests.clear()
    extracted(first.pdf(), server)
    extracted(second.pdf(), server)
    assert together == [request.prompt for request in server.requests]


def test_cover_blank_and_separator_pages_are_named_and_in_no_record() -> None:
    one, two, three = (each.pdf() for each in numbered(3))
    between = sheet("NEXT DOCUMENT")
    found = parted(joined(COVER, one, BLANK, between, two, three))
    assert found.parts == ((2, 2), (5, 6), (7, 7))
    assert found.aside == (
        PageAside(page=1, why=Aside.COVER),
        PageAside(page=3, why=Aside.BLANK),
        PageAside(page=4, why=Aside.SEPARATOR),
    )
    assert unaccounted(7, found.parts, found.aside) == []


def test_a_part_without_any_figure_is_no_record_and_a_person_looks() -> None:
    one, two = (each.pdf() for each in numbered(2))
    letter_page = letter("\n".join(["Order", *["We thank you for the trust you put in us."] * 9]))
    found = parted(joined(one, letter_page, two), probability=1.0)
    assert [each.why for each in found.aside] in ([], [Aside.NOT_UNDERSTOOD])
    assert unaccounted(4, found.parts, found.aside) == []


ONE_DOCUMENT = {
    "pages that count on": [
        "Invoice number: 4711\nTotal | 12.00\nPage 1 of 2",
        "Invoice\nInvoice number: 4712\nPage 2 of 2",
    ],
    "the same number again": [
        "Invoice\nInvoice number: 4711\nTotal | 12.00",
        "Invoice\nInvoice number: 4711\nTotal | 12.00",
    ],
    "an annex without a number": [
        "Invoice\nInvoice number: 4711\nTotal | 12.00\nPage 1 of 1",
        "Terms and conditions\nWe deliver on Fridays.",
    ],
    "another number alone": [
        "Invoice\nInvoice number: 4711\nWidget | 12.00",
        "Invoice number: 4712\nWidget | 13.00",
    ],
}


@pytest.mark.parametrize("pages", ONE_DOCUMENT.values(), ids=ONE_DOCUMENT)
def test_one_document_is_not_parted(pages: list[str]) -> None:
    assert len(parted(letter(*pages), probability=0.5).parts) == 1


def test_an_unclear_boundary_is_asked_about_and_is_a_reason_for_review() -> None:
    receipts = letter("Receipt\nMilk | 1.20\nTotal | 1.20", "Receipt\nTea | 3.10\nTotal | 3.10")
    apart, whole = parted(receipts, probability=0.95), parted(receipts, probability=0.6)
    assert (apart.parts, whole.parts) == (((1, 1), (2, 2)), ((1, 2),))
    assert [doubt.code for doubt in apart.doubts] == [DoubtCode.SPLIT_UNCLEAR]
    [doubt] = whole.doubts
    assert doubt.text == (
        "it isn't clear whether another document begins on page 2; "
        "the file was taken for one document"
    )


def test_the_model_is_asked_for_yes_or_no(server: ScriptedServer) -> None:
    server.answers(read_invoice(begins=lambda prompt: "Tea" in prompt.split("[this page]")[1]))
    found = extracted(
        letter("Receipt\nMilk | 1.20\nTotal | 1.20", "Receipt\nTea | 3.10\nTotal | 3.10"), server
    )
    assert [record.pages for record in found.records] == [(1, 1), (2, 2)]
    assert server.requests[0].schema["properties"]["begins"]["enum"] == ["yes", "no"]
    assert DoubtCode.SPLIT_UNCLEAR in {doubt.code for doubt in found.doubts}


def test_a_batch_of_mixed_types_gives_records_of_each(
    server: ScriptedServer,
) -> None:
    one, two = (each.pdf() for each in numbered(2))
    order = letter(
        "Order\nContract number: 777123\nAdvertiser: Oakfield Bakery\nSpots | 3 | 90.00\n"
        "Gross total | 90.00\nPage 1 of 1"
    )
    data = joined(COVER, one, order, BLANK, two)
    read = read_invoice()

    def answer(request: Request) -> Mapping[str, Any]:
        if "kind" in request.schema["properties"]:
            return {"kind": "Advertising order" if "Contract" in request.prompt else "Invoice"}
        return read(request)

    server.answers(answer)
    types = [built_in_type(name) for name in BUILT_IN]
    document = read_document(data)
    with openai.OpenAI(base_url=server.base_url, api_key="none", max_retries=0) as client:
        caller = Caller(client, "m", top_logprobs=0)
        found = typed(document, types, caller)
        extraction = extract_typed(document, found, "whole", caller)
    assert [(extraction.type_of(each), each.pages) for each in extraction.records] == [
        ("invoice", (2, 2)),
        ("ad_order", (3, 3)),
        ("invoice", (5, 6)),
    ]
    assert values(extraction, "invoice_number") == ["INV-2040", "INV-2047"]
    assert [(each.page, each.why.value) for each in extraction.aside] == [
        (1, "cover"),
        (4, "blank"),
    ]
    assert unaccounted(6, found.parted.parts, found.parted.aside) == []
    assert extraction.type_names == ("invoice", "ad_order")
