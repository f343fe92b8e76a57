"""An OpenAI-compatible server in a process of its own that reads notes off, as fast as is asked.

    python tests/benchmarks/instant_model.py --delay 2      # prints the port that it listens at

One thread and no library between it and the socket: what is measured against it is the client.
`/calls` tells how many questions it was asked and how many of them at once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from papers import read_off
from scripted_replies import Reply, Request, completion

MODELS = {"object": "list", "data": [{"id": "scripted", "object": "model"}]}


class Told:
    """How often it was asked."""

    calls = 0
    at_once = 0
    most_at_once = 0


class Connection(asyncio.Protocol):
    """One connection that is kept open; one request after the other."""

    def __init__(self, delay_s: float, told: Told) -> None:
        self._delay_s = delay_s
        self._told = told
        self._got = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, found, rest = self._got.partition(b"\r\n\r\n")
        if not found or len(rest) < (length := _length(head)):
            return
        body, self._got = rest[:length], rest[length:]
        if not head.startswith(b"POST"):
            counted = {"calls": self._told.calls, "most_at_once": self._told.most_at_once}
            self._send(counted if b" /calls " in head else MODELS)
            return
        self._told.calls += 1
        self._told.at_once += 1
        self._told.most_at_once = max(self._told.most_at_once, self._told.at_once)
        request = Request(path="/v1/chat/completions", body=json.loads(body), headers={}, at_s=0)
        asyncio.get_running_loop().call_later(self._delay_s, self._answer, request)

    def _answer(self, request: Request) -> None:
        self._told.at_once -= 1
        self._send(completion(Reply(dict(read_off(request))), request))

    def _send(self, answer: dict[str, Any]) -> None:
        assert self._transport is not None
        body = json.dumps(answer).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        self._transport.write(head.encode() + b"\r\n\r\n" + body)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


async def _serve(delay_s: float) -> None:
    loop, told = asyncio.get_running_loop(), Told()
    server = await loop.create_server(lambda: Connection(delay_s, told), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    # Ends with whoever started it.
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", type=float, default=0.0, metavar="SECONDS", help="of an answer")
    asyncio.run(_serve(parser.parse_args().delay))
