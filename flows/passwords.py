"""Passwords of encrypted documents: from a file, and from the environment.

They are read where a file is opened, in the process that opens it: what is passed on between
processes, kept, logged or shown is the file's path alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from schemas.errors import PathError

VARIABLE = "PAPERSIFT_PASSWORDS"
FILE_VARIABLE = "PAPERSIFT_PASSWORDS_FILE"
MOST = 1000
"""Each is tried on each encrypted document, in a hundredth of a second."""


def passwords(file: Path | None, env: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return the passwords of a file, one a line, then those of the environment.

    `file=None`: the one that the environment names, if it names one.

    Raises:
        PathError: the file can't be read.
    """
    named = env.get(FILE_VARIABLE, "").strip()
    file = file or (Path(named) if named else None)
    lines = _lines(file) if file is not None else []
    lines += env.get(VARIABLE, "").split("\n")
    found = dict.fromkeys(line.removesuffix("\r") for line in lines)
    return tuple(each for each in found if each)[:MOST]


def check_passwords(file: Path | None) -> None:
    """Raise PathError if the passwords can't be read, before a document fails for it."""
    passwords(file)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise PathError(
            f"The passwords in {str(file)!r} can't be read: {why}. One stands in each line."
        ) from None
