"""Long documents: read in windows that overlap, items once, totals from where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

import openai
import pytest
from long_papers import LongInvoice
from long_reader import read_invoice
from scripted_replies import Request
from scripted_server import ScriptedServer

from extractors.asking.call import Caller
from extractors.extract import extract
from extractors.layout import lines_of
from extractors.read import read_document
from extractors.windows import OVERLAP, windows
from schemas.catalogue import built_in_type
from schemas.completeness import Receipt
from schemas.extraction import DoubtCode, ExtractedRecord, Extraction
from schemas.recipe import Asking

INVOICE = built_in_type("invoice")
HUNDRED = LongInvoice("INV-2041", 2100)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server.answers(read_invoice(mistakes=True))


def extracted(data: bytes, server: ScriptedServer, asking: Asking) -> Extraction:
    with openai.OpenAI(base_url=server.base_url, api_key="none", max_retries=0) as client:
        return extract(read_document(data), INVOICE, asking, Caller(client, "m", top_logprobs=0))


def items(record: ExtractedRecord) -> list[tuple[str, Decimal]]:
    fields = {field.path: field.value for field in record.fields}
    return [
        (str(fields[f"line_items[{at}].description"]), Decimal(str(value)))
        for at in range(len(fields))
        if (value := fields.get(f"line_items[{at}].line_total")) is not None
    ]


@pytest.mark.parametrize("asking", ["whole", "fields"])
def test_an_invoice_of_a_hundred_pages_comes_out_right(
    server: ScriptedServer, asking: Asking
) -> None:
    assert HUNDRED.pages >= 100
    found = extracted(HUNDRED.pdf(), server, asking)
    [record] = found.records
    assert items(record) == [(line[0], line[3]) for line in HUNDRED.lines]
    values = {field.path: field.value for field in record.fields}
    assert values["invoice_number"] == "INV-2041"
    assert values["net_total"] == HUNDRED.net
    assert values["grand_total"] == HUNDRED.net + HUNDRED.tax
    assert record.pages == (1, HUNDRED.pages)
    assert record.receipts == (
        Receipt(
            name="line_items",
            rows_seen=2100,
            rows_given=2100,
            printed_total=HUNDRED.net,
            computed_total=HUNDRED.net,
        ),
    )
    assert found.doubts == ()
    last = next(field for field in record.fields if field.path == "line_items[2099].line_total")
    assert last.evidence is not None
    assert last.evidence.page == HUNDRED.pages


def test_windows_overlap_and_leave_no_row_out() -> None:
    lines = lines_of(read_document(LongInvoice("INV-1", 300).pdf()))
    found = windows(lines, most_characters=4000)
    assert {at for window in found for at in window.own} == set(range(len(lines)))
    assert all(before.end - after.start == OVERLAP for before, after in pairwise(found))
    assert all(
        window.lines[0][0].text == "No" or window.start == 0 or window.lines[0][0].row > 0
        for window in found
    )


def test_a_list_that_lacks_rows_goes_to_review(server: ScriptedServer) -> None:
    read = read_invoice()

    def forgetful(request: Request) -> dict[str, Any]:
        answer = dict(read(request))
        return {**answer, "line_items": answer["line_items"][:-2], "net_total": None}

    server.answers(forgetful)
    found = extracted(LongInvoice("INV-2041", 20).pdf(), server, "whole")
    assert [doubt.code for doubt in found.doubts] == [DoubtCode.INCOMPLETE]
    assert found.doubts[0].text == "rows may be missing: line_items: 20 rows seen, 18 given"
