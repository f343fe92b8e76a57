"""Under which heading a value stands: `Bill to` above a name and an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extractors.candidates.candidates import Place
from extractors.layout import Line, around
from extractors.ranking.labels import LabelBook

BLOCK_ROWS = 12
"""A block has so many rows at most."""
HEADING_WORDS = 6
FITS = 0.65
"""From this fit (0 to 1) with some field's headings on, a segment is one."""
FADES = 0.97
"""Each row between a heading and a value takes so much of its weight."""
INDENT = 3.0
"""A value begins at most so many of its heights to the left of its heading."""


def block_fits(place: Place, lines: Sequence[Line], headings: LabelBook) -> Mapping[str, float]:
    """Return for each field, -1 to 1, how well the nearest heading above or before fits it."""
    box = around(place.words[:1])
    edge = box.x0 + INDENT * (box.y1 - box.y0)
    for distance, line in enumerate(_upwards(place, lines)):
        for each in reversed(line):
            if each.box.x0 > edge or len(each.words) > HEADING_WORDS:
                continue
            if distance == 0 and each.box.x1 > box.x0:
                continue
            fits = headings.fits(each.text)
            if max(fits.values(), default=0.0) >= FITS:
                return {field: fit * FADES**distance for field, fit in fits.items()}
    return {}


def _upwards(place: Place, lines: Sequence[Line]) -> list[Line]:
    rows = lines[max(0, place.line - BLOCK_ROWS) : place.line + 1]
    return [line for line in reversed(rows) if line[0].page == place.page]
