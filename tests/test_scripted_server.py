"""The scripted server, seen by the real openai client and instructor."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import instructor
import openai
import pytest
from pydantic import BaseModel
from scripted_replies import Reply
from scripted_server import ScriptedServer


class Total(BaseModel):
    total: str


MESSAGES = [{"role": "user", "content": "Total 12.50"}]


@pytest.fixture
def client(model_server):
    with openai.OpenAI(
        base_url=model_server.base_url, api_key="any", max_retries=0, timeout=30
    ) as client:
        yield client


def ask(client, **more):
    return client.chat.completions.create(model="m", messages=MESSAGES, **more)


FAILURES = {
    "wrong key": (Reply.failure(401), openai.AuthenticationError),
    "unknown model": (Reply.failure(404), openai.NotFoundError),
    "bad request": (Reply.failure(400), openai.BadRequestError),
    "too many requests": (Reply.failure(429, retry_after_s=3), openai.RateLimitError),
    "broken": (Reply.failure(500), openai.InternalServerError),
    "overloaded": (Reply.failure(503), openai.InternalServerError),
    "half an answer": (Reply.half({"total": "12.50"}), openai.APIConnectionError),
}


@pytest.mark.parametrize(("reply", "error"), FAILURES.values(), ids=FAILURES)
def test_client_sees_the_scripted_failure(model_server, client, reply, error):
    model_server.answers(reply)
    with pytest.raises(error):
        ask(client)
    assert len(model_server.requests) == 1


def test_client_gives_up_waiting_for_silence(model_server, client):
    model_server.answers(Reply.silence(600))
    with pytest.raises(openai.APITimeoutError):
        ask(client, timeout=0.3)
    assert len(model_server.requests) == 1


def test_retry_after_is_sent(model_server, client):
    model_server.fails_first(1, status=429, retry_after_s=1.5).answers("fine")
    with pytest.raises(openai.RateLimitError) as caught:
        ask(client)
    assert caught.value.response.headers["retry-after"] == "1.5"
    assert ask(client).choices[0].message.content == "fine"


def test_rubbish_is_no_completion(model_server, client):
    model_server.answers(Reply.rubbish())
    with pytest.raises(ValueError, match="Expecting value"):
        ask(client)


def test_answer_cut_off_says_so(model_server, client):
    model_server.answers(Reply.cut_off('{"total": "12'))
    choice = ask(client).choices[0]
    assert (choice.finish_reason, choice.message.content) == ("length", '{"total": "12')


def test_replies_come_in_order_then_the_standing_answer(model_server, client):
    model_server.replies("one", Reply("two")).answers(lambda request: request.prompt.upper())
    said = [ask(client).choices[0].message.content for _ in range(3)]
    assert said == ["one", "two", "TOTAL 12.50"]


@pytest.mark.parametrize("mode", [instructor.Mode.JSON_SCHEMA, instructor.Mode.TOOLS])
def test_instructor_reads_a_dict_in_both_modes(model_server, client, mode):
    seen = []
    model_server.answers(lambda request: seen.append(request.schema) or {"total": "12.50"})
    record = instructor.from_openai(client, mode=mode).create(
        model="m", messages=MESSAGES, response_model=Total
    )
    assert record.total == "12.50"
    assert seen[0]["properties"].keys() == {"total"}


def test_log_probabilities_come_only_if_asked_for(model_server, client):
    model_server.answers(Reply("12.50", probability=0.8))
    assert ask(client).choices[0].logprobs is None
    tokens = ask(client, logprobs=True, top_logprobs=2).choices[0].logprobs.content
    assert "".join(token.token for token in tokens) == "12.50"
    assert math.exp(tokens[0].logprob) == pytest.approx(0.8)
    assert [math.exp(top.logprob) for top in tokens[0].top_logprobs] == pytest.approx([0.8, 0.2])


def test_usage_adds_up(model_server, client):
    model_server.answers(Reply("12345678", prompt_tokens=100))
    usage = ask(client).usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (100, 2, 102)


def test_requests_are_remembered_from_many_threads(model_server, client):
    model_server.answers("yes")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: ask(client, seed=number), range(40)))
    assert sorted(request.body["seed"] for request in model_server.requests) == list(range(40))
    assert model_server.requests[0].headers["authorization"] == "Bearer any"


def test_wrong_key_is_refused_where_a_key_is_wanted():
    with (
        ScriptedServer(key="right").answers("yes") as server,
        openai.OpenAI(base_url=server.base_url, api_key="right", max_retries=0) as right,
        openai.OpenAI(base_url=server.base_url, api_key="wrong", max_retries=0) as wrong,
    ):
        assert ask(right).choices[0].message.content == "yes"
        with pytest.raises(openai.AuthenticationError):
            ask(wrong)


def test_mistake_in_the_script_is_told_to_the_client():
    def wrong(request):
        raise KeyError("no such answer")

    server = ScriptedServer().answers(wrong)
    with server, openai.OpenAI(base_url=server.base_url, api_key="any", max_retries=0) as client:
        with pytest.raises(openai.InternalServerError):
            ask(client)
        assert [str(mistake) for mistake in server.mistakes] == ["'no such answer'"]
        server.mistakes.clear()


def test_mistake_in_the_script_is_raised_at_the_end():
    server = ScriptedServer()
    server.mistakes.append(KeyError("no such answer"))
    with pytest.raises(KeyError, match="no such answer"), server:
        pass
