"""E-invoices in a batch: no model is asked where the XML gives all, and each way has its recipe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from asked_invoice import WHOLE
from calibrations import open_dial
from e_invoices import PROFILE, cii, holding, page
from scripted_server import ScriptedServer

from flows.bench import opened_bench
from flows.calibrate.flow import calibrate
from flows.calibrate.request import CalibrationRequest
from flows.calibrate.state import dial_states
from flows.document import extract_and_keep
from flows.evaluate.request import EvaluationRequest, parts_of
from flows.inputs import find_inputs
from flows.publish.publish import publish
from flows.review.decide import accept, open_items
from flows.store.decisions import Word
from schemas.batch import BatchRequest, DocumentLine
from schemas.errors import InputError
from schemas.recipe import Recipe
from schemas.run import Standing

NOW = datetime(2026, 11, 28, tzinfo=UTC)
MINIMUM = "urn:factur-x.eu:1p0:minimum"


@dataclass
class Desk:
    """A folder of invoices, and runs over them without Prefect."""

    folder: Path
    server: ScriptedServer

    def request(self, **changes: object) -> BatchRequest:
        usual = {
            "paths": (str(self.folder / "in"),),
            "type": "invoice",
            "model": "anything",
            "base_url": self.server.base_url,
            "out": self.folder / "out",
            "audit": 0,
        }
        return BatchRequest.model_validate({**usual, **changes})

    def run(self, pdf: bytes, *, accept: str = "", **changes: object) -> DocumentLine:
        """Extract one document; `accept` opens the dial for one way."""
        path = self.folder / "in" / "a.pdf"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(pdf)
        request = self.request(**changes)
        with opened_bench(request) as bench:
            doctype = bench.types[-1] if request.type is None else bench.types[0]
            if accept:
                open_dial(bench.store, doctype, bench.recipe(doctype, accept))
            run_id = bench.store.begin_run(
                paths=request.paths, model=bench.model.name, recipe_ids=bench.recipe_ids, now=NOW
            )
            [given] = find_inputs(request.paths).inputs
            line = extract_and_keep(bench, given, run_id)
            publish(bench.store, request.out)
        return line

    def rows(self, pattern: str) -> list[dict[str, object]]:
        return pl.read_parquet(self.folder / "out" / pattern).to_dicts()


@pytest.fixture
def desk(tmp_path, model_server) -> Desk:
    return Desk(tmp_path, model_server.answers(WHOLE))


def test_an_e_invoice_costs_no_question_and_has_a_recipe_of_its_own(desk):
    line = desk.run(holding(cii()), accept="embedded")
    assert (line.outcome, line.tokens) == ("accepted", 0)
    assert desk.server.requests == []
    [record] = desk.rows("records/invoice/*.parquet")
    assert record["grand_total"] == Decimal("48.60")
    assert [item["unit_price"] for item in record["line_items"]] == [
        Decimal("0.50"),
        Decimal("14.25"),
    ]
    with opened_bench(desk.request()) as bench:
        recipe = bench.recipe(bench.types[0], "embedded")
        assert record["_recipe"] == recipe.id
        assert (recipe.model, recipe.asking) == ("embedded", "embedded")


def test_also_where_the_model_would_have_to_choose_the_type(desk):
    assert desk.run(holding(cii()), type=None).type_name == "invoice"
    assert desk.server.requests == []


def test_evidence_for_pages_accepts_no_e_invoice(desk):
    assert desk.run(holding(cii()), accept="page").outcome == "in_review"
    assert desk.run(holding(cii()), accept="both", again=True).outcome == "in_review"


def test_settled_e_invoices_are_evidence_for_e_invoices_alone(desk):
    desk.run(holding(cii()))
    with opened_bench(desk.request()) as bench:
        [item] = open_items(bench.store)
        word = Word(who="ana", now=NOW)
        accept(bench.store, item.id, word, out_dir=desk.folder / "out", everything=True)
        embedded, page_only = (bench.recipe(bench.types[0], way).id for way in ("embedded", "page"))
    request = CalibrationRequest(
        use_embedded=True,
        model="anything",
        base_url=desk.server.base_url,
        out=desk.folder / "out",
    )
    [told] = calibrate.fn(request).types
    assert (told.promise.of, told.promise.needed) == (1, 58)
    with opened_bench(desk.request()) as bench:
        fitted = bench.store.current_calibration("embedded", "embedded")
    assert fitted.evidence[0].recipe_ids == (embedded,)
    assert page_only != embedded
    with pytest.raises(InputError, match="Nothing is labelled yet"):
        calibrate.fn(request.model_copy(update={"use_embedded": False}))


def test_both_dials_are_told_apart(desk):
    desk.run(holding(cii()))
    desk.run(page())
    with opened_bench(desk.request()) as bench:
        assert [each.called for each in dial_states(bench.store)] == [
            "invoice",
            "invoice (e-invoices)",
        ]


def test_ignored_it_is_read_from_its_page_like_any_other(desk):
    line = desk.run(holding(cii(total="58.60")), accept="page", ignore_embedded=True)
    assert len(desk.server.requests) == 1
    assert line.outcome == "accepted"
    [record] = desk.rows("records/invoice/*.parquet")
    assert record["grand_total"] == Decimal("48.60")


def test_what_was_done_one_way_is_not_done_again_by_a_run_that_allows_it(desk):
    desk.run(holding(cii()))
    [given] = find_inputs(desk.request().paths).inputs
    for changes, standing in (({}, Standing.DONE), ({"ignore_embedded": True}, Standing.NEW)):
        with opened_bench(desk.request(**changes)) as bench:
            state = bench.store.state_of([given.document_id], *bench.recipe_ids)
            assert state[given.document_id].standing is standing


def test_a_profile_without_lines_is_filled_up_from_the_page(desk):
    line = desk.run(holding(cii([], profile=MINIMUM, seller="Muster GmbH")))
    assert len(desk.server.requests) == 1
    fields = {row["field"]: row for row in desk.rows("fields/invoice/*.parquet")}
    assert fields["seller_name"]["value"] == "Muster GmbH"
    assert fields["line_items[1].line_total"]["value"] == "28.50"
    assert line.outcome == "in_review", "nothing is known of the errors of such a mixture"


def test_one_that_cannot_be_read_is_read_from_its_page_and_looked_at(desk):
    line = desk.run(holding(b"<Invoice>"), accept="page")
    assert line.outcome == "in_review"
    assert line.reasons[0] == (
        "its e-invoice factur-x.xml can't be used: it is no XML, or damaged; read from the page"
    )
    assert len(desk.server.requests) == 1


def test_where_they_differ_the_reason_says_so(desk):
    line = desk.run(holding(cii(total="58.60", tax="18.10")), accept="embedded")
    assert line.outcome == "in_review"
    assert "grand_total: the e-invoice says 58.60, but the page shows '48.60'" in line.reasons


def test_evaluations_read_pages_only_unless_told_otherwise(tmp_path):
    gold = (tmp_path / "a.pdf",)
    gold[0].write_bytes(holding(cii(profile=PROFILE)))
    gold[0].with_suffix(".json").write_text('{"doctype": "invoice", "record": {}}')
    for use in (False, True):
        request = EvaluationRequest(gold=(str(tmp_path),), use_embedded=use)
        [part] = parts_of(request, request.read_gold())
        assert part.batch.ignore_embedded is not use


def test_recipes_of_pages_are_those_that_they_were():
    recipe = Recipe(
        model="local/m", asking="fields", type_name="t", type_hash="h", extractor_version=3
    )
    assert recipe.id == "e9a82fe85bc9c522"
    assert recipe.model_copy(update={"with_embedded": True}).id != recipe.id
    assert recipe.model_copy(update={"redacted": True}).id != recipe.id
