"""A chat endpoint on this machine that says what it is told to, and misbehaves as it is told."""

import json
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Literal, TypeVar

Fault = Literal[
    "none",
    "slow",
    "rate limit",
    "server error",
    "broken reply",
    "broken http body",
    "reset",
    "hang",
    "bad request",
    "wrong key",
    "out of range",
]
HANG: Final = 20.0
"""Seconds after which a hanging reply ends even if the client never goes away."""
TOKENS: Final = 10
"""What each good reply costs."""


@dataclass
class ChatServer:
    """What was asked for, and how it is answered."""

    fault: Callable[[str, int], Fault] = lambda *_: "none"
    """By subject and how often it was asked about before: what goes wrong."""
    url: str = ""
    calls: int = 0
    answered: Counter[str] = field(default_factory=Counter)
    """Subjects that got a good reply, and how many."""
    asked: Counter[str] = field(default_factory=Counter)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    most_at_once: int = 0
    _at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def subject(self, body: dict[str, Any]) -> str:
        """Return what a call is about."""
        raise NotImplementedError

    def reply(self, subject: str, fate: Fault, body: dict[str, Any]) -> str:
        """Return what is said in reply to a call that goes through."""
        raise NotImplementedError

    def enter(self, body: dict[str, Any], key: str) -> tuple[str, Fault]:
        """Count a call and return its subject and its fate."""
        subject = self.subject(body)
        with self._lock:
            self.calls += 1
            self.bodies.append(body)
            self.keys.add(key)
            fate = self.fault(subject, self.asked[subject])
            self.asked[subject] += 1
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        return subject, fate

    def leave(self) -> None:
        """Count a call as over."""
        with self._lock:
            self._at_once -= 1


Server = TypeVar("Server", bound=ChatServer)


@contextmanager
def serving(state: Server) -> Iterator[Server]:
    """Run a server for the length of a block."""

    class Handler(_Handler):
        server_state = state

    with listening(Handler) as state.url:
        yield state


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve HTTP on this machine for the length of a block; yields the address of the endpoint."""
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = HANG
    server_state: ChatServer

    def do_POST(self) -> None:
        state = self.server_state
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        subject, fate = state.enter(body, self.headers["authorization"])
        # Over before the reply is sent: the client's next call may come at once.
        if fate == "slow":
            threading.Event().wait(0.05)
        state.leave()
        if fate == "hang":
            # Ends when the client goes away.
            self.connection.settimeout(HANG)
            with suppress(OSError):
                self.connection.recv(1)
            self.close_connection = True
        elif fate == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        elif fate == "rate limit":
            self._send(429, json.dumps({"error": {"message": "slow down"}}), {"retry-after": "0.05"})
        elif fate == "server error":
            self._send(500, "oops")
        elif fate == "bad request":
            self._send(400, json.dumps({"error": {"message": "no"}}))
        elif fate == "wrong key":
            self._send(401, json.dumps({"error": {"message": f"wrong key: {self.headers['authorization']}"}}))
        elif fate == "broken http body":
            self._send(200, '{"choices": [')
        else:
            if fate in ("none", "slow"):
                with state._lock:
                    state.answered[subject] += 1
            said = state.reply(subject, fate, body)
            self._send(200, json.dumps(_completion(said[:-5] if fate == "broken reply" else said)))

    def _send(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        content = text.encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _completion(text: str) -> dict[str, Any]:
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": TOKENS - 2, "completion_tokens": 2, "total_tokens": TOKENS},
    }
