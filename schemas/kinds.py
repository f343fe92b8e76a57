"""The kinds of value that a field can have; the kind chooses how its text is found and coerced.

A record model names a field's kind by its type:

    class Invoice(Record):
        issue_date: Day | None = Field(None, description="date on which the invoice was issued")
        grand_total: Amount | None = Field(None, description="total with tax")
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated, Any


class Kind(StrEnum):
    """What sort of value a field holds."""

    TEXT = "text"
    """Words as they stand on the page, white space folded."""
    ADDRESS = "address"
    """Words over several lines, joined by ", "."""
    IDENTIFIER = "identifier"
    """A number or code that names something: kept as printed."""
    IBAN = "iban"
    """An international bank account number, without spaces."""
    VAT_ID = "vat_id"
    """A VAT or GST registration number, without spaces."""
    DATE = "date"
    """A day of the calendar."""
    AMOUNT = "amount"
    """Money, without its currency, exactly as printed: never rounded, never a float."""
    NUMBER = "number"
    """A quantity, exactly as printed."""
    PERCENT = "percent"
    """A rate in percent: `19` is 19 %."""
    CURRENCY = "currency"
    """An ISO 4217 code."""


Text = Annotated[str, Kind.TEXT]
Address = Annotated[str, Kind.ADDRESS]
Identifier = Annotated[str, Kind.IDENTIFIER]
Iban = Annotated[str, Kind.IBAN]
VatId = Annotated[str, Kind.VAT_ID]
Day = Annotated[date, Kind.DATE]
Amount = Annotated[Decimal, Kind.AMOUNT]
Number = Annotated[Decimal, Kind.NUMBER]
Percent = Annotated[Decimal, Kind.PERCENT]
Currency = Annotated[str, Kind.CURRENCY]

TYPE_OF_KIND: dict[Kind, Any] = {
    Kind.TEXT: Text,
    Kind.ADDRESS: Address,
    Kind.IDENTIFIER: Identifier,
    Kind.IBAN: Iban,
    Kind.VAT_ID: VatId,
    Kind.DATE: Day,
    Kind.AMOUNT: Amount,
    Kind.NUMBER: Number,
    Kind.PERCENT: Percent,
    Kind.CURRENCY: Currency,
}
"""The Python type of a field of each kind, for record models made from a file."""

Value = Decimal | date | str
"""A typed value. Absence is None: the document does not give it."""


def text_of(value: Value) -> str:
    """Return the one text form of a typed value: `1234.50`, `2024-04-03`, `ACME Ltd`."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def value_of(kind: Kind, text: str) -> Value:
    """Return the typed value whose `text_of` is `text`.

    Raises:
        ValueError: `text` is no value of this kind in that form.
    """
    python_type = TYPE_OF_KIND[kind].__origin__
    if python_type is date:
        return date.fromisoformat(text)
    if python_type is Decimal:
        try:
            return Decimal(text)
        except InvalidOperation as error:
            raise ValueError(f"{text!r} is not a decimal number") from error
    return text
