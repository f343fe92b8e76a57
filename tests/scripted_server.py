"""An OpenAI-compatible server that says what a test tells it to; the only fake of a model there is.

with ScriptedServer() as server:
    server.answers({"total": "12.50"})                      # to every request
    server.answers(lambda request: {"total": find(request.prompt)})
    server.replies(Reply("first"), Reply.failure(429, retry_after_s=1))   # before that, in order
    server.fails_first(2, status=500)
    ...
    assert len(server.requests) == 3
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from scripted_replies import Answer, Reply, Request, completion


class ScriptedServer:
    """Serves replies from a queue, then the standing answer; remembers every request."""

    def __init__(self, key: str | None = None) -> None:
        """Serve on loopback; with `key`, refuse requests that don't send it."""
        self.key = key
        self.requests: list[Request] = []
        self.mistakes: list[Exception] = []
        """What went wrong in a test's own `answer`; raised at the end."""
        self._queue: deque[Answer] = deque()
        self._answer: Callable[[Request], Answer] = _no_answer
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._http = _Http(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def answers(self, answer: Answer | Callable[[Request], Answer]) -> Self:
        """When the queue is empty, give this answer, or what this function makes of the request.

        The function is called by several threads if the client asks from several.
        """
        self._answer = answer if callable(answer) else lambda _request: answer
        return self

    def replies(self, *replies: Answer) -> Self:
        """Put replies in the queue; each is given once, in this order."""
        with self._lock:
            self._queue.extend(replies)
        return self

    def fails_first(
        self, times: int, *, status: int = 500, retry_after_s: float | None = None
    ) -> Self:
        """Fail the next requests, then go on as scripted."""
        return self.replies(*[Reply.failure(status, retry_after_s=retry_after_s)] * times)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        if self.mistakes and kind is None:
            raise self.mistakes[0]

    def reply_to(self, request: Request) -> Reply:
        """Remember the request and choose its reply."""
        with self._lock:
            self.requests.append(request)
            answer = self._queue.popleft() if self._queue else None
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            return Reply.failure(401, "wrong key")
        try:
            if answer is None:
                answer = self._answer(request)
        except Exception as error:  # noqa: BLE001 - raised again at the end
            self.mistakes.append(error)
            return Reply.failure(500, f"the test's answer raised {error!r}")
        return answer if isinstance(answer, Reply) else Reply(answer)

    def wait(self, seconds: float) -> None:
        """Be silent, but not longer than the server lives."""
        self._closing.wait(seconds)


def _no_answer(request: Request) -> Answer:
    raise AssertionError(f"the test gave this server no answer to {request.prompt[:80]!r}")


class _Http(ThreadingHTTPServer):
    """Closes what clients keep open, so that no thread or socket outlives a test."""

    daemon_threads = True
    block_on_close = True

    def __init__(self, *args: Any) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(*args)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it closed just now
        super().server_close()

    def handle_error(self, *_: Any) -> None:
        """Stay quiet: a client that gave up is what some tests are about."""


def _handler_of(server: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            models = {"object": "list", "data": [{"id": "scripted", "object": "model"}]}
            self.send(Reply(raw=json.dumps(models).encode()), b"")

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Request(
                path=self.path,
                body=json.loads(sent),
                headers={name.lower(): value for name, value in self.headers.items()},
                at_s=time.monotonic(),
            )
            reply = server.reply_to(request)
            if reply.silent_s:
                server.wait(reply.silent_s)
            if self.path != "/v1/chat/completions":
                reply = Reply.failure(404, f"no endpoint {self.path}")
            body = reply.raw
            self.send(
                reply, json.dumps(completion(reply, request)).encode() if body is None else body
            )

        def send(self, reply: Reply, body: bytes) -> None:
            body = reply.raw if reply.raw is not None else body
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) - reply.missing_bytes])
            self.close_connection = self.close_connection or reply.missing_bytes > 0

        def log_message(self, *_: Any) -> None:
            """Stay quiet."""

    return Handler
