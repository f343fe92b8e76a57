"""What only shows something must never end a run."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)


@contextmanager
def quietly(what: str) -> Iterator[None]:
    """Let nothing that goes wrong in the block end the run; log it with what can't be shown."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is
        logger.warning("%s can't be shown in Prefect: %s", what, error)
