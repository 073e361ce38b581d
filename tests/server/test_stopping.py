"""A server that is told to stop under load: every request that it took is answered, and it ends within its bound."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlencode

from prometheus_client.parser import text_string_to_metric_families

from tests.server.serving import environment_for, serving

CLIENTS, BOUND = 6, 4
TOKEN = "a token for the tests alone"
HEAD = "POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\n\r\n"


def _ask(port: int, over: threading.Event, told: Counter[str]) -> None:
    """Ask on a new connection again and again, until nobody listens there any more."""
    while not over.is_set():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.connect()
        except ConnectionRefusedError:
            told["refused"] += 1
            return
        try:
            connection.request("GET", "/account/login/", headers={"Connection": "close"})
            answer = connection.getresponse()
            whole = answer.status == 200 and len(answer.read()) == int(answer.headers["Content-Length"])
            told["answered" if whole else "cut"] += 1
        except (OSError, http.client.HTTPException) as error:
            told[f"broken: {error!r}"] += 1
        finally:
            connection.close()


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


def test_requests_are_finished_and_one_that_does_not_end_holds_it_up_no_longer_than_its_bound(tmp_path: Path) -> None:
    over, told = threading.Event(), Counter[str]()
    home = tmp_path / "home"
    environment = environment_for(home, ATTAIN_METRICS_TOKEN=TOKEN)
    with (
        serving(home, "--stop-seconds", str(BOUND), "--workers", "2", environment=environment) as server,
        closing(sqlite3.connect(home / "attain.sqlite3")) as lock,
    ):
        clients = [threading.Thread(target=_ask, args=(server.port, over, told), daemon=True) for _ in range(CLIENTS)]
        slow = _begun(server.port)
        # Nobody else can write now, so this request waits for much longer than the server may.
        lock.execute("begin immediate")
        stuck = threading.Thread(target=_sign_in, args=(server.port,), daemon=True)
        for thread in (stuck, *clients):
            thread.start()
        try:
            while told["answered"] < 20:
                time.sleep(0.05)
                assert told.total() == told["answered"], told
            before, counted, after = told["answered"], _counted(server.port), told["answered"]
            # Of both workers together; the page of the sign-in, and what is under way, may be counted besides.
            assert before <= counted <= after + 1 + CLIENTS
            server.process.send_signal(signal.SIGTERM)
            stopping = time.monotonic()
            time.sleep(1)
            slow.sendall(b"=ab")
            answer = http.client.HTTPResponse(slow)
            answer.begin()
            # The form has no key against forgery: it was read to its end and refused.
            assert (answer.status, answer.read()[-8:].strip()) == (403, b"</html>")
            assert server.process.wait(BOUND + 10) == 0
            assert BOUND - 1 < time.monotonic() - stopping < BOUND + 5
        finally:
            over.set()
            for thread in (stuck, *clients):
                thread.join(30)
            slow.close()
    assert told["refused"] == CLIENTS
    assert set(told) == {"answered", "refused"}
    lines = [json.loads(line) for line in server.log.read_text(encoding="utf-8").splitlines()]
    assert sum(line.get("status") == 200 for line in lines) >= told["answered"]
    assert not any(line.get("method") == "POST" and line["status"] == 200 for line in lines)
