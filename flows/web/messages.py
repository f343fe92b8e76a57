"""What goes over HTTP beside the review's own models: requests, and answers around these models."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, JsonValue, StringConstraints

from flows.web.failing import Code
from flows.web.publisher import Publishing
from schemas.queue import QueueFilter
from schemas.review import Claim, Correction, Decision, ReviewItem

LARGEST = 2**53
"""Numbers up to it are the same in every program that reads JSON."""
MOST_SKIPPED = 5000

Holder = Annotated[
    str,
    StringConstraints(min_length=8, max_length=100, pattern=r"^[\w.:-]+$"),
    Field(description="Random, made by who asks, and told to nobody: its claims are its own."),
]
SOMEBODY = "0b9f6a52-3a55-4c2b-9a39-1d0f4f2f7a11"
WANTED: dict[str, JsonValue] = {
    "examples": [{"holder": SOMEBODY, "skip": [12], "type_name": "invoice"}]
}
HELD: dict[str, JsonValue] = {"examples": [{"holder": SOMEBODY}]}
UNDONE: dict[str, JsonValue] = {"examples": [{"holder": SOMEBODY, "revision": 3}]}
DRAFT: dict[str, JsonValue] = {
    "examples": [{"values": [{"path": "grand_total", "text": "1,190.00"}], "removals": []}]
}


class QueueQuery(QueueFilter, frozen=True):
    """A page of the queue."""

    limit: int = Field(default=50, ge=0, le=500, description="How many items at most.")
    offset: int = Field(default=0, ge=0, le=LARGEST, description="How many come before them.")


class NextWanted(
    QueueFilter,
    frozen=True,
    extra="forbid",
    json_schema_extra={"examples": [{"holder": SOMEBODY, "skip": [12], "type_name": "invoice"}]},
):
    """Who wants the next item, and which it may be."""

    holder: Holder
    skip: tuple[Annotated[int, Field(ge=0, le=LARGEST)], ...] = Field(
        default=(), max_length=MOST_SKIPPED, description="Items that aren't wanted now."
    )


class NextItem(BaseModel, frozen=True):
    """The item that is best settled next, now claimed by who asked."""

    item: ReviewItem | None
    """None: nothing that matches is left, or others have it."""
    claim: Claim | None
    left: int
    """Open items that match, this one and those of others included."""
    seconds_each: float | None
    """That an item takes; None: it can't be told yet."""


class ItemWithDecisions(BaseModel, frozen=True):
    """An item, and what was said about it."""

    item: ReviewItem
    decisions: tuple[Decision, ...]
    """The earliest first."""
    claim: Claim | None
    """Who has it before him now."""


class ItemAnswer(BaseModel, frozen=True):
    """An item as it is now."""

    item: ReviewItem


class HolderOnly(
    BaseModel, frozen=True, extra="forbid", json_schema_extra={"examples": [{"holder": SOMEBODY}]}
):
    """Who claims, or gives back."""

    holder: Holder


class UndoWanted(
    BaseModel,
    frozen=True,
    extra="forbid",
    json_schema_extra={"examples": [{"holder": SOMEBODY, "revision": 3}]},
):
    """Who takes back, and what he saw."""

    holder: Holder | None = None
    revision: int | None = Field(default=None, ge=0, le=LARGEST)
    """Of the item that he saw; None: as it is now."""


class Draft(
    BaseModel,
    frozen=True,
    extra="forbid",
    json_schema_extra={
        "examples": [{"values": [{"path": "grand_total", "text": "1,190.00"}], "removals": []}]
    },
):
    """What somebody is about to say of an item."""

    values: tuple[Correction, ...] = ()
    removals: tuple[str, ...] = ()
    """List items such as `line_items[2]`, by their numbers before anything is removed."""


class PageSize(BaseModel, frozen=True):
    """A page as it is shown, in PDF points (1/72 inch)."""

    number: int
    """From 1."""
    width: float
    height: float


class PageSizes(BaseModel, frozen=True):
    """The pages of an item's document."""

    pages: tuple[PageSize, ...]


class PageWord(BaseModel, frozen=True):
    """A word and where it stands, in PDF points from the page's top left corner."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float


class PageWords(BaseModel, frozen=True):
    """The words of a page in the order in which they are read."""

    words: tuple[PageWord, ...]


class State(BaseModel, frozen=True):
    """How the queue and its publishing stand."""

    left: int
    """Open items."""
    publishing: Publishing
    problem: str
    """Why publishing failed, in words."""


class Problem(BaseModel, extra="allow"):
    """Why a request wasn't carried out; nothing was changed."""

    code: Code
    error: str
    """A sentence for a person."""


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what the OpenAPI page says of the refusals that a request can meet."""
    return {
        status: {
            "model": Problem,
            "description": TOLD[status],
            "content": {"application/json": {"example": EXAMPLES[status]}},
        }
        for status in sorted({401, 403, *statuses})
    }


TOLD: dict[int, str] = {
    401: "`no_token`: a token is needed and is missing or wrong",
    403: "`forbidden`: it comes from another page, or to a foreign name of this machine",
    404: (
        "`unknown_item`: there is no such item, or a later extraction took its place; "
        "`no_document`: its file isn't there any more, or can't be read"
    ),
    409: (
        "`stale`: the item has changed since, with `item` as it is now and the `decisions` made "
        "since; `claimed`: another person has it before him"
    ),
    413: "`too_large`: more than 1 MiB",
    422: (
        "`impossible`: a text can be no value, with `problems` by field; `odd`: something is odd, "
        "with `odd` in words, and is taken with `insist`; `invalid`: the request isn't as it must "
        "be"
    ),
}
EXAMPLES: dict[int, dict[str, Any]] = {
    401: {"code": Code.NO_TOKEN, "error": "The token is wrong."},
    403: {
        "code": Code.FORBIDDEN,
        "error": "The request comes from another page than papersift's.",
    },
    404: {"code": Code.UNKNOWN_ITEM, "error": "There is no review item 99."},
    409: {"code": Code.CLAIMED, "error": "Anna has item 7 before her."},
    413: {"code": Code.TOO_LARGE, "error": "The request is too large."},
    422: {
        "code": Code.ODD,
        "error": "Something is odd about what you typed.",
        "odd": ["net 100.00 + tax 19.00 is 1.00 less than the total 120.00"],
    },
}
