"""The recipe: all that decides a result. Same document, same recipe: nothing is asked again."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import BaseModel

EXTRACTOR_VERSION = 3
"""Raised whenever a change of the code can change what a document gives."""

Asking = Literal["whole", "fields"]
"""`whole`: one call a document. `fields`: constrained questions, for small models."""


class Recipe(BaseModel, frozen=True):
    """What decides the result for a document."""

    model: str
    """`provider/model`: `local/qwen2.5-coder-1.5b`, `openai/gpt-4.1-mini`."""
    endpoint: str = ""
    """Base URL of the server when it isn't the provider's own."""
    asking: Asking
    second: str = ""
    """The model that gave the second reading; empty: there was none."""
    type_name: str
    type_hash: str
    extractor_version: int = EXTRACTOR_VERSION

    @property
    def id(self) -> str:
        """16 hex digits that name this recipe."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]
