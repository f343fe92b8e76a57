"""What is said of a page that OCR should have read."""

from __future__ import annotations

from schemas.document import Page

UNCHECKED = "its text lies over a picture that may show something else"


def unread(page: Page, why: str) -> Page:
    """Return a page that should be read by OCR and wasn't, with the reason."""
    return page.model_copy(update={"problem": f"{page.problem or UNCHECKED}, and {why}"})
