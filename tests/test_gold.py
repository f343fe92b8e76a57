"""Gold as people write it: which document, what is labelled, and what is wrong with it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from flows.evaluate.gold import read_gold
from flows.evaluate.selection import chosen, half_of, in_words
from schemas.errors import InputError, PathError, TypeFileError

SAMPLES = Path(__file__).parents[1] / "samples"


def document(path: Path, content: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"%PDF-1.7 {content or path.name}")
    return path


def gold(path: Path, record: object, doctype: object = "invoice") -> Path:
    """Write gold with its document beside it."""
    document(path.with_suffix(".pdf"))
    path.write_text(json.dumps({"doctype": doctype, "record": record}), encoding="utf-8")
    return path


def truth(folder: Path, *records: object, **more: object) -> Path:
    """Write a `truth.jsonl` with its documents in `pdf/`."""
    lines = []
    for index, record in enumerate(records):
        document(folder / "pdf" / f"{index}.pdf", f"{folder} {index}")
        line = {"pdf": f"pdf/{index}.pdf", "doctype": "invoice", "record": record}
        lines.append(json.dumps({**line, **more}))
    path = folder / "truth.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def record_of(path: Path):
    [found] = read_gold([str(path)])
    return found.record


RECORD = {
    "invoice_number": "R-17",
    "issue_date": "2024-04-03",
    "grand_total": "119.00",
    "iban": None,
    "line_items": [
        {"description": "Paper", "quantity": "2", "unit": None},
        {"description": "Pens", "quantity": None},
    ],
}


def test_null_in_a_folder_says_that_the_document_does_not_give_it(tmp_path):
    found = record_of(gold(tmp_path / "a.json", RECORD))
    assert found.fields == {
        "invoice_number": "R-17",
        "issue_date": date(2024, 4, 3),
        "grand_total": Decimal("119.00"),
        "iban": None,
    }
    assert found.lists == {
        "line_items": (
            {"description": "Paper", "quantity": Decimal(2), "unit": None},
            {"description": "Pens", "quantity": None},
        )
    }


def test_null_in_truth_lines_says_that_it_is_not_to_be_scored(tmp_path):
    found = record_of(truth(tmp_path, RECORD))
    assert "iban" not in found.fields
    assert found.lists == {
        "line_items": (
            {"description": "Paper", "quantity": Decimal(2)},
            {"description": "Pens"},
        )
    }


def test_a_list_can_be_said_to_be_empty_or_left_unsaid(tmp_path):
    assert record_of(gold(tmp_path / "a.json", {"line_items": []})).lists == {"line_items": ()}
    assert record_of(gold(tmp_path / "b.json", {"line_items": None})).lists == {"line_items": ()}
    assert record_of(truth(tmp_path / "c", {"line_items": None})).lists == {}
    assert record_of(truth(tmp_path / "e", {"line_items": []})).lists == {}
    assert record_of(gold(tmp_path / "d.json", {})).lists == {}


def test_rows_that_say_nothing_are_left_out(tmp_path):
    rows = [{"description": None}, {"description": "Pens"}, {}]
    assert record_of(truth(tmp_path, {"line_items": rows})).lists == {
        "line_items": ({"description": "Pens"},)
    }


def test_numbers_are_taken_to_the_last_digit(tmp_path):
    path = gold(tmp_path / "a.json", {})
    path.write_text('{"doctype": "invoice", "record": {"net_total": 0.10, "grand_total": 3}}')
    assert str(record_of(path).fields["net_total"]) == "0.10"
    assert record_of(path).fields["grand_total"] == Decimal(3)


def test_a_folder_is_read_with_all_that_is_in_it(tmp_path):
    gold(tmp_path / "all" / "mine" / "a.json", {"invoice_number": "A"})
    gold(tmp_path / "all" / "mine" / "b.json", {"total": "1"}, "receipt")
    document(tmp_path / "all" / "mine" / "unlabelled.pdf")
    (tmp_path / "all" / "mine" / "settings.json").write_text("{}")
    truth(tmp_path / "all" / "others", {"invoice_number": "C"}, {"invoice_number": "D"})
    gold(tmp_path / "all" / "others" / "pdf" / "0.json", {"invoice_number": "beside its pdf"})
    gold(tmp_path / "all" / ".hidden" / "e.json", {"invoice_number": "E"})
    found = read_gold([str(tmp_path / "all")])
    assert [(Path(each.source).name, each.group, each.type_name) for each in found] == [
        ("a.pdf", "mine", "invoice"),
        ("b.pdf", "mine", "receipt"),
        ("0.pdf", "others", "invoice"),
        ("1.pdf", "others", "invoice"),
    ]
    assert len(found[0].document_id) == 64


def test_groups_of_the_same_name_are_told_apart(tmp_path):
    for parent in ("one", "two"):
        truth(tmp_path / parent / "gold", {"invoice_number": parent})
    truth(tmp_path / "three" / "other", {"invoice_number": "3"})
    groups = [each.group for each in read_gold([str(tmp_path)])]
    assert groups == ["one/gold", "other", "two/gold"]


def test_files_are_named_one_by_one(tmp_path):
    one = gold(tmp_path / "a.json", {"invoice_number": "A"})
    gold(tmp_path / "b.json", {"invoice_number": "B"})
    lines = truth(tmp_path / "c", {"invoice_number": "C"})
    lines.rename(lines.with_name("mine.jsonl"))
    found = read_gold([str(one), str(lines.with_name("mine.jsonl"))])
    assert [each.record.fields["invoice_number"] for each in found] == ["A", "C"]


def test_a_name_with_brackets_has_its_document(tmp_path):
    assert record_of(gold(tmp_path / "a[1].json", {"invoice_number": "A"})).fields


def test_a_document_counts_once_however_often_it_is_named(tmp_path):
    path = gold(tmp_path / "a.json", {"invoice_number": "A"})
    assert len(read_gold([str(path), str(tmp_path)])) == 1
    other = gold(tmp_path / "b.json", {"invoice_number": "B"})
    other.with_suffix(".pdf").write_bytes(path.with_suffix(".pdf").read_bytes())
    with pytest.raises(InputError, match=r"b\.json: .*a\.json has another record for the same"):
        read_gold([str(tmp_path)])


def test_a_document_can_be_named_in_place_of_its_gold(tmp_path):
    path = gold(tmp_path / "a.json", {"invoice_number": "A"})
    document = path.with_suffix(".pdf")
    [found] = read_gold([str(document)])
    assert found.record.fields == {"invoice_number": "A"}
    path.unlink()
    with pytest.raises(PathError, match=r"a\.pdf' has no gold: a\.json isn't beside it"):
        read_gold([str(document)])


def test_the_type_can_be_given(tmp_path):
    path = gold(tmp_path / "a.json", {"total": "5.00"}, doctype="what I call it")
    [found] = read_gold([str(path)], "receipt")
    assert (found.type_name, found.type_given) == ("receipt", "receipt")


def test_the_type_can_be_a_file_beside_the_gold(tmp_path):
    (tmp_path / "note.md").write_text(
        "---\nname: note\nfields:\n  day: {kind: date, description: its day}\n---\nA note.\n"
    )
    [found] = read_gold([str(gold(tmp_path / "a.json", {"day": "2026-11-23"}, "note.md"))])
    assert (found.type_name, found.record.fields) == ("note", {"day": date(2026, 11, 23)})
    assert found.type_given == str(tmp_path / "note.md")


BAD_RECORDS = {
    "unknown field": ({"invoice_nr": "1"}, "the type 'invoice' has no field 'invoice_nr'"),
    "unknown leaf": ({"line_items": [{"name": "x"}]}, "the items of line_items have no field"),
    "no list": ({"line_items": "none"}, "line_items must be a list"),
    "no item": ({"line_items": ["Paper"]}, r"line_items\[0\] must be an item"),
    "no date": ({"issue_date": "03.04.2024"}, "issue_date is '03.04.2024'. It must be a date like"),
    "no amount": ({"grand_total": "1.234,50"}, "grand_total is '1.234,50'. It must be an amount"),
    "not finite": ({"grand_total": "NaN"}, "grand_total is 'NaN'"),
    "no currency": ({"currency": "€"}, "currency is '€'. It must be a currency like EUR"),
    "no cell": ({"line_items": [{}, {"quantity": "two"}]}, r"line_items\[1\].quantity is 'two'"),
    "empty": ({"invoice_number": " "}, "invoice_number is ' '. It must be a text, or null"),
    "truth value": ({"invoice_number": True}, "invoice_number is True"),
}


@pytest.mark.parametrize(("record", "message"), BAD_RECORDS.values(), ids=BAD_RECORDS)
def test_a_record_that_can_not_be_is_refused_with_its_place(tmp_path, record, message):
    with pytest.raises(InputError, match=rf"a\.json: {message}"):
        read_gold([str(gold(tmp_path / "a.json", record))])
    with pytest.raises(InputError, match=rf"truth\.jsonl, line 2: {message}"):
        read_gold([str(truth(tmp_path / "b", {}, record))])


BAD_FILES = {
    "cut short": ('{"doctype": "invoice", "rec', InputError, "a.json: it is no JSON"),
    "another object": ('{"total": 5}', InputError, "a.json: it is no gold"),
    "a list": ("[]", InputError, "a.json: it is no gold"),
    "no type": ('{"record": {}}', InputError, "a.json: 'doctype' must name"),
    "unknown type": (
        '{"doctype": "letter", "record": {}}',
        TypeFileError,
        "There is no document type 'letter'",
    ),
    "no text": ("\udcff", PathError, "can't be read"),
}


@pytest.mark.parametrize(("text", "error", "message"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_is_no_gold_is_refused(tmp_path, text, error, message):
    path = gold(tmp_path / "a.json", {})
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(error, match=message):
        read_gold([str(tmp_path)])


def test_a_document_that_is_missing_is_named(tmp_path):
    path = gold(tmp_path / "a.json", {})
    path.with_suffix(".pdf").unlink()
    with pytest.raises(PathError, match=r"a\.json: one of .*a\.pdf.* must lie beside it"):
        read_gold([str(tmp_path)])
    lines = truth(tmp_path / "b", {}, {})
    (tmp_path / "b" / "pdf" / "1.pdf").unlink()
    with pytest.raises(PathError, match=r"line 2: there is no document .*1\.pdf"):
        read_gold([str(lines)])
    lines.write_text('{"doctype": "invoice", "record": {}}')
    with pytest.raises(InputError, match="line 1: 'pdf' must be"):
        read_gold([str(lines)])


def test_two_documents_of_the_name_are_one_too_many(tmp_path):
    path = gold(tmp_path / "a.json", {})
    document(tmp_path / "a.jpg")
    with pytest.raises(PathError, match="and there are 2"):
        read_gold([str(path)])


def test_a_path_without_gold_is_refused(tmp_path):
    with pytest.raises(PathError, match="There is no file or folder"):
        read_gold([str(tmp_path / "none")])
    document(tmp_path / "a.pdf")
    with pytest.raises(PathError, match="holds no gold"):
        read_gold([str(tmp_path)])


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    return read_gold([str(truth(folder, *({"invoice_number": str(i)} for i in range(40))))])


def test_halves_hold_every_document_once(many):
    a = chosen(many, half="A", limit=None, seed=0)
    b = chosen(many, half="B", limit=None, seed=0)
    assert {each.source for each in a} | {each.source for each in b} == {m.source for m in many}
    assert len(a) + len(b) == 40
    assert 8 < len(a) < 32
    assert all(half_of(each.document_id) == "A" for each in a)


def test_a_half_does_not_depend_on_the_rest_of_the_gold(many):
    assert set(_ids(chosen(many[:10], half="A", limit=None, seed=0))) <= set(
        _ids(chosen(many, half="A", limit=None, seed=0))
    )


def test_a_limit_draws_the_same_documents_every_time_and_others_with_another_seed(many):
    first = chosen(many, half=None, limit=5, seed=0)
    assert _ids(first) == _ids(chosen(many[::-1], half=None, limit=5, seed=0))[::-1]
    assert set(_ids(first)) < set(_ids(chosen(many, half=None, limit=9, seed=0)))
    assert set(_ids(first)) != set(_ids(chosen(many, half=None, limit=5, seed=1)))
    assert _ids(chosen(many, half=None, limit=99, seed=0)) == _ids(many)
    in_a = chosen(many, half="A", limit=3, seed=0)
    assert {half_of(each.document_id) for each in in_a} == {"A"}


def test_a_half_that_is_empty_is_no_evaluation(many):
    only_a = chosen(many, half="A", limit=1, seed=0)
    with pytest.raises(InputError, match="No document of this gold is in half B"):
        chosen(only_a, half="B", limit=None, seed=0)


def test_a_selection_is_said_in_words():
    assert in_words(None, None, 0) == ""
    assert in_words("A", None, 0) == "half A"
    assert in_words("B", 20, 7) == "half B, 20 at most, seed 7"


def test_the_samples_are_gold():
    found = read_gold([str(SAMPLES)])
    assert {each.group for each in found} == {"invoices", "receipts", "ad_orders"}
    assert len(found) >= 14


def _ids(gold_documents):
    return [each.document_id for each in gold_documents]
