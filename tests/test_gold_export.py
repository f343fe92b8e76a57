"""Gold from review: what is in it, where it lies, and that it's read back as it was settled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from builders import DECEMBER, INVOICE, NOVEMBER, PLAIN, RECEIPT, Values, routed
from kept_files import keep_file
from papers import read_off, write_note, write_note_type
from typer.testing import CliRunner, Result

from flows.cli.main import app
from flows.evaluate.gold import GoldDocument, read_gold
from flows.gold_export import CHANGED, NO_PAGES, NOTHING, UNSETTLED, GoldExport, export_gold
from flows.gold_folder import NOTES
from flows.review.decide import settle, show_item, undo
from flows.store.decisions import Word
from flows.store.store import Store
from schemas.doctype import DocumentType, read_type
from schemas.errors import InputError, PathError
from schemas.extraction import Doubt, DoubtCode
from schemas.kinds import Value
from schemas.review import Correction, Settlement
from schemas.run import InputNote

ROOT = Path(__file__).parents[1]
ANNA = Word(who="anna", now=NOVEMBER)
ALL = Settlement(accept_all=True)
LINES: Values = {
    "invoice_number": "R-17",
    "line_items[0].description": "Paper",
    "line_items[0].line_total": Decimal("7.00"),
    "line_items[1].description": "Pens",
    "line_items[1].line_total": Decimal("3.00"),
}


@pytest.fixture
def store(tmp_path, monkeypatch):
    for name in ("PAPERSIFT_OUT", "PAPERSIFT_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    with Store.open(tmp_path / "out") as opened:
        yield opened


def kept(
    store: Store,
    values: Values,
    *,
    name: str = "in/a.pdf",
    doubtful: tuple[str, ...] = ("invoice_number",),
    withheld: tuple[str, ...] = (),
    doc_type: DocumentType = INVOICE,
    content: str = "",
) -> Path:
    """Keep a record in review of a file that is written for it; return the file."""
    file = Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"%PDF-1.7 {content or name}")
    record = routed(values, doubtful=doubtful, withheld=withheld, doc_type=doc_type)
    keep_file(store, file, record, doc_type=doc_type)
    return file


def said(store: Store, item: int, *corrections: str, word: Word = ANNA, **more: object) -> None:
    parts = [text.partition("=") for text in corrections]
    values = tuple(Correction(path=path, text=value) for path, _, value in parts)
    settle(store, item, Settlement(values=values, insist=True, **more), word)  # type: ignore[arg-type]


def exported(store: Store, **how: object) -> GoldExport:
    return export_gold(store, Path("gold"), **how)  # type: ignore[arg-type]


def gold(**how: str) -> GoldDocument:
    """Read the only gold there is."""
    [found] = read_gold(["gold"], **how)
    return found


# What is in it


def test_an_accept_of_the_whole_speaks_for_all_that_was_not_withheld(store):
    kept(store, {**PLAIN, "iban": None, "seller_name": "ACME"}, withheld=("seller_name",))
    settle(store, 1, ALL, ANNA)
    told = exported(store)
    assert told.added == ("invoice/a-" + gold().document_id[:8] + ".json",)
    record = gold().record
    assert record.fields["invoice_number"] == "R-17"
    assert record.fields["grand_total"] == Decimal("119.00")
    assert record.fields["iban"] is None
    assert record.fields["due_date"] is None  # nothing was extracted for it
    assert "seller_name" not in record.fields
    [row] = record.lists["line_items"]
    assert (row["description"], row["line_total"], row["unit"]) == ("Paper, A4", 100, None)
    assert told.values == len(record.fields) + len(row)


def test_without_an_accept_of_the_whole_only_what_was_looked_at_is_in_it(store):
    kept(store, {**PLAIN, "iban": "DE89370400440532013000"}, doubtful=("grand_total", "iban"))
    said(store, 1, "iban=", accept=("grand_total",))
    exported(store)
    assert gold().record.fields == {"grand_total": Decimal("119.00"), "iban": None}
    assert gold().record.lists == {}


def test_a_list_is_known_once_each_of_its_values_was_settled(store):
    kept(store, LINES)
    said(store, 1, "line_items[0].line_total=7.50", accept=("invoice_number",))
    exported(store)
    assert gold().record.lists == {}
    said(store, 1, "line_items[0].description=Paper", "line_items[2].description=Ink")
    assert exported(store).updated == ()
    said(store, 1, removals=("line_items[1]",))
    assert len(exported(store).updated) == 1
    assert gold().record.lists == {
        "line_items": (
            {"description": "Paper", "line_total": Decimal("7.50")},
            {"description": "Ink"},
        )
    }


def test_rows_that_were_removed_and_added_are_gold_as_they_stand(store):
    kept(store, LINES)
    said(store, 1, "line_items[2].description=Ink", removals=("line_items[0]",), accept_all=True)
    exported(store)
    rows = gold().record.lists["line_items"]
    assert [(row["description"], row["line_total"]) for row in rows] == [("Pens", 3), ("Ink", None)]


WITHHELD = {
    "a cell of each row": (
        ("line_items[].line_total",),
        ({"description": "Paper"}, {"description": "Pens"}),
    ),
    "all of a row": (("line_items[1].description", "line_items[1].line_total"), None),
}


@pytest.mark.parametrize(("withheld", "rows"), WITHHELD.values(), ids=WITHHELD)
def test_a_list_of_which_something_was_withheld_has_the_rest_or_is_left_out(store, withheld, rows):
    kept(store, LINES, withheld=withheld)
    settle(store, 1, ALL, ANNA)
    exported(store)
    found = gold().record.lists.get("line_items")
    stripped = found and tuple(
        {name: value for name, value in row.items() if value is not None} for row in found
    )
    assert stripped == rows


def test_an_empty_list_is_said_unless_nothing_was_read_at_all(store):
    kept(store, {"invoice_number": "R-17"})
    settle(store, 1, ALL, ANNA)
    scan = Path("in/scan.pdf")
    scan.write_text("%PDF-1.7 scan")
    keep_file(store, scan, doubts=(Doubt(code=DoubtCode.NO_TEXT, text="no text"),))
    said(store, 2, "invoice_number=R-18", accept_all=True)
    exported(store)
    found = {
        each.record.fields["invoice_number"]: each.record.lists for each in read_gold(["gold"])
    }
    assert found == {"R-17": {"line_items": ()}, "R-18": {}}


KINDS = """\
---
name: all kinds
fields:
  a_text: {kind: text, description: x}
  an_address: {kind: address, description: x}
  an_identifier: {kind: identifier, description: x}
  an_iban: {kind: iban, description: x}
  a_vat_id: {kind: vat_id, description: x}
  a_date: {kind: date, description: x}
  an_amount: {kind: amount, description: x}
  a_number: {kind: number, description: x}
  a_percent: {kind: percent, description: x}
  a_currency: {kind: currency, description: x}
  rows:
    description: x
    fields:
      a_date: {kind: date, description: x}
      an_amount: {kind: amount, description: x}
