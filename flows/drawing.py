"""Draw pages as PNG; for a process of its own, which keeps the last few documents open."""

from __future__ import annotations

import io
import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pymupdf
from PIL import Image, ImageChops

from extractors.files import document_id
from extractors.opening import (
    UNDRAWABLE,
    Opened,
    brief,
    check_page,
    check_pixels,
    check_size,
    open_file,
)
from extractors.read import read_document
from flows.passwords import passwords
from schemas.document import Document
from schemas.errors import ChangedError, UnreadableError
from schemas.limits import USUAL, Limits

MOST_OPEN = 4
"""A person looks at one document, and back at the last one."""
MOST_OPEN_BYTES = 64 * 1024**2
"""Of their files together; the last one stays whatever its size."""
LARGEST_SQIN = 11.7 * 16.6
"""Area of a sheet of A3. A larger page is drawn more coarsely, with as many pixels as A3 has:
photographs have pages of a metre."""
MOST_SIDE_PX = 16_000
"""Browsers show pictures up to about this side."""
TINGE = 8
"""Red, green and blue that differ by no more, of 255, are grey: what JPEG leaves of grey."""
STEPS = 32
"""Brightnesses of a colour that are kept: nobody sees it, and scans have half the bytes."""
COMPRESSION = 1
"""Of 9; more takes twice the time and saves a tenth."""

_ROUNDED = [round(round(v * (STEPS - 1) / 255) * 255 / (STEPS - 1)) for v in range(256)]


@dataclass(frozen=True)
class Rules:
    """What a document may take, and where the passwords are."""

    limits: Limits = USUAL
    passwords_file: Path | None = None


_open: OrderedDict[str, Opened] = OrderedDict()
"""By document id, the last one used at the end."""


def words(sources: Sequence[str], document: str, rules: Rules = Rules()) -> Document:
    """Read a document.

    Raises:
        ChangedError, UnreadableError: it can't be had; the text says why.
    """
    opened = _find(sources, document, rules)
    known = (opened.password,) if opened.password else ()
    return read_document(opened.data, passwords=known, limits=rules.limits)


def page(
    sources: Sequence[str], document: str, number: int, dpi: int, rules: Rules = Rules()
) -> bytes:
    """Draw a page, from 1, as it is shown: turned, and cut to its crop box.

    Raises:
        ChangedError, UnreadableError: it can't be had; the text says why.
    """
    pages = _find(sources, document, rules).document
    if not 1 <= number <= len(pages):
        count = f"{len(pages)} pages" if len(pages) != 1 else "one page"
        raise UnreadableError(f"There is no page {number}: the document has {count}.")
    try:
        shown = pages[number - 1]
        check_page(shown, rules.limits)
        check_pixels(shown, rules.limits)
        zoom = zoom_for(shown.rect.width, shown.rect.height, dpi)
        drawn = shown.get_pixmap(
            matrix=pymupdf.Matrix(zoom, zoom), colorspace=pymupdf.csRGB, alpha=False
        )
        return _png(Image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples_mv))
    except UNDRAWABLE as error:
        raise UnreadableError(f"Page {number} can't be drawn: {brief(error)}.") from error


def zoom_for(width: float, height: float, dpi: int) -> float:
    """Return pixels per point for a page of this many points."""
    area = width * height / 72**2
    if not 0 < area < math.inf:
        raise ValueError("it has no size")
    return min(
        dpi / 72 * min(1.0, math.sqrt(LARGEST_SQIN / area)), MOST_SIDE_PX / max(width, height)
    )


def warm_up() -> None:
    """Draw a word, so that what is done once a process is done."""
    with pymupdf.open() as made:
        made.new_page().insert_text((72, 72), "ready")
        data = made.tobytes()
    page_of = document_id(data)
    _open[page_of] = open_file(data)
    page((), page_of, 1, 72)
    read_document(data)
    _close(page_of)


def _png(image: Image.Image) -> bytes:
    red, green, blue = image.split()
    apart = (ImageChops.difference(red, other).histogram() for other in (green, blue))
    if not any(sum(pixels[TINGE + 1 :]) for pixels in apart):
        image = image.convert("L")
    image = image.point(_ROUNDED * len(image.getbands()))
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=COMPRESSION)
    return file.getvalue()


def _find(sources: Sequence[str], document: str, rules: Rules) -> Opened:
    """Return the document, opened now or before, from the first path that still has it."""
    if document in _open:
        _open.move_to_end(document)
        return _open[document]
    data = _data(sources, document, rules.limits)
    opened = open_file(data, passwords=passwords(rules.passwords_file), limits=rules.limits)
    _open[document] = opened
    while len(_open) > 1 and (
        len(_open) > MOST_OPEN or sum(len(each.data) for each in _open.values()) > MOST_OPEN_BYTES
    ):
        _close(next(iter(_open)))
    return opened


def _data(sources: Sequence[str], document: str, limits: Limits) -> bytes:
    """Return the bytes that have the id of the document."""
    problems: list[UnreadableError | ChangedError] = []
    for source in sources:
        try:
            check_size(Path(source).stat().st_size, limits)
            data = Path(source).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            problems.append(
                UnreadableError(f"The file isn't there any more: {source}. Put it back there.")
            )
        except (OSError, ValueError) as error:  # ValueError: a path with a null character
            why = getattr(error, "strerror", None) or error
            problems.append(UnreadableError(f"The file can't be read: {source}: {why}."))
        else:
            if document_id(data) == document:
                return data
            problems.append(
                ChangedError(
                    f"The file was changed since it was read: {source}. "
                    "Put the old one back there, or run papersift on the new one."
                )
            )
    if not problems:
        raise UnreadableError("It isn't known where the file was found.")
    # a file that was changed says more than one that is gone
    raise next((each for each in problems if isinstance(each, ChangedError)), problems[0])


def _close(document: str) -> None:
    _open.pop(document).close()
