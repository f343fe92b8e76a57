"""How boxes and doubts are written in the store's columns."""

from __future__ import annotations

from pydantic import TypeAdapter

from schemas.document import Box
from schemas.extraction import Doubt

BOXES = TypeAdapter(tuple[Box, ...])
DOUBTS = TypeAdapter(tuple[Doubt, ...])