---
Copy it.
"""
TYPED: dict[str, tuple[str, Value]] = {
    "a_text": ('Größe "7"\u2028\U0001f600 <b>', 'Größe "7" \U0001f600 <b>'),
    "an_address": ("Hauptstr. 1, 10115 Berlin", "Hauptstr. 1, 10115 Berlin"),
    "an_identifier": ("0017/a", "0017/a"),
    "an_iban": ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    "a_vat_id": ("DE 136695976", "DE136695976"),
    "a_date": ("3 April 2026", date(2026, 4, 3)),
    "an_amount": ("-1.234,50", Decimal("-1234.50")),
    "a_number": ("0.000000000001", Decimal("0.000000000001")),
    "a_percent": ("19 %", Decimal(19)),
    "a_currency": ("€", "EUR"),
    "rows[0].a_date": ("2026-11-23", date(2026, 11, 23)),
    "rows[0].an_amount": ("5.10", Decimal("5.10")),
    "rows[1].an_amount": ("0", Decimal(0)),
}


def test_values_of_every_kind_come_back_as_they_were_settled(store):
    Path("kinds.md").write_text(KINDS)
    doc_type = read_type(Path("kinds.md"))
    kept(store, {"a_text": "x"}, doubtful=("a_text",), doc_type=doc_type)
    said(store, 1, *(f"{path}={text}" for path, (text, _) in TYPED.items()), accept_all=True)
    told = exported(store)
    assert (told.types, told.own_types) == ({"all kinds": "all-kinds"}, ("all kinds",))
    record = gold(type_given="kinds.md").record
    wanted = {path: value for path, (_, value) in TYPED.items()}
    assert record.fields == {path: v for path, v in wanted.items() if "[" not in path}
    assert record.lists["rows"] == (
        {"a_date": wanted["rows[0].a_date"], "an_amount": wanted["rows[0].an_amount"]},
        {"a_date": None, "an_amount": wanted["rows[1].an_amount"]},
    )
    assert str(record.fields["an_amount"]) == "-1234.50"


def test_a_type_of_ones_own_with_the_name_of_a_built_in_one_is_told(store):
    Path("invoice.md").write_text(KINDS.replace("all kinds", "invoice"))
    doc_type = read_type(Path("invoice.md"))
    kept(store, {"a_text": "x"}, doubtful=("a_text",), doc_type=doc_type)
    settle(store, 1, ALL, ANNA)
    assert exported(store).own_types == ("invoice",)
    assert gold(type_given="invoice.md").record.fields["a_text"] == "x"


# What is not


def test_what_nobody_settled_or_somebody_rejected_or_took_back_is_no_gold(store):
    for name in ("open", "half", "rejected", "undone"):
        kept(store, PLAIN, name=f"in/{name}.pdf", doubtful=("invoice_number", "grand_total"))
    keep_file(store, "in/open.pdf", routed(PLAIN), model="local/other")  # accepted without a look
    said(store, 2, accept=("grand_total",))
    settle(store, 3, Settlement(reject="a copy"), ANNA)
    settle(store, 4, ALL, ANNA)
    undo(store, 4, ANNA)
    told = exported(store)
    assert told == GoldExport(folder="gold")
    assert not Path("gold").exists()


def test_what_a_later_extraction_replaced_is_no_gold(store):
    file = kept(store, PLAIN)
    settle(store, 1, ALL, ANNA)
    assert len(exported(store).added) == 1
    keep_file(store, file, routed(PLAIN, doubtful=("grand_total",)), again=True)
    assert [each.reason for each in exported(store).removed] == [UNSETTLED]


def test_documents_with_several_records_give_gold_once_all_are_settled(store):
    file = Path("two.pdf")
    file.write_text("%PDF-1.7 two")
    doubtful = routed(PLAIN, doubtful=("invoice_number",))
    pages = ((1, 1), (3, 4))
    records = [
        doubtful.model_copy(update={"record": doubtful.record.model_copy(update={"pages": each})})
        for each in pages
    ]
    keep_file(store, file, *records)
    settle(store, 2, ALL, ANNA)
    [told] = exported(store).skipped
    assert (told.source, told.item) == ("two.pdf", 2)
    assert told.reason == (
        "the document holds 2 records, of which 1 are settled: gold names all or none"
    )
    settle(store, 1, ALL, ANNA)
    [path] = exported(store, type_name="invoice").added
    found = read_gold(["gold"])
    assert [(each.type_name, each.pages, each.whole) for each in found] == [
        ("invoice", each, True) for each in pages
    ]
    assert [each.record.fields["invoice_number"] for each in found] == ["R-17", "R-17"]
    settle(store, 2, Settlement(reject="a copy"), ANNA)
    assert [each.path for each in exported(store).removed] == [path]


def test_a_document_whose_pages_are_not_known_gives_no_gold_for_its_records(store):
    file = Path("two.pdf")
    file.write_text("%PDF-1.7 two")
    doubtful = routed(PLAIN, doubtful=("invoice_number",))
    keep_file(store, file, doubtful, doubtful)
    settle(store, 1, ALL, ANNA)
    settle(store, 2, ALL, ANNA)
    assert [each.reason for each in exported(store).skipped] == [NO_PAGES]


def test_a_record_of_which_nothing_was_looked_at_is_told(store):
    kept(store, LINES, doubtful=("line_items[0].description",))
    said(store, 1, removals=("line_items[0]",))  # settled: what was doubtful is gone
    assert [each.reason for each in exported(store).skipped] == [NOTHING]


# Its documents


def test_a_document_is_taken_from_wherever_it_still_lies_unchanged(store, monkeypatch, tmp_path):
    first = kept(store, PLAIN)
    data = first.read_bytes()
    document_id = kept_id(store)
    second = Path("elsewhere/b.PDF")
    second.parent.mkdir()
    second.write_bytes(data)
    store.note_inputs([InputNote(source=str(second), document_id=document_id)], None, now=DECEMBER)
    first.write_text("another one")
    settle(store, 1, ALL, ANNA)
    monkeypatch.chdir(tmp_path / "elsewhere")  # its paths were relative
    told = export_gold(store, tmp_path / "gold")
    assert (len(told.added), told.skipped) == (1, ())
    copy = tmp_path / "gold" / told.added[0].replace(".json", ".pdf")
    assert copy.read_bytes() == data
    assert copy.name.startswith("a-")  # by the name that it was first seen under


def kept_id(store: Store) -> str:
    """Return the id of the first item's document."""
    return show_item(store, 1).document_id


