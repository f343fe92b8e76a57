"""The one number of a short text: its digits' meanings, its sign, and the words around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from extractors.coerce.currency import without_currency
from extractors.coerce.numerals import NUMERAL, Reading, readings

_NO_CENTS = re.compile(r"(?<=[0-9])[.,] ?--?(?![0-9])")
"""`12,-` and `12.--`: that dash is no sign."""
_TORN = re.compile(r"(?<=[0-9])(?: ([.,]) ?|([.,]) )(?=[0-9])")
"""A mark that scanning has torn from its digits: `1, 234.50`."""
_POWER = re.compile(r"\b([cdkm]?m|qm)[23]\b")


@dataclass(frozen=True)
class LoneNumber:
    """A number without the currencies around it."""

    readings: tuple[Reading, ...]
    """One, or two for `1.234`: thousands first."""
    negative: bool
    before: str
    after: str
    """Other words; empty if there are none."""
    joined_before: bool
    joined_after: bool
    """No space parts the number from letters: `INV-12`, `12hrs`."""
    mended: bool = False
    """It is one number only if spaces inside it are left out."""

    def signed(self, reading: Reading) -> Decimal:
        """Return a reading's value with the number's sign; nothing is rounded."""
        return reading.value.copy_negate() if self.negative and reading.value else reading.value


def lone_number(text: str) -> LoneNumber | str:
    """Return the only number in squeezed `text`, or say why there is none."""
    bare = without_currency(_POWER.sub(r"\1", _NO_CENTS.sub("", text)))
    found = [*NUMERAL.finditer(bare)]
    mended = False
    if len(found) > 1:
        together = _TORN.sub(r"\1\2", bare)
        mended = together != bare
        bare, found = together, [*NUMERAL.finditer(together)]
    if len(found) != 1:
        return f"it holds {len(found)} numbers" if found else "it holds no number"
    meanings = readings(found[0][0])
    if not meanings:
        return "no country writes a number so"
    return _with_sign(bare[: found[0].start()], bare[found[0].end() :], meanings, mended=mended)


def _with_sign(
    before: str, after: str, meanings: tuple[Reading, ...], *, mended: bool
) -> LoneNumber:
    """Take the sign off the words: `-12`, `12-`, `(12)`, `12 CR`."""
    joined_before = re.search(r"[^\W_][-+./]?$", before) is not None
    joined_after = re.match(r"[-.]?[^\W_]", after) is not None
    before, after = before.strip(), after.strip()
    negative = False
    if before.endswith("-") and not joined_before:
        before, negative = before[:-1], True
    elif before.endswith("(") and after.startswith(")"):
        before, after, negative = before[:-1], after[1:], True
    elif after.startswith("-") and not joined_after:
        after, negative = after[1:], True
    elif before.endswith("+"):
        before = before[:-1]
    return LoneNumber(
        readings=meanings,
        negative=negative,
        before=before.strip(),
        after=after.strip(),
        joined_before=joined_before,
        joined_after=joined_after,
        mended=mended,
    )
