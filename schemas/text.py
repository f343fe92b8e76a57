"""Text that can be kept and sent."""

from __future__ import annotations

import re

NO_TEXT = re.compile(r"\\udc([89a-f][0-9a-f])")


def as_text(name: str) -> str:
    """Return text that any database or server takes: file names may hold bytes that are no text."""
    return name.encode("utf-8", "backslashreplace").decode().replace("\0", "\ufffd")


def as_name(text: str) -> str:
    """Return the file name that `as_text` made this of; a name that looks so itself comes wrong."""
    return NO_TEXT.sub(lambda found: chr(0xDC00 + int(found[1], 16)), text)
