"""Imported by the process that those who work on documents are forked from: the reader, once."""

from __future__ import annotations

import gc

from flows.processes import leave_out_unused

leave_out_unused()

from extractors.read import warm_up  # noqa: E402

warm_up()
gc.freeze()  # what is there stays, and its pages of memory are shared
