"""Pages that OCR read when a document was extracted: nobody has to recognise them again."""

from __future__ import annotations

import json

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.store.tables import ExtractionRow
from schemas.recognised import RecognisedPage

PAGES = TypeAdapter(tuple[RecognisedPage, ...])


def recognised_pages(session: Session, document_id: str) -> tuple[RecognisedPage, ...]:
    """Return the pages of a document by OCR, as the extraction that counts was given them."""
    text = session.scalar(
        select(ExtractionRow.extraction_json).where(
            ExtractionRow.document_id == document_id, ExtractionRow.current
        )
    )
    return PAGES.validate_python(json.loads(text).get("recognised", ())) if text else ()
