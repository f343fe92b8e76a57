"""The shape of a document type: its fields, their kinds and checks, without its model's class.

The store remembers it with the recipe, so that what was extracted can be published and corrected
when the type's file has changed or is gone.
"""

from __future__ import annotations

from pydantic import BaseModel

from schemas.doctype import Check, DocumentType
from schemas.record import ITEM, Leaf, ListField, leaves_of, lists_of, pattern_of


class Shape(BaseModel, frozen=True):
    """What a type's records look like."""

    name: str
    """Of the type: `invoice`."""
    leaves: tuple[Leaf, ...]
    """Those that stand in no list."""
    lists: tuple[ListField, ...] = ()
    checks: tuple[Check, ...] = ()
    """The type's, by which also what a person types is checked."""
    title: str = ""
    """Of the type, for people: `Invoice`."""

    def leaf(self, path: str) -> Leaf | None:
        """Return the leaf that `path` names, in whichever list item; None if there is none.

        `line_items[2].unit` gives the leaf `line_items[].unit`; `line_items[].unit` itself is no
        path of a value, so it gives None.
        """
        if "[]" in path:
            return None
        pattern = pattern_of(path)
        return next((leaf for leaf in self.all_leaves if leaf.path == pattern), None)

    @property
    def all_leaves(self) -> tuple[Leaf, ...]:
        """Every leaf, those of lists with `[]` in their path."""
        return self.leaves + tuple(leaf for each in self.lists for leaf in each.leaves)


def shape_of(doc_type: DocumentType) -> Shape:
    """Return the shape of a type."""
    return Shape(
        name=doc_type.name,
        leaves=leaves_of(doc_type.record),
        lists=lists_of(doc_type.record),
        checks=doc_type.checks,
        title=doc_type.title,
    )


def item_number(path: str) -> int | None:
    """Return the number in the path: 2 for `line_items[2].unit`; None if it stands in no list."""
    found = ITEM.search(path)
    return int(found[1]) if found and found[1] else None
