"""A sales rep's order for an issue campaign: landscape, a column a week, amounts in USD."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .amounts import ENGLISH
from .lettering import Face
from .pen import LETTER, Column, Pen
from .records import AdOrder, Line
from .sample import Sample

FIRST_WEEK = date(2024, 10, 7)


@dataclass(frozen=True)
class Buy:
    """Spots in one programme, week by week."""

    day_time: str
    daypart: str
    program: str
    rate: str
    weekly: tuple[int, int, int, int, int]

    @property
    def line(self) -> Line:
        """Return the row of the order."""
        return Line(self.program, Decimal(sum(self.weekly)), Decimal(self.rate))


BUYS = (
    Buy("M-F 5:00a-6:00a", "EM", "Sunrise Report 5A", "85.00", (5, 5, 5, 5, 1)),
    Buy("M-F 6:00a-7:00a", "EM", "Sunrise Report 6A", "130.00", (5, 5, 5, 5, 1)),
    Buy("M-F 9:00a-10:00a", "DT", "The Valley Today", "70.00", (3, 3, 3, 3, 0)),
    Buy("M-F 4:00p-5:00p", "EF", "Judge Calloway Presides", "65.00", (4, 4, 4, 4, 0)),
    Buy("M-F 5:00p-5:30p", "EN", "12 News First at Five", "225.00", (5, 5, 5, 5, 1)),
    Buy("M-F 6:00p-6:30p", "EN", "12 News at Six", "340.00", (4, 4, 5, 5, 1)),
    Buy("M-F 6:30p-7:00p", "PA", "Spell It Out", "295.00", (3, 3, 4, 4, 1)),
    Buy("Tu 8:00p-9:00p", "PT", "Harbor Patrol", "780.00", (1, 1, 1, 1, 0)),
    Buy("Sa 6:00p-7:00p", "WK", "Saturday Sports Roundup", "160.00", (2, 2, 2, 2, 0)),
    Buy("M-Su 10:00p-10:35p", "LN", "12 News at Ten", "310.00", (5, 5, 6, 7, 1)),
    Buy("Su 8:00a-9:00a", "WK", "Inside Boise", "95.00", (1, 1, 1, 1, 0)),
)

ORDER = AdOrder(
    contract_number="30947718",
    advertiser="Yes for Cooper Basin Schools",
    agency="Brightwater Strategies LLC",
    station="KQXV",
    flight_start=FIRST_WEEK,
    flight_end=date(2024, 11, 4),
    currency="USD",
    lines=tuple(buy.line for buy in BUYS),
)

GREEN = "#2f6f4f"
GREY = "#e3e8e4"
BODY = Face("Helvetica", 8, leading=1.2)
BOLD = BODY.but(font="Helvetica-Bold")
LABEL = BODY.but(size=7.2, color="#555555")

COLUMNS = (
    Column("Line", 12, 20, "center"),
    Column("Day/Time", 22, 55),
    Column("DP", 57, 65, "center"),
    Column("Program", 67, 113),
    Column("Len", 114, 122, "center"),
    Column("Rate", 123, 140, "right"),
    *(
        Column(
            f"{FIRST_WEEK + timedelta(weeks=week):%m/%d}",
            143 + 14 * week,
            157 + 14 * week,
            "center",
        )
        for week in range(5)
    ),
    Column("Spots", 215, 228, "right"),
    Column("Total", 231, 266, "right"),
)


def draw() -> bytes:
    """Draw the page."""
    pen = Pen(
        (LETTER[1], LETTER[0]), title=f"Order {ORDER.contract_number}", author="Tallgrass Orders"
    )
    _letterhead(pen)
    _facts(pen)
    y = _grid(pen, 80)
    _totals(pen, y + 7)
    _foot(pen)
    return pen.finish()


def _letterhead(pen: Pen) -> None:
    pen.box(12, 10, 14, 16, fill=GREEN)
    for shift, lean in ((-3, -2.6), (0, 0.4), (3, 2.8)):
        pen.shape(
            [
                (19 + shift, 25),
                (19 + shift, 20, 19 + shift + lean * 0.4, 17, 19 + shift + lean, 12.6),
            ],
            stroke="#ffffff",
            line=1.5,
            closed=False,
        )
    pen.text(30, 17, "TALLGRASS", Face("Helvetica-Bold", 15, GREEN))
    pen.text(30, 21.8, "BROADCAST SALES", Face("Helvetica", 8.6, "#444444"))
    pen.text(30, 26, "410 Prairie Avenue, Suite 1200, Omaha, NE 68102", LABEL)
    pen.text(140, 18, "Television Spot Order", Face("Helvetica-Bold", 15), "center")
    pen.text(140, 24, "New order, confirmed by station", BODY, "center")
    pen.text(267, 15, "Page 1 of 1", BODY, "right")
    pen.text(267, 19.4, "Printed 10/02/2024 03:26 PM CT", BODY, "right")


def _facts(pen: Pen) -> None:
    start, end = (f"{day:%b %d, %Y}" for day in (ORDER.flight_start, ORDER.flight_end))
    columns = (
        (
            ("Contract #", ORDER.contract_number),
            ("Advertiser", ORDER.advertiser),
            ("Product", "Levy Measure 4, PAC/Issue"),
            ("Flight", f"{start} - {end}"),
            ("Estimate", "1158"),
            ("CPE", "YCBS/LEVY/1158"),
        ),
        (
            ("Agency", ORDER.agency),
            ("", "77 Wharf Street, 2nd Floor"),
            ("", "Portland, OR 97204"),
            ("Buyer", "Imani Rusk"),
            ("Phone", "(503) 555-0127"),
            ("Email", "orders@brightwater.example"),
        ),
        (
            ("Station", ORDER.station),
            ("Market", "Boise"),
            ("Affiliation", "Independent"),
            ("Salesperson", "Dale Whitcombe"),
            ("Office", "Seattle"),
            ("Demo", "Adults 35+"),
        ),
    )
    pen.box(12, 31, 255, 36, stroke="#777777", line=0.6)
    for left, indent, facts in zip((15, 118, 206), (22, 16, 22), columns, strict=True):
        for nth, (label, value) in enumerate(facts):
            y = 37 + 5.4 * nth
            pen.text(left, y, label, LABEL)
            pen.text(left + indent, y, value, BOLD if nth < 2 and label else BODY)


def _grid(pen: Pen, y: float) -> float:
    pen.box(12, y - 9.6, 255, 11, fill=GREEN)
    white = BOLD.but(size=7.8, color="#ffffff")
    pen.text(178, y - 5.6, "Spots per week of", white.but(font="Helvetica"), "center")
    pen.titles(COLUMNS, y - 1.2, white)
    y += 5
    top = y - 3.6
    for number, buy in enumerate(BUYS, start=1):
        if number % 2 == 0:
            pen.box(12, y - 3.6, 255, 5.6, fill=GREY)
        line = buy.line
        cells = (
            str(number),
            buy.day_time,
            buy.daypart,
            buy.program,
            ":30",
            ENGLISH(Decimal(buy.rate)),
            *(str(spots) for spots in buy.weekly),
            str(line.quantity),
            ENGLISH(line.total),
        )
        pen.row(COLUMNS, cells, y, BODY)
        y += 5.6
    for column in COLUMNS[6:12]:
        pen.rule(column.left, top, column.left, y - 3.6, width=0.3, color="#9aa79f")
    pen.rule(12, y - 3.6, 267, y - 3.6, width=0.8, color=GREEN)
    weeks = [sum(buy.weekly[week] for buy in BUYS) for week in range(5)]
    totals = ("", "", "", "Totals", "", "", *map(str, weeks), str(sum(weeks)), ENGLISH(ORDER.gross))
    pen.row(COLUMNS, totals, y + 0.8, BOLD)
    return y + 4


def _totals(pen: Pen, y: float) -> None:
    rows = (
        ("Gross amount (USD)", ENGLISH(ORDER.gross)),
        (f"Agency commission {ORDER.commission_rate}%", f"-{ENGLISH(ORDER.commission)}"),
        ("Net amount (USD)", ENGLISH(ORDER.net)),
    )
    pen.box(196, y - 5, 71, 20, stroke=GREEN, line=0.8)
    for nth, (label, amount) in enumerate(rows):
        face = BOLD.but(size=9) if nth == 2 else BODY.but(size=9)
        pen.text(199, y + 0.4 + 6 * nth, label, face)
        pen.text(266, y + 0.4 + 6 * nth, amount, face, "right")
    pen.text(12, y, "Comments", BOLD)
    pen.paragraph(
        12,
        y + 4.4,
        150,
        "Issue advertising: NAB form and list of the committee's officers on file with the "
        "station. Separation 20 minutes. No spots in or next to news about the levy. Instructions "
        "and copy come by Oct 04. Make-goods need the buyer's written approval before air.",
        BODY,
    )


def _foot(pen: Pen) -> None:
    for x, label in ((12, "For the station"), (88, "For the agency"), (164, "Date")):
        pen.rule(x, 194, x + 66, 194, width=0.5)
        pen.text(x, 197.6, label, LABEL)
    pen.text(
        12,
        206,
        "Tallgrass Broadcast Sales represents the station named above. Time is sold subject "
        "to the station's terms and to federal rules on political broadcasting.",
        LABEL.but(size=6.6),
    )


SAMPLE = Sample("ad_orders/kqxv-order.pdf", ORDER, draw)
