"""What a page says of its own place: `Page 2 of 3`, `Seite 1/2`, `2/4`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.layout import Line, text_of

EDGE_ROWS = 4
"""So many rows from a page's top and bottom, bare numbers such as `2/4` are page numbers."""

_WORD = r"(?:page|pag|pg|seite|blatt|página|pagina|sheet|side|bladzijde|strana)"
_OF = r"(?:of|von|de|du|sur|di|van|av|af|out of|/|\|)"
_COUNTED = re.compile(rf"\b{_WORD}\b[\s.:#|-]*(\d{{1,4}})\s*{_OF}\s*(\d{{1,4}})\b", re.IGNORECASE)
_PLAIN = re.compile(rf"\b{_WORD}\b[\s.:#|-]*(\d{{1,4}})\b(?!\s*[.,]\d)", re.IGNORECASE)
_BARE = re.compile(r"(?:-\s*)?(\d{1,3})\s*(?:/|of|von|sur)\s*(\d{1,3})(?:\s*-)?", re.IGNORECASE)


@dataclass(frozen=True)
class PageNumber:
    """What is printed on a page."""

    number: int
    """From 1."""
    of: int | None
    """None: the page doesn't say how many there are."""

    @property
    def is_last(self) -> bool:
        return self.number == self.of

    def follows(self, before: PageNumber) -> bool:
        """Say whether it is the page after `before`, of the same document."""
        alike = self.of == before.of or None in (self.of, before.of)
        return alike and self.number == before.number + 1


def page_number(lines: Sequence[Line]) -> PageNumber | None:
    """Return the number that is printed on a page; None if there is none, or more than one."""
    texts = [text_of(line) for line in lines]
    found = [_numbered(match[1], match[2]) for text in texts for match in _COUNTED.finditer(text)]
    if not any(found):
        edges = [*lines[:EDGE_ROWS], *lines[EDGE_ROWS:][-EDGE_ROWS:]]
        cells = [segment.text for line in edges for segment in line]
        bare = (_BARE.fullmatch(cell) for cell in cells)
        found = [_numbered(match[1], match[2]) for match in bare if match]
    if not any(found):
        found = [PageNumber(int(m[1]), None) for t in texts for m in _PLAIN.finditer(t)]
    known = {each for each in found if each is not None}
    return known.pop() if len(known) == 1 else None


def _numbered(number: str, of: str) -> PageNumber | None:
    return PageNumber(int(number), int(of)) if 1 <= int(number) <= int(of) else None
