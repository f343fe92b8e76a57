"""Orders and contracts for television and radio advertising."""

from __future__ import annotations

from pydantic import Field

from schemas.kinds import Amount, Currency, Day, Identifier, Number, Text
from schemas.record import Record


class SpotLine(Record):
    """One line of an advertising order."""

    description: Text | None = Field(None, description="programme or time slot of the line")
    quantity: Number | None = Field(None, description="number of spots")
    unit_price: Amount | None = Field(None, description="rate of one spot")
    line_total: Amount | None = Field(None, description="amount of the line")


class AdOrder(Record):
    """An order, contract or invoice for advertising time."""

    contract_number: Identifier | None = Field(None, description="contract or order number")
    advertiser: Text | None = Field(None, description="name of the advertiser")
    agency: Text | None = Field(None, description="name of the agency that buys the time")
    station: Text | None = Field(None, description="call sign of the station")
    currency: Currency | None = Field(None, description="currency of the amounts")
    gross_amount: Amount | None = Field(None, description="gross total amount of the order")
    agency_commission: Amount | None = Field(None, description="amount of the agency commission")
    net_amount: Amount | None = Field(None, description="net total amount of the order")
    flight_start: Day | None = Field(None, description="first day of the flight")
    flight_end: Day | None = Field(None, description="last day of the flight")
    line_items: tuple[SpotLine, ...] = Field((), description="the spots ordered")
