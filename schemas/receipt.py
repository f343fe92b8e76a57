"""Shop receipts."""

from __future__ import annotations

from pydantic import Field

from schemas.kinds import Address, Amount, Currency, Day, Number, Text
from schemas.record import Record


class ReceiptItem(Record):
    """One line of a receipt."""

    description: Text | None = Field(None, description="name of the article")
    quantity: Number | None = Field(None, description="quantity of the article")
    unit_price: Amount | None = Field(None, description="price of one piece")
    line_total: Amount | None = Field(None, description="amount of the line")


class Receipt(Record):
    """A receipt from a shop or restaurant."""

    merchant_name: Text | None = Field(None, description="name of the shop or company")
    date: Day | None = Field(None, description="date of the purchase")
    address: Address | None = Field(None, description="postal address of the shop")
    currency: Currency | None = Field(None, description="currency of the amounts")
    tax_total: Amount | None = Field(None, description="total amount of tax in the total")
    total: Amount | None = Field(None, description="total amount to pay, after rounding")
    payment_method: Text | None = Field(None, description="how it was paid: cash, card")
    line_items: tuple[ReceiptItem, ...] = Field((), description="the articles bought")
