"""One question to a server: what it costs, what is asked again, and what ends it."""

import json
import socket

import openai
import pytest
from pydantic import BaseModel, ConfigDict
from scripted_replies import Reply
from scripted_server import ScriptedServer

from extractors.asking.call import Caller, Token
from schemas.errors import AnswerError, Cancelled, ModelOutage, ModelRefusal
from schemas.extraction import Usage


class Total(BaseModel):
    """What is asked for here."""

    model_config = ConfigDict(extra="forbid")

    total: str


QUESTION = [{"role": "user", "content": "What is the total?"}]
GOOD = Reply({"total": "12.50"}, prompt_tokens=10)
"""Five tokens of four characters."""
WRONG = Reply({"sum": "12.50"}, prompt_tokens=10)
ONE_CALL = Usage(calls=1, input_tokens=10, output_tokens=5)
WAIT_S = 0.01


def completion(message, usage=None):
    """Return a completion as a server sends it that isn't ours."""
    choices = [{"index": 0, "finish_reason": "stop", "message": message}] if message else []
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": choices}
    return Reply(raw=json.dumps({**body, **({"usage": usage} if usage else {})}).encode())


ANSWERED = {"role": "assistant", "content": '{"total": "12.50"}'}


@pytest.fixture
def client(model_server):
    with openai.OpenAI(
        base_url=model_server.base_url, api_key="key", max_retries=0, timeout=30
    ) as made:
        yield made


def ask(client, **settings):
    """Ask for the total; return the caller and what came of it."""
    caller = Caller(client, "scripted", wait_s=WAIT_S, **settings)
    try:
        return caller, caller.ask(QUESTION, Total, max_tokens=50)
    except (AnswerError, ModelOutage, ModelRefusal, Cancelled) as error:
        return caller, error


def test_good_answer_is_validated_and_costs_one_call(model_server, client):
    model_server.replies(GOOD)
    caller, reply = ask(client)
    assert reply.answer.total == "12.50"
    assert "".join(token.text for token in reply.tokens) == '{"total": "12.50"}'
    assert caller.usage == ONE_CALL
    assert len(model_server.requests) == 1


def test_request_says_what_is_wanted(model_server, client):
    model_server.replies(GOOD)
    ask(client)
    (request,) = model_server.requests
    assert request.body["model"] == "scripted"
    assert request.body["messages"] == QUESTION
    assert request.schema["properties"] == {"total": {"title": "Total", "type": "string"}}
    assert (request.body["temperature"], request.body["max_tokens"]) == (0, 50)
    assert (request.body["logprobs"], request.body["top_logprobs"]) == (True, 10)


def test_probabilities_are_not_asked_of_a_server_that_has_none(model_server, client):
    model_server.replies(GOOD)
    _, reply = ask(client, top_logprobs=0)
    assert not {"logprobs", "top_logprobs"} & set(model_server.requests[0].body)
    assert reply.tokens == ()


def test_tokens_have_one_character_a_byte_and_know_their_rivals(model_server, client):
    euro = "€".encode()
    listed = [
        {"token": '{"total": "', "logprob": -0.1, "bytes": None, "top_logprobs": []},
        {
            "token": "\\xe2\\x82",
            "logprob": -0.2,
            "bytes": list(euro[:2]),
            "top_logprobs": [
                {"token": "\\xe2\\x82", "logprob": -0.2, "bytes": list(euro[:2])},
                {"token": "ä", "logprob": -1.5, "bytes": list("ä".encode())},
            ],
        },
        {"token": "\\xac", "logprob": 0.0, "bytes": list(euro[2:]), "top_logprobs": []},
        {"token": '"}', "logprob": 0.0, "bytes": list(b'"}'), "top_logprobs": []},
    ]
    model_server.replies(Reply({"total": "€"}, logprobs=listed))
    _, reply = ask(client)
    assert reply.tokens == (
        Token('{"total": "', -0.1, ()),
        Token("\xe2\x82", -0.2, (("\xc3\xa4", -1.5),)),
        Token("\xac", 0.0, ()),
        Token('"}', 0.0, ()),
    )


PASSING = {
    "too many requests": Reply.failure(429),
    "too many requests, a date to wait for": Reply(
        status=429, raw=b"{}", headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}
    ),
    "too many requests, time that has passed": Reply(
        status=429, raw=b"{}", headers={"Retry-After": "-5"}
    ),
    "too many requests, no number": Reply(status=429, raw=b"{}", headers={"Retry-After": "nan"}),
    "server error": Reply.failure(500),
    "overloaded": Reply.failure(529),
    "gateway's page": Reply(status=502, raw=b"<html>Bad gateway</html>"),
    "time-out of the server": Reply.failure(408),
    "body that is no JSON": Reply.rubbish(),
    "empty body": Reply(raw=b""),
    "half an answer": Reply.half({"total": "12.50"}),
}


