"""The facts of a document: its page is drawn from them, its gold record is read off them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

Gold = dict[str, object]

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """Round to two places, halves up, as invoicing software does."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def share(amount: Decimal, percent: Decimal) -> Decimal:
    """Return `percent` of `amount`, to the cent."""
    return cents(amount * percent / 100)


@dataclass(frozen=True)
class Line:
    """One row of a table of things sold."""

    description: str
    quantity: Decimal | None
    """None where the page prints none, and then the row is for one."""
    unit_price: Decimal | None
    """None where the page prints none."""
    unit: str | None = None
    tax_rate: Decimal | None = None
    """Percent, where the row prints one."""
    code: str = ""
    """Article number or the like: printed, but no field of the record."""
    fixed_total: Decimal | None = None
    """The amount of a row that prints no unit price."""

    @property
    def total(self) -> Decimal:
        """Return the amount of the row."""
        if self.fixed_total is not None:
            return self.fixed_total
        if self.unit_price is None:
            message = f"{self.description!r} has neither a price nor an amount"
            raise ValueError(message)
        return cents((1 if self.quantity is None else self.quantity) * self.unit_price)


@dataclass(frozen=True)
class Party:
    """A buyer or seller, as its name and address stand on the page."""

    name: str
    address: tuple[str, ...]
    vat_id: str | None = None
    """None where the page prints none, whether or not there is one."""


@dataclass(frozen=True)
class TaxShare:
    """What one tax rate adds to an invoice."""

    rate: Decimal
    base: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Invoice:
    """An invoice. What is None is not printed."""

    number: str
    issued: date
    seller: Party
    buyer: Party
    currency: str
    lines: tuple[Line, ...]
    tax_rate: Decimal | None = None
    """The one rate of an invoice whose rows print none."""
    due: date | None = None
    purchase_order: str | None = None
    iban: str | None = None
    prepaid: Decimal = Decimal(0)
    prints_amount_due: bool = False
    misprinted_total: Decimal | None = None
    """Stands on the page in the place of the true grand total."""

    @property
    def net(self) -> Decimal:
        """Return the sum of the rows."""
        return sum((line.total for line in self.lines), Decimal("0.00"))

    @property
    def taxes(self) -> tuple[TaxShare, ...]:
        """Return a share for each rate, highest rate first."""
        bases: dict[Decimal, Decimal] = {}
        for line in self.lines:
            rate = line.tax_rate if line.tax_rate is not None else self.tax_rate
            if rate is None:
                message = f"invoice {self.number} has no tax rate for {line.description!r}"
                raise ValueError(message)
            bases[rate] = bases.get(rate, Decimal(0)) + line.total
        return tuple(
            TaxShare(rate, bases[rate], share(bases[rate], rate))
            for rate in sorted(bases, reverse=True)
        )

    @property
    def tax(self) -> Decimal:
        """Return the sum over all rates."""
        return sum((each.tax for each in self.taxes), Decimal("0.00"))

    @property
    def total(self) -> Decimal:
        """Return the grand total that the page prints."""
        if self.misprinted_total is not None:
            return self.misprinted_total
        return self.net + self.tax

    @property
    def balance(self) -> Decimal:
        """Return what is left to pay."""
        return self.total - self.prepaid

    def gold(self) -> Gold:
        """Return the gold record, in the shape that the invoice type has."""
        return {
            "invoice_number": self.number,
            "issue_date": self.issued.isoformat(),
            "due_date": self.due.isoformat() if self.due else None,
            "seller_name": self.seller.name,
            "seller_vat_id": self.seller.vat_id,
            "buyer_name": self.buyer.name,
            "buyer_vat_id": self.buyer.vat_id,
            "purchase_order": self.purchase_order,
            "currency": self.currency,
            "net_total": str(self.net),
            "tax_total": str(self.tax),
            "grand_total": str(self.total),
            "amount_due": str(self.balance) if self.prints_amount_due else None,
            "iban": self.iban,
            "line_items": [
                {
                    "description": line.description,
                    "quantity": plain(line.quantity),
                    "unit": line.unit,
                    "unit_price": plain(line.unit_price),
                    "tax_rate": plain(line.tax_rate),
                    "line_total": str(line.total),
                }
                for line in self.lines
            ],
        }


@dataclass(frozen=True)
class Receipt:
    """A till receipt. Whether the rows include tax is as in its country."""

    merchant: str
    address: tuple[str, ...]
    bought: date
    currency: str
    payment_method: str
    lines: tuple[Line, ...]
    tax: Decimal
    total: Decimal

    def gold(self) -> Gold:
        """Return the gold record, in the shape that the receipt type has."""
        return {
            "merchant_name": self.merchant,
            "date": self.bought.isoformat(),
            "address": ", ".join(self.address),
            "total": str(self.total),
            "currency": self.currency,
            "tax_total": str(self.tax),
            "payment_method": self.payment_method,
            "line_items": [_short_row(line) for line in self.lines],
        }


@dataclass(frozen=True)
class AdOrder:
    """An order for television spots. `lines` count spots, and their unit price is the rate."""

    contract_number: str
    advertiser: str
    agency: str
    station: str
    flight_start: date
    flight_end: date
    lines: tuple[Line, ...]
    commission_rate: Decimal = Decimal(15)
    currency: str | None = None
    """None where the page prints neither a code nor a sign."""

    @property
    def gross(self) -> Decimal:
        """Return the sum of the rows."""
        return sum((line.total for line in self.lines), Decimal("0.00"))

    @property
    def commission(self) -> Decimal:
        """Return the agency's part."""
        return share(self.gross, self.commission_rate)

    @property
    def net(self) -> Decimal:
        """Return what the station receives."""
        return self.gross - self.commission

    def gold(self) -> Gold:
        """Return the gold record, in the shape that the ad order type has."""
        return {
            "contract_number": self.contract_number,
            "advertiser": self.advertiser,
            "agency": self.agency,
            "station": self.station,
            "gross_amount": str(self.gross),
            "agency_commission": str(self.commission),
            "net_amount": str(self.net),
            "flight_start": self.flight_start.isoformat(),
            "flight_end": self.flight_end.isoformat(),
            "currency": self.currency,
            "line_items": [_short_row(line) for line in self.lines],
        }


def plain(number: Decimal | None) -> str | None:
    """Return the digits as they stand on the page, with a point for the decimals."""
    return None if number is None else str(number)


def _short_row(line: Line) -> Gold:
    return {
        "description": line.description,
        "quantity": plain(line.quantity),
        "unit_price": plain(line.unit_price),
        "line_total": str(line.total),
    }
