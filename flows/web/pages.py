"""HTML from templates; what they are given is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from flows.web.words import ago, count, in_plain_words, label, of_source


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("flows.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        ago=ago, in_plain_words=in_plain_words, label=label, of_source=of_source
    )
    environment.globals.update(count=count)
    return environment


def render(
    template: str,
    *,
    status_code: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """Return a page made from a template of this package."""
    context = {"here": "", "who": "", **context}
    html = _environment().get_template(template).render(context)
    # Text of a document may hold halves of characters, which can't be sent.
    content = html.encode(errors="replace")
    return HTMLResponse(content, status_code=status_code, headers=dict(headers or {}))
