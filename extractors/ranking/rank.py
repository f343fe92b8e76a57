"""Rank a field's candidates by what the model said and by what is printed around them.

The score is a utility of a conditional logit: the logarithm of the model's share, and how well the
label before, above and the heading of the block fit. Its weights were fitted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors.candidates.candidates import Candidate, Place
from extractors.layout import Line
from extractors.ranking.blocks import block_fits
from extractors.ranking.date_range import place_in_range
from extractors.ranking.labels import LabelBook
from extractors.ranking.party import has_legal_form, heads_an_address, whole_addresses
from extractors.ranking.surroundings import Surroundings, surroundings_of
from schemas.doctype import DocumentType, OrderCheck
from schemas.kinds import Kind
from schemas.record import Leaf, leaves_of

LEAST_SHARE = 0.01
"""The model's share counts no less: it is sure of what is wrong, too."""
NOT_A_FIELD = "*"
"""Holds the labels of what is none of the fields; no path looks like this."""


@dataclass(frozen=True)
class Weights:
    """Of one relation between a label and a value: for this field's label, and for another's."""

    own: float
    other: float

    def of(self, fit: float) -> float:
        """Return the utility of a fit from -1 to 1."""
        return (self.own if fit > 0 else self.other) * fit


MODEL = 0.8
BEFORE = Weights(3.3, 1.3)
LEFT = Weights(3.35, 0.85)
FURTHER_LEFT = Weights(1.3, 0.8)
ABOVE = Weights(2.65, 0.8)
HEADING = Weights(0.55, 0.05)
BLOCK = Weights(2.55, 2.0)
LEGAL_FORM = 1.05
"""Of a party's name with one."""
ADDRESS = 1.65
"""Of a party's name that an address follows."""
WHOLE = 4.0
"""Of an address that begins at a house and isn't a part of another one that does: what the model
likes best of a receipt is the town alone."""
TOP, TOP_ROWS = 2.0, 8
"""Of a type's only party, its name and its address, on the first row of a paper; lower rows have
less of it."""
COUNTRY = 0.7
"""Of a tax number that begins with its country, as those of the EU do."""
IN_RANGE = 2.0
"""Of the first of two dates for the earlier field; so much less for the later one."""


@dataclass(frozen=True)
class Option:
    """A candidate with its utility for one field."""

    candidate: Candidate
    place: Place
    """Where it fits best."""
    score: float
    """Utility; differences are log-odds."""
    label: float
    """The part of `score` that comes from what is printed around it."""


class Ranker:
    """Ranks the candidates of one type's fields in one document."""

    def __init__(self, doctype: DocumentType, lines: Sequence[Line]) -> None:
        labels = {leaf.path: labels_of(doctype, leaf) for leaf in leaves_of(doctype.record)}
        kinds = {leaf.path: leaf.kind for leaf in leaves_of(doctype.record)}
        self._labels = LabelBook({**labels, NOT_A_FIELD: doctype.other_labels}, kinds)
        self._headings = LabelBook(doctype.blocks)
        self._lines = lines
        self._fits: dict[Place, tuple[tuple[Weights, Mapping[str, float]], ...]] = {}
        self._seen: dict[Place, Surroundings] = {}
        orders = [check for check in doctype.checks if isinstance(check, OrderCheck)]
        self._earlier = {check.earlier for check in orders}
        self._later = {check.later for check in orders}
        names = {path for path, kind in kinds.items() if kind is Kind.TEXT}
        self._parties = names & {*doctype.blocks, *doctype.sender}
        self._at_top = self._parties & {*doctype.sender} if len(self._parties) == 1 else set()
        places = {path for path, kind in kinds.items() if kind is Kind.ADDRESS and "[" not in path}
        if self._at_top and len(places) == 1:
            self._at_top |= places

    def rank(
        self, leaf: Leaf, among: Sequence[Candidate], shares: Mapping[str, float]
    ) -> tuple[Option, ...]:
        """Return the candidates, the best first; `shares` are the model's, by their texts."""
        whole = whole_addresses(among) if leaf.kind is Kind.ADDRESS else frozenset()
        options = [
            self._option(leaf, each, shares.get(each.text, 0.0), WHOLE * (each.text in whole))
            for each in among
        ]
        return tuple(sorted(options, key=lambda option: -option.score))

    def _option(self, leaf: Leaf, candidate: Candidate, share: float, own: float) -> Option:
        places = candidate.places
        if leaf.kind is Kind.AMOUNT:
            places = places[::-1]  # totals stand last
        label, place = max(
            ((self._looks(leaf, candidate, each), each) for each in places),
            key=lambda pair: pair[0],
        )
        looks = label + own
        return Option(candidate, place, MODEL * math.log(share + LEAST_SHARE) + looks, looks)

    def _looks(self, leaf: Leaf, candidate: Candidate, place: Place) -> float:
        """Return the utility of what is printed around the candidate, and of how it looks."""
        utility = self._label(leaf.path, place)
        if leaf.path in self._parties:
            utility += LEGAL_FORM * has_legal_form(candidate.text)
            utility += ADDRESS * heads_an_address(place, self._lines)
        if leaf.path in self._at_top and place.page == 1:
            utility += TOP * max(0.0, 1 - place.line / TOP_ROWS)
        if leaf.kind is Kind.CURRENCY:
            utility = max(utility, 0.0)  # it stands beside amounts, whose labels aren't its own
        if leaf.kind is Kind.VAT_ID:
            utility += COUNTRY * candidate.text[:2].isalpha()
        if leaf.path in self._earlier | self._later:
            utility += self._in_range(leaf.path, place)
        return utility

    def _in_range(self, path: str, place: Place) -> float:
        """Return the utility of a date's being the first or second of `1.2. - 3.4.2025`."""
        where = place_in_range(self._surroundings(place))
        if where is None:
            return 0.0
        return IN_RANGE if (path in self._earlier) == (where == "first") else -IN_RANGE

    def _label(self, path: str, place: Place) -> float:
        if place not in self._fits:
            self._fits[place] = tuple(self._around(place))
        return sum(weights.of(fits.get(path, 0.0)) for weights, fits in self._fits[place])

    def _surroundings(self, place: Place) -> Surroundings:
        if place not in self._seen:
            self._seen[place] = surroundings_of(place, self._lines)
        return self._seen[place]

    def _around(self, place: Place) -> Iterator[tuple[Weights, Mapping[str, float]]]:
        around = self._surroundings(place)
        yield BEFORE, self._labels.fits(around.before)
        left = [self._labels.fits(each) for each in around.left[:2]]
        if left:
            yield LEFT, left[0]
        if len(left) > 1:
            yield (
                FURTHER_LEFT,
                {path: fit for path, fit in left[1].items() if not left[0].get(path)},
            )
        yield ABOVE, self._labels.fits(around.above)
        if around.heading != around.above:
            yield HEADING, self._labels.fits(around.heading)
        yield BLOCK, block_fits(place, self._lines, self._headings)


def labels_of(doctype: DocumentType, leaf: Leaf) -> tuple[str, ...]:
    """Return a leaf's labels; one without any is labelled by its name and description."""
    return doctype.labels.get(leaf.path) or (leaf.name.replace("_", " "), leaf.description)
