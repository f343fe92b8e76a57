"""What is said of a page that OCR should have read."""

from __future__ import annotations

from schemas.document import Page


def unread(page: Page, why: str) -> Page:
    """Return a page that should be read by OCR and wasn't, with the reason."""
    return page.model_copy(update={"problem": f"{page.problem}, and {why}"})