GONE = {
    "gone": (Path.unlink, "its file is gone: "),
    "changed": (lambda file: file.write_text("x"), "its file has changed: "),
    "a folder": (lambda file: (file.unlink(), file.mkdir()), "its file has changed: "),
    "a pipe": (lambda file: (file.unlink(), os.mkfifo(file)), "its file has changed: "),
}


@pytest.mark.parametrize(("happens", "why"), GONE.values(), ids=GONE)
def test_a_document_that_is_not_there_any_more_is_told(store, happens, why):
    file = kept(store, PLAIN)
    settle(store, 1, ALL, ANNA)
    happens(file)
    told = exported(store)
    [skipped] = told.skipped
    assert skipped.reason.startswith(why)
    assert (skipped.source, skipped.item, told.added) == ("in/a.pdf", 1, ())


def test_a_document_at_an_address_is_told(store):
    address = "s3://in/a.pdf"
    Path("a.pdf").write_text("%PDF-1.7")
    keep_file(store, "a.pdf", routed(PLAIN, doubtful=("grand_total",)), source=address)
    settle(store, 1, ALL, ANNA)
    [told] = exported(store).skipped
    assert told.source == address
    assert told.reason == f"it lies at an address, which can't be copied: {address}"


def test_the_copy_stands_in_for_a_document_that_is_gone(store):
    file = kept(store, PLAIN)
    settle(store, 1, ALL, ANNA)
    exported(store)
    file.unlink()
    said(store, 1, "grand_total=120.00")
    assert len(exported(store).updated) == 1
    assert gold().record.fields["grand_total"] == 120
    [copy] = Path("gold").glob("*/*.pdf")
    copy.write_text("damaged")
    told = exported(store)
    assert [each.reason[:16] for each in (*told.skipped, *told.removed)] == ["its file is gone"] * 2
    assert not list(Path("gold").glob("*/*.json"))  # else `eval` could read nothing of the folder
    assert copy.read_text() == "damaged"


