"""The store's part of calibration: what is migrated, kept, and given back."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from io import StringIO

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from builders import (
    INVOICE,
    NOVEMBER,
    PLAIN,
    a_recipe,
    document_id,
    keep,
    routed,
)
from sqlalchemy import text

from flows.review.decide import accept, open_items, show_item
from flows.store.audits import audit_key
from flows.store.decisions import Word
from flows.store.engine import open_engine
from flows.store.store import Store
from flows.store.version import VERSION_TABLE
from schemas import calibration as shapes
from schemas.calibration import Calibration, ConfidenceModel, TypeEvidence
from schemas.extraction import DoubtCode, Outcome, Signals
from schemas.kinds import Kind
from schemas.labelled import LabelledField, LabelledRecord, Origin
from schemas.shape import shape_of

A, B = document_id("a"), document_id("b")
MIGRATIONS = "flows.store.migrations.versions"
MODEL = ConfidenceModel(intercept=0.5, weights=())


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "out") as opened:
        yield opened


def a_calibration(name: str, *, model: str = "local/small", asking: str = "fields") -> Calibration:
    evidence = TypeEvidence(
        type_name="invoice", recipe_ids=("r",), records=(shapes.Scored(score=0.7, right=True),)
    )
    return Calibration(
        id=name,
        at=NOVEMBER,
        model=model,
        asking=asking,
        fitted_on="3 invoices",
        documents=3,
        labelled=30,
        values=MODEL,
        empties=MODEL,
        evidence=(evidence,),
    )


def a_labelled(name: str, *, right: bool, recipe_id: str = "r") -> LabelledRecord:
    field = LabelledField(
        path="line_items[2].unit_price",
        kind=Kind.AMOUNT,
        signals=Signals(probability=0.25, grounded=True),
        doubts=(DoubtCode.AMBIGUOUS,),
        right=right,
    )
    return LabelledRecord(
        document_id=document_id(name),
        type_name="invoice",
        model="local/small",
        asking="fields",
        recipe_id=recipe_id,
        origin=Origin.GOLD,
        at=NOVEMBER,
        fields=(field,),
        missing=("line_items[].unit",),
    )


# Migrating


VERSION_1 = f"""
INSERT INTO recipes VALUES ('r1', 'invoice', :recipe, :shape, '2026-11-01 00:00:00.000000');
INSERT INTO documents VALUES ('{A}', '2026-11-01 00:00:00.000000', '2026-11');
INSERT INTO inputs VALUES ('i1', 'in/a.pdf', '{A}', '', '2026-11-01 00:00:00.000000',
    '2026-11-01 00:00:00.000000', '2026-11', NULL);
INSERT INTO extractions VALUES (1, '{A}', 'r1', 0, NULL, 'invoice', true, 'in_review', false,
    '[]', '[]',
    1, 1.5, '{{}}', '0.01', '2026-11-01 00:00:00.000000', :extraction);
INSERT INTO records VALUES (1, 1, 0, 'in_review');
INSERT INTO fields VALUES (1, 1, 0, 'grand_total', 'amount', '119.00', '119.00', '[]', 0.4,
    '119.00', 1, '[]', 1, '{{}}', '[]', true, false, NULL);
