"""Publishing: laws 1, 5, 7 and 8, and files that are always whole."""

from __future__ import annotations

import json
import string
import threading
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from builders import (
    DECEMBER,
    INVOICE,
    NOVEMBER,
    PLAIN,
    RECEIPT,
    a_recipe,
    document_id,
    fail,
    files_in,
    keep,
    routed,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.publish.publish import publish
from flows.publish.replace import replace_file, stamp_of
from flows.review.decide import accept, correct, reject
from flows.store.decisions import Word
from flows.store.store import Store
from schemas.doctype import DocumentType, read_type
from schemas.errors import InputError, PathError
from schemas.exact import fits
from schemas.kinds import Kind
from schemas.review import Correction
from schemas.run import InputNote, RunState

DELIVERY = """---
name: delivery_note
fields:
{fields}
---
Copy what stands there.
"""


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def store(out):
    with Store.open(out) as opened:
        yield opened


def a_type(folder: Path, fields: str, name: str = "delivery_note") -> DocumentType:
    """Make a type as a user does: from a Markdown file, which is gone afterwards."""
    path = folder / "type.md"
    path.write_text(DELIVERY.format(fields=fields).replace("delivery_note", name))
    found = read_type(path)
    path.unlink()
    return found


def read(path: Path) -> list[dict]:
    return pl.read_parquet(path).to_dicts()


def by_duckdb(path: Path) -> list[dict]:
    with duckdb.connect() as connection:
        result = connection.execute("SELECT * FROM read_parquet($1)", [str(path)])
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


# Law 7: no value is rounded on its way

ALL_KINDS = "\n".join(
    [f"  a_{kind}: {{kind: {kind}, description: x}}" for kind in Kind]
    + ["  lines:", "    description: x", "    fields:"]
    + [f"      a_{kind}: {{kind: {kind}, description: x}}" for kind in Kind]
)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False).filter(fits) | st.decimals(
    min_value="-99999999999999999999999999", max_value="99999999999999999999999999", places=12
)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = {
    kind: {Kind.DATE: st.dates()}.get(
        kind, DECIMALS if kind in (Kind.AMOUNT, Kind.NUMBER, Kind.PERCENT) else WORDS
    )
    for kind in Kind
}
LEAVES = st.fixed_dictionaries({f"a_{kind}": st.none() | VALUES[kind] for kind in Kind})
RECORDS = st.lists(st.tuples(LEAVES, st.lists(LEAVES, max_size=3)), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(records=RECORDS)
def test_any_record_reads_back_equal(records):
    with TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        doc_type = a_type(Path(folder), ALL_KINDS)
        routings = [
            routed(
                leaves
                | {f"lines[{at}].{k}": v for at, line in enumerate(lines) for k, v in line.items()},
                doc_type=doc_type,
            )
            for leaves, lines in records
        ]
        keep(store, *routings, doc_type=doc_type)
        publish(store, Path(folder))
        path = Path(folder) / "records/delivery_note/2026-11.parquet"
        for rows in (read(path), by_duckdb(path)):
            found = [{k: v for k, v in row.items() if not k.startswith("_")} for row in rows]
            assert found == [leaves | {"lines": lines} for leaves, lines in records]


def test_money_is_decimal_and_dates_are_dates(store, out):
    keep(store, routed({**PLAIN, "issue_date": date(2026, 11, 1)}))
    publish(store, out)
    schema = pl.read_parquet_schema(out / "records/invoice/2026-11.parquet")
    assert schema["grand_total"] == pl.Decimal(38, 12)
    assert schema["issue_date"] == pl.Date
    assert schema["line_items"].inner.to_schema()["line_total"] == pl.Decimal(38, 12)
    [total] = duckdb.sql(
        f"SELECT sum(grand_total * grand_total) FROM '{out}/records/*/*.parquet'"
    ).fetchall()
    assert total == (Decimal("14161.00"),)


@pytest.mark.parametrize("huge", ["1e26", "0.1234567890123", "-123456789012345678901234567.1"])
def test_a_number_that_would_be_rounded_is_withheld(store, out, huge):
    keep(store, routed({**PLAIN, "grand_total": Decimal(huge)}))
    publish(store, out)
    [row] = read(out / "records/invoice/2026-11.parquet")
    assert row["grand_total"] is None
    assert row["_withheld"] == ["grand_total"]
    texts = {each["field"]: each["value"] for each in read(out / "fields/invoice/2026-11.parquet")}
    assert Decimal(texts["grand_total"]) == Decimal(huge)


@given(value=st.decimals(allow_nan=False, allow_infinity=False))
def test_what_fits_is_what_arrow_takes_unrounded(value):
    try:  # Arrow refuses what it would have to round, except where it has very many digits
        taken = pa.array([value], pa.decimal128(38, 12))[0].as_py()
    except pa.ArrowInvalid:
        taken = None
    assert fits(value) is (taken == value)


# Law 5: nothing untrusted in `records`


def test_only_trusted_records_are_published_and_all_fields_are(store, out):
    doubtful = routed(PLAIN, doubtful=("grand_total",))
    keep(store, routed(PLAIN), doubtful)
    keep(store, doubtful, name="b")
    fail(store, name="c")
    publish(store, out)
    assert files_in(out) == [
        "documents/2026-11.parquet",
        "fields/invoice/2026-11.parquet",
        "records/invoice/2026-11.parquet",
    ]
    [row] = read(out / "records/invoice/2026-11.parquet")
    assert (row["_document_id"], row["_record"], row["_status"]) == (
        document_id("a"),
        0,
        "accepted",
    )
    assert (row["_source"], row["_confidence"], row["_recipe"]) == (
        "in/a.pdf",
        0.9,
        a_recipe().id,
    )
    fields = pl.read_parquet(out / "fields/invoice/2026-11.parquet")
    assert fields.group_by("document_id", "record", "outcome").len().sort(
        "outcome", "document_id"
    ).rows() == [
        (document_id("a"), 0, "accepted", 4),
        (document_id("b"), 0, "in_review", 4),
        (document_id("a"), 1, "in_review", 4),
    ]


def test_a_type_without_a_trusted_record_has_no_file(store, out):
    keep(store, routed(PLAIN, doubtful=("grand_total",)))
    publish(store, out)
    assert not (out / "records").exists()


def test_a_withheld_value_is_null_and_named(store, out):
    withheld = ("invoice_number", "line_items[0].line_total")
    keep(store, routed(PLAIN, withheld=withheld))
    publish(store, out)
    [row] = read(out / "records/invoice/2026-11.parquet")
    assert row["invoice_number"] is None
    assert row["line_items"][0]["line_total"] is None
    assert row["line_items"][0]["description"] == "Paper, A4"
    assert row["_withheld"] == list(withheld)


def test_a_field_says_where_it_stands(store, out):
    keep(store, routed(PLAIN))
    publish(store, out)
    row = read(out / "fields/invoice/2026-11.parquet")[1]
    assert json.loads(row.pop("signals"))["grounded"] is True
    assert row == {
        "document_id": document_id("a"),
        "source": "in/a.pdf",
        "record": 0,
        "field": "grand_total",
        "value": "119.00",
        "raw": "119.00",
        "confidence": 0.9,
        "outcome": "accepted",
        "page": 1,
        "quote": "119.00",
        "boxes": [{"x0": 1.0, "y0": 2.0, "x1": 3.0, "y1": 4.0}],
        "settled": None,
    }


def test_a_corrected_field_has_no_evidence_of_another_value(store, out):
    keep(store, routed(PLAIN, doubtful=("grand_total",)))
    correction = Correction(path="grand_total", text="120.00")
    correct(store, 1, [correction], Word(who="anna", now=NOVEMBER), out_dir=out)
    row = read(out / "fields/invoice/2026-11.parquet")[1]
    assert (row["value"], row["raw"], row["settled"]) == ("120.00", "119.00", "correct")
    assert (row["quote"], row["page"], row["boxes"], row["confidence"]) == (None, None, [], None)


# Law 1: every input is accounted for


def test_documents_has_a_row_for_each_input_whatever_happened(store, out):
    run_id = store.begin_run(paths=["in"], model="local/small", now=NOVEMBER)
    keep(store, routed(PLAIN), run_id=run_id)
    fail(store, name="b")
    store.note_inputs(
        [
            InputNote(source="in/copy.pdf", document_id=document_id("a")),
            InputNote(source="in/later.pdf", document_id=document_id("later")),
            InputNote(source="in/locked.pdf", document_id=None, reason="permission denied"),
        ],
        run_id,
        now=NOVEMBER,
    )
    publish(store, out)
    rows = {row["source"]: row for row in read(out / "documents/2026-11.parquet")}
    assert {source: (row["outcome"], row["reasons"]) for source, row in rows.items()} == {
        "in/a.pdf": ("accepted", []),
        "in/b.pdf": ("failed", ["it is encrypted"]),
        "in/copy.pdf": ("accepted", []),
        "in/later.pdf": (None, ["no run has reached it yet"]),
        "in/locked.pdf": ("failed", ["permission denied"]),
    }
    assert rows["in/a.pdf"] == {
        "document_id": document_id("a"),
        "source": "in/a.pdf",
        "type": "invoice",
        "types": ["invoice"],
        "outcome": "accepted",
        "reasons": [],
        "pages": 1,
        "pages_aside": [],
        "records": 1,
        "rows_seen": None,
        "rows_given": 0,
        "printed_total": None,
        "computed_total": None,
        "seconds": 1.5,
        "tokens": 110,
        "cost": Decimal("0.01"),
        "run_id": run_id,
    }


def test_a_failure_that_changes_nothing_is_still_told(store, out):
    keep(store, routed(PLAIN))
    fail(store, recipe=a_recipe(model="local/other"))
    publish(store, out)
    [row] = read(out / "documents/2026-11.parquet")
    assert row["outcome"] == "accepted"
    assert row["reasons"] == ["a later try failed: it is encrypted"]


def test_runs_has_a_row_for_each_run(store, out):
    run_id = store.begin_run(paths=["in"], model="local/small", now=NOVEMBER)
    keep(store, routed(PLAIN), run_id=run_id)
    store.end_run(run_id, state=RunState.FINISHED, now=NOVEMBER)
    store.begin_run(paths=["in"], model="local/small", now=DECEMBER)
    publish(store, out)
    first, second = read(out / "runs.parquet")
    assert (first["run_id"], first["state"], first["accepted"]) == (run_id, "finished", 1)
    assert (first["cost"], first["input_tokens"]) == (Decimal("0.01"), 100)
    assert (second["state"], second["ended"]) == ("running", None)


# One month, one file, replaced whole


def test_only_what_changed_is_written(store, out):
    keep(store, routed(PLAIN))
    keep(store, routed(PLAIN), name="b", now=DECEMBER)
    assert len(publish(store, out)) == 6
    assert publish(store, out) == ()
    keep(store, routed(PLAIN), name="c", now=DECEMBER)
    assert [str(path.relative_to(out)) for path in publish(store, out)] == [
        "documents/2026-12.parquet",
        "records/invoice/2026-12.parquet",
        "fields/invoice/2026-12.parquet",
    ]


def test_keeping_the_same_again_writes_nothing(store, out):
    keep(store, routed(PLAIN))
    publish(store, out)
    keep(store, routed(PLAIN))
    assert publish(store, out) == ()


def test_a_record_stays_in_the_month_its_document_was_first_seen(store, out):
    keep(store, routed(PLAIN), now=NOVEMBER)
    keep(store, routed(PLAIN), now=DECEMBER, recipe=a_recipe(model="local/other"))
    publish(store, out)
    assert files_in(out / "records") == ["invoice/2026-11.parquet"]
    [row] = read(out / "records/invoice/2026-11.parquet")
    assert row["_recipe"] == a_recipe(model="local/other").id


def test_a_file_that_was_deleted_or_damaged_is_made_again(store, out):
    keep(store, routed(PLAIN))
    publish(store, out)
    path = out / "records/invoice/2026-11.parquet"
    path.write_bytes(b"PAR1 cut sho")
    (out / "documents/2026-11.parquet").unlink()
    assert len(publish(store, out)) == 2
    assert len(read(path)) == 1


def test_a_document_that_turns_out_to_be_of_another_type_moves(store, out):
    keep(store, routed(PLAIN))
    publish(store, out)
    receipt = routed({"merchant_name": "Shop", "total": Decimal("5.00")}, doc_type=RECEIPT)
    keep(store, receipt, doc_type=RECEIPT)
    publish(store, out)
    assert files_in(out) == [
        "documents/2026-11.parquet",
        "fields/receipt/2026-11.parquet",
        "records/receipt/2026-11.parquet",
    ]


def test_files_of_another_store_are_not_mixed_up(store, out, tmp_path):
    keep(store, routed(PLAIN))
    publish(store, out)
    with Store.open(tmp_path / "elsewhere") as other:
        keep(other, routed(PLAIN), name="b")
        with pytest.raises(PathError, match="was published from another store"):
            publish(other, out)


def test_a_restored_backup_is_published_anew(out, tmp_path):
    with Store.open(out) as store:
        keep(store, routed(PLAIN))
    copytree(out, tmp_path / "backup")
    with Store.open(out) as store:
        keep(store, routed(PLAIN), name="lost", now=DECEMBER)
        keep(store, routed(PLAIN), name="lost too")
        publish(store, out)
    for path in out.glob("papersift.db*"):
        path.unlink()
    copytree(tmp_path / "backup", out, dirs_exist_ok=True)
    with Store.open(out) as store:
        keep(store, routed({**PLAIN, "invoice_number": "new"}), name="b")
        publish(store, out)
    assert files_in(out / "records") == ["invoice/2026-11.parquet"]
    numbers = [row["invoice_number"] for row in read(out / "records/invoice/2026-11.parquet")]
    assert numbers == ["R-17", "new"]


def test_an_interrupted_writing_leaves_the_old_file(tmp_path):
    path = tmp_path / "x.parquet"
    schema = pa.schema([("n", pa.int64())])
    batch = pa.RecordBatch.from_pylist([{"n": 1}], schema=schema)
    assert replace_file(path, schema, iter([batch]), "store:1")

    def breaks_off():
        yield batch
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        replace_file(path, schema, breaks_off(), "store:2")
    assert stamp_of(path) == "store:1"
    assert read(path) == [{"n": 1}]
    assert [each.name for each in tmp_path.glob("*.parquet")] == ["x.parquet"]


def test_who_opens_a_file_gets_it_whole_and_without_duplicates(store, out):
    keep(store, routed(PLAIN))
    publish(store, out)
    done = threading.Event()
    seen: list[int] = []

    def watch() -> None:
        while not done.is_set():
            opened_once = (out / "records/invoice/2026-11.parquet").read_bytes()
            ids = pl.read_parquet(opened_once)["_document_id"]
            assert ids.n_unique() == len(ids)
            seen.append(len(ids))

    watcher = threading.Thread(target=watch)
    watcher.start()
    for number in range(15):
        keep(store, routed(PLAIN), name=str(number))
        publish(store, out)
    done.set()
    watcher.join()
    assert seen == sorted(seen)
    assert len(read(out / "records/invoice/2026-11.parquet")) == 16


def test_two_publishers_take_turns(store, out):
    with Store.open(out) as other:

        def work(mine: Store, prefix: str) -> None:
            for number in range(8):
                keep(mine, routed(PLAIN), name=f"{prefix}{number}")
                publish(mine, out)

        threads = [
            threading.Thread(target=work, args=each) for each in ((store, "a"), (other, "b"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(read(out / "records/invoice/2026-11.parquet")) == 16
    assert publish(store, out) == ()


# What is published is what the store says, whatever happened before

DOUBTFUL = routed(PLAIN, doubtful=("grand_total",))
OTHER = a_recipe(model="local/other")
ANNA = Word(who="anna", now=NOVEMBER)
STEPS = {
    "accepted": lambda store, name, _: keep(store, routed(PLAIN), name=name),
    "in doubt": lambda store, name, _: keep(store, DOUBTFUL, routed(PLAIN), name=name),
    "other recipe": lambda store, name, _: keep(store, routed(PLAIN), name=name, recipe=OTHER),
    "again": lambda store, name, _: keep(store, DOUBTFUL, name=name, again=True),
    "old recipe": lambda store, name, _: store.make_current(document_id(name), a_recipe().id),
    "later": lambda store, name, _: keep(store, routed(PLAIN), name=name, now=DECEMBER),
    "failed": lambda store, name, _: fail(store, name=name),
    "unreadable": lambda store, name, _: store.note_inputs(
        [InputNote(source=f"in/{name}.pdf", document_id=None, reason="locked")], None, now=NOVEMBER
    ),
    "accept": lambda store, name, out: accept(store, len(name), ANNA, out_dir=out),
    "reject": lambda store, name, out: reject(store, len(name), "no", ANNA, out_dir=out),
}


@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(list(STEPS)), st.sampled_from(["a", "bb", "ccc"])), max_size=12
    )
)
def test_publishing_bit_by_bit_gives_what_publishing_at_once_gives(steps):
    with TemporaryDirectory() as folder:
        out, fresh = Path(folder) / "out", Path(folder) / "fresh"
        with Store.open(out) as store:
            for step, name in steps:
                with suppress(InputError):  # there may be nothing to decide
                    STEPS[step](store, name, out)
                publish(store, out)
            publish(store, fresh)
        assert files_in(out) == files_in(fresh)
        for file in files_in(fresh):
            expected = sorted(read(fresh / file), key=str)
            assert sorted(read(out / file), key=str) == expected


# Law 8, and types that change


def test_a_type_that_grows_a_field_has_one_schema_in_all_its_files(store, out, tmp_path):
    old = a_type(tmp_path, "  number: {kind: text, description: x}\n  gone: {description: x}")
    new = a_type(
        tmp_path,
        "  number: {kind: number, description: x}\n  weight: {kind: number, description: x}",
    )
    keep(store, routed({"number": "7", "gone": "x"}, doc_type=old), doc_type=old)
    publish(store, out)
    keep(
        store,
        routed({"number": Decimal(8), "weight": Decimal("2.5")}, doc_type=new),
        doc_type=new,
        name="b",
        now=DECEMBER,
    )
    publish(store, out)
    columns = ["number", "weight", "gone", "_recipe"]
    rows = pl.read_parquet(out / "records/delivery_note/*.parquet").select(columns).rows()
    assert rows == [
        (Decimal(7), None, "x", a_recipe(old).id),
        (Decimal(8), Decimal("2.5"), None, a_recipe(new).id),
    ]
    assert len(by_duckdb(out / "records/delivery_note/*.parquet")) == 2


@pytest.mark.parametrize("name", ["../../escape", ".hidden", "a/b", "Übergabe 7", "50%"])
def test_a_type_may_be_called_anything_and_stays_in_its_folder(store, out, tmp_path, name):
    doc_type = a_type(tmp_path, "  number: {description: x}", json.dumps(name))
    assert doc_type.name == name
    keep(store, routed({"number": "7"}, doc_type=doc_type), doc_type=doc_type)
    publish(store, out)
    [path] = (out / "records").glob("*/*.parquet")
    assert read(path)[0]["number"] == "7"
    assert publish(store, out) == ()


def test_columns_of_an_invoice(store, out):
    keep(store, routed(PLAIN))
    publish(store, out)
    names = pl.read_parquet_schema(out / "records/invoice/2026-11.parquet").names()
    assert [name for name in names if not name.startswith("_")] == list(INVOICE.record.model_fields)
    assert set("".join(names)) <= set(string.ascii_lowercase + "_")