def test_a_damaged_copy_is_made_again(store):
    file = kept(store, PLAIN)
    settle(store, 1, ALL, ANNA)
    exported(store)
    [copy] = Path("gold").glob("*/*.pdf")
    copy.write_text("damaged")
    assert len(exported(store).updated) == 1
    assert copy.read_bytes() == file.read_bytes()


def test_another_document_in_its_place_is_left_and_told(store):
    kept(store, PLAIN)
    settle(store, 1, ALL, ANNA)
    exported(store)
    [copy] = Path("gold").glob("*/*.pdf")
    Path("gold", NOTES).unlink()
    copy.write_text("mine")
    told = exported(store)
    assert "another document lies at" in told.skipped[0].reason
    assert copy.read_text() == "mine"


# Where it lies


NAMES = {
    "a path": ("in/../../../etc/passwd.pdf", "passwd-"),
    "hidden": ("in/.hidden.pdf", "hidden-"),
    "several endings": ("in/a.json.tar.pdf", "a-json-tar-"),
    "accents and blanks": ("in/Größe März (2).pdf", "Groe-Marz-2-"),
    "no letter of ours": ("in/请求.pdf", ""),
    "a pattern": ("in/[a]*?.pdf", "a-"),
    "control characters": ("in/a\x1b[2J\nb.pdf", "a-2J-b-"),
    "backslashes": ("in\\..\\c.pdf", "c-"),
    "long": (f"in/{'x' * 300}.pdf", f"{'x' * 60}-"),
    "no document's ending": ("in/scan.dat", "scan-"),
}


