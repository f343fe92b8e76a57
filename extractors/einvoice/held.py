"""Hold an e-invoice against the page: where each value is printed, and where the page differs.

The XML is exact, but what a person reads and pays by is the page. A value that is printed has its
place as evidence. Where the page shows another one at the value's label, or doesn't show an amount,
a number or a date that an invoice must show, the record goes to review.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from extractors.candidates.candidates import candidates_by_kind
from extractors.coerce.coerce import coerce
from extractors.einvoice.rows import RowFinder
from extractors.ground import evidence_of
from extractors.judging.compare import WORDS, same
from extractors.judging.printed import Printed, PrintedValues
from extractors.layout import lines_of
from extractors.ranking.rank import Option, Ranker
from schemas.doctype import DocumentType
from schemas.document import Document
from schemas.e_invoice import EInvoice
from schemas.extraction import Doubt, DoubtCode, Embedded, FieldResult, Signals
from schemas.kinds import Kind, Value, text_of
from schemas.record import Leaf, leaves_of, lists_of

LABELLED = 2.0
"""Log-odds of a label from which on a page shows a value as this field's."""
UPHELD = 1.0
"""From this on the e-invoice's own value is labelled well enough, whatever else there is: of two
labels that fit one may be of something that the e-invoice doesn't declare."""
ALONE = frozenset({Kind.IBAN})
"""A page that shows others of these kinds, but not the e-invoice's, differs from it."""
MUST_BE_PRINTED = frozenset({Kind.DATE, Kind.IDENTIFIER})
"""If a record must have them."""
ALWAYS_PRINTED = frozenset({Kind.AMOUNT, Kind.TEXT})
"""If the policy names them at all; but not amounts that are 0."""


@dataclass(frozen=True)
class _Found:
    """What the page says of one value."""

    printed: Printed | None
    rival: str = ""
    """What the page shows in its place, verbatim."""


class Holder:
    """Holds one document's e-invoice against its pages."""

    def __init__(
        self, document: Document, doctype: DocumentType, terms: Mapping[str, str], given: EInvoice
    ) -> None:
        """Look at nothing yet; `terms` say which of the e-invoice's terms each leaf is."""
        self._doctype, self._terms, self._given = doctype, terms, given
        self._lines = lines_of(document)
        self._printed = PrintedValues(document)
        self._readings: dict[tuple[Kind, str], tuple[Value, ...]] = {}
        self._ranker = Ranker(doctype, self._lines)
        leaves = leaves_of(doctype.record)
        self._among = candidates_by_kind((leaf.kind for leaf in leaves), self._lines)

    def fields(self) -> Iterator[FieldResult]:
        """Yield a field for each leaf that is one of an e-invoice's terms, those of lists too."""
        given = self._given
        for leaf in leaves_of(self._doctype.record):
            if leaf.path in self._terms:
                value = given.value(self._terms[leaf.path])
                yield self._field(leaf, leaf.path, value, self._look(leaf, value))
        if not given.has_lines:
            return
        for each in lists_of(self._doctype.record):
            leaves = [leaf for leaf in each.leaves if leaf.path in self._terms]
            finder = RowFinder(self._printed)
            for index, line in enumerate(given.line_items):
                values = {
                    leaf: value
                    for leaf in leaves
                    if (value := getattr(line, self._terms[leaf.path].rpartition(".")[2]))
                    is not None
                }
                places = finder.places(values)
                for leaf in leaves:
                    path = f"{each.name}[{index}].{leaf.name}"
                    found = _Found(places.get(leaf))
                    yield self._field(leaf, path, values.get(leaf), found)

    def _look(self, leaf: Leaf, value: Value | None) -> _Found:
        """Find a value that stands alone, or what the page shows in its place."""
        options = self._ranker.rank(leaf, self._among[leaf.kind], {})
        declared = self._given.declared(leaf.kind)
        labelled = [each for each in options if each.label >= LABELLED or leaf.kind in ALONE]
        others = [
            each
            for each in labelled
            if not any(self._may_be(each, leaf.kind, known) for known in declared)
        ]
        if value is None:
            best = next((each for each in others if each.label >= LABELLED), None)
            return _Found(None, best.candidate.text if best else "")
        own = [each for each in options if self._may_be(each, leaf.kind, value)]
        printed = _printed(own[0]) if own else self._printed.find(leaf.kind, value)
        rival = others[0] if others else None
        if rival is None or leaf.kind in WORDS:
            return _Found(printed)
        upheld = bool(own) and own[0].label >= UPHELD
        alone = leaf.kind in ALONE and printed is None
        clear = rival.label >= LABELLED and not upheld
        return _Found(printed, rival.candidate.text if alone or clear else "")

    def _may_be(self, option: Option, kind: Kind, value: Value) -> bool:
        return any(same(kind, value, each) for each in self._read(kind, option.candidate.text))

    def _read(self, kind: Kind, text: str) -> tuple[Value, ...]:
        """Return what a text of the page can mean, the likeliest first."""
        if (kind, text) not in self._readings:
            found = coerce(kind, text, self._printed.locale)
            readings = () if found.value is None else (found.value, *found.alternatives)
            self._readings[kind, text] = readings
        return self._readings[kind, text]

    def _field(self, leaf: Leaf, path: str, value: Value | None, found: _Found) -> FieldResult:
        """Return a field with how it stands to the page, before the checks."""
        standing, text = self._standing(leaf, value, found)
        printed = found.printed
        raw = None if value is None else (printed.text if printed else text_of(value))
        return FieldResult(
            path=path,
            kind=leaf.kind,
            raw=raw,
            value=value,
            rivals=(found.rival,) if found.rival else (),
            evidence=printed.evidence if printed else None,
            signals=Signals(
                grounded=printed is not None,
                places=printed.evidence.places if printed else 0,
                typed=value is not None,
                embedded=standing,
            ),
            doubts=(Doubt(code=DoubtCode.E_INVOICE, text=text),) if text else (),
        )

    def _standing(self, leaf: Leaf, value: Value | None, found: _Found) -> tuple[Embedded, str]:
        """Say how a value stands to the page, and in words what is to be looked at."""
        if value is None:
            return self._absent(leaf, found)
        said = f"the e-invoice says {text_of(value)}"
        if found.rival:
            return "differs", f"{said}, but the page shows {found.rival!r}"
        if found.printed:
            return "agrees", ""
        if self._must_be_printed(leaf) and value != Decimal():
            return "differs", f"{said}, which stands nowhere on the pages"
        return "unprinted", ""

    def _absent(self, leaf: Leaf, found: _Found) -> tuple[Embedded, str]:
        if found.rival and leaf.path in self._doctype.policy.named:
            return "differs", f"the e-invoice gives none, but the page shows {found.rival!r}"
        if leaf.path in self._doctype.policy.require:
            return "differs", "the e-invoice doesn't give it"
        return "agrees", ""

    def _must_be_printed(self, leaf: Leaf) -> bool:
        policy = self._doctype.policy
        if leaf.kind in ALWAYS_PRINTED:
            return leaf.path in policy.named
        return leaf.kind in MUST_BE_PRINTED and leaf.path in policy.require


def _printed(option: Option) -> Printed:
    places = len(option.candidate.places)
    found = evidence_of(option.place.page, option.place.words, places=places)
    return Printed(option.candidate.text, found)