@pytest.mark.parametrize("failure", PASSING.values(), ids=PASSING)
def test_outage_that_passes_is_asked_again_once(model_server, client, failure):
    model_server.replies(failure, GOOD)
    caller, reply = ask(client)
    assert reply.answer.total == "12.50"
    assert caller.usage == ONE_CALL + Usage(outages=1)
    assert len(model_server.requests) == 2


NO_COMPLETIONS = {
    "no choices": completion(None),
    "an error that calls itself a success": Reply(raw=b'{"error": {"message": "overloaded"}}'),
    "other JSON": Reply(raw=b"[]"),
    "null": Reply(raw=b"null"),
}


@pytest.mark.parametrize("failure", NO_COMPLETIONS.values(), ids=NO_COMPLETIONS)
def test_json_that_is_no_completion_is_an_outage_and_a_call(model_server, client, failure):
    model_server.replies(failure, GOOD)
    caller, reply = ask(client)
    assert reply.answer.total == "12.50"
    assert caller.usage == ONE_CALL + Usage(calls=1, outages=1)
    assert len(model_server.requests) == 2


LASTING = {
    "server error": (Reply.failure(500, "broken"), "The model's server answered 500: .*broken"),
    "body that is no JSON": (Reply.rubbish(), "The model's server sent what is no answer"),
    "half an answer": (Reply.half("{}"), "The model's server can't be reached"),
}


@pytest.mark.parametrize(("failure", "message"), LASTING.values(), ids=LASTING)
def test_outage_that_lasts_ends_after_so_many_attempts(model_server, client, failure, message):
    model_server.answers(failure)
    caller, error = ask(client, attempts=3)
    assert isinstance(error, ModelOutage)
    with pytest.raises(ModelOutage, match=message):
        raise error
    assert len(model_server.requests) == 3
    assert caller.usage == Usage(outages=2)


def test_server_that_says_how_long_to_wait_is_left_alone_that_long(model_server, client):
    model_server.replies(Reply.failure(429, retry_after_s=0.3), GOOD)
    ask(client)
    first, second = model_server.requests
    assert 0.3 <= second.at_s - first.at_s < 2


def test_outage_that_stays_says_how_long_the_server_wants_to_be_left_alone(model_server, client):
    model_server.answers(Reply.failure(429, retry_after_s=17))
    _, error = ask(client, attempts=1)
    assert isinstance(error, ModelOutage)
    assert error.retry_after_s == 17


def test_silence_longer_than_the_clients_patience_is_an_outage(model_server):
    model_server.replies(Reply.silence(600)).answers(GOOD)
    with openai.OpenAI(
        base_url=model_server.base_url, api_key="key", max_retries=0, timeout=2
    ) as client:
        caller, reply = ask(client)
    assert reply.answer.total == "12.50"
    assert caller.usage == ONE_CALL + Usage(outages=1)


def test_server_that_is_not_there_is_an_outage():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        with openai.OpenAI(base_url=url, api_key="key", max_retries=0) as client:
            caller, error = ask(client, attempts=2)
    assert isinstance(error, ModelOutage)
    assert "The model's server can't be reached: " in str(error)
    assert "refused" in str(error)
    assert caller.usage == Usage(outages=1)


REFUSED = {
    "unknown model": (Reply.failure(404, "no such model"), "answered 404: .*no such model"),
    "forbidden": (Reply.failure(403), "answered 403"),
    "too long a question": (Reply.failure(400, "context length"), "answered 400: .*context length"),
    "a request it can't follow": (Reply.failure(422), "answered 422"),
    "nothing left to pay with": (
        Reply(
            status=429,
            raw=b'{"error": {"message": "pay", "code": "insufficient_quota", "type": "quota"}}',
        ),
        "answered 429: .*pay",
    ),
}


@pytest.mark.parametrize(("reply", "message"), REFUSED.values(), ids=REFUSED)
def test_refusal_is_not_asked_again(model_server, client, reply, message):
    model_server.answers(reply)
    caller, error = ask(client)
    assert isinstance(error, ModelRefusal)
    with pytest.raises(ModelRefusal, match=message):
        raise error
    assert len(model_server.requests) == 1
    assert caller.usage == Usage()


def test_wrong_key_is_a_refusal():
    with (
        ScriptedServer(key="right") as server,
        openai.OpenAI(base_url=server.base_url, api_key="wrong", max_retries=0) as client,
    ):
        _, error = ask(client)
        assert isinstance(error, ModelRefusal)
        assert "wrong key" in str(error)
        assert len(server.requests) == 1


OPTIONS = {"temperature", "logprobs", "top_logprobs"}
DROPPED = {
    "log probabilities": (["logprobs is not supported"], {"logprobs", "top_logprobs"}),
    "only the rivals' ones": (["unknown: top_logprobs"], {"logprobs", "top_logprobs"}),
    "temperature": (["'temperature' must be 1"], {"temperature"}),
    "one after the other": (["temperature?", "logprobs?"], OPTIONS),
    "both at once": (["no temperature, no logprobs"], OPTIONS),
}