@pytest.mark.parametrize(("source", "begins"), NAMES.values(), ids=NAMES)
def test_no_name_of_a_document_leads_out_of_the_folder(store, tmp_path, source, begins):
    file = tmp_path / "file.pdf"
    file.write_text("%PDF-1.7 x")
    keep_file(store, file, routed(PLAIN, doubtful=("grand_total",)))
    document_id = kept_id(store)
    early = NOVEMBER - timedelta(days=1)
    store.note_inputs([InputNote(source=source, document_id=document_id)], None, now=early)
    settle(store, 1, ALL, ANNA)
    before = {path for path in tmp_path.rglob("*") if "gold" not in path.parts}
    assert exported(store).added == (f"invoice/{begins}{document_id[:8]}.json",)
    assert {path for path in tmp_path.rglob("*") if "gold" not in path.parts} == before
    assert gold().record.fields["invoice_number"] == "R-17"


def test_no_name_of_a_type_leads_out_of_the_folder(store):
    Path("evil.md").write_text(KINDS.replace("all kinds", "../../evil"))
    kept(store, {"a_text": "x"}, doubtful=("a_text",), doc_type=read_type(Path("evil.md")))
    settle(store, 1, ALL, ANNA)
    assert [path.partition("/")[0] for path in exported(store).added] == ["evil"]


def test_a_picture_keeps_its_ending_and_a_file_without_one_gets_it(store):
    Path("in").mkdir()
    for at, name in enumerate(("a.JPG", "b.jpeg", "c", "d.exe"), start=1):
        magic = b"\x89PNG\r\n\x1a\n" if name == "c" else b"\xff\xd8\xff"
        Path("in", name).write_bytes(magic + name.encode())
        keep_file(store, f"in/{name}", routed(PLAIN, doubtful=("grand_total",)))
        settle(store, at, ALL, ANNA)
    exported(store)
    copies = {path.stem[0]: path.suffix for path in Path("gold/invoice").glob("[a-d]-*[!n]")}
    assert copies == {"a": ".jpg", "b": ".jpeg", "c": ".png", "d": ".jpeg"}
    assert len(read_gold(["gold"])) == 4


# Doing it again


def test_what_is_right_already_is_not_touched(store):
    kept(store, PLAIN)
    settle(store, 1, ALL, ANNA)
    exported(store)
    files = sorted(path for path in Path("gold/invoice").iterdir())
    before = [path.stat() for path in files]
    told = exported(store)
    assert (len(told.unchanged), told.added, told.updated, told.values) == (1, (), (), 20)
    assert [path.stat() for path in files] == before


def test_a_correction_brings_it_up_to_date_under_the_same_name(store):
    kept(store, PLAIN)
    settle(store, 1, ALL, ANNA)
    [path] = exported(store).added
    early = NOVEMBER - timedelta(days=1)
    note = InputNote(source="earlier.pdf", document_id=kept_id(store))
    store.note_inputs([note], None, now=early)
    said(store, 1, "grand_total=120.00", "line_items[1].unit=pcs")
    assert exported(store).updated == (path,)
    assert gold().record.fields["grand_total"] == 120
    assert len(gold().record.lists["line_items"]) == 2


@pytest.mark.parametrize("back", [True, False], ids=["undone", "rejected"])
def test_what_is_not_settled_any_more_is_taken_away(store, back):
    kept(store, PLAIN)
    kept(store, PLAIN, name="in/b.pdf")
    settle(store, 1, ALL, ANNA)
    settle(store, 2, ALL, ANNA)
    [first, second] = exported(store).added
    if back:
        undo(store, 1, ANNA)
    else:
        settle(store, 1, Settlement(reject="a copy"), ANNA)
    told = exported(store)
    assert [(each.path, each.reason) for each in told.removed] == [(first, UNSETTLED)]
    assert told.unchanged == (second,)
    left = {path.relative_to("gold").as_posix() for path in Path("gold").rglob("*-*.*")}
    assert left == {second, second.replace(".json", ".pdf"), NOTES}
    assert exported(store).removed == ()


def test_the_last_one_takes_its_folder_along(store):
    kept(store, PLAIN)
    settle(store, 1, ALL, ANNA)
    exported(store)
    undo(store, 1, ANNA)
    exported(store)
    assert [path.name for path in Path("gold").iterdir()] == [NOTES]


