"""Where messages may not go, and what is done to those that may."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time

import pytest
from pytest_django import Settings

from attain.alerts import outbound
from attain.alerts.outbound import Unreached, check_url, is_public, post
from attain.errors import AttainError
from tests.alerts.receivers import Hooks

INSIDE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
OUTSIDE = ["1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.1", "168.63.129.17", "2606:4700:4700::1111", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_of_an_inner_network_is_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_others_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def _answering(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name lead to addresses, and keep the names that were asked for."""
    asked: list[str] = []

    def look_up(host: str, port: int, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://2130706433/x",
        "https://0x7f000001/x",
        "https://0177.0.0.1/x",
        "https://127.1/x",
        "https://0/x",
        "https://localhost/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/",
    ],
)
def test_an_address_that_leads_inside_is_refused_however_it_is_written(url: str) -> None:
    with pytest.raises(AttainError, match="a network that is not public"):
        check_url(url)
    with pytest.raises(AttainError, match="a network that is not public"):
        post(url, b"", {})


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.contoso.example/x", "does not begin with https"),
        ("ftp://hooks.contoso.example/x", "no web address"),
        ("file:///etc/passwd", "no web address"),
        ("gopher://hooks.contoso.example/x", "no web address"),
        ("https://user@hooks.contoso.example/x", "a user or password"),
        ("https://user:word@hooks.contoso.example/x", "a user or password"),
        ("https:///x", "no web address"),
        ("https://hooks.contoso.example:port/x", "no web address"),
        ("https://hooks.contoso.example/a b", "no web address"),
        ("https://hooks.contoso.example/x\r\nHost: other", "no web address"),
        ("https://hööks.contoso.example/x", "no web address"),
        ("hooks.contoso.example", "no web address"),
        (f"https://hooks.contoso.example/{'x' * 2000}", "no web address"),
    ],
)
def test_what_is_no_plain_https_address_is_refused(url: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _answering(monkeypatch, "1.1.1.1")
    with pytest.raises(AttainError, match=why):
        check_url(url)


def test_a_name_that_leads_inside_is_refused_even_beside_a_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    _answering(monkeypatch, "1.1.1.1", "10.0.0.7")
    with pytest.raises(AttainError, match="a network that is not public"):
        check_url("https://hooks.contoso.example/x")


def test_the_name_is_looked_up_once_and_the_connection_goes_to_what_was_judged(
    monkeypatch: pytest.MonkeyPatch, hook: Hooks, settings: Settings
) -> None:
    """A name that answers otherwise the second time gains nothing: there is no second time."""
    port = hook.url.split(":")[2].split("/")[0]
    settings.WEBHOOK_HOSTS = [f"hooks.contoso.example:{port}"]
    asked = _answering(monkeypatch, "127.0.0.1")
    answer = post(f"http://hooks.contoso.example:{port}/x?y=1", b"body", {"Content-Type": "text/plain"})
    assert [name for name in asked if name != "127.0.0.1"] == ["hooks.contoso.example"]
    assert (answer.status, answer.body) == (200, "ok")
    assert hook.posted[0].path == "/x?y=1"
    assert hook.posted[0].headers["Host"] == f"hooks.contoso.example:{port}"


def test_a_host_is_trusted_by_its_name_and_its_port_if_one_is_said(hook: Hooks, settings: Settings) -> None:
    settings.WEBHOOK_HOSTS = ["127.0.0.1:1"]
    with pytest.raises(AttainError, match="does not begin with https"):
        check_url(hook.url)
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    assert check_url(hook.url) == "127.0.0.1"


def test_a_redirect_is_not_followed(hook: Hooks) -> None:
    hook.answers = [(302, {"Location": "http://169.254.169.254/"})]
    assert post(hook.url, b"", {}).status == 302
    assert len(hook.posted) == 1


def test_little_of_a_long_answer_is_read(hook: Hooks) -> None:
    hook.body = b"x" * 5_000_000
    assert len(post(hook.url, b"", {}).body) == outbound.ANSWER_BYTES


def test_nobody_there_and_nobody_answering_are_told_apart(hook: Hooks, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(outbound, "READ_SECONDS", 0.2)
    hook.wait = 1
    with pytest.raises(Unreached, match="no answer in time"):
        post(hook.url, b"", {})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        settings.WEBHOOK_HOSTS = ["127.0.0.1"]
        with pytest.raises(Unreached, match="no connection"):
            post(f"http://127.0.0.1:{port}/", b"", {})


def test_an_answer_that_never_ends_is_cut_off(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Each byte comes within the limit for a byte; all of them would take a day."""
    monkeypatch.setattr(outbound, "WHOLE_SECONDS", 1)
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        stopped = threading.Event()

        def trickle() -> None:
            client, _ = listening.accept()
            with client:
                try:
                    client.sendall(b"HTTP/1.1 200 OK\r\n")
                    while not stopped.wait(0.1):
                        client.sendall(b"X-More: y\r\n")
                except OSError:
                    return

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        begun = time.monotonic()
        with pytest.raises(Unreached, match="broke off"):
            post(f"http://127.0.0.1:{listening.getsockname()[1]}/", b"", {})
        assert time.monotonic() - begun < 5
        stopped.set()
        thread.join(5)


@pytest.mark.parametrize(("said", "seconds"), [("", None), ("120", 120), ("soon", None), ("-5", None)])
def test_how_long_to_wait_is_read(said: str, seconds: int | None, hook: Hooks) -> None:
    hook.answers = [(429, {"Retry-After": said})]
    assert post(hook.url, b"", {}).retry_after == seconds


def test_a_date_to_wait_for_is_read(hook: Hooks) -> None:
    hook.answers = [(503, {"Retry-After": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 300))})]
    assert 290 <= (post(hook.url, b"", {}).retry_after or 0) <= 301
