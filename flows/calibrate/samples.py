"""Labelled fields as arrays, a row each: their terms, their groups, and what is right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractors.confidence.apply import groups_of
from extractors.confidence.labelled import unreadable
from extractors.confidence.terms import terms_of
from flows.calibrate.folds import short_id
from schemas.labelled import LabelledField, LabelledRecord, Origin

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Samples:
    """Labelled fields that have a value, or labelled fields that have none."""

    names: tuple[str, ...]
    """Of the terms that any of them has."""
    terms: Floats
    """A row a field, a column a term; NaN where the signal isn't there."""
    group_names: tuple[str, ...]
    groups: Floats
    """A row a field, a column a group: 1 if it belongs to it."""
    documents: NDArray[np.str_]
    """Short ids."""
    own: Flags
    """It is the user's."""
    right: Flags

    def __len__(self) -> int:
        return len(self.right)

    @property
    def wrong(self) -> int:
        """How many are not right."""
        return int((~self.right).sum())

    @property
    def document_count(self) -> int:
        return len(set(self.documents.tolist()))

    def only(self, rows: Flags) -> Samples:
        """Return some of the fields."""
        return Samples(
            self.names,
            self.terms[rows],
            self.group_names,
            self.groups[rows],
            self.documents[rows],
            self.own[rows],
            self.right[rows],
        )


def samples_of(records: Iterable[LabelledRecord], *, empty: bool) -> Samples:
    """Return the labelled fields that have no value, or else those that have one."""
    rows = list(_rows(records, empty=empty))
    terms = [terms_of(field.signals, field.kind, listed="[" in field.path) for _, field in rows]
    groups = [tuple(groups_of(record.type_name, field.kind, field.path)) for record, field in rows]
    names = tuple(sorted({name for each in terms for name in each}))
    group_names = tuple(sorted({name for each in groups for name in each}))
    return Samples(
        names=names,
        terms=np.array(
            [[each.get(name, np.nan) for name in names] for each in terms], dtype=np.float64
        ).reshape(len(rows), len(names)),
        group_names=group_names,
        groups=np.array(
            [[name in each for name in group_names] for each in groups], dtype=np.float64
        ).reshape(len(rows), len(group_names)),
        documents=np.array([short_id(record.document_id) for record, _ in rows], dtype=np.str_),
        own=np.array([record.origin is not Origin.SHIPPED for record, _ in rows], dtype=np.bool_),
        right=np.array([bool(field.right) for _, field in rows], dtype=np.bool_),
    )


def _rows(
    records: Iterable[LabelledRecord], *, empty: bool
) -> Iterator[tuple[LabelledRecord, LabelledField]]:
    for record in records:
        for field in record.fields:
            if field.signals.embedded is not None:
                continue  # no model chose it: it tells nothing of one
            if field.right is not None and field.empty is empty and not unreadable(field):
                yield record, field
