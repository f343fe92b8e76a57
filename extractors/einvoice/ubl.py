"""UBL 2.1 invoices and credit notes, as XRechnung and Peppol write them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from extractors.einvoice.nodes import Node
from schemas.e_invoice import EInvoice, ELine

NOTHING = Decimal()


def read(root: Node, file: str) -> EInvoice:
    """Return what a UBL invoice or credit note says.

    Raises:
        BadValue: an amount or a day in it is none.
    """
    seller = root.first("AccountingSupplierParty/Party") or root
    buyer = root.first("AccountingCustomerParty/Party") or root
    sums = root.first("LegalMonetaryTotal") or root
    currency = root.text("DocumentCurrencyCode")
    return EInvoice(
        file=file,
        syntax="UBL",
        profile=root.text("CustomizationID") or "",
        invoice_number=root.text("ID"),
        issue_date=root.day("IssueDate"),
        due_date=root.day("DueDate", "PaymentMeans/PaymentDueDate"),
        seller_name=_name(seller),
        seller_vat_id=_tax_number(seller),
        buyer_name=_name(buyer),
        buyer_vat_id=_tax_number(buyer),
        purchase_order=root.text("OrderReference/ID"),
        currency=currency,
        net_total=sums.amount("TaxExclusiveAmount"),
        tax_total=_tax_total(root, currency),
        grand_total=sums.amount("TaxInclusiveAmount"),
        amount_due=sums.amount("PayableAmount"),
        iban=root.text("PaymentMeans/PayeeFinancialAccount/ID"),
        line_items=tuple(_lines(root)),
        charges=(sums.amount("ChargeTotalAmount") or NOTHING)
        - (sums.amount("AllowanceTotalAmount") or NOTHING),
    )


def _name(party: Node) -> str | None:
    return party.text("PartyLegalEntity/RegistrationName", "PartyName/Name")


def _tax_number(party: Node) -> str | None:
    """Return a party's VAT number, else its tax number."""
    numbers = {
        scheme.text("TaxScheme/ID"): scheme.text("CompanyID")
        for scheme in party.all("PartyTaxScheme")
    }
    return numbers.pop("VAT", None) or next(filter(None, numbers.values()), None)


def _tax_total(root: Node, currency: str | None) -> Decimal | None:
    totals = list(root.all("TaxTotal/TaxAmount"))
    own = [each for each in totals if each.attribute("currencyID") in ("", currency)]
    return (own or totals)[0].own_amount if totals else None


def _lines(root: Node) -> Iterator[ELine]:
    for path, quantity in (
        ("InvoiceLine", "InvoicedQuantity"),
        ("CreditNoteLine", "CreditedQuantity"),
    ):
        for line in root.all(path):
            count = line.first(quantity)
            yield ELine(
                description=line.text("Item/Name"),
                quantity=line.amount(quantity),
                unit=(count.attribute("unitCode") or None) if count else None,
                unit_price=line.amount("Price/PriceAmount"),
                tax_rate=line.amount("Item/ClassifiedTaxCategory/Percent"),
                line_total=line.amount("LineExtensionAmount"),
                price_base=line.amount("Price/BaseQuantity") or Decimal(1),
                charges=_charges(line),
            )


def _charges(line: Node) -> Decimal:
    """Return a line's charges less its allowances."""
    total = NOTHING
    for each in line.all("AllowanceCharge"):
        amount = each.amount("Amount") or NOTHING
        total += amount if each.text("ChargeIndicator") == "true" else -amount
    return total
