"""The embedded model's server: real llama.cpp, real weights."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

import instructor
import openai
import pytest
from pydantic import BaseModel
from test_machine_server import dies_within

from flows.models.client import open_client
from flows.models.local_server import LocalServer
from flows.models.open_model import open_model
from flows.models.shared_server import stop_shared_servers
from schemas.errors import ModelNameError, ModelOutage

ROOT = Path(__file__).parents[1]
NAME = "local/qwen2.5-coder-1.5b"
INVOICE = "Invoice 4711 of Acme GmbH\nNet 100.00 EUR\nVAT 19.00 EUR\nTotal 119.00 EUR\n"
MESSAGES = [{"role": "user", "content": INVOICE + "What is the total with VAT?"}]


class Total(BaseModel):
    total: Literal["4711", "100.00", "19.00", "119.00"]


@pytest.fixture(scope="module")
def model():
    yield open_model(NAME)
    stop_shared_servers()


@pytest.fixture
def client(model):
    with open_client(model) as client:
        yield client


@pytest.mark.embedded
def test_answer_is_constrained_by_a_json_schema(model, client):
    answer = client.chat.completions.create(
        model=model.model_id,
        messages=MESSAGES,
        temperature=0,
        logprobs=True,
        top_logprobs=model.max_logprobs,
        response_format={
            "type": "json_schema",
            "json_schema": {"name": "total", "schema": Total.model_json_schema()},
        },
    )
    assert Total.model_validate_json(answer.choices[0].message.content).total == "119.00"
    assert answer.choices[0].finish_reason == "stop"
    assert len(answer.choices[0].logprobs.content[0].top_logprobs) == model.max_logprobs
    assert answer.usage.prompt_tokens > 30


@pytest.mark.embedded
def test_instructor_drives_it(model, client):
    asked = instructor.from_openai(client, mode=instructor.Mode.JSON_SCHEMA)
    record = asked.create(
        model=model.model_id, messages=MESSAGES, response_model=Total, temperature=0
    )
    assert record.total == "119.00"


@pytest.mark.embedded
def test_second_question_about_a_document_reuses_the_first(model, client):
    def cached_tokens(question):
        answer = client.chat.completions.create(
            model=model.model_id,
            messages=[{"role": "user", "content": INVOICE * 5 + question}],
            max_tokens=1,
        )
        return answer.usage.prompt_tokens_details.cached_tokens

    cached_tokens("Who is the seller?")
    assert cached_tokens("What is the number?") > 150


@pytest.mark.embedded
def test_wrong_key_is_refused(model):
    with (
        openai.OpenAI(base_url=model.base_url, api_key="wrong", max_retries=0) as stranger,
        pytest.raises(openai.AuthenticationError),
    ):
        stranger.chat.completions.create(model="m", messages=MESSAGES)


@pytest.mark.embedded
def test_document_that_does_not_fit_is_refused_not_cut(model, client):
    with pytest.raises(openai.BadRequestError, match="exceeds the available context size"):
        client.chat.completions.create(
            model=model.model_id, messages=[{"role": "user", "content": INVOICE * 600}]
        )


@pytest.mark.embedded
def test_server_that_died_is_replaced():
    first = open_model(NAME)
    assert first.base_url.startswith("http://127.0.0.1:")
    os.kill(first.server.pid, signal.SIGKILL)
    assert dies_within(10, first.server)
    second = open_model(NAME)
    with open_client(second) as client:
        assert client.models.list().data[0].id == second.model_id


@pytest.mark.embedded
@pytest.mark.parametrize("end", ["finishes", "fails", "is interrupted", "is killed"])
def test_server_ends_with_its_process_silently(end, tmp_path):
    script = f"""
import os, sys, time
from flows.models.open_model import open_model
from flows.models.client import open_client
model = open_model({NAME!r})
model.warm_up()
with open_client(model) as client:
    client.chat.completions.create(model="m", messages={MESSAGES!r}, max_tokens=3)
try:
    print(model.server.pid, flush=True)
    if {end!r} == "fails":
        sys.exit(3)
    if {end!r} == "is killed":
        os.kill(os.getpid(), 9)
    time.sleep(60 if {end!r} == "is interrupted" else 0)
except KeyboardInterrupt:
    sys.exit(130)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PAPERSIFT_RUNTIME": str(tmp_path / "runtime"),  # else this process may use it too
        },
        text=True,
    )
    served_by = int(process.stdout.readline())
    if end == "is interrupted":
        process.send_signal(signal.SIGINT)
    said, complaints = process.communicate(timeout=30)
    expected = {"finishes": 0, "fails": 3, "is interrupted": 130, "is killed": -9}
    assert (process.returncode, said, complaints) == (expected[end], "", "")
    assert ends_within(20, served_by)


def ends_within(seconds: float, pid: int) -> bool:
    for _ in range(int(seconds * 10)):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and " Z " in Path(f"/proc/{pid}/stat").read_text():
            return True  # ended; nobody asked how
        time.sleep(0.1)
    return False


@pytest.mark.embedded
def test_starting_returns_at_once_and_stopping_does_not_wait_for_the_load():
    started_s = time.monotonic()
    server = open_model(NAME).server
    unshared = LocalServer(server._find).start()
    assert time.monotonic() - started_s < 0.5
    unshared.stop()
    unshared.stop()
    with pytest.raises(ModelOutage, match="stopped"):
        _ = unshared.address
    assert time.monotonic() - started_s < 2


@pytest.mark.embedded
def test_file_that_is_no_model_is_named(tmp_path):
    wrong = tmp_path / "wrong.gguf"
    wrong.write_bytes(b"GGUF" + bytes(100))
    with LocalServer(lambda: wrong) as server:
        with pytest.raises(ModelNameError, match=r"llama.cpp can't load .*wrong.gguf"):
            _ = server.address
        assert not server.alive


def test_weights_that_cannot_be_had_are_told_where_the_address_is_asked():
    def find():
        raise ModelNameError("no weights here")

    pytest.importorskip("xllamacpp")
    with LocalServer(find) as server, pytest.raises(ModelNameError, match="no weights here"):
        _ = server.address
