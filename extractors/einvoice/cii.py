"""UN/CEFACT's Cross Industry Invoice: ZUGFeRD 2, Factur-X, XRechnung, and ZUGFeRD 1."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from extractors.einvoice.nodes import Node
from schemas.e_invoice import EInvoice, ELine

DEAL = ("SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction")
PROFILE = (
    "ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID",
    "SpecifiedExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID",
)
SUMS = (
    "SpecifiedTradeSettlementHeaderMonetarySummation",
    "SpecifiedTradeSettlementMonetarySummation",
)
WITHOUT_LINES = ("minimum", "basicwl")
"""How the profiles end that have no lines."""
PARTS = frozenset({"GROUP", "INFORMATION"})
"""Lines that only sum up or explain others (ZUGFeRD EXTENDED): they count nothing."""
VAT, TAX_NUMBER = "VA", "FC"
NOTHING = Decimal()


def read(root: Node, file: str) -> EInvoice:
    """Return what a Cross Industry Invoice says.

    Raises:
        BadValue: an amount or a day in it is none.
    """
    head = root.first("ExchangedDocument", "HeaderExchangedDocument") or root
    deal = root.first(*DEAL) or root
    agreement = (
        deal.first("ApplicableHeaderTradeAgreement", "ApplicableSupplyChainTradeAgreement") or deal
    )
    settlement = (
        deal.first("ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement")
        or deal
    )
    sums = settlement.first(*SUMS) or settlement
    currency = settlement.text("InvoiceCurrencyCode")
    profile = root.text(*PROFILE) or ""
    return EInvoice(
        file=file,
        syntax="CII",
        profile=profile,
        invoice_number=head.text("ID"),
        issue_date=head.day("IssueDateTime/DateTimeString"),
        due_date=settlement.day("SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"),
        seller_name=agreement.text("SellerTradeParty/Name"),
        seller_vat_id=_tax_number(agreement, "SellerTradeParty"),
        buyer_name=agreement.text("BuyerTradeParty/Name"),
        buyer_vat_id=_tax_number(agreement, "BuyerTradeParty"),
        purchase_order=agreement.text(
            "BuyerOrderReferencedDocument/IssuerAssignedID", "BuyerOrderReferencedDocument/ID"
        ),
        currency=currency,
        net_total=sums.amount("TaxBasisTotalAmount"),
        tax_total=_tax_total(sums, currency),
        grand_total=sums.amount("GrandTotalAmount"),
        amount_due=sums.amount("DuePayableAmount"),
        iban=settlement.text(
            "SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/IBANID"
        ),
        line_items=tuple(_lines(deal)),
        has_lines=not profile.lower().replace("_", "").endswith(WITHOUT_LINES),
        charges=(sums.amount("ChargeTotalAmount") or NOTHING)
        - (sums.amount("AllowanceTotalAmount") or NOTHING),
    )


def _tax_number(agreement: Node, party: str) -> str | None:
    """Return a party's VAT number, else its tax number."""
    numbers = {
        node.attribute("schemeID"): node.own_text
        for node in agreement.all(f"{party}/SpecifiedTaxRegistration/ID")
    }
    return numbers.get(VAT) or numbers.get(TAX_NUMBER)


def _tax_total(sums: Node, currency: str | None) -> Decimal | None:
    """Return the tax in the invoice's currency; it may be given in that of the books as well."""
    totals = list(sums.all("TaxTotalAmount"))
    own = [each for each in totals if each.attribute("currencyID") in ("", currency)]
    return (own or totals)[0].own_amount if totals else None


def _lines(deal: Node) -> Iterator[ELine]:
    for line in deal.all("IncludedSupplyChainTradeLineItem"):
        about = line.first("AssociatedDocumentLineDocument")
        if about and about.text("LineStatusReasonCode") in PARTS:
            continue
        settled = (
            line.first("SpecifiedLineTradeSettlement", "SpecifiedSupplyChainTradeSettlement")
            or line
        )
        found = ELine(
            description=line.text("SpecifiedTradeProduct/Name"),
            quantity=line.amount(
                "SpecifiedLineTradeDelivery/BilledQuantity",
                "SpecifiedSupplyChainTradeDelivery/BilledQuantity",
            ),
            unit=_unit(line),
            unit_price=line.amount(
                "SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount",
                "SpecifiedSupplyChainTradeAgreement/NetPriceProductTradePrice/ChargeAmount",
            ),
            tax_rate=settled.amount(
                "ApplicableTradeTax/RateApplicablePercent", "ApplicableTradeTax/ApplicablePercent"
            ),
            line_total=settled.amount(
                "SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount",
                "SpecifiedTradeSettlementMonetarySummation/LineTotalAmount",
            ),
            price_base=_price_base(line),
            charges=_charges(settled),
        )
        if found != ELine():  # ZUGFeRD 1 has lines that are only a note
            yield found


def _price_base(line: Node) -> Decimal:
    base = line.amount(
        "SpecifiedLineTradeAgreement/NetPriceProductTradePrice/BasisQuantity",
        "SpecifiedSupplyChainTradeAgreement/NetPriceProductTradePrice/BasisQuantity",
    )
    return base or Decimal(1)


def _charges(settled: Node) -> Decimal:
    """Return a line's charges less its allowances."""
    total = NOTHING
    for each in settled.all("SpecifiedTradeAllowanceCharge"):
        amount = each.amount("ActualAmount") or NOTHING
        total += amount if each.text("ChargeIndicator/Indicator") == "true" else -amount
    return total


def _unit(line: Node) -> str | None:
    node = line.first(
        "SpecifiedLineTradeDelivery/BilledQuantity",
        "SpecifiedSupplyChainTradeDelivery/BilledQuantity",
    )
    return (node.attribute("unitCode") or None) if node else None
