"""What a scripted model's server is asked, and what it replies, in OpenAI's form."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Request:
    """One request for a chat completion, as it came over the wire."""

    path: str
    body: dict[str, Any]
    headers: Mapping[str, str]
    """Names in lower case."""
    at_s: float
    """On the monotonic clock."""

    @property
    def prompt(self) -> str:
        """The text of all messages."""
        contents = [message.get("content") or "" for message in self.body.get("messages", [])]
        return "\n".join(
            content
            if isinstance(content, str)
            else "".join(part.get("text", "") for part in content)
            for content in contents
        )

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema that is asked for, by `response_format` or as a tool, or an empty one."""
        if tools := self.body.get("tools"):
            schema: dict[str, Any] = tools[0]["function"]["parameters"]
            return schema
        return dict(self.body.get("response_format", {}).get("json_schema", {}).get("schema", {}))


@dataclass(frozen=True)
class Reply:
    """What the server does about one request; a plain `Reply(content)` is a good answer."""

    content: dict[str, Any] | str = ""
    """A dict is sent as JSON, as a tool's arguments where tools are offered; a string verbatim."""
    finish_reason: str | None = None
    """None: `stop`, or `tool_calls`."""
    probability: float = 0.99
    """Of each token, where log probabilities are asked for."""
    logprobs: list[dict[str, Any]] | None = None
    """In OpenAI's form, instead of those made from `probability`."""
    prompt_tokens: int | None = None
    """None: a quarter of the prompt's characters."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """The response's body, instead of a completion."""
    missing_bytes: int = 0
    """How much of the promised body never comes: the connection is closed."""
    silent_s: float = 0.0
    """Seconds to wait before anything is sent."""

    @classmethod
    def failure(
        cls, status: int, message: str = "scripted failure", *, retry_after_s: float | None = None
    ) -> Self:
        """An error in OpenAI's form: 401 a wrong key, 404 an unknown model, 429 too much, 500."""
        error = {"error": {"message": message, "type": "scripted", "code": None, "param": None}}
        headers = {} if retry_after_s is None else {"Retry-After": f"{retry_after_s:g}"}
        return cls(status=status, raw=json.dumps(error).encode(), headers=headers)

    @classmethod
    def rubbish(cls) -> Self:
        """A body that is no JSON, though it says so."""
        return cls(raw=b"<html>Bad gateway</html>")

    @classmethod
    def half(cls, content: dict[str, Any] | str = "never read") -> Self:
        """An answer whose connection breaks in its midst."""
        return cls(content, missing_bytes=40)

    @classmethod
    def silence(cls, seconds: float) -> Self:
        """An answer that takes its time."""
        return cls("at last", silent_s=seconds)

    @classmethod
    def cut_off(cls, content: str) -> Self:
        """An answer that ran into `max_tokens`."""
        return cls(content, finish_reason="length")


Answer = dict[str, Any] | str | Reply


def completion(reply: Reply, request: Request) -> dict[str, Any]:
    """Return the chat completion that says `reply`."""
    text = reply.content if isinstance(reply.content, str) else json.dumps(reply.content)
    message: dict[str, Any] = {"role": "assistant", "content": text}
    tools = request.body.get("tools") or []
    called = bool(tools) and not isinstance(reply.content, str)
    if called:
        call = {"name": tools[0]["function"]["name"], "arguments": text}
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call_1", "type": "function", "function": call}],
        }
    pieces = [text[start : start + 4] for start in range(0, len(text), 4)]
    prompt_tokens = len(request.prompt) // 4 if reply.prompt_tokens is None else reply.prompt_tokens
    choice = {
        "index": 0,
        "message": message,
        "finish_reason": reply.finish_reason or ("tool_calls" if called else "stop"),
        "logprobs": None,
    }
    if request.body.get("logprobs"):
        choice["logprobs"] = {
            "content": reply.logprobs
            if reply.logprobs is not None
            else [_token(piece, reply.probability) for piece in pieces]
        }
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": request.body.get("model", ""),
        "choices": [choice],
        "usage": {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": len(pieces),
            "total_tokens": prompt_tokens + len(pieces),
        },
    }


def _token(text: str, probability: float) -> dict[str, Any]:
    """One token with its own probability; a rival token has what is left."""
    own = {"token": text, "logprob": math.log(probability), "bytes": list(text.encode())}
    left = max(1 - probability, 1e-9)
    rival = {"token": "?", "logprob": math.log(left), "bytes": [63]}
    return {**own, "top_logprobs": [own, rival] if probability >= left else [rival, own]}
