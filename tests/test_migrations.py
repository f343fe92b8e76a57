"""A store written by an earlier papersift: brought up to date with all that is in it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import polars as pl
import pytest
from alembic import command
from alembic.config import Config
from builders import NOVEMBER, PLAIN, RECEIPT, a_recipe, document_id, keep, routed
from sqlalchemy import text

from flows.publish.publish import publish
from flows.review.decide import accept, correct, open_items, show_item
from flows.store.decisions import Word
from flows.store.engine import FILE, open_engine
from flows.store.store import Store
from schemas.errors import StoreError
from schemas.extraction import Doubt, DoubtCode
from schemas.review import Correction
from schemas.run import Standing
from schemas.target import Dial

MIGRATIONS = Path(__file__).parents[1] / "flows/store/migrations"
ANNA = Word(who="anna", now=NOVEMBER)
OF_FIRST = (
    "(SELECT {0} FROM new.records WHERE extraction_id = extractions.id ORDER BY number LIMIT 1)"
)
"""What is said of each record now, and was said of its extraction."""
NO_TEXT = Doubt(code=DoubtCode.NO_TEXT, text="page 1 has no text")


def emptied(folder: Path, revision: str) -> Path:
    """Make the tables of an earlier version, with nothing in them."""
    folder.mkdir()
    engine = open_engine(folder)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    return folder / FILE


def written_by(revision: str, new: Path, folder: Path) -> Path:
    """Return a store's folder as an earlier version would have left it."""
    old = emptied(folder, revision)
    with sqlite3.connect(old) as database:
        database.execute("PRAGMA foreign_keys = off")
        database.execute("ATTACH ? AS new", (str(new / FILE),))
        tables = database.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            if table == "papersift_version":
                continue
            had, has = (
                [row[1] for row in database.execute(f"PRAGMA {schema}.table_info({table})")]
                for schema in ("main", "new")
            )
            told = [name if name in has else OF_FIRST.format(name) for name in had]
            database.execute(f"DELETE FROM main.{table}")
            database.execute(
                f"INSERT INTO main.{table} ({', '.join(had)}) "
                f"SELECT {', '.join(told)} FROM new.{table}"
            )
    database.close()
    return folder


@pytest.fixture
def new(tmp_path):
    """The folder of a store of today: two invoices and a scan wait, one was corrected."""
    folder = tmp_path / "new"
    with Store.open(folder) as store:
        for name in "abc":
            keep(store, routed(PLAIN, doubtful=("grand_total", "invoice_number")), name=name)
        keep(store, name="scan", doubts=(NO_TEXT,))
        correct(store, 1, [Correction(path="grand_total", text="20.00")], ANNA, out_dir=folder)
        accept(store, 1, ANNA, out_dir=folder)
    return folder


def test_a_store_of_version_2_keeps_its_queue_and_its_decisions(new, tmp_path):
    with Store.open(new) as store:
        queue, settled = open_items(store), show_item(store, 1)
    old = written_by("0002", new, tmp_path / "old")
    with Store.open(old) as store:
        assert open_items(store) == queue, "same items, same order"
        assert show_item(store, 1) == settled.model_copy(update={"revision": 0})
        with store.reading() as session:
            codes = dict(session.execute(text("SELECT id, codes FROM items")).all())
            places = session.execute(text("SELECT DISTINCT place FROM inputs")).scalars().all()
        assert codes[2] == " unsure "
        assert codes[4] == " no_text "
        assert places == [""], "nobody noted where the paths began"
        keep(store, routed(PLAIN), name="d")
        accept(store, 2, ANNA, out_dir=old)
        assert [each.id for each in open_items(store)] == [
            each.id for each in queue if each.id != 2
        ]


def test_a_store_of_version_6_says_of_each_record_what_it_said_of_its_file(tmp_path):
    new = tmp_path / "new"
    with Store.open(new) as store:
        way = {"calibration_id": "c", "dial": Dial(threshold=0.5), "routed_by": "all"}
        keep(store, routed(PLAIN), routed(PLAIN, doubtful=("grand_total",)), **way)
        keep(store, routed({"total": None}, doc_type=RECEIPT, doubtful=("total",)), name="b",
             doc_type=RECEIPT)  # fmt: skip
        queue, accepted = open_items(store), store.accepted_since("invoice", "c")
    old = written_by("0006", new, tmp_path / "old")
    with Store.open(old) as store:
        assert open_items(store) == queue
        assert store.accepted_since("invoice", "c") == accepted == 1
        assert list(store.to_reroute("invoice", [a_recipe().id], routed_by="all")) == []
        assert len(list(store.to_reroute("invoice", [a_recipe().id], routed_by="other"))) == 1
        with store.reading() as session:
            records = session.execute(
                text("SELECT type_name, recipe_id, calibration_id FROM records ORDER BY id")
            ).all()
        assert records == [
            ("invoice", a_recipe().id, "c"),
            ("invoice", a_recipe().id, "c"),
            ("receipt", a_recipe(RECEIPT).id, None),
        ]
        assert show_item(store, 2).type_title == "Receipt"
        known = store.state_of([document_id("a")], a_recipe().id)[document_id("a")]
        assert known.standing is Standing.DONE, "nothing is asked again"
        publish(store, old)
    [row] = pl.read_parquet(old / "records/invoice/*.parquet").to_dicts()
    assert row["_recipe"] == a_recipe().id


def test_what_is_there_stays_if_a_migration_fails(new, tmp_path):
    old = written_by("0002", new, tmp_path / "old")
    with sqlite3.connect(old / FILE) as database:
        database.execute("CREATE TABLE saves (of_somebody_else TEXT)")
        before = list(database.iterdump())
    database.close()
    with pytest.raises(StoreError):
        Store.open(old)
    with sqlite3.connect(old / FILE) as database:
        assert list(database.iterdump()) == before
    database.close()
