"""The answer model: a record model's shape with verbatim strings at its leaves.

The model copies what the document says; turning it into dates and amounts is not its work.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from schemas.record import item_model

LONGEST_NAME = 50
"""Characters; servers take a schema's name of up to 64."""


@cache
def answer_model(record: type[BaseModel]) -> type[BaseModel]:
    """Derive the answer model: same names, order and descriptions; each leaf `str | None`."""
    fields: dict[str, Any] = {}
    for name, field in record.model_fields.items():
        item = item_model(field)
        if item is not None:
            fields[name] = (list[answer_model(item)], Field(description=field.description))  # type: ignore[misc]
            continue
        fields[name] = (str | None, Field(description=field.description))
    name = re.sub(r"[^A-Za-z0-9_-]", "_", record.__name__)[:LONGEST_NAME]
    return create_model(
        f"{name}Answer", __config__=ConfigDict(extra="forbid", frozen=True), **fields
    )
