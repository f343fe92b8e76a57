"""An item's document: its pages as pictures and as words.

No part of a request is a path: an item's number leads to its document, and the store knows where
that was found.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import Response
from sqlalchemy import select

from flows.pictures import DPI, LEAST_DPI, MOST_DPI
from flows.store.recognised import recognised_pages
from flows.store.store import Store
from flows.store.tables import ExtractionRow, ItemRow, RecordRow
from flows.web.desk import ADesk, Desk
from flows.web.failing import Code, Refusal
from flows.web.messages import LARGEST, PageSize, PageSizes, PageWord, PageWords, refusals
from schemas.document import Document, Page
from schemas.errors import DocumentError, NoItemError
from schemas.recognised import with_recognised
from schemas.review import ReviewItem

T = TypeVar("T")

MOST_PAGES = 100_000
FOR_EVER = "private, max-age=31536000, immutable"
ASK_AGAIN = "private, no-cache"

ItemId = Annotated[int, Path(ge=0, le=LARGEST, description="The item's number.", examples=[7])]
PageNumber = Annotated[int, Path(ge=1, le=MOST_PAGES, description="From 1.", examples=[1])]

router = APIRouter(prefix="/api/items/{item_id}/pages", tags=["pages"])


@router.get("", summary="List the pages", responses=refusals(404, 422))
async def list_pages(desk: ADesk, item_id: ItemId) -> PageSizes:
    """List the pages of an item's document with their sizes."""
    document = await _apart(desk, lambda: read(desk, document_id_of(desk.store, item_id)))
    sizes = [
        PageSize(number=each.number, width=each.width, height=each.height)
        for each in document.pages
    ]
    return PageSizes(pages=tuple(sizes))


@router.get(
    "/{number}.png",
    summary="Show a page",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {}}, "description": "The page as a person sees it."},
        304: {"description": "It is as `If-None-Match` says."},
        **refusals(404, 422),
    },
)
async def show_page(
    *,
    desk: ADesk,
    item_id: ItemId,
    number: PageNumber,
    dpi: Annotated[int, Query(ge=LEAST_DPI, le=MOST_DPI, description="Pixels an inch.")] = DPI,
    document: Annotated[
        str,
        Query(
            max_length=64,
            description="The item's `document_id`: with it a browser may keep the picture.",
        ),
    ] = "",
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """Return a page as a PNG. A very large page is drawn more coarsely than `dpi` says."""
    document_id = await _apart(desk, lambda: document_id_of(desk.store, item_id))
    etag = f'"{document_id}-{number}-{dpi}"'
    # Another store on this port has another document under the same number.
    kept = FOR_EVER if document == document_id else ASK_AGAIN
    headers = {"ETag": etag, "Cache-Control": kept}
    if etag in if_none_match:
        return Response(status_code=304, headers=headers)
    png = await _apart(desk, lambda: _picture(desk, document_id, number, dpi))
    return Response(png, media_type="image/png", headers=headers)


@router.get("/{number}/words", summary="List the words of a page", responses=refusals(404, 422))
async def list_words(desk: ADesk, item_id: ItemId, number: PageNumber) -> PageWords:
    """List the words of a page with where they stand, in the order in which they are read."""
    document = await _apart(desk, lambda: read(desk, document_id_of(desk.store, item_id)))
    page = next((each for each in document.pages if each.number == number), None)
    if page is None:
        pages = len(document.pages)
        raise Refusal(404, Code.NO_DOCUMENT, f"The document has {pages} pages, and no {number}.")
    words = [
        PageWord(text=each.text, x0=each.box.x0, y0=each.box.y0, x1=each.box.x1, y1=each.box.y1)
        for each in page.words
    ]
    return PageWords(words=tuple(words))


def document_id_of(store: Store, item_id: int) -> str:
    """Return the document that an item is about.

    Raises:
        NoItemError: there is no such item.
    """
    with store.reading() as session:
        found = session.scalar(
            select(ExtractionRow.document_id)
            .join(RecordRow, RecordRow.extraction_id == ExtractionRow.id)
            .join(ItemRow, ItemRow.record_id == RecordRow.id)
            .where(ItemRow.id == item_id)
        )
    if found is None:
        raise NoItemError(f"There is no review item {item_id}.")
    return found


def read(desk: Desk, document_id: str) -> Document:
    """Return a document's words; those of scans as they were recognised when it was extracted.

    Raises:
        DocumentError: it can't be read.
    """
    document = desk.pictures.document(desk.store.sources(document_id), document_id)
    if not any(page.problem or page.layer for page in document.pages):
        return document
    with desk.store.reading() as session:
        return with_recognised(document, recognised_pages(session, document_id))


def pages_of(desk: Desk, item_id: int) -> tuple[Page, ...] | None:
    """Return the pages of an item's document; None: they can't be read any more.

    Raises:
        NoItemError: there is no such item.
    """
    document_id = document_id_of(desk.store, item_id)
    try:
        return read(desk, document_id).pages
    except DocumentError:
        return None


def prepare(desk: Desk, item: ReviewItem) -> None:
    """Have the page ready that a person sees first of an item; return at once."""
    first = item.pages[0] if item.pages else 1
    page = next((each.evidence.page for each in item.open_fields if each.evidence), first)
    desk.pictures.ahead(desk.store.sources(item.document_id), item.document_id, page)


def _picture(desk: Desk, document_id: str, number: int, dpi: int) -> bytes:
    return desk.pictures.picture(desk.store.sources(document_id), document_id, number, dpi)


async def _apart(desk: Desk, function: Callable[[], T]) -> T:
    """Run what may take long in one of few threads: decisions have all the others."""
    return await to_thread.run_sync(function, limiter=desk.readers)
