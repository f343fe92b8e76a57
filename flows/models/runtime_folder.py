"""A folder for what processes of one person on one machine share while they run."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

import platformdirs

VARIABLE = "PAPERSIFT_RUNTIME"


def runtime_folder() -> Path | None:
    """Return a folder that only this user can read and write; None: there is none to be had.

    Keys lie in it, so one that somebody else made, or may write to, isn't taken.
    """
    if os.name != "posix":
        return None  # nothing here has locks that end with their process
    for folder in _candidates():
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = folder.lstat()
            private = stat.S_ISDIR(found.st_mode) and not stat.S_IMODE(found.st_mode) & 0o077
            if private and found.st_uid == os.getuid() and os.access(folder, os.W_OK | os.X_OK):
                return folder
        except OSError:
            continue
    return None


def _candidates() -> list[Path]:
    if named := os.environ.get(VARIABLE, "").strip():
        return [Path(named).expanduser()]
    own = Path(tempfile.gettempdir()) / f"papersift-{os.getuid()}"
    if not os.environ.get("XDG_RUNTIME_DIR") and sys.platform != "darwin":
        return [own]  # platformdirs would warn, and guess
    return [Path(platformdirs.user_runtime_dir("papersift", appauthor=False)), own]
