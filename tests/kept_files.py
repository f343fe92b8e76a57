"""Documents of the store that really lie somewhere."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from builders import INVOICE, NOVEMBER, a_recipe, a_routing

from flows.store.store import Kept, Store
from schemas.doctype import DocumentType
from schemas.extraction import Doubt, Extraction
from schemas.routing import RoutedRecord


def keep_file(
    store: Store,
    file: Path | str,
    *records: RoutedRecord,
    doc_type: DocumentType = INVOICE,
    now: datetime = NOVEMBER,
    doubts: tuple[Doubt, ...] = (),
    model: str = "local/small",
    source: str = "",
    again: bool = False,
) -> Kept:
    """Keep these records as what a file holds; `source` is where it was found, if elsewhere."""
    return store.keep(
        Extraction(
            document_id=hashlib.sha256(Path(file).read_bytes()).hexdigest(),
            type_name=doc_type.name,
            pages=1,
            records=tuple(each.record for each in records),
            doubts=doubts,
        ),
        a_routing(*records, doubts=doubts),
        source=source or str(file),
        recipe=a_recipe(doc_type, model),
        doc_type=doc_type,
        run_id=None,
        now=now,
        again=again,
    )
