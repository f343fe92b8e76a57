"""What is printed around a value: the label before it, what stands above it, the block it is in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.candidates.candidates import Place
from extractors.layout import Line, Segment, around
from schemas.document import Box

LEFT_SEGMENTS = 3
"""So many segments to the left are looked at: `Advertiser | Name: | ACME`."""
NEAR_ABOVE = 2.5
"""What stands directly above a value is at most so many of its heights away."""
HEADING_ROWS = 15
"""So far up a column's heading is looked for, over other values of the column."""


@dataclass(frozen=True)
class Surroundings:
    """Texts around one place, any of them may be empty."""

    before: str
    """In the same run of words."""
    next_to: str
    """The segment to the left, whatever it is; empty at the row's beginning."""
    left: tuple[str, ...]
    """Segments of words to the left in the same row, over figures too, the nearest first."""
    above: str
    """Directly above."""
    heading: str
    """Above, over other values: a column's heading."""
    behind: str
    """In the same run of words, or the next one."""


def surroundings_of(place: Place, lines: Sequence[Line]) -> Surroundings:
    """Return what is printed around a place."""
    line = lines[place.line]
    segment = line[place.segment]
    box = around(place.words[:1])
    before = " ".join(word.text for word in segment.words if word.box.x1 <= box.x0 + 0.5)
    words = [each.text for each in reversed(line[: place.segment]) if _mostly_letters(each.text)]
    left = tuple(words[:LEFT_SEGMENTS])
    first, over = "", ""
    for distance, each in _upwards(place, lines, segment.box):
        if not first and distance <= NEAR_ABOVE:
            first = each.text
        if not any(map(str.isdigit, each.text)):
            over = each.text
            break
    last = place.words[-1].box
    next_to = line[place.segment - 1].text if place.segment else ""
    behind = " ".join(word.text for word in segment.words if word.box.x0 >= last.x1 - 0.5)
    if not behind and place.segment + 1 < len(line):
        behind = line[place.segment + 1].text
    return Surroundings(before, next_to, left, first, over, behind)


def _upwards(place: Place, lines: Sequence[Line], box: Box) -> Iterator[tuple[float, Segment]]:
    """Yield what stands above the box in its column, with the distance in heights of the box."""
    height = max(box.y1 - box.y0, 1.0)
    for line in reversed(lines[max(0, place.line - HEADING_ROWS) : place.line]):
        if line[0].page != place.page:
            return
        for each in line:
            if min(each.box.x1, box.x1) > max(each.box.x0, box.x0):
                yield (box.y0 - each.box.y1) / height, each
                break


def _mostly_letters(text: str) -> bool:
    return sum(map(str.isalpha, text)) > sum(map(str.isdigit, text))
