"""A choice among strings: what is offered, and what is understood."""

import json
import math

import documents
import openai
import pytest
from pydantic import ValidationError
from scripted_replies import Reply

from extractors.asking.call import Caller
from extractors.asking.choose import choice_model, choose
from extractors.asking.choose_type import choose_type
from extractors.asking.prefixes import shortest_prefixes
from schemas.catalogue import BUILT_IN, built_in_type
from schemas.errors import AnswerError

QUESTION = [{"role": "user", "content": "Which one?"}]
NAMES = ["Muster Handels GmbH", "Muster Holding AG", "Quillback Farm Ltd"]


@pytest.fixture
def caller(model_server):
    with openai.OpenAI(base_url=model_server.base_url, api_key="key", max_retries=0) as client:
        yield Caller(client, "scripted", wait_s=0.01)


def said(*pieces):
    """Return a reply in tokens; each piece is its text, its probability and the others there."""
    listed = [
        {
            **_token(text, p),
            "top_logprobs": [_token(text, p), *(_token(*other) for other in others.items())],
        }
        for text, p, others in pieces
    ]
    return Reply("".join(text for text, _, _ in pieces), logprobs=listed)


def _token(text, probability):
    return {"token": text, "logprob": math.log(probability), "bytes": list(text.encode())}


def test_beginnings_are_offered_and_the_whole_is_understood(model_server, caller):
    model_server.answers({"name": "Muster Holding"})
    chosen = choose(caller, "name", NAMES, QUESTION)
    assert chosen.text == "Muster Holding AG"
    [request] = model_server.requests
    [(name, field)] = request.schema["properties"].items()
    assert (name, field["enum"]) == ("name", ["Muster Handels", "Muster Holding", "Quillback"])


def test_only_candidate_is_offered_alone(model_server, caller):
    model_server.answers({"name": "Muster"})
    chosen = choose(caller, "name", NAMES[:1], QUESTION)
    [field] = model_server.requests[0].schema["properties"].values()
    assert field["const"] == "Muster"
    assert chosen.text == NAMES[0]
    assert chosen.shares == {NAMES[0]: 1.0}


def test_shares_of_all_that_were_offered(model_server, caller):
    model_server.answers(
        said(
            ('{"name": "', 1.0, {}),
            ("Muster", 0.6, {"Quill": 0.2, "I": 0.2}),
            (" Handels", 0.5, {" Holding": 0.25, " and": 0.25}),
            ('"}', 1.0, {}),
        )
    )
    chosen = choose(caller, "name", NAMES, QUESTION)
    assert chosen.text == NAMES[0]
    assert chosen.shares == pytest.approx({NAMES[0]: 0.5, NAMES[1]: 0.25, NAMES[2]: 0.25})
    assert chosen.likelihood is not None
    assert chosen.likelihood.probability == pytest.approx(0.5)


def test_model_that_would_have_gone_on_with_the_candidate_was_not_forced(model_server, caller):
    """After its beginning it may only close the quote, which it would hardly do by itself."""
    model_server.answers(
        said(
            ('{"name": "', 1.0, {}),
            ("Qu", 0.9, {"Muster": 0.1}),
            ("illback", 1.0, {}),
            ('"}', 0.001, {" Farm": 0.99}),
        )
    )
    likelihood = choose(caller, "name", NAMES, QUESTION).likelihood
    assert likelihood is not None
    assert likelihood.probability == pytest.approx(0.9)
    assert likelihood.free > 0.8


def test_model_that_wanted_something_else_was_forced(model_server, caller):
    model_server.answers(
        said(
            ('{"name": "', 1.0, {}),
            ("Quillback", 0.004, {"Acme": 0.99, "Muster": 0.001}),
            ('"}', 1.0, {}),
        )
    )
    likelihood = choose(caller, "name", NAMES, QUESTION).likelihood
    assert likelihood is not None
    assert likelihood.probability == pytest.approx(0.8)
    assert likelihood.free < 0.01


def test_server_without_probabilities(model_server, caller):
    model_server.answers(Reply({"name": "Quillback"}, logprobs=[]))
    chosen = choose(caller, "name", NAMES, QUESTION)
    assert (chosen.text, chosen.likelihood) == (NAMES[2], None)
    assert chosen.shares == {NAMES[2]: 1.0}


