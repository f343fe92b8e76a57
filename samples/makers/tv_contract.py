"""A station's contract for a Senate candidate's spots, as traffic systems print it: no currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .amounts import ENGLISH, slashed_us_short
from .lettering import Face
from .pen import LETTER, Column, Pen
from .records import AdOrder, Line
from .sample import Sample

FLIGHT = (date(2024, 9, 23), date(2024, 10, 6))


@dataclass(frozen=True)
class Buy:
    """Spots in one programme: the days they run on and how many in each week of the flight."""

    program: str
    time: str
    days: str
    rate: str
    weekly: tuple[int, ...]
    length: str = ":30"

    @property
    def line(self) -> Line:
        """Return the row of the order."""
        return Line(self.program, Decimal(sum(self.weekly)), Decimal(self.rate))


BUYS = (
    Buy("Daybreak on 9", "5a-7a", "MTWTF--", "175.00", (10, 10)),
    Buy("Morning Network News", "7a-9a", "MTWTF--", "240.00", (8, 10)),
    Buy("9 News at Noon", "12p-1230p", "MTWTF--", "210.00", (5, 5)),
    Buy("Early Fringe Court Block", "3p-5p", "M-W-F--", "145.00", (6, 6)),
    Buy("9 News at Six", "6p-630p", "MTWTF--", "620.00", (5, 5)),
    Buy("Access: Wheel of Wits", "7p-730p", "-T-T---", "485.00", (2, 2)),
    Buy("Thursday Prime Drama", "9p-10p", "---T---", "1350.00", (1, 1)),
    Buy("9 News Nightside", "11p-1135p", "MTWTF--", "395.00", (4, 5)),
    Buy("College Football", "330p-7p", "-----S-", "1875.00", (2, 1)),
    Buy("Sunday Morning Politics", "9a-10a", "------S", "310.00", (2, 2), ":60"),
)

ORDER = AdOrder(
    contract_number="4418206",
    advertiser="Trentham for U.S. Senate",
    agency="Oak & Ledger Media Group",
    station="WZQT",
    flight_start=FLIGHT[0],
    flight_end=FLIGHT[1],
    lines=tuple(buy.line for buy in BUYS),
)

BODY = Face("Helvetica", 8, leading=1.2)
BOLD = BODY.but(font="Helvetica-Bold")
TINY = Face("Helvetica", 6.3, "#222222", 1.25)

COLUMNS = (
    Column("Ln", 15, 20, "right"),
    Column("Ch", 22, 31),
    Column("Start", 32, 45),
    Column("End", 46, 59),
    Column("Inventory Code", 61, 99),
    Column("Start/End Time", 101, 121),
    Column("Days", 122, 136),
    Column("Len", 137, 143),
    Column("Rate", 145, 160, "right"),
    Column("Type", 163, 170),
    Column("Spots", 171, 180, "right"),
    Column("Amount", 182, 201, "right"),
)


def draw() -> bytes:
    """Draw the page."""
    pen = Pen(LETTER, title=f"Contract {ORDER.contract_number}", author="WZQT Traffic")
    _letterhead(pen)
    _facts(pen)
    y = _spots(pen, 101)
    y = _summary(pen, y + 6)
    _signatures(pen, y + 12)
    _small_print(pen)
    return pen.finish()


def _letterhead(pen: Pen) -> None:
    pen.text(15, 13, "Print Date 09/18/24  10:42:07", TINY.but(size=7))
    pen.text(201, 13, "Page 1 of 1", TINY.but(size=7), "right")
    pen.text(108, 20, "CONTRACT", Face("Helvetica-Bold", 16), "center")
    pen.disc(26, 32, 10.5, fill="#12355b")
    pen.shape(
        [(15.9, 35), (22, 38.5, 30, 38.5, 36.1, 35), (34, 42.4, 18, 42.4, 15.9, 35)], fill="#d7263d"
    )
    pen.text(26, 36.8, "9", Face("Helvetica-BoldOblique", 32, "#ffffff"), "center")
    pen.text(40, 29, ORDER.station, Face("Helvetica-Bold", 17, "#12355b"))
    pen.lines(
        40,
        34,
        (
            "2100 Signal Hill Drive",
            "Macon, GA 31211",
            "Main: (478) 555-0109",
            "Billing: (478) 555-0164",
        ),
        BODY,
    )
    pen.text(15, 56, "And:", BODY)
    pen.lines(
        26,
        60.5,
        (
            ORDER.agency,
            "Attn: Media Billing",
            "1140 Connery Street NW, Suite 610",
            "Washington, DC 20036",
        ),
        BOLD.but(size=9),
    )


def _facts(pen: Pen) -> None:
    dates = f"{slashed_us_short(ORDER.flight_start)} - {slashed_us_short(ORDER.flight_end)}"
    rows = (
        (("Contract / Revision", f"{ORDER.contract_number} /"), ("Alt Order #", "WOC13307214")),
        (("Advertiser", ORDER.advertiser), ("Original Date / Revision", "09/17/24 / 09/18/24")),
        (("Contract Dates", dates), ("Estimate #", "2291")),
        (("Product", "M. Trentham US Sen - GA"), ("Demographic", "Adults 35+")),
        (("Billing Cycle", "EOM/EOC"), ("Billing Calendar", "Broadcast")),
        (("Account Executive", "Lorna Pickett"), ("Cash/Trade", "Cash")),
        (("Sales Office", "Tallgrass Washington"), ("Sales Region", "National")),
        (("Special Handling", "POLITICAL - CANDIDATE, LUR"), ("Agency Ref", "60418")),
    )
    for nth, pair in enumerate(rows):
        y = 24 + 8 * nth
        for x, width, (label, value) in zip((104, 158), (54, 43), pair, strict=True):
            pen.box(x, y, width, 8, stroke="#000000", line=0.5)
            pen.text(x + 1.2, y + 3, label, TINY)
            pen.text(x + 1.2, y + 6.7, value, BOLD if nth < 3 else BODY)


def _spots(pen: Pen, y: float) -> float:
    pen.rule(15, y - 5, 201, y - 5, width=1)
    pen.titles(COLUMNS, y - 1.4, BOLD.but(size=7.4))
    pen.rule(15, y + 0.4, 201, y + 0.4, width=1)
    y += 5
    for number, buy in enumerate(BUYS, start=1):
        line = buy.line
        cells = (
            str(number),
            ORDER.station,
            slashed_us_short(ORDER.flight_start),
            slashed_us_short(ORDER.flight_end),
            buy.program,
            buy.time,
            buy.days,
            buy.length,
            ENGLISH(Decimal(buy.rate)),
            "NM",
            str(line.quantity),
            ENGLISH(line.total),
        )
        y = pen.row(COLUMNS, cells, y, BODY.but(size=7.8))
        y = _weeks(pen, buy, y - 0.2) + 1.8
    pen.rule(15, y - 3, 201, y - 3, width=1)
    pen.text(160, y + 1, "Totals", BOLD, "right")
    pen.text(180, y + 1, str(_spot_count()), BOLD, "right")
    pen.text(201, y + 1, ENGLISH(ORDER.gross), BOLD, "right")
    return y + 2


def _weeks(pen: Pen, buy: Buy, y: float) -> float:
    for week, spots in enumerate(buy.weekly):
        monday = ORDER.flight_start + timedelta(weeks=week)
        pen.text(22, y, "Week:", TINY)
        pen.text(32, y, slashed_us_short(monday), TINY)
        pen.text(46, y, slashed_us_short(monday + timedelta(days=6)), TINY)
        pen.text(61, y, f"{buy.days}   {spots} per week", TINY)
        y += TINY.step
    return y + 0.4


def _summary(pen: Pen, y: float) -> float:
    columns = (
        Column("Time Period", 15, 50),
        Column("# of Spots", 52, 68, "right"),
        Column("Gross Amount", 70, 94, "right"),
        Column("Agency Comm.", 96, 120, "right"),
        Column("Net Amount", 122, 146, "right"),
    )
    amounts = (
        str(_spot_count()),
        ENGLISH(ORDER.gross),
        f"({ENGLISH(ORDER.commission)})",
        ENGLISH(ORDER.net),
    )
    pen.titles(columns, y, BOLD)
    pen.rule(15, y + 1.2, 146, y + 1.2, width=0.6)
    pen.row(columns, ("09/23/24 - 10/06/24", *amounts), y + 5, BODY)
    pen.rule(15, y + 6.6, 146, y + 6.6, width=0.6)
    pen.row(columns, ("Totals", *amounts), y + 10.2, BOLD)
    pen.text(152, y + 5, "Agency commission 15%", BODY)
    pen.text(152, y + 10.2, "CASH IN ADVANCE", BOLD)
    return y + 11


def _signatures(pen: Pen, y: float) -> None:
    for x, label in ((15, "Accepted for agency"), (112, "Accepted for station")):
        pen.rule(x, y, x + 60, y, width=0.6)
        pen.rule(x + 64, y, x + 88, y, width=0.6)
        pen.text(x, y + 3.6, label, TINY)
        pen.text(x + 64, y + 3.6, "Date", TINY)
    pen.shape(
        [
            (116, y - 1),
            (118, y - 10, 123, y - 8, 120, y - 2),
            (119, y + 2, 124, y - 1, 127, y - 4),
            (129, y - 7, 127, y - 1, 131, y - 3),
            (134, y - 6, 134, y, 138, y - 4),
            (143, y - 9, 141, y + 1, 147, y - 3),
            (152, y - 5, 157, y - 4, 163, y - 6),
        ],
        stroke="#1a2a6c",
        line=1,
        closed=False,
    )
    pen.text(177, y - 1.2, "9/18/24", Face("Times-Italic", 12, "#1a2a6c"))


def _small_print(pen: Pen) -> None:
    pen.paragraph(
        15,
        258,
        186,
        "The parties intend for the station's Standard Advertising Terms and Conditions to be part "
        "of this agreement. Candidate rates are the lowest unit charge for the class and amount of "
        "time. Payment must be received before air. The station does not discriminate in the sale "
        "of advertising time on the basis of race or ethnicity, and will not accept advertising "
        "that is placed with an intent to do so.",
        TINY,
    )


def _spot_count() -> int:
    return sum(sum(buy.weekly) for buy in BUYS)


SAMPLE = Sample("ad_orders/wzqt-contract.pdf", ORDER, draw)
