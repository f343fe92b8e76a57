"""The recipe: all that decides a result. Same document, same recipe: nothing is asked again."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import BaseModel

EXTRACTOR_VERSION = 5
"""Raised whenever a change of the code can change what a document gives."""

Asking = Literal["whole", "fields"]
"""`whole`: one call a document. `fields`: constrained questions, for small models."""

Way = Literal["page", "embedded", "both"]
"""Where a record is from: its pages; its e-invoice alone; or that and, for the rest, its pages."""
EMBEDDED: Literal["embedded"] = "embedded"
"""Model and way of asking of a record that is an e-invoice's: no model is asked."""
Ocr = Literal["auto", "tesseract", "rapidocr", "off"]
"""What reads pages without text; `auto`: the best engine that is installed."""


class Recipe(BaseModel, frozen=True):
    """What decides the result for a document."""

    model: str
    """`provider/model`: `local/qwen2.5-coder-1.5b`, `openai/gpt-4.1-mini`."""
    endpoint: str = ""
    """Base URL of the server when it isn't the provider's own."""
    asking: Asking | Literal["embedded"]
    second: str = ""
    """The model that gave the second reading; empty: there was none."""
    type_name: str
    type_hash: str
    ocr: Ocr = "auto"
    """What was asked for: which engine it comes to on a machine makes no recipe of its own."""
    extractor_version: int = EXTRACTOR_VERSION
    with_embedded: bool = False
    """Some of it is an e-invoice's: what that doesn't give was asked."""
    redacted: bool = False
    """The model saw stand-ins of account numbers, card numbers and e-mail addresses."""

    @property
    def id(self) -> str:
        """16 hex digits that name this recipe."""
        # What is off isn't named: what was extracted before it could be on keeps its recipe.
        off = {name for name in ("with_embedded", "redacted") if not getattr(self, name)}
        off |= {"ocr"} if self.ocr == "auto" else set()
        return hashlib.sha256(self.model_dump_json(exclude=off).encode()).hexdigest()[:16]
