"""What a page shows of where it stands in its document: its number, its name, titles, totals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from extractors.candidates.candidates import find_candidates
from extractors.coerce.find import find_amounts
from extractors.layout import Line, lines_of
from extractors.ranking.rank import Ranker
from extractors.row_kinds import is_total
from extractors.splitting.page_numbers import PageNumber, page_number
from extractors.tables.totals import plain
from schemas.doctype import DocumentType
from schemas.document import Document, Page
from schemas.kinds import Kind
from schemas.record import Leaf, leaves_of

LABELLED = 2.3
"""From this utility on, what is printed around a number says that it names the document."""
TITLE_WORDS = 5
"""A longer row is no title."""
HEAD_ROWS = 15
"""Titles stand in so many first rows."""
FEW_WORDS = 60
"""A page with more words is no cover."""
BRINGS_FORWARD = re.compile(
    r"\b(?:brought|carried) forward|\bcarry ?over|\bubertrag|\bcontinued|\bfortsetzung|"
    r"\bvortrag|\breporte?|\briporto|\bsuite\b|\bsuma anterior",
)
TITLES = re.compile(
    r"(?:(?:tax|sales|commercial|final|proforma|pro forma|original|copy of|your|advertising) )?"
    r"(?:invoice|bill|credit note|credit memo|receipt|cash receipt|order|purchase order|contract|"
    r"order confirmation|delivery note|packing slip|statement|quotation|quote|agreement|"
    r"rechnung|schlussrechnung|gutschrift|lieferschein|quittung|angebot|auftragsbestatigung|"
    r"bestellung|mahnung|beleg|facture|avoir|recu|devis|bon de commande|bon de livraison|"
    r"factura|recibo|pedido|fattura|ricevuta|ordine|factuur|kassabon|bestelling)(?![\w-])",
)


@dataclass(frozen=True)
class PageLook:
    """One page, as far as it says which document it is of."""

    page: Page
    lines: tuple[Line, ...]
    types: tuple[DocumentType, ...]
    """Those that it can be of."""

    @property
    def number(self) -> int:
        """In the file, from 1."""
        return self.page.number

    @cached_property
    def printed(self) -> PageNumber | None:
        return page_number(self.lines)

    @cached_property
    def is_blank(self) -> bool:
        return not self.lines and (self.page.blank or self.page.source != "none")

    @cached_property
    def is_scan(self) -> bool:
        return self.page.source == "none" and not self.page.blank

    @cached_property
    def names(self) -> frozenset[str]:
        """The numbers by which documents of these types are known, where a label says so."""
        return frozenset(name for each in self.types for name in _names(each, self.lines))

    @cached_property
    def title(self) -> str:
        """What the page calls itself, in small letters, without figures; empty: nothing."""
        return next(_titles(self.lines[:HEAD_ROWS]), "")

    @cached_property
    def has_amounts(self) -> bool:
        return any(find_amounts(segment.text) for line in self.lines for segment in line)

    @cached_property
    def has_totals(self) -> bool:
        """A sum is printed on it, and not only one that another page goes on with."""
        return any(
            is_total(line)
            and find_amounts(line[-1].text)
            and not BRINGS_FORWARD.search(plain(_text(line)))
            for line in self.lines
        )

    @cached_property
    def is_bare(self) -> bool:
        """So few words and no figure, name or number: a cover or a separator, if it stands so."""
        words = sum(len(segment.words) for line in self.lines for segment in line)
        return 0 < words <= FEW_WORDS and not (self.has_amounts or self.names or self.printed)


def looks_of(document: Document, types: Sequence[DocumentType]) -> tuple[PageLook, ...]:
    """Return a look at each page."""
    return tuple(
        PageLook(page, lines_of(document.model_copy(update={"pages": (page,)})), tuple(types))
        for page in document.pages
    )


def naming_leaf(doctype: DocumentType) -> Leaf | None:
    """Return the field whose value names a document of the type; None: it has none."""
    numbers = [leaf for leaf in leaves_of(doctype.record) if leaf.kind is Kind.IDENTIFIER]
    needed = [leaf for leaf in numbers if leaf.path in doctype.policy.require]
    return next(iter(needed or numbers), None)


def _names(doctype: DocumentType, lines: Sequence[Line]) -> Iterator[str]:
    leaf = naming_leaf(doctype)
    if leaf is None:
        return
    ranker = Ranker(doctype, lines)
    for option in ranker.rank(leaf, find_candidates(leaf.kind, lines), {}):
        if option.label >= LABELLED and any(map(str.isdigit, option.candidate.text)):
            yield "".join(filter(str.isalnum, option.candidate.text)).casefold()


def _titles(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        for segment in line:
            words = plain(segment.text)
            found = TITLES.match(words)
            if found and len(segment.words) <= TITLE_WORDS:
                yield found.group()


def _text(line: Line) -> str:
    return " ".join(segment.text for segment in line)
