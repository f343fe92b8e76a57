"""What a maker offers: where its document goes, what it says and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from .records import AdOrder, Gold, Invoice, Receipt


@dataclass(frozen=True)
class Sample:
    """One document of the set."""

    path: str
    """Where it goes, below the folder of all samples."""
    record: Invoice | Receipt | AdOrder
    draw: Callable[[], bytes]

    @property
    def gold_path(self) -> str:
        """Where its gold record goes: beside it."""
        return str(PurePosixPath(self.path).with_suffix(".json"))

    def gold(self) -> Gold:
        """Return the content of its gold file."""
        names = {Invoice: "invoice", Receipt: "receipt", AdOrder: "ad_order"}
        return {"doctype": names[type(self.record)], "record": self.record.gold()}
