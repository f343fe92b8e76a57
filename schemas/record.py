"""Record models: the shape of what a document holds, and the leaves that a field path names.

    class Invoice(Record):
        invoice_number: Identifier | None = Field(None, description="number of the invoice")
        line_items: tuple[LineItem, ...] = Field((), description="the goods and services")

A leaf is `X | None` with X from `schemas.kinds`; a list is a tuple of another record
model, one level deep. Every field has a description: the model is asked by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from schemas.kinds import Kind

ITEM = re.compile(r"\[(\d*)\]")
MODELS = 256
"""Models whose leaves are remembered: they are asked for many times a document."""


class Record(BaseModel):
    """Base of all record models: frozen, and no field but those declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Leaf(BaseModel, frozen=True):
    """A field of a record model that holds one value."""

    path: str
    """`grand_total`; `line_items[].line_total` for a leaf of a list's items."""
    name: str
    """The last part of the path."""
    kind: Kind
    description: str


class ListField(BaseModel, frozen=True):
    """A field of a record model that holds a list of items."""

    name: str
    description: str
    leaves: tuple[Leaf, ...]
    """Those of one item."""


@lru_cache(MODELS)
def leaves_of(model: type[BaseModel]) -> tuple[Leaf, ...]:
    """Return the single-valued fields of `model`, in its order, lists left out."""
    return tuple(_leaves(model, ""))


@lru_cache(MODELS)
def lists_of(model: type[BaseModel]) -> tuple[ListField, ...]:
    """Return the list fields of `model`, in its order."""
    return tuple(
        ListField(
            name=name,
            description=field.description or name,
            leaves=tuple(_leaves(item, f"{name}[].")),
        )
        for name, field in model.model_fields.items()
        if (item := item_model(field)) is not None
    )


def all_leaves(model: type[BaseModel]) -> tuple[Leaf, ...]:
    """Return every leaf, those of lists with `[]` in their path."""
    return leaves_of(model) + tuple(leaf for each in lists_of(model) for leaf in each.leaves)


def item_model(field: FieldInfo) -> type[BaseModel] | None:
    """Return the model of a list field's items, or None for a leaf."""
    if get_origin(field.annotation) is not tuple:
        return None
    item = get_args(field.annotation)[0]
    return item if isinstance(item, type) and issubclass(item, BaseModel) else None


def pattern_of(path: str) -> str:
    """Return the path without item numbers: `line_items[2].unit` gives `line_items[].unit`."""
    return ITEM.sub("[]", path) if "[" in path else path


def kind_of(field: FieldInfo) -> Kind | None:
    """Return the kind that a leaf's type names, or None if it names none."""
    for part in (field, *_parts(field.annotation)):
        metadata = (
            part.metadata if isinstance(part, FieldInfo) else getattr(part, "__metadata__", ())
        )
        for mark in metadata:
            if isinstance(mark, Kind):
                return mark
    return None


def _leaves(model: type[BaseModel], prefix: str) -> Iterator[Leaf]:
    for name, field in model.model_fields.items():
        if item_model(field) is not None:
            continue
        kind = kind_of(field)
        if kind is None:
            raise TypeError(
                f"{model.__name__}.{name} is {field.annotation!r}, which names no kind: "
                "take a type from schemas.kinds"
            )
        yield Leaf(
            path=f"{prefix}{name}", name=name, kind=kind, description=field.description or name
        )


def _parts(annotation: Any) -> tuple[Any, ...]:
    """Return the members of an optional type, without None."""
    if get_origin(annotation) in (Union, UnionType):
        return tuple(part for part in get_args(annotation) if part is not NoneType)
    return (annotation,) if get_origin(annotation) is Annotated else ()
