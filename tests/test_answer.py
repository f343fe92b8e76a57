"""The answer model has the record model's shape, with verbatim strings at its leaves."""

import re

import pytest
from pydantic import ValidationError, create_model

from schemas.answer import answer_model
from schemas.catalogue import BUILT_IN
from schemas.invoice import Invoice
from schemas.receipt import Receipt

RECEIPT = {
    "merchant_name": "Chez Léa",
    "date": "le 3 mars",
    "address": None,
    "currency": None,
    "tax_total": None,
    "total": "12,50 €",
    "payment_method": None,
    "line_items": [
        {"description": "Café", "quantity": "2", "unit_price": None, "line_total": "5,00"}
    ],
}


@pytest.mark.parametrize("record", BUILT_IN.values(), ids=BUILT_IN)
def test_fields_keep_their_names_order_and_descriptions(record):
    answer = answer_model(record)
    assert list(answer.model_fields) == list(record.model_fields)
    assert [field.description for field in answer.model_fields.values()] == [
        field.description for field in record.model_fields.values()
    ]


def test_leaves_are_strings_as_they_stand():
    answer = answer_model(Receipt).model_validate(RECEIPT)
    assert answer.model_dump() == RECEIPT


def test_schema_asks_for_nullable_strings_and_lists_of_items():
    schema = answer_model(Invoice).model_json_schema()
    nullable = [{"type": "string"}, {"type": "null"}]
    assert schema["properties"]["grand_total"]["anyOf"] == nullable
    assert (
        schema["properties"]["issue_date"]["description"] == "date on which the invoice was issued"
    )
    assert schema["properties"]["line_items"]["type"] == "array"
    item = schema["$defs"]["LineItemAnswer"]
    assert item["properties"]["line_total"]["anyOf"] == nullable
    assert schema["additionalProperties"] is item["additionalProperties"] is False


def test_every_field_must_be_answered():
    schema = answer_model(Invoice).model_json_schema()
    assert schema["required"] == list(Invoice.model_fields)
    assert schema["$defs"]["LineItemAnswer"]["required"] == [
        "description",
        "quantity",
        "unit",
        "unit_price",
        "tax_rate",
        "line_total",
    ]


WRONG = {
    "unknown field": ({**RECEIPT, "tip": "1.00"}, "Extra inputs"),
    "unknown field of an item": (
        {**RECEIPT, "line_items": [{**RECEIPT["line_items"][0], "unit": "kg"}]},
        "Extra inputs",
    ),
    "field left out": ({k: v for k, v in RECEIPT.items() if k != "total"}, "Field required"),
    "number in the place of a string": ({**RECEIPT, "total": 12.5}, "valid string"),
    "list left null": ({**RECEIPT, "line_items": None}, "valid list"),
}


@pytest.mark.parametrize(("answer", "message"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_refused(answer, message):
    with pytest.raises(ValidationError, match=message):
        answer_model(Receipt).model_validate(answer)


@pytest.mark.parametrize("name", ["invoice", "Lieferschein (neu)", "größe", "n" * 80])
def test_model_is_named_as_servers_want_it(name):
    """OpenAI takes letters, digits, `_` and `-`, at most 64."""
    record = create_model(name, __base__=Receipt)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", answer_model(record).__name__)


def test_model_is_made_once():
    assert answer_model(Invoice) is answer_model(Invoice)
