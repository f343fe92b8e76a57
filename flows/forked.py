"""Imported by the process that those who work on documents are forked from: the reader, once."""

from __future__ import annotations

import gc
import sys

from flows.processes import UNUSED

for name in UNUSED:
    sys.modules.setdefault(name, None)  # type: ignore[arg-type] # an import of it now fails

import extractors.read  # noqa: E402, F401

gc.freeze()  # what is there stays, and its pages of memory are shared
