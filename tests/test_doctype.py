"""A document type comes from a Markdown file, a user's as well as our own."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, ValidationError, create_model

from extractors.ranking.labels import words_of
from schemas.answer import answer_model
from schemas.catalogue import BUILT_IN, built_in_type, find_type
from schemas.doctype import (
    DifferCheck,
    DocumentType,
    OrderCheck,
    Policy,
    ProductCheck,
    SumCheck,
    ValidCheck,
    as_markdown,
    front_matter,
    named_by,
    read_type,
)
from schemas.errors import TypeFileError
from schemas.kinds import Amount, Kind
from schemas.record import Record, all_leaves, leaves_of, lists_of

DELIVERY_NOTE = """\
---
name: delivery_note
title: Delivery note
fields:
  delivery_number: {kind: identifier, description: number of the delivery note}
  delivery_date: {kind: date, description: day of the delivery}
  order_date: {kind: date, description: day of the order}
  weight: {kind: number, description: weight of all goods}
  remark: {description: what was written on it by hand}
  items:
    description: the goods delivered
    fields:
      article: {description: name of the article}
      weight: {kind: number, description: weight of the article}
checks:
  - {rule: order, earlier: order_date, later: delivery_date}
  - {rule: sum, parts: ["items[].weight"], total: weight}
labels:
  delivery_number: [delivery note no, Lieferschein-Nr.]
  delivery_date: &day [date, Datum]
  order_date:
    - *day
    - [ordered on]
  items[].weight: [kg, weight]
blocks:
  order_date: [your order]
other_labels: [invoice number]
policy:
  require: [delivery_number]
  review: ["items[].weight"]
  target_error: 0.02
  target_errors: {"items[].weight": 0.005}
---

A delivery note comes with goods.

