"""Real servers on this machine that take what is sent: one for webhooks, one for mail. They answer as a test tells them to."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Posted:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Hooks:
    """A web server: `answers` are given in turn (status, headers), then 200; `wait` are the seconds before each."""

    url: str = ""
    posted: list[Posted] = field(default_factory=list[Posted])
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list[tuple[int, dict[str, str]]])
    wait: float = 0
    body: bytes = b"ok"


@contextmanager
def hooks() -> Generator[Hooks]:
    """Run a web server."""
    state = Hooks()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.posted.append(Posted(self.path, dict(self.headers.items()), body))
            time.sleep(state.wait)
            status, headers = state.answers.pop(0) if state.answers else (200, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            self.wfile.write(state.body)

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that goes away is what some tests want."""

    server = Quiet(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}/hook?sig=secret-part"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Mails:
    """A mail server: what it took, by whom and to whom; `answers` are given in turn to recipients, then 250."""

    port: int = 0
    taken: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list[tuple[str, list[str], EmailMessage]])
    answers: list[bytes] = field(default_factory=list[bytes])


@contextmanager
def mails() -> Generator[Mails]:
    """Run a mail server that speaks as much SMTP as taking a message needs."""
    state = Mails()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say(b"220 here")
            sender, recipients = "", list[str]()
            for line in self.rfile:
                verb = line[:4].upper()
                if verb in {b"EHLO", b"HELO"}:
                    self._say(b"250 here")
                elif verb == b"MAIL":
                    sender = line.decode().split("<")[1].split(">")[0]
                    self._say(b"250 ok")
                elif verb == b"RCPT":
                    answer = state.answers.pop(0) if state.answers else b"250 ok"
                    if answer.startswith(b"250"):
                        recipients.append(line.decode().split("<")[1].split(">")[0])
                    self._say(answer)
                elif verb == b"DATA":
                    self._say(b"354 go on")
                    content = b"".join(iter(self.rfile.readline, b".\r\n")).replace(b"\r\n", b"\n")
                    state.taken.append((sender, recipients, message_from_bytes(content, policy=policy.default)))
                    self._say(b"250 taken")
                elif verb == b"QUIT":
                    self._say(b"221 bye")
                    return
                else:
                    self._say(b"250 ok")

        def _say(self, line: bytes) -> None:
            self.wfile.write(line + b"\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    server = Server(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
