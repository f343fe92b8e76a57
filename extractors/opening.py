"""Open a file with PyMuPDF: its kind, its password, and whether it is within the limits.

What is asked here costs nothing to find out; time and memory are limited by who starts the process.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import pymupdf
from PIL import Image

from extractors.files import MAGIC
from schemas.errors import LimitError, LockedError, UnreadableError
from schemas.limits import MIB, USUAL, Limits

MAGIC_WITHIN = 1024
"""A PDF's first line may stand anywhere in so many bytes (ISO 32000-1, note in 7.5.2)."""
UNDRAWABLE = (
    RuntimeError,
    ValueError,
    IndexError,
    OverflowError,
    pymupdf.mupdf.FzErrorBase,
)
"""What PyMuPDF raises on broken files; it has no class of its own for all of it."""
LONGEST_REASON = 200
"""Characters of MuPDF's own words: they may quote the file."""
LOCKED = (
    "The file is encrypted and opens only with a password. Save it without one, or run it --again "
    "with its password: a file with --passwords, or PAPERSIFT_PASSWORDS in the environment."
)
WRONG_PASSWORDS = (
    "The file is encrypted, and {count} it. Save it without a password, or add the right one and "
    "run it --again."
)
MOST_IN_PAGE = 10_000
"""Pictures that one page names; nobody needs more, and each has to be looked at."""


@dataclass(frozen=True)
class Opened:
    """A file that PyMuPDF has open."""

    document: Any
    """The PyMuPDF document."""
    data: bytes
    filetype: str
    password: str = ""

    def again(self) -> Any:
        """Open it once more, for somebody who changes it."""
        document = pymupdf.open(stream=self.data, filetype=self.filetype)
        if self.password:
            document.authenticate(self.password)
        return document

    def close(self) -> None:
        self.document.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_file(data: bytes, *, passwords: Sequence[str] = (), limits: Limits = USUAL) -> Opened:
    """Open a PDF, JPEG, PNG or TIFF; who calls this closes it.

    Raises:
        LimitError: it is beyond a limit.
        LockedError: it is encrypted, and no password opens it.
        UnreadableError: empty, cut short or no document; the text says which.
    """
    pymupdf.TOOLS.mupdf_display_errors(on=False)
    pymupdf.TOOLS.mupdf_display_warnings(on=False)
    check_size(len(data), limits)
    filetype = filetype_of(data)
    if filetype != "pdf":
        _check_picture(data, limits)
    with in_plain_words(filetype):
        document = pymupdf.open(stream=data, filetype=filetype)
        try:
            password = _unlock(document, passwords)
            _check_document(document, limits)
        except BaseException:
            document.close()
            raise
    return Opened(document, data, filetype, password)


def filetype_of(data: bytes) -> str:
    """Return the kind of a file as its first bytes say it: `pdf`, `jpeg`, `png` or `tiff`.

    Raises:
        UnreadableError: it is none of them, or empty.
    """
    if not data:
        raise UnreadableError("The file is empty (0 bytes). Get it again from where it came.")
    for magic, filetype in MAGIC.items():
        if magic in data[:MAGIC_WITHIN] if filetype == "pdf" else data.startswith(magic):
            return filetype
    raise UnreadableError(
        "The file is no PDF, JPEG, PNG or TIFF, whatever its name says: "
        f"it begins with {data[:8].decode('latin-1')!r}."
    )


@contextmanager
def in_plain_words(filetype: str) -> Iterator[None]:
    """Turn what PyMuPDF raises on a broken file into an UnreadableError."""
    try:
        yield
    except UNDRAWABLE as error:
        raise UnreadableError(
            f"The file begins like a {filetype.upper()} but can't be read: {brief(error)}. "
            "It may have been cut short on its way; get it again."
        ) from error


def brief(error: BaseException) -> str:
    """Return an error's text, in one line that isn't long."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON]}…"


def check_size(size: int, limits: Limits) -> None:
    """Check the size of a file in bytes.

    Raises:
        LimitError: it is larger than it may be.
    """
    if size > limits.file_mib * MIB:
        raise LimitError.of("file_mib", f"{size / MIB:,.0f} MiB", f"{limits.file_mib:,} MiB")


def check_page(page: Any, limits: Limits) -> None:
    """Check the size of a page.

    Raises:
        LimitError: it is larger than it may be.
    """
    side = max(page.rect.width, page.rect.height)
    if not side <= limits.side_pt:  # also if it is no number
        raise LimitError.of(
            "side_pt",
            f"{side:,.0f} points of page {page.number + 1}'s side",
            f"{limits.side_pt:,.0f} points",
        )


def check_pixels(page: Any, limits: Limits) -> None:
    """Check the pictures of a page before it is drawn.

    Raises:
        LimitError: they have more pixels together than they may have.
    """
    if not page.parent.is_pdf:
        return  # a photograph was checked before it was opened
    seen: dict[int, float] = {}
    for number, (xref, _, width, height, *_) in enumerate(page.get_images(full=True)):
        if number >= MOST_IN_PAGE:
            raise LimitError.of("megapixels", "more pictures than can be counted", "10,000")
        seen[xref] = max(float(width), 0.0) * max(float(height), 0.0) / 1e6
    total = sum(seen.values())
    if total > limits.megapixels:
        raise LimitError.of(
            "megapixels",
            f"{total:,.0f} megapixels in the pictures of page {page.number + 1}",
            f"{limits.megapixels:,} megapixels",
        )


def _unlock(document: Any, passwords: Sequence[str]) -> str:
    """Return the password that opened the document, an empty one if it needs none."""
    if not document.needs_pass:
        return ""
    for password in passwords:
        if document.authenticate(password):
            return password
    if not passwords:
        raise LockedError(LOCKED)
    several = len(passwords) > 1
    count = f"none of {len(passwords)} passwords opens" if several else "the password doesn't open"
    raise LockedError(WRONG_PASSWORDS.format(count=count))


def _check_document(document: Any, limits: Limits) -> None:
    if document.is_pdf and document.xref_length() > limits.objects:
        raise LimitError.of("objects", f"{document.xref_length():,} objects", f"{limits.objects:,}")
    if document.page_count > limits.pages:
        raise LimitError.of("pages", f"{document.page_count:,} pages", f"{limits.pages:,}")


def _check_picture(data: bytes, limits: Limits) -> None:
    """Check how many pixels a photograph says it has; nothing is unpacked for that."""
    most, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
    except (OSError, ValueError, SyntaxError, OverflowError):
        return  # MuPDF says what is wrong with it
    finally:
        Image.MAX_IMAGE_PIXELS = most
    pixels = width * height / 1e6
    if pixels > limits.megapixels:
        raise LimitError.of(
            "megapixels",
            f"{pixels:,.0f} megapixels ({width:,} by {height:,})",
            f"{limits.megapixels:,} megapixels",
        )