Copy the numbers.
"""


def type_from(tmp_path, text, name="delivery_note.md"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_type(path)


def test_users_type_is_the_same_kind_of_thing_as_a_built_in_one(tmp_path):
    found = type_from(tmp_path, DELIVERY_NOTE)
    assert (found.name, found.title) == ("delivery_note", "Delivery note")
    assert found.prompt == "A delivery note comes with goods.\n\nCopy the numbers."
    assert [(leaf.path, leaf.kind) for leaf in all_leaves(found.record)] == [
        ("delivery_number", Kind.IDENTIFIER),
        ("delivery_date", Kind.DATE),
        ("order_date", Kind.DATE),
        ("weight", Kind.NUMBER),
        ("remark", Kind.TEXT),
        ("items[].article", Kind.TEXT),
        ("items[].weight", Kind.NUMBER),
    ]
    assert leaves_of(found.record)[0].description == "number of the delivery note"
    assert lists_of(found.record)[0].description == "the goods delivered"
    assert found.checks == (
        OrderCheck(rule="order", earlier="order_date", later="delivery_date"),
        SumCheck(rule="sum", parts=("items[].weight",), total="weight"),
    )
    assert found.policy == Policy(
        require=("delivery_number",),
        review=("items[].weight",),
        target_error=0.02,
        target_errors={"items[].weight": 0.005},
    )
    assert found.labels == {
        "delivery_number": ("delivery note no", "Lieferschein-Nr."),
        "delivery_date": ("date", "Datum"),
        "order_date": ("date", "Datum", "ordered on"),
        "items[].weight": ("kg", "weight"),
    }
    assert found.blocks == {"order_date": ("your order",)}
    assert found.other_labels == ("invoice number",)


def test_users_record_takes_typed_values_and_nothing_unknown(tmp_path):
    record = type_from(tmp_path, DELIVERY_NOTE).record
    made = record.model_validate(
        {"delivery_date": "2025-03-14", "items": [{"article": "Nails", "weight": "1.50"}]}
    )
    assert made.model_dump() == {
        "delivery_number": None,
        "delivery_date": date(2025, 3, 14),
        "order_date": None,
        "weight": None,
        "remark": None,
        "items": ({"article": "Nails", "weight": Decimal("1.50")},),
    }
    with pytest.raises(ValidationError, match="Extra inputs"):
        record.model_validate({"colour": "red"})


def test_users_type_has_an_answer_model(tmp_path):
    answer = answer_model(type_from(tmp_path, DELIVERY_NOTE).record)
    assert list(answer.model_fields) == [
        "delivery_number",
        "delivery_date",
        "order_date",
        "weight",
        "remark",
        "items",
    ]


def test_only_fields_and_instructions_are_needed(tmp_path):
    text = "---\nfields: {total: {kind: amount, description: total}}\n---\nA till slip."
    found = type_from(tmp_path, text, "till_slip.md")
    assert (found.name, found.title, found.checks) == ("till_slip", "till_slip", ())
    assert found.policy == Policy(require=(), review=(), target_error=None, target_errors={})
    assert (found.labels, found.blocks, found.other_labels) == ({}, {}, ())


SAME = {
    "Windows line ends": DELIVERY_NOTE.replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + DELIVERY_NOTE,
    "blank lines around the instructions": DELIVERY_NOTE.replace("---\n\nA", "---\n\n\n\nA")
    + "\n\n",
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_file_reads_the_same_however_an_editor_saved_it(tmp_path, text):
    same = type_from(tmp_path, text)
    assert same.content_hash == type_from(tmp_path, DELIVERY_NOTE).content_hash


def test_find_a_type_by_its_name_or_its_files_path(tmp_path):
    assert find_type("invoice") is built_in_type("invoice")
    path = tmp_path / "delivery_note.md"
    path.write_text(DELIVERY_NOTE)
    assert find_type(str(path)).name == "delivery_note"


def test_unknown_name_says_which_there_are_and_how_to_give_ones_own():
    with pytest.raises(TypeFileError) as caught:
        find_type("delivery")
    assert str(caught.value) == (
        "There is no document type 'delivery'. Built in are invoice, receipt, ad_order; "
        "for your own, give the path of its Markdown file: --type delivery_note.md"
    )


def with_fields(fields):
    return f"---\nfields: {fields}\n---\nCopy."


def with_head(lines):
    return f"---\nfields: {{a: {{kind: date, description: x}}}}\n{lines}\n---\nCopy."


KINDS = "text, address, identifier, iban, vat_id, date, amount, number, percent, currency"
NAMES = "a name has letters, digits and _ and begins with a letter"
BETWEEN = "must begin with a front matter between two lines of '---', then the instructions"
MALFORMED = {
    "empty": ("", BETWEEN),
    "no front matter": ("A delivery note.", BETWEEN),
    "front matter that doesn't end": ("---\nname: a\nfields: {}\n", BETWEEN),
    "something before it": ("# Note\n---\nname: a\n---\nCopy.", BETWEEN),
    "not UTF-8": (b"---\nname: \xff\n---\nCopy.", "can't be read: 'utf-8' codec"),
    "no YAML": ("---\nname: [a\n---\nCopy.", "the front matter is no YAML: "),
    "YAML with a tab": ("---\nname:\ta\n---\nCopy.", "the front matter is no YAML: "),
    "YAML that makes objects": (
        "---\nname: !!python/object/apply:os.getcwd []\n---\nCopy.",
        "the front matter is no YAML: could not determine a constructor",
    ),
    "YAML of a day that isn't": (
        "---\nname: 2024-13-45\n---\nCopy.",
        "the front matter is no YAML: month must be in 1..12",
    ),
    "YAML without an end": (
        f"---\nname: {'[' * 5000}\n---\nCopy.",
        "the front matter is no YAML: ",
    ),
    "list": ("---\n- name\n---\nCopy.", "the front matter must be 'name: value' lines"),
    "nothing in it": ("---\n\n---\nCopy.", "the front matter must be 'name: value' lines"),
    "number for a name": ("---\n5: a\n---\nCopy.", "the front matter must be 'name: value' lines"),
    "no instructions": ("---\nname: a\n---\n \n", "there are no instructions after the front"),
    "misspelt": (
        with_head("polcy: {target_error: 0.5}"),
        "the front matter has 'polcy'; there are name, title, fields, checks, labels, blocks,",
    ),
    "no fields": (
        "---\nname: a\n---\nCopy.",
        "the front matter has no 'fields'; list at least one",
    ),
    "fields as a list": (with_fields("[a, b]"), "has no 'fields'; list at least one"),
    "fields without one": (with_fields("{}"), "has no 'fields'; list at least one"),
    "field's name with a blank": (with_fields("{a b: {description: x}}"), f"field 'a b': {NAMES}"),
    "field's name begins with _": (with_fields("{_a: {description: x}}"), f"field '_a': {NAMES}"),
    "field's name is a number": (with_fields("{5: {description: x}}"), f"field 5: {NAMES}"),
    "field's name that YAML takes for true": (
        with_fields("{yes: {description: x}}"),
        f"field True: {NAMES}",
    ),
    "field's name that models have": (
        with_fields("{copy: {description: x}}"),
        "field 'copy': this name is taken by Pydantic; choose another",
    ),
    "field's name that breaks models": (
        with_fields("{model_config: {description: x}}"),
        "field 'model_config': this name is taken by Pydantic; choose another",
    ),
    "field without a description": (
        with_fields("{a: {kind: date}}"),
        "field 'a' needs a description: the model is asked by it",
    ),
    "field with an empty description": (
        with_fields("{a: {description: ' '}}"),
        "field 'a' needs a description: the model is asked by it",
    ),
    "field that is only a kind": (with_fields("{a: date}"), "field 'a' needs a description"),
    "unknown kind": (
        with_fields("{a: {kind: money, description: x}}"),
        f"field 'a': 'money' is no kind; there are {KINDS}.",
    ),
    "kind that is a list": (
        with_fields("{a: {kind: [date], description: x}}"),
        f"field 'a': ['date'] is no kind; there are {KINDS}.",
    ),
    "misspelt in a field": (
        with_fields("{a: {knd: date, description: x}}"),
        "field 'a' has 'knd'; there are kind, description, fields.",
    ),
    "list without fields": (
        with_fields("{a: {description: x, fields: }}"),
        "field 'a' has no 'fields'; list at least one",
    ),
    "list with a list of fields": (
        with_fields("{a: {description: x, fields: [b]}}"),
        "field 'a' has no 'fields'; list at least one",
    ),
    "list in a list": (
        with_fields(
            "{a: {description: x, fields: {b: {description: y, fields: {c: {description: z}}}}}}"
        ),
        "field 'b' is a list in a list; only one level is possible",
    ),
    "list that holds itself": (
        with_fields("&all {a: {description: x, fields: *all}}"),
        "field 'a' is a list in a list; only one level is possible",
    ),
    "name that is no text": (with_head("name: 5"), "name: Input should be a valid string"),
    "empty name": (with_head("name: ''"), "name: String should have at least 1 character"),
    "checks that are no list": (with_head("checks: 5"), "checks: Input should be a valid tuple"),
    "unknown rule": (
        with_head("checks: [{rule: mul}]"),
        "checks.0: Input tag 'mul' found using 'rule' does not match any of the expected tags",
    ),
    "rule without its total": (
        with_head("checks: [{rule: sum, parts: [a]}]"),
        "checks.0.sum.total: Field required",
    ),
    "check on an unknown field": (
        with_head("checks: [{rule: sum, parts: [-b], total: a}]"),
        "'b' is no field of this type; there are a.",
    ),
    "label of an unknown field": (
        with_head("labels: {b: [date]}"),
        "'b' is no field of this type; there are a.",
    ),
    "heading of an unknown field": (
        with_head("blocks: {b: [date]}"),
        "'b' is no field of this type; there are a.",
    ),
    "labels that are no list": (
        with_head("labels: {a: date}"),
        "labels.a: Input should be a valid tuple",
    ),
    "label that is no text": (
        with_head("labels: {a: [date, 5]}"),
        "labels.a.1: Input should be a valid string",
    ),
    "label that YAML takes for false": (
        with_head("other_labels: [no]"),
        "other_labels.0: Input should be a valid string",
    ),
    "labels that hold themselves": (with_head("other_labels: &all [*all]"), "other_labels"),
    "labels of no field": (
        with_head("labels: [date]"),
        "labels: Input should be a valid dictionary",
    ),
    "other labels by field": (
        with_head("other_labels: {a: [date]}"),
        "other_labels: Input should be a valid tuple",
    ),
    "policy on an unknown field": (
        with_head("policy: {review: [b]}"),
        "'b' is no field of this type; there are a.",
    ),
    "policy that takes a field away": (
        with_head("policy: {require: [-a]}"),
        "'-a' is no field of this type; there are a.",
    ),
    "policy with something unknown": (
        with_head("policy: {requires: [a]}"),
        "policy.requires: Extra inputs are not permitted",
    ),
    "target error in percent": (
        with_head("policy: {target_error: 5}"),
        "policy.target_error: Input should be less than 1",
    ),
    "target error of nothing": (
        with_head("policy: {target_error: 0}"),
        "policy.target_error: Input should be greater than 0",
    ),
    "target error of an unknown field": (
        with_head("policy: {target_errors: {b: 0.01}}"),
        "'b' is no field of this type; there are a.",
    ),
    "threshold of earlier versions": (
        with_head("policy: {threshold: 0.8}"),
        "there is no threshold any more: say with 'target_error: 0.05'",
    ),
}


@pytest.mark.parametrize(("text", "message"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_file_says_where_and_what(tmp_path, text, message):
    with pytest.raises(TypeFileError) as caught:
        type_from(tmp_path, text)
    assert str(tmp_path / "delivery_note.md") in str(caught.value)
    assert message in str(caught.value)


def test_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(TypeFileError, match=r"nowhere\.md' can't be read: .*No such file"):
        read_type(tmp_path / "nowhere.md")


@settings(deadline=None)
@given(st.text("-\n {}[]:&*!'\"abc,5", max_size=60))
def test_any_front_matter_is_a_type_or_a_type_file_error(tmp_path_factory, head):
    path = tmp_path_factory.getbasetemp() / "any.md"
    path.write_text(f"---\n{head}\n---\nCopy.")
    try:
        found = read_type(path)
    except TypeFileError:
        return
    assert all_leaves(found.record)


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_type_can_be_written_as_a_file_and_read_again(tmp_path, name):
    built_in = built_in_type(name)
    again = type_from(tmp_path, as_markdown(built_in))
    assert again.content_hash == built_in.content_hash
    assert front_matter(again) == front_matter(built_in)
    assert again.prompt == built_in.prompt
    assert list(again.record.model_fields) == list(built_in.record.model_fields)


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_type_asks_by_a_description_and_requires_what_it_has(name):
    found = built_in_type(name)
    paths = [leaf.path for leaf in all_leaves(found.record)]
    assert set(found.policy.require) <= set(paths)
    assert all(
        leaf.description and leaf.description != leaf.name for leaf in all_leaves(found.record)
    )


NAMED = {
    "sum": (
        SumCheck(rule="sum", parts=("gross", "-commission", "items[].fee"), total="net"),
        ("gross", "commission", "items[].fee", "net"),
    ),
    "product": (
        ProductCheck(rule="product", factors=("items[].a", "items[].b"), product="items[].c"),
        ("items[].a", "items[].b", "items[].c"),
    ),
    "order": (OrderCheck(rule="order", earlier="start", later="end"), ("start", "end")),
    "valid": (ValidCheck(rule="valid", field="iban"), ("iban",)),
    "differ": (DifferCheck(rule="differ", one="seller", other="buyer"), ("seller", "buyer")),
}


@pytest.mark.parametrize(("check", "paths"), NAMED.values(), ids=NAMED)
def test_check_names_its_leaves(check, paths):
    assert named_by(check) == paths


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_types_labels_are_words(name):
    found = built_in_type(name)
    texts = [
        text for each in (found.labels, found.blocks) for some in each.values() for text in some
    ]
    assert texts
    assert [text for text in (*texts, *found.other_labels) if not words_of(text)] == []


TITLES = st.text(min_size=1, max_size=30).filter(
    lambda text: text.strip() and text.isprintable() and "\ufeff" not in text
)


@settings(deadline=None)
@given(title=TITLES, description=TITLES, prompt=TITLES)
def test_any_type_can_be_written_as_a_file_and_read_again(
    tmp_path_factory, title, description, prompt
):
    field = (Amount | None, Field(None, description=description))
    record = create_model("Any", __base__=Record, a=field)
    doctype = DocumentType(name="any", title=title, record=record, prompt=prompt.strip())
    again = type_from(tmp_path_factory.getbasetemp(), as_markdown(doctype), "any_type.md")
    assert (again.title, again.prompt) == (title, prompt.strip())
    assert all_leaves(again.record)[0].description == description


CHANGES = {
    "prompt": ("Copy the numbers.", "Copy the numbers!"),
    "name": ("name: delivery_note", "name: delivery"),
    "field's name": ("remark: {", "remarks: {"),
    "field's kind": (
        "kind: number, description: weight of all",
        "kind: amount, description: weight of all",
    ),
    "field's description": ("day of the order", "date of the order"),
    "list's description": ("the goods delivered", "all goods"),
    "item's description": ("name of the article", "article"),
    "check": (
        "earlier: order_date, later: delivery_date",
        "earlier: delivery_date, later: order_date",
    ),
    "label": ("Lieferschein-Nr.", "Lieferschein-Nummer"),
    "label's field": ("  items[].weight: [kg", "  weight: [kg"),
    "block's heading": ("[your order]", "[our order]"),
    "other label": ("[invoice number]", "[order number]"),
    "required field": ("require: [delivery_number]", "require: []"),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES)
def test_change_of_what_decides_a_result_changes_the_hash(tmp_path, old, new):
    assert DELIVERY_NOTE.count(old) == 1
    before = type_from(tmp_path, DELIVERY_NOTE).content_hash
    assert type_from(tmp_path, DELIVERY_NOTE.replace(old, new)).content_hash != before


KEEPS = {
    "other spelling of the same YAML": (
        "require: [delivery_number]",
        "require: ['delivery_number']",
    ),
    "kind that is taken anyway": ("remark: {", "remark: {kind: text, "),
    "anchor written out": ("    - *day\n", "    - [date, [Datum]]\n"),
    "comment": ("checks:\n", "# what must add up\nchecks:\n"),
    "reviewed field": ('review: ["items[].weight"]', 'review: [remark, "items[].weight"]'),
    "target error": ("target_error: 0.02", "target_error: 0.03"),
    "target error of a field": ("0.005}", "0.006}"),
}


@pytest.mark.parametrize(("old", "new"), KEEPS.values(), ids=KEEPS)
def test_change_that_decides_nothing_keeps_the_hash(tmp_path, old, new):
    assert DELIVERY_NOTE.count(old) == 1
    before = type_from(tmp_path, DELIVERY_NOTE).content_hash
    again = type_from(tmp_path, DELIVERY_NOTE.replace(old, new), "other_name.md")
    assert again.content_hash == before
