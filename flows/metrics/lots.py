"""Records that have something in common, and what was found in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flows.metrics.query import Recorded, SettledRecord
from schemas.extraction import Outcome
from schemas.metrics import FieldMetrics, Part

Row = Recorded | SettledRecord
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Lot:
    """Records that have something in common, and those of them that were settled."""

    recorded: Sequence[Recorded]
    settled: Sequence[SettledRecord]

    @property
    def rows(self) -> Sequence[Row]:
        """All of them."""
        return (*self.recorded, *self.settled)

    @property
    def size(self) -> int:
        return sum(each.records for each in self.recorded)

    @property
    def accepted(self) -> Part:
        counted = (each.records for each in self.recorded if each.outcome is Outcome.ACCEPTED)
        return Part(count=sum(counted), of=self.size)

    @property
    def reviewed(self) -> Sequence[SettledRecord]:
        return [each for each in self.settled if not each.rejected]

    @property
    def corrected(self) -> Part:
        reviewed = self.reviewed
        return Part(count=sum(bool(each.changed) for each in reviewed), of=len(reviewed))

    @property
    def fields(self) -> tuple[FieldMetrics, ...]:
        """The fields that were changed, the one changed most first."""
        reviewed = self.reviewed
        of = Counter(each.type_name for each in reviewed)
        changed = Counter((each.type_name, field) for each in reviewed for field in each.changed)
        ranked = sorted(changed.items(), key=lambda found: (-found[1], found[0]))
        return tuple(
            FieldMetrics(
                type_name=type_name,
                field=field,
                corrected=Part(count=count, of=of[type_name]),
            )
            for (type_name, field), count in ranked
        )


NOTHING = Lot((), ())


def split(lot: Lot, key_of: Callable[[Row], Key]) -> dict[Key, Lot]:
    """Return the records by what they have in common."""
    recorded: dict[Key, list[Recorded]] = {}
    settled: dict[Key, list[SettledRecord]] = {}
    for each in lot.recorded:
        recorded.setdefault(key_of(each), []).append(each)
    for one in lot.settled:
        settled.setdefault(key_of(one), []).append(one)
    return {
        key: Lot(recorded.get(key, ()), settled.get(key, ()))
        for key in dict.fromkeys((*recorded, *settled))
    }
