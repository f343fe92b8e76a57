"""A file of several documents in the store, in the queue and in Parquet."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openai
import polars as pl
import pytest
from builders import INVOICE, NOVEMBER, a_recipe
from documents import joined
from long_papers import numbered, sheet
from long_reader import read_invoice
from scripted_server import ScriptedServer

from extractors.asking.call import Caller
from extractors.confidence.rate import rate
from extractors.extract import extract
from extractors.read import read_document
from extractors.route import route
from flows.publish.account import account_columns
from flows.review.decide import accept, open_items, show_item
from flows.store.decisions import Word
from flows.store.store import Store
from schemas.account import Account
from schemas.completeness import Receipt

INVOICES = numbered(2)
WORD = Word(who="anna", now=NOVEMBER)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an output folder: of a file of two invoices and a blank page one is accepted."""
    folder = tmp_path_factory.mktemp("out")
    document = read_document(joined(INVOICES[0].pdf(), sheet(), INVOICES[1].pdf()))
    with ScriptedServer() as server, Store.open(folder) as store:
        server.answers(read_invoice())
        with openai.OpenAI(base_url=server.base_url, api_key="none", max_retries=0) as client:
            found = extract(document, INVOICE, "whole", Caller(client, "m", top_logprobs=0))
        found = rate(found, None)
        store.keep(
            found,
            route(found, INVOICE.policy),
            source="in/two.pdf",
            recipe=a_recipe(),
            doc_type=INVOICE,
            run_id=None,
            now=NOVEMBER,
        )
        item = max(open_items(store), key=lambda each: each.record)
        accept(store, item.id, WORD, out_dir=folder, everything=True)
    return folder


def test_each_record_is_an_item_that_says_which_pages_it_is_of(out: Path) -> None:
    with Store.open(out) as store:
        [item] = open_items(store)
        shown = show_item(store, item.id)
    assert shown.pages == (1, 1)
    net = INVOICES[0].net
    assert shown.account == (
        "record 1 of 2, page 1 of 4",
        "page 2: blank, in no record",
        f"line_items: 5 rows seen, 5 given; printed total {net}, computed {net}",
    )


def test_a_settled_record_is_published_with_its_pages(out: Path) -> None:
    [row] = pl.read_parquet(out / "records/invoice/*.parquet").to_dicts()
    assert row["invoice_number"] == INVOICES[1].number
    assert (row["_record"], row["_first_page"], row["_last_page"]) == (1, 3, 4)
    assert len(row["line_items"]) == INVOICES[1].items


def test_documents_say_how_pages_and_rows_are_accounted_for(out: Path) -> None:
    [row] = pl.read_parquet(out / "documents/*.parquet").to_dicts()
    named = ("pages", "pages_aside", "records", "rows_seen", "rows_given", "printed_total")
    assert [row[name] for name in named] == [4, ["2: blank"], 2, 32, 32, None]


def test_the_totals_of_one_list_are_published() -> None:
    receipt = Receipt(
        name="line_items",
        rows_seen=3,
        rows_given=2,
        printed_total=Decimal("12.50"),
        computed_total=Decimal("10.00"),
    )
    columns = account_columns(Account(records=1, receipts=(receipt,)).model_dump_json())
    assert (columns["printed_total"], columns["computed_total"]) == (
        Decimal("12.50"),
        Decimal("10.00"),
    )
