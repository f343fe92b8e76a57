"""The embedded model reads a sample from its file to its record; a minute on two cores."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.bench import opened_bench
from flows.document import extract_and_keep
from flows.inputs import find_inputs
from flows.plan import plan
from schemas.batch import BatchRequest
from schemas.extraction import Outcome
from schemas.kinds import text_of

INVOICES = Path(__file__).parents[1] / "samples" / "invoices"
MODEL = "local/qwen2.5-coder-1.5b"


@pytest.mark.embedded
@pytest.mark.timeout(900)
def test_the_embedded_model_reads_an_invoice(tmp_path):
    """What it must get right is what an invoice is booked by; every value stands on the page."""
    paths = (str(INVOICES / "quillback-ridge.pdf"),)
    request = BatchRequest(paths=paths, type="invoice", model=MODEL, out=tmp_path)
    with opened_bench(request) as bench:
        run_id = bench.store.begin_run(paths=paths, model=MODEL, now=datetime.now(UTC))
        [given] = plan(find_inputs(paths), bench, run_id, again=False).to_do
        line = extract_and_keep(bench, given, run_id, again=False)
        recipe = bench.recipe(bench.types[0])
        extraction = bench.store.extraction_of(given.document_id, recipe.id)

    assert line.outcome in (Outcome.ACCEPTED, Outcome.IN_REVIEW)
    [record] = extraction.records
    gold = json.loads((INVOICES / "quillback-ridge.json").read_text(encoding="utf-8"))["record"]
    found = {each.path: text_of(each.value) for each in record.fields if each.value is not None}
    booked_by = (
        "invoice_number",
        "issue_date",
        "due_date",
        "seller_name",
        "net_total",
        "grand_total",
    )
    assert {name: found.get(name) for name in booked_by} == {name: gold[name] for name in booked_by}
    assert [each.path for each in record.fields if each.value and not each.evidence] == []
    assert extraction.usage.calls > 0