@pytest.mark.parametrize(("refusals", "dropped"), DROPPED.values(), ids=DROPPED)
def test_parameter_that_a_model_refuses_is_left_out(model_server, client, refusals, dropped):
    model_server.replies(*(Reply.failure(400, text) for text in refusals)).answers(GOOD)
    caller, reply = ask(client)
    assert reply.answer.total == "12.50"
    assert OPTIONS - set(model_server.requests[-1].body) == dropped
    assert len(model_server.requests) == len(refusals) + 1
    assert caller.usage == ONE_CALL

    caller.ask(QUESTION, Total, max_tokens=50)
    assert OPTIONS - set(model_server.requests[-1].body) == dropped
    assert len(model_server.requests) == len(refusals) + 2


def test_parameter_that_was_left_out_and_is_still_refused_ends_it(model_server, client):
    model_server.answers(Reply.failure(400, "temperature"))
    _, error = ask(client)
    assert isinstance(error, ModelRefusal)
    assert len(model_server.requests) == 2


MISFITS = {
    "other fields": ('{"sum": "12.50"}', "Field required"),
    "no JSON": ("I am sorry.", "Invalid JSON"),
    "nothing": ("", "Invalid JSON"),
    "a number": ('{"total": 12.5}', "valid string"),
}


@pytest.mark.parametrize(("content", "problem"), MISFITS.values(), ids=MISFITS)
def test_answer_that_does_not_fit_is_asked_again_with_what_was_wrong(
    model_server, client, content, problem
):
    model_server.replies(content, GOOD)
    caller, reply = ask(client)
    assert reply.answer.total == "12.50"
    first, second = model_server.requests
    assert second.body["messages"][0] == first.body["messages"][0]
    assert problem in second.body["messages"][-1]["content"]
    assert (caller.usage.calls, caller.usage.invalid_answers, caller.usage.outages) == (2, 1, 0)


def test_answer_that_does_not_fit_twice_ends_it(model_server, client):
    model_server.answers(WRONG)
    caller, error = ask(client)
    assert isinstance(error, AnswerError)
    assert str(error).startswith("The model's answer didn't fit, twice: ")
    assert "total (missing), sum (extra forbidden)" in str(error), "nothing that was answered"
    assert len(model_server.requests) == 2
    assert caller.usage == Usage(calls=2, input_tokens=20, output_tokens=8, invalid_answers=2)


def test_outage_after_a_misfit_begins_anew(model_server, client):
    model_server.replies(WRONG, Reply.failure(500), GOOD)
    caller, reply = ask(client)
    assert reply.answer.total == "12.50"
    assert len(model_server.requests) == 3
    assert (caller.usage.calls, caller.usage.invalid_answers, caller.usage.outages) == (2, 1, 1)


def test_answer_that_is_cut_off_is_not_asked_again(model_server, client):
    model_server.answers(Reply.cut_off('{"total": "12'))
    caller, error = ask(client)
    assert isinstance(error, AnswerError)
    assert str(error) == "The model's answer was longer than 50 tokens and was cut off."
    assert len(model_server.requests) == 1
    assert caller.usage.calls == 1


def test_tokens_that_the_server_had_cached_are_counted(model_server, client):
    details = {"prompt_tokens_details": {"cached_tokens": 7}}
    usage = {"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13, **details}
    model_server.replies(completion(ANSWERED, usage))
    caller, _ = ask(client)
    assert caller.usage == Usage(calls=1, input_tokens=10, cached_tokens=7, output_tokens=3)


def test_server_that_counts_nothing_costs_a_call(model_server, client):
    model_server.replies(completion(ANSWERED))
    caller, reply = ask(client)
    assert reply.answer.total == "12.50"
    assert caller.usage == Usage(calls=1)


def test_usage_of_several_questions_adds_up_and_is_told_after_each(model_server, client):
    model_server.answers(GOOD)
    told = []
    caller = Caller(client, "scripted", after_call=told.append)
    for _ in range(3):
        caller.ask(QUESTION, Total, max_tokens=50)
    assert told == [ONE_CALL, ONE_CALL + ONE_CALL, ONE_CALL + ONE_CALL + ONE_CALL]


def stop():
    raise Cancelled("The run was stopped.")


def test_before_a_call_it_can_be_ended(model_server, client):
    caller, error = ask(client, before_call=stop)
    assert isinstance(error, Cancelled)
    assert model_server.requests == []
    assert caller.usage == Usage()


def test_between_two_attempts_it_can_be_ended(model_server, client):
    model_server.answers(Reply.failure(500))
    calls = []

    def stop_at_the_second() -> None:
        calls.append(1)
        if len(calls) > 1:
            stop()

    caller, error = ask(client, before_call=stop_at_the_second)
    assert isinstance(error, Cancelled)
    assert len(model_server.requests) == 1
    assert caller.usage == Usage(outages=1)
