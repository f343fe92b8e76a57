"""The review queue: look at what is doubtful, say what is right, and see it published.

    for each in open_items(store):
        print(each.id, each.source, each.reasons)
    correct(store, 7, [Correction(path="grand_total", text="119.00")], word, out_dir=out)

Each decision is committed first and published then; if publishing fails, the next one makes up for
it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from extractors.coerce.coerce import coerce
from extractors.coerce.locale import locale_of
from flows.publish.publish import publish
from flows.store import decisions, items
from flows.store.decisions import NewValue, Word, no_such_field
from flows.store.store import Store
from schemas.errors import InputError
from schemas.exact import DIGITS, SCALE, fits
from schemas.extraction import Coercion
from schemas.kinds import TYPE_OF_KIND, Kind, Value, text_of, value_of
from schemas.review import Correction, Decision, ItemSummary, ReviewItem

STRICT = {
    date: re.compile(r"\d{4}-\d{2}-\d{2}"),
    Decimal: re.compile(r"-?\d+(\.\d+)?"),
}
"""The forms that have one meaning only, whatever the country."""
HINTS = {date: " Type it like this: 2026-11-23", Decimal: " Type it like this: 1234.50"}
MIXED = re.compile(r"\d[^\W\d_]|[^\W\d_]\d")
"""A letter beside a digit: `12O.50` isn't 12."""


def open_items(
    store: Store, type_name: str | None = None, *, reaches: Mapping[str, float] | None = None
) -> tuple[ItemSummary, ...]:
    """List what nobody settled yet, in the order in which it is best settled.

    First what the dial could accept soonest, in random order, then what teaches most. `reaches`
    says by type from which score on that is; None: as the latest run or calibration noted it.
    """
    with store.reading() as session:
        return items.open_items(session, type_name, reaches=reaches)


def show_item(store: Store, item_id: int) -> ReviewItem:
    """Return an item with every field of its type, those to settle first.

    Raises:
        InputError: there is no such item, or a later extraction took its place.
    """
    with store.reading() as session:
        return items.review_item(session, item_id)


def decisions_on(store: Store, item_id: int) -> tuple[Decision, ...]:
    """Return what was said about an item, the earliest first."""
    with store.reading() as session:
        return decisions.decisions_on(session, item_id)


def accept(
    store: Store,
    item_id: int,
    word: Word,
    *,
    out_dir: Path,
    paths: Sequence[str] = (),
    everything: bool = False,
) -> ReviewItem:
    """Say that fields are right: those in `paths`, or all that are to be settled, or `everything`.

    Without `paths` the record is trusted from then on; with them it is once the last doubtful field
    is settled. Fields that were withheld stay so unless they are named, or all is accepted.

    Raises:
        InputError: there is no such item or field, or it is settled already.
    """
    with store.writing() as session:
        decisions.accept(session, item_id, word, paths=paths, everything=everything)
    return _published(store, item_id, out_dir)


def correct(
    store: Store,
    item_id: int,
    corrections: Sequence[Correction],
    word: Word,
    *,
    out_dir: Path,
    removals: Sequence[str] = (),
) -> ReviewItem:
    """Give fields other values and take items out of lists; all of it or, if one can't be, nothing.

    A correction one past the end of a list adds an item to it. `removals` name list items, such as
    `line_items[2]`; those after a removed one move up. The record is trusted once its last doubtful
    field is settled.

    Raises:
        InputError: there is no such item or field, a text is no value of the field's kind or can be
            more than one, or the record was rejected.
    """
    with store.reading() as session:
        shape = items.find_item(session, item_id).shape
    values = []
    for each in corrections:
        leaf = shape.leaf(each.path)
        if leaf is None:
            raise no_such_field(item_id, each.path, [leaf.path for leaf in shape.all_leaves])
        values.append(typed(leaf.kind, each.text, path=each.path))
    with store.writing() as session:
        decisions.correct(session, item_id, word, values=values, removals=removals)
    return _published(store, item_id, out_dir)


def reject(store: Store, item_id: int, reason: str, word: Word, *, out_dir: Path) -> ReviewItem:
    """Say that a record isn't to be used, and why; it is never published, or no longer.

    Raises:
        InputError: there is no such item, or it was rejected already.
    """
    with store.writing() as session:
        decisions.reject(session, item_id, word, reason=reason)
    return _published(store, item_id, out_dir)


def typed(kind: Kind, text: str, *, path: str) -> NewValue:
    """Return what a person typed for a field as a value of its kind; nothing typed is no value.

    Raises:
        InputError: it is no such value, or could be several.
    """
    text = text.strip()
    if not text:
        return NewValue(path=path, value=None)
    python_type = TYPE_OF_KIND[kind].__origin__
    if python_type in STRICT and STRICT[python_type].fullmatch(text):
        found = Coercion(value=_strict(kind, text))
    elif python_type is Decimal and MIXED.search(text):
        raise InputError(f"{path}: {text!r} has letters among its digits.{HINTS[Decimal]}")
    else:
        found = coerce(kind, text, locale_of(""))
    if found.value is None:
        problem = found.problem or f"{text!r} is no {kind.value}."
        raise InputError(f"{path}: {problem}{HINTS.get(python_type, '')}")
    if found.alternatives:
        readings = " or ".join(text_of(each) for each in (found.value, *found.alternatives))
        raise InputError(f"{path}: {text!r} can be {readings}. Type the one that is meant.")
    value = text_of(_fitting(found.value, path))
    return NewValue(path=path, value=value, remark=found.problem)


def _strict(kind: Kind, text: str) -> Value | None:
    try:
        return value_of(kind, text)
    except ValueError:
        return None


def _fitting(value: Value, path: str) -> Value:
    if isinstance(value, Decimal) and not fits(value):
        raise InputError(
            f"{path}: {text_of(value)} can't be published without rounding: at most "
            f"{DIGITS - SCALE} digits before the point and {SCALE} after it."
        )
    return value


def _published(store: Store, item_id: int, out_dir: Path) -> ReviewItem:
    publish(store, out_dir)
    return show_item(store, item_id)
