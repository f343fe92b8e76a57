"""The client for a model's server."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest
from scripted_replies import Reply

from flows.models.client import open_client
from flows.models.open_model import open_model

QUESTION = [{"role": "user", "content": "What is the total?"}]


@pytest.mark.timeout(60)
def test_closing_ends_what_other_threads_wait_for(model_server):
    asked = threading.Event()

    def silence(_request) -> Reply:
        asked.set()
        return Reply.silence(600)

    model_server.answers(silence)
    client = open_client(open_model("m", model_server.base_url))
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(client.chat.completions.create, model="m", messages=QUESTION)
        assert asked.wait(20)
        time.sleep(0.2)  # until the thread waits for the answer
        client.close()
        with pytest.raises(openai.APIConnectionError):
            call.result(timeout=60)
    client.close()


def test_a_client_asks_more_than_once_over_its_connection(model_server):
    model_server.answers("12.50")
    with open_client(open_model("m", model_server.base_url)) as client:
        for _ in range(3):
            told = client.chat.completions.create(model="m", messages=QUESTION)
            assert told.choices[0].message.content == "12.50"
    assert len(model_server.requests) == 3


def test_a_silent_server_is_given_up_after_a_time(model_server):
    model_server.answers(Reply.silence(600))
    with (
        open_client(open_model("m", model_server.base_url), timeout_s=0.3) as client,
        pytest.raises(openai.APITimeoutError),
    ):
        client.chat.completions.create(model="m", messages=QUESTION)
    assert len(model_server.requests) == 1