@pytest.mark.parametrize("noted", [True, False], ids=["changed", "somebody else's"])
def test_what_somebody_changed_is_left_as_it_is(store, noted):
    kept(store, PLAIN)
    settle(store, 1, ALL, ANNA)
    [path] = exported(store).added
    file = Path("gold", path)
    mine = file.read_text().replace("R-17", "R-71")
    file.write_text(mine)
    if not noted:
        Path("gold", NOTES).unlink()
    told = exported(store)
    assert [(each.path, each.reason) for each in told.left] == [(path, CHANGED)]
    undo(store, 1, ANNA)
    assert [each.path for each in exported(store).left] == ([path] if noted else [])
    assert file.read_text() == mine
    assert file.with_suffix(".pdf").exists()


def test_gold_is_found_again_without_the_notes(store):
    kept(store, PLAIN)
    settle(store, 1, ALL, ANNA)
    [path] = exported(store).added
    Path("gold", NOTES).unlink()
    assert exported(store).unchanged == (path,)
    undo(store, 1, ANNA)
    assert len(exported(store).removed) == 1


def test_gold_of_another_store_stays(store, tmp_path):
    with Store.open(tmp_path / "other") as other:
        kept(other, PLAIN, name="in/other.pdf")
        settle(other, 1, ALL, ANNA)
        [theirs] = exported(other).added
    kept(store, PLAIN)
    settle(store, 1, ALL, ANNA)
    [ours] = exported(store).added
    undo(store, 1, ANNA)
    assert [each.path for each in exported(store).removed] == [ours]
    assert Path("gold", theirs).exists()


def test_only_what_is_asked_for_is_written_and_the_rest_stays(store):
    kept(store, PLAIN)
    kept(store, {"total": Decimal(5)}, name="r.pdf", doubtful=("total",), doc_type=RECEIPT)
    kept(store, PLAIN, name="in/b.pdf")
    settle(store, 1, ALL, ANNA)
    settle(store, 2, ALL, ANNA)
    settle(store, 3, ALL, Word(who="anna", now=DECEMBER))
    assert [path[:9] for path in exported(store, type_name="receipt").added] == ["receipt/r"]
    told = exported(store, since=DECEMBER)
    assert [path[:9] for path in told.added] == ["invoice/b"]
    assert (told.unchanged, told.removed) == ((), ())
    assert len(exported(store, type_name="invoice").added) == 1
    undo(store, 2, ANNA)
    assert exported(store, type_name="invoice").removed == ()
    assert len(exported(store, since=DECEMBER).removed) == 1
    assert len(read_gold(["gold"])) == 2


def test_a_folder_with_other_gold_is_refused(store):
    kept(store, PLAIN)
    settle(store, 1, ALL, ANNA)
    Path("gold/invoice").mkdir(parents=True)
    truth = Path("gold/invoice/truth.jsonl")
    truth.write_text("")
    with pytest.raises(InputError, match=r"has a truth\.jsonl"):
        exported(store)
    truth.rename("gold/truth.jsonl")
    with pytest.raises(InputError, match=r"has a truth\.jsonl"):
        exported(store)


@pytest.mark.parametrize(
    "path", ["../out/papersift.json", "/etc/x.json", "a/../../x.json", "x.json"]
)
def test_notes_that_name_files_elsewhere_are_refused(store, path):
    kept(store, PLAIN)
    settle(store, 1, ALL, ANNA)
    exported(store)
    notes = json.loads(Path("gold", NOTES).read_text())
    [note] = notes["files"].values()
    Path("gold", NOTES).write_text(json.dumps({"files": {path: note}}))
    with pytest.raises(PathError, match="isn't as papersift wrote it"):
        exported(store)


def test_a_folder_that_cannot_be_written_is_told(store):
    kept(store, PLAIN)
    settle(store, 1, ALL, ANNA)
    Path("gold").write_text("a file")
    with pytest.raises(PathError, match="'gold' is no folder"):
        exported(store)
    Path("gold").unlink()
    Path("gold").mkdir()
    Path("gold/invoice").write_text("a file")
    with pytest.raises(PathError, match="The gold can't be written to 'gold'"):
        exported(store)


def test_progress_is_told_of_each_document(store):
    for name in "abc":
        kept(store, PLAIN, name=f"{name}.pdf")
    for item in (1, 2, 3):
        settle(store, item, ALL, ANNA)
    heard: list[tuple[int, int]] = []
    exported(store, progress=lambda done, of: heard.append((done, of)))
    assert heard == [(1, 3), (2, 3), (3, 3)]


