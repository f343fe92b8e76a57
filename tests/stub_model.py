"""A child that speaks llama_child.py's handshake without llama.cpp: its server answers models."""

from __future__ import annotations

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[1]))

from flows.models import llama_child


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = self.headers.get("Authorization") == f"Bearer {self.server.key}"
        body = json.dumps({"data": []}).encode()
        self.send_response(200 if known else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def serve(settings: dict) -> SimpleNamespace:
    weights = Path(settings["weights"]).read_text()
    time.sleep(0.5)  # loading
    if weights == "broken":
        raise ValueError("no model at all")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.key = settings["api_key"]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return SimpleNamespace(listening_address=f"http://127.0.0.1:{server.server_port}")


llama_child._serve = serve
llama_child.main()
