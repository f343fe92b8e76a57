"""From a model's name to a server, its key and how it is asked."""

from __future__ import annotations

import openai
import pytest
from dirty_equals import IsPartialDict
from scripted_replies import Reply

from flows.models.client import open_client
from flows.models.open_model import open_model
from flows.models.threads import _container_cores, usable_threads
from schemas.errors import ModelNameError

KEYS = {"OPENAI_API_KEY": "sk-open", "GROQ_API_KEY": "gsk", "PAPERSIFT_API_KEY": "mine"}
HERE = "http://127.0.0.1:8000/v1"

OPENED = {
    "provider with its key": (
        ("openai/gpt-4.1-mini", None, KEYS),
        {
            "endpoint": "",
            "model_id": "gpt-4.1-mini",
            "base_url": "https://api.openai.com/v1",
            "key": "sk-open",
            "asking": "whole",
            "parallel": 8,
            "max_logprobs": 5,
        },
    ),
    "reasoning models refuse log probabilities": (
        ("openai/o4-mini", None, KEYS),
        {"model_id": "o4-mini", "max_logprobs": 0},
    ),
    "slashes after the first belong to the model": (
        ("groq/openai/gpt-oss-20b", None, KEYS),
        {"model_id": "openai/gpt-oss-20b", "base_url": "https://api.groq.com/openai/v1"},
    ),
    "server on this machine without a key": (
        ("ollama/qwen3", None, {}),
        {"base_url": "http://localhost:11434/v1", "key": "none", "parallel": 1, "endpoint": ""},
    ),
    "base URL with our own key": (
        ("openai/gpt-4.1-mini", f"{HERE}/", KEYS),
        {
            "endpoint": HERE,
            "base_url": HERE,
            "model_id": "gpt-4.1-mini",
            "key": "mine",
            "max_logprobs": 0,
        },
    ),
    "base URL with the provider's key": (
        ("groq/llama", HERE, {"GROQ_API_KEY": "gsk", "OPENAI_API_KEY": "sk-open"}),
        {"key": "gsk", "model_id": "llama"},
    ),
    "base URL with OpenAI's key": (
        ("llama", HERE, {"OPENAI_API_KEY": "sk-open"}),
        {"key": "sk-open", "model_id": "llama"},
    ),
    "base URL without a key": (
        ("Qwen/Qwen2.5-7B-Instruct", HERE, {}),
        {"key": "none", "model_id": "Qwen/Qwen2.5-7B-Instruct", "endpoint": HERE},
    ),
}


@pytest.mark.parametrize(("asked", "expected"), OPENED.values(), ids=OPENED)
def test_open(asked, expected):
    name, base_url, env = asked
    model = open_model(name, base_url, env=env)
    opened = {
        **model.model_dump(exclude={"key"}),
        "base_url": model.base_url,
        "key": model.api_key.get_secret_value(),
    }
    assert opened == IsPartialDict(name=name, **expected)


REFUSED = {
    "no provider": (("gpt-4.1-mini", None, KEYS), "no provider for the model 'gpt-4.1-mini'"),
    "unknown provider": (("acme/gpt", None, KEYS), r"Known are local/, openai/, (?s:.*)--base-url"),
    "no model": (("openai/", None, KEYS), "lacks its second half"),
    "empty": (("", None, KEYS), "no provider for the model ''"),
    "no key": (("openai/gpt-4.1-mini", None, {}), "set OPENAI_API_KEY"),
    "blank key": (("mistral/small", None, {"MISTRAL_API_KEY": " "}), "set MISTRAL_API_KEY"),
    "unknown embedded model": (("local/qwen9", None, {}), "no embedded model 'qwen9'"),
    "no such file": (("local//no/such.gguf", None, {}), "no file '/no/such.gguf'"),
    "embedded at an address": (("local/qwen2.5-coder-1.5b", HERE, {}), "leave out --base-url"),
    "no URL": (("gpt", "models.example.org", {}), "is no base URL"),
    "file URL": (("gpt", "file:///etc/passwd", {}), "is no base URL"),
    "URL with a query": (("gpt", f"{HERE}?api-version=1", {}), "is no base URL"),
    "key in the URL": (("gpt", "https://u:sk-1@example.org/v1", {}), "Set PAPERSIFT_API_KEY"),
}


@pytest.mark.parametrize(("asked", "message"), REFUSED.values(), ids=REFUSED)
def test_refuse(asked, message):
    name, base_url, env = asked
    with pytest.raises(ModelNameError, match=message):
        open_model(name, base_url, env=env)


def test_key_in_a_url_is_not_repeated():
    with pytest.raises(ModelNameError) as caught:
        open_model("gpt", "https://u:sk-1@example.org/v1", env={})
    assert "sk-1" not in str(caught.value)


def test_key_is_not_shown():
    assert "sk-open" not in repr(open_model("openai/gpt-4.1-mini", env=KEYS))


def test_embedded_model_is_asked_field_by_field_and_not_started_by_opening():
    model = open_model("local/qwen2.5-coder-1.5b", env={})
    assert (model.asking, model.parallel, model.endpoint) == ("fields", 1, "")
    assert model.model_id == "qwen2.5-coder-1.5b"
    assert model.max_logprobs == 20
    assert not model.server._started


def test_embedded_model_has_one_server_a_process():
    first, second = (open_model("local/qwen2.5-coder-1.5b", env={}) for _ in range(2))
    assert first.server is second.server


def test_asking_and_log_probabilities_can_be_chosen():
    model = open_model("ollama/qwen3", asking="fields", max_logprobs=3, env={})
    assert (model.asking, model.max_logprobs) == ("fields", 3)


def test_client_asks_the_server_with_its_key_and_does_not_try_again(model_server):
    model_server.fails_first(1).answers("hello")
    model = open_model("some/model", model_server.base_url, env={"PAPERSIFT_API_KEY": "mine"})
    messages = [{"role": "user", "content": "hi"}]
    with open_client(model) as client:
        with pytest.raises(openai.InternalServerError):
            client.chat.completions.create(model=model.model_id, messages=messages)
        reply = client.chat.completions.create(model=model.model_id, messages=messages)
    assert reply.choices[0].message.content == "hello"
    assert [request.body["model"] for request in model_server.requests] == ["some/model"] * 2
    assert model_server.requests[0].headers["authorization"] == "Bearer mine"


def test_client_reaches_this_machine_past_a_proxy(model_server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    model_server.answers("hello")
    with open_client(open_model("m", model_server.base_url, env={})) as client:
        client.chat.completions.create(model="m", messages=[])
    assert len(model_server.requests) == 1


def test_client_gives_up_on_silence(model_server):
    model_server.answers(Reply.silence(30))
    model = open_model("m", model_server.base_url, env={})
    with open_client(model, timeout_s=0.2) as client, pytest.raises(openai.APITimeoutError):
        client.chat.completions.create(model="m", messages=[])


QUOTAS = {
    "half a core": ("50000 100000", 0),
    "two cores": ("200000 100000", 2),
    "no limit": ("max 100000", 4),
    "rubbish": ("?", 4),
}


@pytest.mark.parametrize(("quota", "cores"), QUOTAS.values(), ids=QUOTAS)
def test_container_allows_this_many_of_four_cores(tmp_path, quota, cores):
    (tmp_path / "cpu.max").write_text(quota)
    assert _container_cores(tmp_path / "cpu.max", cores=4) == cores


def test_less_than_a_core_is_one_thread(tmp_path):
    (tmp_path / "cpu.max").write_text("50000 100000")
    assert usable_threads(tmp_path / "cpu.max") == 1