# The command


def type_in(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def told(*words: object) -> str:
    """Run a command that must succeed; return what it prints, white space squeezed."""
    result = type_in(*words)
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def test_the_command_says_what_it_did_and_what_is_next(store):
    assert told("gold", "export", "gold") == (
        "Nothing that was settled in review is to be written. See what waits: papersift queue"
    )
    kept(store, PLAIN)
    kept(store, PLAIN, name="in/b [red]\x1b[2J.pdf")
    settle(store, 1, ALL, ANNA)
    settle(store, 2, ALL, ANNA)
    assert told("gold", "export", "gold").startswith(
        "2 documents with 40 values in gold: 2 added Measure by it: papersift eval gold"
    )
    Path("in/a.pdf").unlink()
    settle(store, 2, Settlement(reject="a copy"), ANNA)
    Path("gold", NOTES).parent.joinpath("invoice").rename("mine")
    printed = told("gold", "export", "gold")
    assert printed.startswith("0 documents with 0 values in gold: ")
    assert "not in it: in/a.pdf (item 1): its file is gone: " in printed
    assert "\x1b" not in printed


def test_the_command_in_json_names_paths_and_reasons(store):
    kept(store, PLAIN, name="in/\u202ea.pdf")
    settle(store, 1, ALL, ANNA)
    result = type_in("gold", "export", "gold", "--json").stdout
    found = json.loads(result)
    assert [Path(path).name[:2] for path in found["added"]] == ["a-"]
    assert (found["folder"], found["values"], found["types"]) == (
        "gold",
        20,
        {"invoice": "invoice"},
    )
    Path("gold", found["added"][0]).write_text("{}")
    printed = type_in("gold", "export", "gold", "--json").stdout
    [left] = json.loads(printed)["left"]
    assert (left["item"], left["source"], left["reason"]) == (1, "in/\u202ea.pdf", CHANGED)
    assert printed.isascii()


def test_a_day_begins_where_the_person_is(store):
    now = datetime(2026, 11, 23, 0, 30).astimezone()
    kept(store, PLAIN)
    settle(store, 1, ALL, Word(who="anna", now=now.astimezone(UTC)))
    assert "Nothing that was settled" in told("gold", "export", "gold", "--since", "2026-11-24")
    assert told("gold", "export", "gold", "--since", "2026-11-23").startswith("1 document with")


MISTAKES = {
    "no store": (["gold", "--out", "none"], 1, "papersift: There is no store in 'none'."),
    "no day": (["gold", "--since", "soon"], 2, "'soon' does not match the format"),
    "no folder": ([], 2, "Missing argument"),
}


@pytest.mark.parametrize(("words", "code", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_told(store, words, code, message):
    result = type_in("gold", "export", *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in " ".join(result.stderr.replace("│", " ").split())
    assert not Path("gold").exists()


def test_its_help_has_an_example_and_waits_for_nothing_slow():
    assert "Example: papersift gold export gold/" in told("gold", "export", "--help")
    code = "import sys, flows.cli.gold; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"sqlalchemy", "polars", "pyarrow", "pydantic"} & set(found.stdout.split())


def test_eval_measures_by_what_was_exported(store, model_server, prefect_server, tmp_path):
    model_server.answers(read_off)
    write_note_type(tmp_path)
    doc_type = read_type(tmp_path / "note.md")
    for at, (name, total) in enumerate((("A", "5.00"), ("B", "6.00")), start=1):
        note = {"number": name, "day": "2026-11-03", "total": total}
        write_note(tmp_path / "in" / f"{name}.pdf", **note)
        values: Values = {"number": name, "day": date(2026, 11, 3), "total": Decimal("5.00")}
        record = routed(values, doubtful=("total",), doc_type=doc_type)
        keep_file(store, f"in/{name}.pdf", record, doc_type=doc_type)
        said(store, at, f"total={total}", accept_all=True)
    printed = told("gold", "export", "gold")
    command = "papersift eval gold/note --type FILE (note is a type of your own)"
    assert printed.endswith(f"Measure by it: {command}")
    words = command.replace("FILE", "note.md").split()[1:5]
    measured = told(*words, "--model", "any", "--base-url", model_server.base_url)
    assert "100.0%" in measured
    assert "of 6 values are right" in measured
