"""A card for every field that isn't right: truth, answer, and the part of the page."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePath

from flows.evaluate.cutouts import Band, Cutter, Picture, bands_of
from flows.evaluate.statistics import UNKNOWN, all_fields, called
from schemas.evaluation import Evaluation, JudgedDocument, JudgedField

MOST_CUTOUTS = 400
"""About 4 MB of pictures; fields outside of lists come first."""
NOWHERE = "Neither the answer nor the truth was found on a page as it is written."


@dataclass(frozen=True)
class Cutout:
    """A picture as the page holds it."""

    uri: str
    """`data:image/png;base64,…`."""
    picture: Picture
    band: Band

    @property
    def shows(self) -> str:
        """What stands in the picture, in words."""
        what = [
            name
            for name, boxes in (("the answer", self.band.answer), ("the truth", self.band.truth))
            if boxes
        ]
        return f"Page {self.band.page} around {' and '.join(what)}"


@dataclass(frozen=True)
class Card:
    """One field that isn't right."""

    number: int
    """From 1."""
    document: JudgedDocument
    name: str
    """The file's name."""
    language: str
    field: JudgedField
    cutouts: tuple[Cutout, ...]
    no_picture: str
    """Why there is none, or why one lacks; empty if all are there."""


@dataclass(frozen=True)
class Cards:
    """All cards."""

    cards: tuple[Card, ...]
    left_out: int
    """Pictures that were left out because there are too many."""


def cards_of(evaluation: Evaluation, *, most: int = MOST_CUTOUTS) -> Cards:
    """Return the cards in the order of the documents; draws at most `most` pictures."""
    errors = [
        [field for field in all_fields(document) if not field.verdict.good]
        for document in evaluation.documents
    ]
    wanted = [[bands_of(field) for field in fields] for fields in errors]
    chosen = _chosen(errors, wanted, most)
    left_out = sum(len(bands) for bands in chain(*wanted)) - sum(
        len(wanted[place][index]) for place, index in chosen
    )
    cards: list[Card] = []
    with Cutter() as cutter:
        for place, document in enumerate(evaluation.documents):
            shown = [
                bands if (place, index) in chosen else ()
                for index, bands in enumerate(wanted[place])
            ]
            cuts = cutter.cut(document.source, document.document_id, list(chain(*shown)))
            drawn = iter(cuts.pictures)
            for field, bands, every in zip(errors[place], shown, wanted[place], strict=True):
                pictures = [(band, next(drawn)) for band in bands]
                cards.append(
                    Card(
                        number=len(cards) + 1,
                        document=document,
                        name=file_name(document.source) + called(document),
                        language=document.language or UNKNOWN,
                        field=field,
                        cutouts=tuple(_cutouts(pictures)),
                        no_picture=_why(every, pictures, cuts.problem, most),
                    )
                )
    return Cards(tuple(cards), left_out)


def file_name(source: str) -> str:
    """Return the last part of a path."""
    return PurePath(source).name or source


def _chosen(
    errors: Sequence[Sequence[JudgedField]],
    wanted: Sequence[Sequence[tuple[Band, ...]]],
    most: int,
) -> set[tuple[int, int]]:
    """Return for which errors there is room, as (document, error), fields before cells."""
    places = [
        (place, index)
        for cell in (False, True)
        for place, fields in enumerate(errors)
        for index, field in enumerate(fields)
        if (field.pattern != field.path) is cell
    ]
    chosen = set()
    for place, index in places:
        most -= len(wanted[place][index])
        if most < 0:
            break
        chosen.add((place, index))
    return chosen


def _cutouts(pictures: Sequence[tuple[Band, Picture | None]]) -> Iterator[Cutout]:
    for band, picture in pictures:
        if picture is not None:
            uri = f"data:image/png;base64,{base64.b64encode(picture.png).decode()}"
            yield Cutout(uri, picture, band)


def _why(
    wanted: Sequence[Band],
    pictures: Sequence[tuple[Band, Picture | None]],
    problem: str,
    most: int,
) -> str:
    if not wanted:
        return NOWHERE
    if not pictures:
        return f"The report shows the first {most} pictures; this one came after them."
    return problem if any(picture is None for _, picture in pictures) else ""