@pytest.mark.parametrize("rivals", [{}, {"Muster": 0.1}], ids=["alone", "with rivals"])
def test_server_that_does_not_constrain_may_write_the_whole(model_server, caller, rivals):
    model_server.answers(
        said(
            ('{"name": "', 1.0, {}),
            ("Quill", 0.9, rivals),
            ("back Farm", 0.9, {}),
            (" Ltd", 0.9, {}),
            ('"}', 1.0, {}),
        )
    )
    chosen = choose(caller, "name", NAMES, QUESTION)
    assert chosen.text == NAMES[2]
    assert caller.usage.invalid_answers == 0
    assert sum(chosen.shares.values()) == pytest.approx(1)
    assert max(chosen.shares, key=lambda text: chosen.shares[text]) == NAMES[2]


def test_amount_may_be_written_in_bare_figures(model_server, caller):
    model_server.answers({"total": "2129,79"})
    assert choose(caller, "total", ["€2.129,79", "21,90"], QUESTION).text == "€2.129,79"
    [field] = model_server.requests[0].schema["properties"].values()
    spellings = ["€2.129,79", "€2129,79", "2.129,79", "2129,79", "21,90"]
    assert all(any(each.startswith(one) for each in spellings) for one in field["enum"])


def test_answer_that_was_not_offered_is_asked_again_once(model_server, caller):
    model_server.replies({"name": "Acme"}).answers({"name": "Quillback"})
    assert choose(caller, "name", NAMES, QUESTION).text == NAMES[2]
    assert (caller.usage.calls, caller.usage.invalid_answers) == (2, 1)


NOT_OFFERED = {
    "something else": "Acme",
    "a shorter beginning": "Muster",
    "null": None,
    "empty": "",
    "number": 5,
    "list": ["Quillback"],
}


@pytest.mark.parametrize("given", NOT_OFFERED.values(), ids=NOT_OFFERED)
def test_answer_that_was_not_offered_twice_is_an_error(model_server, caller, given):
    model_server.answers({"name": given})
    with pytest.raises(AnswerError, match="didn't fit, twice"):
        choose(caller, "name", NAMES, QUESTION)
    assert (caller.usage.calls, caller.usage.invalid_answers) == (2, 2)


@pytest.mark.parametrize("name", ["total", "größe", "x" * 80])
def test_schema_is_named_as_servers_want_it(model_server, caller, name):
    """OpenAI takes letters, digits, `_` and `-`, at most 64."""
    model_server.answers(json.dumps({name: "Quillback"}, ensure_ascii=False))
    assert choose(caller, name, NAMES, QUESTION).text == NAMES[2]
    called = model_server.requests[0].body["response_format"]["json_schema"]["name"]
    assert called.isascii()
    assert called.replace("-", "_").isidentifier()
    assert len(called) <= 64


def test_model_of_a_choice_refuses_more_than_its_field():
    spellings = {each: each for each in NAMES}
    model = choice_model("name", shortest_prefixes(spellings), spellings)
    assert model.model_validate({"name": "Quillback"}).model_dump() == {"name": "Quillback"}
    assert model.model_validate({"name": NAMES[2]}).model_dump() == {"name": "Quillback"}
    with pytest.raises(ValidationError, match="Extra inputs"):
        model.model_validate({"name": "Quillback", "why": "it says so"})


def test_type_is_chosen_by_the_beginning_of_its_title(model_server, caller):
    model_server.answers({"kind": "Advertising"})
    types = [built_in_type(name) for name in BUILT_IN]
    found = choose_type(documents.read("Order for WXYZ"), types, caller)
    assert found is built_in_type("ad_order")
    [field] = model_server.requests[0].schema["properties"].values()
    assert field["enum"] == ["Invoice", "Receipt", "Advertising"]
    assert "One of: Invoice, Receipt, Advertising order" in model_server.requests[0].prompt


def test_type_is_not_asked_for_where_there_is_one_or_no_text(model_server, caller):
    invoice = built_in_type("invoice")
    assert choose_type(documents.read("Invoice R-17"), [invoice], caller) is invoice
    blank = documents.read_document(documents.pdf([]))
    assert choose_type(blank, [invoice, built_in_type("receipt")], caller) is None
    assert model_server.requests == []
