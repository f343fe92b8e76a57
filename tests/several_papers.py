"""A file of two invoices and a receipt, a model that reads it, and runs over it without Prefect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from documents import joined, letter
from long_papers import numbered, sheet
from long_reader import read_invoice
from scripted_replies import Request
from scripted_server import ScriptedServer

from flows.bench import opened_bench
from flows.document import extract_and_keep
from flows.inputs import find_inputs
from flows.plan import plan
from flows.publish.publish import publish
from flows.reroute import reroute_known
from flows.store.decisions import Word
from schemas.batch import BatchRequest, DocumentLine

NOW = datetime(2026, 11, 28, tzinfo=UTC)
ANNA = Word(who="anna", now=NOW)
ONE, TWO = numbered(2)
RECEIPT = letter(
    "Receipt\nKiosk Central\nDate: 3 March 2025\nTea | 1 | 3.10 | 3.10\nTotal GBP | 3.10\n"
    "Page 1 of 1"
)
MIXED = joined(ONE.pdf(), RECEIPT, sheet(), TWO.pdf())
SLIP = {"merchant_name": "Kiosk Central", "date": "3 March 2025", "total": "3.10"}


def read(request: Request) -> Mapping[str, Any]:
    """Answer as a model that tells receipts from invoices and copies both."""
    wanted = request.schema["properties"]
    if "kind" in wanted:
        return {"kind": "Receipt" if "Kiosk" in request.prompt else "Invoice"}
    if "merchant_name" in wanted:
        return {name: [] if name == "line_items" else SLIP.get(name) for name in wanted}
    return read_invoice()(request)


@dataclass
class Desk:
    """A folder of files, and runs over them without Prefect."""

    folder: Path
    server: ScriptedServer

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def request(self, **changes: object) -> BatchRequest:
        usual = {
            "paths": (str(self.folder / "in"),),
            "model": "anything",
            "base_url": self.server.base_url,
            "out": self.out,
            "audit": 0,
        }
        return BatchRequest.model_validate({**usual, **changes})

    def run(self, **changes: object) -> list[DocumentLine]:
        """Extract what is to do, and route what is done by the dials as they are."""
        request = self.request(**changes)
        with opened_bench(request) as bench:
            run_id = bench.store.begin_run(
                paths=request.paths, model=bench.model.name, recipe_ids=bench.recipe_ids, now=NOW
            )
            found = plan(find_inputs(request.paths), bench, run_id, again=request.again)
            lines = [extract_and_keep(bench, given, run_id) for given in found.to_do]
            lines += reroute_known(bench, found.lines)
            publish(bench.store, self.out)
        return lines

    def rows(self, pattern: str) -> list[dict[str, Any]]:
        if not any(self.out.glob(pattern)):
            return []
        return pl.read_parquet(self.out / pattern).to_dicts()