INSERT INTO items VALUES (1, 1, '2026-11-01 00:00:00.000000', false);
"""


def a_store_of_version_1(folder) -> None:
    """Make a store as the first version did, with one invoice in review."""
    first = import_module(f"{MIGRATIONS}.v0001_first")
    store = Store(open_engine(folder))
    extraction = (
        f'{{"document_id": "{A}", "type_name": "invoice", "pages": 1, "records": [{{"fields": ['
        '{"path": "grand_total", "kind": "amount", "raw": "119.00", "value": "119.00",'
        ' "confidence": 0.4, "doubts": [{"code": "unsure", "text": "not sure"}]}]}]}'
    )
    recipe = a_recipe().model_dump_json(exclude={"second"})
    with store.writing() as session:
        connection = session.connection()
        with Operations.context(MigrationContext.configure(connection)):
            first.upgrade()
        session.execute(text(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL)"))
        session.execute(text(f"INSERT INTO {VERSION_TABLE} VALUES ('0001')"))
        given = {
            "recipe": recipe,
            "shape": shape_of(INVOICE).model_dump_json(),
            "extraction": extraction,
        }
        for statement in VERSION_1.split(";\n"):
            used = {name: value for name, value in given.items() if f":{name}" in statement}
            if statement.strip():
                session.execute(text(statement), used)
    store.close()


def test_a_store_of_the_first_version_goes_on(tmp_path):
    a_store_of_version_1(tmp_path)
    with Store.open(tmp_path) as store:
        assert store.status().outcomes == {Outcome.IN_REVIEW: 1}
        [item] = open_items(store)
        assert (item.score, item.source) == (0.0, "in/a.pdf")
        accept(store, 1, Word(who="anna", now=NOVEMBER), out_dir=tmp_path)
        assert show_item(store, 1).outcome is Outcome.REVIEWED
        [labelled] = store.settled_records("local/small", "fields")
        assert (labelled.recipe_id, labelled.fields[0].right) == ("r1", True)
        assert labelled.fields[0].doubts == ()
        keep(store, routed(PLAIN, score=0.8), name="b", calibration_id="c")
        assert store.accepted_since("invoice", "c") == 1


def test_each_migrated_store_has_a_secret_of_its_own(tmp_path):
    keys = []
    for name in ("one", "two"):
        a_store_of_version_1(tmp_path / name)
        with Store.open(tmp_path / name) as store, store.reading() as session:
            keys.append(audit_key(session))
    assert all(len(key) == 64 for key in keys)
    assert keys[0] != keys[1]


def test_the_migrations_are_statements_for_postgresql_too():
    written = StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written}
    )
    with Operations.context(context):
        for name in ("v0001_first", "v0002_calibration", "v0007_types"):
            import_module(f"{MIGRATIONS}.{name}").upgrade()
    statements = written.getvalue()
    assert "ADD COLUMN held_back BOOLEAN DEFAULT false NOT NULL" in statements
    assert "CREATE UNIQUE INDEX one_current_calibration ON calibrations" in statements
    assert "UPDATE records SET (type_name, recipe_id, calibration_id, routed_by" in statements


# Calibrations, gold, announcements


def test_the_latest_calibration_of_a_model_is_in_use_and_all_are_kept(store):
    first, second = a_calibration("1"), a_calibration("2")
    other = a_calibration("3", asking="whole")
    for each in (first, second, other):
        store.save_calibration(each)
    assert store.current_calibration("local/small", "fields") == second
    assert store.current_calibration("local/small", "whole") == other
    assert store.current_calibration("local/other", "fields") is None
    assert {each.id for each in store.all_calibrations()} == {"1", "2", "3"}
    store.save_calibration(first)
    assert store.current_calibration("local/small", "fields") == first


def test_gold_is_kept_once_a_document_and_recipe(store):
    old = [a_labelled("a", right=False), a_labelled("b", right=True)]
    store.keep_labelled(old)
    new = [a_labelled("a", right=True), a_labelled("a", right=False, recipe_id="r2")]
    store.keep_labelled(new)
    found = store.labelled_gold("local/small", "fields")
    assert sorted(found, key=repr) == sorted([old[1], *new], key=repr)
    assert store.labelled_gold("local/small", "whole") == ()


def test_much_gold_is_kept_at_once(store):
    store.keep_labelled([a_labelled(str(number), right=True) for number in range(700)])
    assert len(store.labelled_gold("local/small", "fields")) == 700


def test_what_is_announced_is_announced_once(store):
    assert store.announce("broken: invoice", "3 wrong of 9", now=NOVEMBER)
    assert not store.announce("broken: invoice", "4 wrong of 10", now=NOVEMBER + timedelta(days=1))
    assert store.announce("broken: receipt", "3 wrong of 9", now=NOVEMBER)
