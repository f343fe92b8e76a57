"""A second reading agrees or not; it changes no value, and what it cost is counted."""

import openai
import pytest
from asked_invoice import INVOICE, PUTS, WHOLE, choose, document_of, fields_of
from scripted_server import ScriptedServer

from extractors.asking.call import Caller
from extractors.asking.second import with_second_reading
from extractors.extract import extract
from schemas.errors import ModelRefusal
from schemas.extraction import Usage

ANSWERS = {"whole": WHOLE, "fields": choose}


@pytest.fixture
def caller(model_server):
    with openai.OpenAI(base_url=model_server.base_url, api_key="key", max_retries=0) as client:
        yield Caller(client, "scripted", wait_s=0.01)


def read_first(asking="whole", answer=None, puts=PUTS):
    with (
        ScriptedServer().answers(answer or ANSWERS[asking]) as server,
        openai.OpenAI(base_url=server.base_url, api_key="key", max_retries=0) as client,
    ):
        return extract(document_of(*puts), INVOICE, asking, Caller(client, "first"))


def read_again(first, caller, asking="whole", *, same_model=False):
    return with_second_reading(
        first, document_of(), [INVOICE], asking, caller, same_model=same_model
    )


def agreed(extraction):
    """Return the fields of which it is known whether two readings agree."""
    agrees = {path: field.signals.agrees for path, field in fields_of(extraction).items()}
    return {path: each for path, each in agrees.items() if each is not None}


def without_second(extraction):
    """Return the fields without what a second reading says of them."""
    return {
        path: field.model_copy(
            update={"second": None, "signals": field.signals.model_copy(update={"agrees": None})}
        )
        for path, field in fields_of(extraction).items()
    }


@pytest.mark.parametrize("same_model", [True, False])
@pytest.mark.parametrize("asking", ["whole", "fields"])
def test_same_answers_agree_in_all_fields(model_server, caller, asking, same_model):
    model_server.answers(ANSWERS[asking])
    first = read_first(asking)
    both = read_again(first, caller, asking, same_model=same_model)
    assert set(agreed(both).values()) == {True}
    assert set(agreed(both)) == set(fields_of(first))
    assert {field.second for field in fields_of(both).values()} == {None}


DIFFERENT = {
    "another value": ({"invoice_number": "R-18"}, "invoice_number", "R-18"),
    "a value where there was none": (
        {"iban": "DE89370400440532013000"},
        "iban",
        "DE89370400440532013000",
    ),
    "none where there was a value": ({"due_date": None}, "due_date", None),
    "what is no value": ({"due_date": "soon"}, "due_date", "soon"),
    "another cell": (
        {"line_items": [{**WHOLE["line_items"][0], "quantity": "42"}, WHOLE["line_items"][1]]},
        "line_items[0].quantity",
        "42",
    ),
}


@pytest.mark.parametrize(("answer", "path", "second"), DIFFERENT.values(), ids=DIFFERENT)
def test_different_answer_does_not_agree_and_changes_no_value(
    model_server, caller, answer, path, second
):
    model_server.answers({**WHOLE, **answer})
    first = read_first()
    both = read_again(first, caller)
    assert [each for each, same in agreed(both).items() if not same] == [path]
    assert fields_of(both)[path].second == second
    assert without_second(both) == fields_of(first)
    assert both.records[0].checks == first.records[0].checks


SAME = {
    "another print of the same amount": {"grand_total": "EUR 48.60"},
    "another print of the same day": {"issue_date": "14 March 2025"},
    "other white space": {"seller_name": "MUSTER  Handels GmbH"},
    "empty and null": {"iban": ""},
}


@pytest.mark.parametrize("answer", SAME.values(), ids=SAME)
def test_answers_that_mean_the_same_agree(model_server, caller, answer):
    model_server.answers({**WHOLE, **answer})
    both = read_again(read_first(), caller)
    assert set(agreed(both).values()) == {True}
    assert {field.second for field in fields_of(both).values()} == {None}


def test_list_with_other_rows_is_not_compared(model_server, caller):
    model_server.answers({**WHOLE, "line_items": WHOLE["line_items"][:1]})
    found = agreed(read_again(read_first(), caller))
    assert {path for path in found if path.startswith("line_items")} == set()
    assert found["grand_total"] is True


def test_costs_of_both_readings_are_counted_once(model_server, caller):
    model_server.answers(WHOLE)
    told = []
    caller.after_call = told.append
    caller.usage = Usage(calls=7, input_tokens=100)
    first = read_first()
    both = read_again(first, caller, same_model=True)
    assert both.usage.calls == first.usage.calls + 1 == 2
    assert both.usage.input_tokens > 2 * first.usage.input_tokens - 100
    assert caller.usage.calls == 8
    assert [each.calls for each in told] == [8]


def test_one_caller_for_both_readings_counts_each_call_once(model_server, caller):
    model_server.answers(choose)
    document = document_of()
    first = extract(document, INVOICE, "fields", caller)
    both = with_second_reading(first, document, [INVOICE], "fields", caller, same_model=True)
    assert both.usage == caller.usage
    assert both.usage.calls == len(model_server.requests) == 2 * first.usage.calls


@pytest.mark.parametrize("asking", ["whole", "fields"])
def test_same_model_is_told_what_to_do_before_it_reads(model_server, caller, asking):
    model_server.answers(ANSWERS[asking])
    first = read_first(asking)
    read_again(first, caller, asking)
    plain = [request.body for request in model_server.requests]
    read_again(first, caller, asking, same_model=True)
    turned = [request.body for request in model_server.requests[len(plain) :]]
    assert len(plain) == len(turned)
    for one, other in zip(plain, turned, strict=True):
        (system, user), (same_system, other_user) = one["messages"], other["messages"]
        assert same_system == system
        mark = user["content"].partition("\n")[0]
        before, document, question = other_user["content"].split(mark)
        assert before == f"{INVOICE.prompt}\n\n"
        assert user["content"] == f"{mark}{document}{mark}\n\n{before}{question.lstrip()}"
        assert one["response_format"] == other["response_format"]
    beginnings = {body["messages"][1]["content"].rpartition("=====")[0] for body in turned}
    assert len(beginnings) == 1


def test_other_model_is_asked_as_the_first_one_was(model_server, caller):
    model_server.answers(WHOLE)
    first = extract(document_of(), INVOICE, "whole", caller)
    read_again(first, caller)
    one, other = (request.body["messages"] for request in model_server.requests)
    assert one == other


def test_second_reading_whose_answers_do_not_fit_says_nothing(model_server, caller):
    model_server.answers({"total": 1})
    first = read_first()
    both = read_again(first, caller, same_model=True)
    assert fields_of(both) == fields_of(first)
    assert both.usage.invalid_answers == 2


def test_server_of_the_second_reading_that_refuses_is_an_error(model_server, caller):
    model_server.fails_first(9, status=401)
    with pytest.raises(ModelRefusal):
        read_again(read_first(), caller, same_model=True)


def test_document_without_text_is_not_read_again(model_server, caller):
    first = read_first()
    blank = document_of((50, 50, " "))
    assert with_second_reading(first, blank, [INVOICE], "whole", caller, same_model=False) == first
    assert model_server.requests == []
