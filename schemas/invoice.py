"""Invoices and credit notes, with the terms of EN 16931."""

from __future__ import annotations

from pydantic import Field

from schemas.kinds import Amount, Currency, Day, Iban, Identifier, Number, Percent, Text, VatId
from schemas.record import Record


class LineItem(Record):
    """One line of an invoice."""

    description: Text | None = Field(None, description="description of the goods or service")
    quantity: Number | None = Field(None, description="quantity of the item")
    unit: Text | None = Field(None, description="unit of the quantity, such as hours or pcs")
    unit_price: Amount | None = Field(None, description="price of one unit")
    tax_rate: Percent | None = Field(None, description="VAT or tax rate of the item in percent")
    line_total: Amount | None = Field(None, description="total amount of the line")


class Invoice(Record):
    """An invoice or credit note."""

    invoice_number: Identifier | None = Field(None, description="invoice number")
    issue_date: Day | None = Field(None, description="date on which the invoice was issued")
    due_date: Day | None = Field(None, description="date by which payment is due")
    seller_name: Text | None = Field(None, description="name of the company that sells and bills")
    seller_vat_id: VatId | None = Field(None, description="VAT or tax number of the seller")
    buyer_name: Text | None = Field(None, description="name of the customer that is billed")
    buyer_vat_id: VatId | None = Field(None, description="VAT or tax number of the customer")
    purchase_order: Identifier | None = Field(
        None, description="number of the customer's purchase order"
    )
    currency: Currency | None = Field(None, description="currency of the amounts")
    net_total: Amount | None = Field(None, description="total amount without tax (net, subtotal)")
    tax_total: Amount | None = Field(None, description="total amount of tax (VAT, sales tax)")
    grand_total: Amount | None = Field(None, description="total amount with tax (gross)")
    amount_due: Amount | None = Field(None, description="amount that is left to be paid")
    iban: Iban | None = Field(None, description="IBAN of the account to pay into")
    line_items: tuple[LineItem, ...] = Field((), description="the goods and services billed")
