"""The document types that papersift knows: the built-in ones and those in a user's file."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from schemas.ad_order import AdOrder
from schemas.doctype import DocumentType, read_type
from schemas.errors import TypeFileError
from schemas.invoice import Invoice
from schemas.receipt import Receipt
from schemas.record import Record

BUILT_IN: dict[str, type[Record]] = {"invoice": Invoice, "receipt": Receipt, "ad_order": AdOrder}


@cache
def built_in_type(name: str) -> DocumentType:
    """Return a built-in type by its name, which must be one of `BUILT_IN`."""
    with as_file(files("schemas") / f"{name}.md") as path:
        return read_type(path, BUILT_IN[name])


def find_type(name: str) -> DocumentType:
    """Return the type called `name`, or the one in the Markdown file that `name` is the path of.

    Raises:
        TypeFileError: there is no such type or file, or the file can't be understood.
    """
    if name in BUILT_IN:
        return built_in_type(name)
    if name.endswith(".md"):
        return read_type(Path(name))
    raise TypeFileError(
        f"There is no document type {name!r}. Built in are {', '.join(BUILT_IN)}; "
        "for your own, give the path of its Markdown file: --type delivery_note.md"
    )
