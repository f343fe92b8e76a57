"""What tells a party's name from other words: its legal form, and the address below it."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.candidates.candidates import Place
from extractors.candidates.names import ENDS_WITH_FORM, FORM_INSIDE, STREET, TOWN
from extractors.layout import Line, around

ROWS_BELOW = 3
"""An address begins so far below a name at most."""
SAME_LEFT = 1.0
"""Name and address begin so close to each other, in heights of the name."""


def has_legal_form(name: str) -> bool:
    """Say whether a name has a company's legal form: `GmbH & Co. KG`, `Inc.`, `AG Mitte`."""
    return (ENDS_WITH_FORM.search(name) or FORM_INSIDE.search(name)) is not None


def heads_an_address(place: Place, lines: Sequence[Line]) -> bool:
    """Say whether a street or a town stands below the words at `place`, or behind them."""
    box = around(place.words[:1])
    slack = SAME_LEFT * (box.y1 - box.y0)
    last = place.words[-1].box
    beside = [each for each in lines[place.line][place.segment :][:3] if each.box.x0 > last.x0]
    below = [
        each
        for line in lines[place.line + 1 : place.line + 1 + ROWS_BELOW]
        if line[0].page == place.page
        for each in line
        if abs(each.box.x0 - box.x0) <= slack
    ]
    return any(STREET.search(each.text) or TOWN.search(each.text) for each in (*beside, *below))
