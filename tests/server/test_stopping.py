"""A server that is told to stop under load: every request that it began is answered, and it ends within its bound."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlencode

from prometheus_client.parser import text_string_to_metric_families

from tests.server.serving import environment_for, serving

CLIENTS, WORKERS, BOUND = 6, 2, 4
TOKEN = "a token for the tests alone"
HEAD = "POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\n\r\n"


class _Told:
    """What became of each request, by the id that it was sent with."""

    def __init__(self) -> None:
        self.by_request: dict[str, str] = {}
        self.refused = 0

    def having(self, outcome: str) -> set[str]:
        return {request for request, told in list(self.by_request.items()) if told == outcome}


def _ask(port: int, over: threading.Event, told: _Told) -> None:
    """Ask on a new connection again and again, until nobody listens there any more."""
    while not over.is_set():
        connection, request = http.client.HTTPConnection("127.0.0.1", port, timeout=20), uuid.uuid4().hex
        try:
            connection.request("GET", "/account/login/", headers={"Connection": "close", "X-Request-ID": request})
            answer = connection.getresponse()
        except ConnectionRefusedError:
            told.refused += 1
            return
        except (ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected):
            # Not a byte of an answer came: the connection waited to be taken, or to be read from, when the worker stopped.
            told.by_request[request] = "not begun"
        else:
            told.by_request[request] = _outcome(answer)
        finally:
            connection.close()


def _outcome(answer: http.client.HTTPResponse) -> str:
    try:
        whole = answer.status == 200 and len(answer.read()) == int(answer.headers["Content-Length"])
    except (OSError, http.client.HTTPException) as error:
        return f"broken: {error!r}"
    return "answered" if whole else f"cut: {answer.status}"


def _begun(port: int) -> socket.socket:
    """Begin to send a form, so that a thread of the server waits for the rest of it."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall(HEAD.encode() + b"login")
    return connection


def _counted(port: int) -> float:
    """Ask for the figures, and give how often the page of the sign-in was answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    text = connection.getresponse().read().decode()
    connection.close()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    wanted = {"method": "GET", "route": "account/login/", "status": "200"}
    return sum(sample.value for sample in samples if sample.name == "attain_requests_total" and sample.labels == wanted)


def _sign_in(port: int) -> None:
    """Send a sign-in, whose failure the server writes into its database; no answer is waited for longer than the server lives."""
    page = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    page.request("GET", "/account/login/")
    answer = page.getresponse()
    field = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())
    cookie = re.search(r"csrftoken=\w+", answer.headers["Set-Cookie"])
    assert field
    assert cookie
    form = urlencode({"csrfmiddlewaretoken": field[1], "login": "nobody@attain.example", "password": "no password"})
    page.request("POST", "/account/login/", form, {"Cookie": cookie[0], "Content-Type": "application/x-www-form-urlencoded"})
    with suppress(OSError, http.client.HTTPException):
        page.getresponse()


def _answer_of(begun: socket.socket) -> tuple[int, bytes]:
    """Send the rest of a form that was begun, and give the status and the end of its answer."""
    begun.sendall(b"=ab")
    answer = http.client.HTTPResponse(begun)
    answer.begin()
    return answer.status, answer.read()[-8:].strip()


def _logged(log: Path) -> Iterable[dict[str, object]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def test_requests_are_finished_and_one_that_does_not_end_holds_it_up_no_longer_than_its_bound(tmp_path: Path) -> None:
    over, told = threading.Event(), _Told()
    home = tmp_path / "home"
    environment = environment_for(home, ATTAIN_METRICS_TOKEN=TOKEN)
    with (
        serving(home, "--stop-seconds", str(BOUND), "--workers", str(WORKERS), environment=environment) as server,
        closing(sqlite3.connect(home / "attain.sqlite3")) as lock,
    ):
        clients = [threading.Thread(target=_ask, args=(server.port, over, told), daemon=True) for _ in range(CLIENTS)]
        begun = [_begun(server.port) for _ in range(CLIENTS)]
        # Nobody else can write now, so this request waits for much longer than the server may.
        lock.execute("begin immediate")
        stuck = threading.Thread(target=_sign_in, args=(server.port,), daemon=True)
        for thread in (stuck, *clients):
            thread.start()
        try:
            while len(told.having("answered")) < 20:
                time.sleep(0.05)
                assert set(told.by_request.values()) <= {"answered"}
            before, counted, after = len(told.having("answered")), _counted(server.port), len(told.having("answered"))
            # Of both workers together; the page of the sign-in, and what is under way, may be counted besides.
            assert before <= counted <= after + 1 + CLIENTS
            assert set(told.by_request.values()) == {"answered"}
            server.process.send_signal(signal.SIGTERM)
            stopping = time.monotonic()
            time.sleep(1)
            # The forms have no key against forgery: each was read to its end and refused.
            assert [_answer_of(form) for form in begun] == [(403, b"</html>")] * len(begun)
            assert server.process.wait(BOUND + 10) == 0
            assert BOUND - 1 < time.monotonic() - stopping < BOUND + 5
        finally:
            over.set()
            for thread in (stuck, *clients):
                thread.join(30)
            for form in begun:
                form.close()
    assert told.refused == CLIENTS
    assert set(told.by_request.values()) <= {"answered", "not begun"}
    # A connection on which nothing was begun is closed: one of each client at most, for each worker that stops listening.
    assert len(told.having("not begun")) <= CLIENTS * WORKERS
    lines = _logged(server.log)
    done = {line.get("request") for line in lines if line.get("status") == 200}
    assert told.having("answered") <= done
    assert not told.having("not begun") & {line.get("request") for line in lines}
    assert not any(line.get("method") == "POST" and line["status"] == 200 for line in lines)
