"""The receipt of completeness: whether all rows of a list were given, and whether they add up."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel

from schemas.kinds import text_of


class Receipt(BaseModel, frozen=True):
    """Of one list of one record."""

    name: str
    """Of the list: `line_items`."""
    rows_seen: int | None
    """Rows on the pages that look like its items; None: it isn't known where they stand."""
    rows_given: int
    printed_total: Decimal | None = None
    """What the document gives as their sum; None: nothing, or no check names one."""
    computed_total: Decimal | None = None
    """What they add up to; None: a row lacks its amount."""

    @property
    def adds_up(self) -> bool:
        return self.printed_total is not None and self.printed_total == self.computed_total

    @property
    def is_short(self) -> bool:
        """Rows may be missing: more were seen than given, and no sum says that it's right so."""
        seen = self.rows_seen or 0
        return seen > self.rows_given and not self.adds_up

    def in_words(self) -> str:
        """Return it as people read it."""
        seen = "" if self.rows_seen is None else f"{self.rows_seen:,} rows seen, "
        said = f"{self.name}: {seen}{self.rows_given:,} given"
        if self.printed_total is None:
            return said
        computed = "unknown" if self.computed_total is None else text_of(self.computed_total)
        return f"{said}; printed total {text_of(self.printed_total)}, computed {computed}"
