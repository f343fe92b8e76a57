"""Take the e-invoice out of an opened PDF; no other embedded file is opened.

A file counts by its name, which Factur-X, ZUGFeRD and XRechnung prescribe. It is unpacked within a
limit, so that a small one that unpacks to gigabytes is refused.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pymupdf

from extractors.einvoice.parse import parse
from schemas.e_invoice import EInvoice

NAMES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml")
"""In small letters, the newest standard first: an invoice may carry itself in two of them."""
SUPPLEMENT = "Supplement"
"""The /AFRelationship of a file that is something beside the invoice."""
MOST_BYTES = 8 * 1024 * 1024
"""Of an unpacked file: 5,000 lines or so."""
MOST_FILES = 1000
"""So many embedded files are looked through; only their names are read."""


@dataclass(frozen=True)
class _File:
    name: str
    stream: Any


def e_invoice_of(opened: pymupdf.Document) -> EInvoice | None:
    """Return the e-invoice that a PDF holds, or what is wrong with it; None: it holds none."""
    if not opened.is_pdf:
        return None
    pdf = pymupdf.mupdf.pdf_document_from_fz_document(opened)
    found = {each.name.lower(): each for each in _files(pdf) if each.name.lower() in NAMES}
    file = next((found[name] for name in NAMES if name in found), None)
    if file is None:
        return None
    data = _unpacked(pdf, file.stream)
    if isinstance(data, str):
        return EInvoice(file=file.name, problem=data)
    return parse(data, file.name)


def _files(pdf: Any) -> Iterator[_File]:
    """Yield what the PDF's table of embedded files and its associated files name."""
    mupdf = pymupdf.mupdf
    named = mupdf.pdf_load_name_tree(pdf, mupdf.pdf_new_name("EmbeddedFiles"))
    root = mupdf.pdf_dict_gets(mupdf.pdf_trailer(pdf), "Root")
    associated = mupdf.pdf_dict_gets(root, "AF")
    for at in range(min(mupdf.pdf_dict_len(named), MOST_FILES)):
        yield from _file(mupdf.pdf_dict_get_val(named, at))
    for at in range(min(mupdf.pdf_array_len(associated), MOST_FILES)):
        yield from _file(mupdf.pdf_array_get(associated, at))


def _file(spec: Any) -> Iterator[_File]:
    mupdf = pymupdf.mupdf
    relation = mupdf.pdf_dict_gets(spec, "AFRelationship")
    if mupdf.pdf_is_name(relation) and mupdf.pdf_to_name(relation) == SUPPLEMENT:
        return
    held = mupdf.pdf_dict_gets(spec, "EF")
    for key in ("UF", "F"):
        name = mupdf.pdf_to_text_string(mupdf.pdf_dict_gets(spec, key))
        stream = mupdf.pdf_dict_gets(held, key)
        if not mupdf.pdf_is_stream(stream):
            stream = mupdf.pdf_dict_gets(held, "F")
        if name and mupdf.pdf_is_stream(stream):
            yield _File(name, stream)


def _unpacked(pdf: Any, stream: Any) -> bytes | str:
    """Return a file's bytes, or why it isn't read."""
    mupdf = pymupdf.mupdf
    number = mupdf.pdf_to_num(stream)
    raw = bytes(mupdf.fz_buffer_extract(mupdf.pdf_load_raw_stream_number(pdf, number)))
    filters = mupdf.pdf_dict_gets(stream, "Filter")
    if mupdf.pdf_is_array(filters) and mupdf.pdf_array_len(filters) == 1:
        filters = mupdf.pdf_array_get(filters, 0)
    if not filters.m_internal or mupdf.pdf_is_null(filters):
        return raw if len(raw) <= MOST_BYTES else _too_long()
    if not mupdf.pdf_is_name(filters) or mupdf.pdf_to_name(filters) != "FlateDecode":
        return "it is packed in a way that isn't read"
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(raw, MOST_BYTES + 1)
    except zlib.error:
        return "it is damaged and can't be unpacked"
    return data if len(data) <= MOST_BYTES else _too_long()


def _too_long() -> str:
    return f"it unpacks to more than {MOST_BYTES // 1024 // 1024} MB"
