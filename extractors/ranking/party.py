"""What tells a party from other words: a legal form, an address below it, the whole of that one."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.candidates.addresses import begins_with_house
from extractors.candidates.candidates import Candidate, Place
from extractors.candidates.names import ENDS_WITH_FORM, FORM_INSIDE, is_address
from extractors.layout import Line, around

ROWS_BELOW = 3
"""An address begins so far below a name at most."""
ALIGNED = 1.0
"""Name and address begin or have their middles so close to each other, in heights of the name."""


def has_legal_form(name: str) -> bool:
    """Say whether a name has a company's legal form: `GmbH & Co. KG`, `Inc.`, `AG Mitte`."""
    return (ENDS_WITH_FORM.search(name) or FORM_INSIDE.search(name)) is not None


def heads_an_address(place: Place, lines: Sequence[Line]) -> bool:
    """Say whether a street or a town stands below the words at `place`, or behind them."""
    box, whole = around(place.words[:1]), lines[place.line][place.segment].box
    slack = ALIGNED * (box.y1 - box.y0)
    last = place.words[-1].box
    beside = [each for each in lines[place.line][place.segment :][:3] if each.box.x0 > last.x0]
    below = [
        each
        for line in lines[place.line + 1 : place.line + 1 + ROWS_BELOW]
        if line[0].page == place.page
        for each in line
        if abs(each.box.x0 - box.x0) <= slack
        or abs(each.box.x0 + each.box.x1 - whole.x0 - whole.x1) / 2 <= slack
    ]
    return any(is_address(each.text) or begins_with_house(each.text) for each in (*beside, *below))


def whole_addresses(among: Sequence[Candidate]) -> frozenset[str]:
    """Return those of several parts that begin at a house and are no part of another that does."""
    begun = [each for each in among if "," in each.text and begins_with_house(each.text)]
    words = {
        each.text: {id(word) for place in each.places for word in place.words} for each in begun
    }
    return frozenset(
        text for text, own in words.items() if not any(own < others for others in words.values())
    )
