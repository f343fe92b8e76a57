"""Which decimals can be published without rounding."""

from __future__ import annotations

from decimal import Decimal

DIGITS = 38
"""The most that Parquet, Arrow, polars and DuckDB all keep exactly."""
SCALE = 12
"""Digits after the point: enough for unit prices and rates as they are printed. It leaves 26 before
the point, and the product of two such columns still has 14 of them in DuckDB."""


def fits(value: Decimal) -> bool:
    """Say whether `value` has a place in a published column as it is, not rounded."""
    if not value.is_finite():
        return False
    if value.is_zero():
        return True
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)  # a letter only where it isn't finite
    written = "".join(map(str, digits))
    zeros_at_end = len(written) - len(written.rstrip("0"))
    return exponent + zeros_at_end >= -SCALE and value.adjusted() < DIGITS - SCALE
