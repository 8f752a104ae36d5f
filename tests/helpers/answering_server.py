"""A chat endpoint on this machine that sees pictures and answers, and misbehaves as it is told."""

import base64
import io
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from PIL import Image

from helpers.chat_server import listening


@dataclass
class AnsweringServer:
    """What was asked, and what comes back."""

    says: Callable[[str, str], str | None] = lambda model, question: f"{model}: {question}"
    """By model and question."""
    status: Callable[[str, int], int] = lambda *_: 200
    """By question and how often it was asked before."""
    body: str | None = None
    """Sent in place of every completion."""
    url: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    requests: list[dict[str, Any]] = field(default_factory=list)
    pictures: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Sizes of the pictures shown, by question."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: dict[str, Any]) -> tuple[int, str]:
        """Return status and body for one request."""
        (message,) = request["messages"]
        question = message["content"][-1]["text"]
        with self.lock:
            self.requests.append(request)
            status = self.status(question, self.asked[question])
            self.asked[question] += 1
            for part in message["content"][:-1]:
                head, _, content = part["image_url"]["url"].partition(",")
                assert head == "data:image/png;base64"
                self.pictures[question] = Image.open(io.BytesIO(base64.b64decode(content))).size
        if status != 200:
            return status, json.dumps({"error": {"message": "no"}})
        reply = {"role": "assistant", "content": self.says(request["model"], question)}
        choices = [{"index": 0, "finish_reason": "stop", "message": reply}]
        whole = {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": choices}
        return 200, self.body if self.body is not None else json.dumps(whole)


@contextmanager
def answering_server(**settings: Any) -> Iterator[AnsweringServer]:
    """Run a server for the length of a block."""
    state = AnsweringServer(**settings)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            status, text = state.answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("retry-after-ms", "1")
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with listening(Handler) as state.url:
        yield state
