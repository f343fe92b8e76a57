"""How a file's pages and rows are accounted for: for the store, Parquet and people."""

from __future__ import annotations

from pydantic import BaseModel

from schemas.completeness import Receipt
from schemas.extraction import Extraction
from schemas.parts import PageAside, pages_in_words


class Account(BaseModel, frozen=True):
    """Of one file."""

    records: int
    aside: tuple[PageAside, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    """Of all lists of all records."""


def account_of(extraction: Extraction) -> Account:
    """Return the account of a file."""
    return Account(
        records=len(extraction.records),
        aside=extraction.aside,
        receipts=tuple(each for record in extraction.records for each in record.receipts),
    )


def in_words(extraction: Extraction, number: int) -> tuple[str, ...]:
    """Return how a file and one of its records are accounted for, a line each; of plain ones less.

    What a file of one document and one list without a row says is nothing.
    """
    if number >= len(extraction.records):
        return ()
    record, said = extraction.records[number], []
    if record.pages is not None and (len(extraction.records) > 1 or extraction.aside):
        count = len(extraction.records)
        which = f"record {number + 1} of {count}, " if count > 1 else ""
        pages = pages_in_words(range(record.pages[0], record.pages[1] + 1))
        said.append(f"{which}{pages} of {extraction.pages}")
    for why in dict.fromkeys(each.why for each in extraction.aside):
        pages = pages_in_words(each.page for each in extraction.aside if each.why is why)
        said.append(f"{pages}: {why.value}, in no record")
    said += [each.in_words() for each in record.receipts if each.rows_seen or each.rows_given]
    return tuple(said)
