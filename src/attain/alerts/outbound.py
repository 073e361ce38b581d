"""Posting to an address that somebody typed in, without letting it reach into the network that the server stands in.

The host is looked up once, every address found is judged, and the connection goes to a judged address: a name that answers otherwise the
next time gains nothing. No redirect is followed, no proxy of the environment is asked, and little of an answer is read.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Mapping

# The client tells every address that it asks, at level info: those of webhooks are secrets.
logging.getLogger("httpx").setLevel(logging.WARNING)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 5, 10, 20
ANSWER_BYTES = 16 * 1024
LONGEST_URL = 2000
_PORTS = {"http": 80, "https": 443}
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
_INSIDE = (
    ipaddress.ip_network("168.63.129.16/32"),  # what an Azure machine asks about itself; it looks public and is not
    ipaddress.ip_network("192.0.0.0/24"),  # for protocols; some clouds answer there about a machine
    ipaddress.ip_network("192.88.99.0/24"),  # relays into 6to4, long abandoned
    ipaddress.ip_network("fec0::/10"),  # the inner networks of an earlier standard
)


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the beginning of the body, and how many seconds to wait where that is said."""

    status: int
    body: str
    retry_after: int | None


class Unreached(Exception):
    """Nothing came back; `str` says why, without the address."""


def check_url(url: str) -> str:
    """Check an address that somebody wants messages sent to, and give its host as it may be shown.

    Raises AttainError `webhook-address`: it must be https, without a user in it, and its host must not lead into the own network, unless it
    is one of `ATTAIN_WEBHOOK_HOSTS`. A host that cannot be looked up now may be saved; it is judged again with every message.
    """
    parts = _parts(url)
    with contextlib.suppress(Unreached):
        _resolved(parts)
    return parts.hostname or ""


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Post a body; raises AttainError `webhook-address` where the address is refused, and Unreached where nothing comes back."""
    parts = _parts(url)
    deadline = time.monotonic() + WHOLE_SECONDS
    fault: httpx.HTTPError | None = None
    for address in _resolved(parts):
        try:
            return _post_to(parts, address, body, headers, deadline)
        except httpx.ConnectError as error:
            # Another address of the host may answer: of this one nothing was heard.
            fault = error
        except httpx.HTTPError as error:
            raise Unreached(_why(error)) from error
    raise Unreached(_why(fault)) from fault


def _post_to(parts: SplitResult, address: Address, body: bytes, headers: Mapping[str, str], deadline: float) -> Answer:
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    shown = f"[{host}]" if ":" in host else host
    named = shown if port == _PORTS[parts.scheme] else f"{shown}:{port}"
    literal = f"[{address}]" if address.version == 6 else str(address)
    target = f"{parts.scheme}://{literal}:{port}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    limits = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    watch = _Watch(max(deadline - time.monotonic(), 0))
    extensions: dict[str, object] = {"trace": watch.heard, **({"sni_hostname": host} if _is_name(host) else {})}
    with (
        watch,
        httpx.Client(verify=_trusted(), trust_env=False, follow_redirects=False, timeout=limits) as client,
        client.stream("POST", target, content=body, headers={**headers, "Host": named}, extensions=extensions) as answer,
    ):
        read = b""
        for chunk in answer.iter_raw(1024):
            read += chunk
            if len(read) >= ANSWER_BYTES or time.monotonic() > deadline:
                break
        return Answer(answer.status_code, read[:ANSWER_BYTES].decode(errors="replace"), _seconds(answer.headers.get("Retry-After", "")))


@cache
def _trusted() -> ssl.SSLContext:
    """Trust what the client does, and what this machine does as well: hosts of one's own network have certificates of one's own."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


class _Watch:
    """Ends a connection after a time: the limits of the client start anew with every byte, and somebody may send one now and then."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._sockets: list[socket.socket] = []

    def heard(self, event: str, info: dict[str, Any]) -> None:
        """Take note of a connection that was made."""
        if event == "connection.connect_tcp.complete":
            self._sockets.append(info["return_value"].get_extra_info("socket"))

    def _end(self) -> None:
        for one in self._sockets:
            # By a second handle to it: the first one is wrapped, and another thread reads from it.
            with contextlib.suppress(OSError), socket.fromfd(one.fileno(), one.family, one.type) as handle:
                handle.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise _refused("it is no web address") from error
    host = (parts.hostname or "").rstrip(".")
    if not host or parts.scheme not in _PORTS or len(url) > LONGEST_URL or not url.isascii() or any(char.isspace() for char in url.strip()):
        raise _refused("it is no web address")
    if parts.username or parts.password:
        raise _refused("it has a user or password in it")
    if parts.scheme != "https" and not _is_trusted(host, port):
        raise _refused("it does not begin with https://")
    return parts


def _is_trusted(host: str, port: int | None) -> bool:
    """Say whether the host is named in `ATTAIN_WEBHOOK_HOSTS`, with its port or without one."""
    trusted = {name.casefold() for name in settings.WEBHOOK_HOSTS}
    shown = f"[{host}]" if ":" in host else host
    return shown.casefold() in trusted or f"{shown}:{port}".casefold() in trusted


def _resolved(parts: SplitResult) -> list[Address]:
    """Look the host up; every address must be one of the public network, unless the host is trusted."""
    host, port = parts.hostname or "", parts.port
    try:
        found = socket.getaddrinfo(host, port or _PORTS[parts.scheme], type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreached("the host cannot be looked up") from error
    addresses = list(dict.fromkeys(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))
    if not _is_trusted(host, port) and not all(is_public(address) for address in addresses):
        raise _refused("its host is in a network that is not public")
    return addresses


def is_public(address: Address) -> bool:
    """Say whether an address is one of the public network, also when it wraps one of the older protocol."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and (address in _TRANSLATED or int(address) < 2**32):
            inner = ipaddress.IPv4Address(int(address) & (2**32 - 1))
        if inner is not None:
            return is_public(inner)
    inside = any(address in network for network in _INSIDE)
    return address.is_global and not inside and not address.is_multicast and not address.is_reserved and not address.is_unspecified


def _is_name(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False


def _refused(fault: str) -> AttainError:
    hint = "take an https address of a public host; ATTAIN_WEBHOOK_HOSTS names hosts of your own network"
    return AttainError("webhook-address", f"messages are not sent to this address: {fault}", "url", hint)


def _why(error: httpx.HTTPError | None) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.ConnectError):
        return "the certificate was not accepted" if "CERTIFICATE" in str(error).upper() else "no connection"
    return "the connection broke off"


def _seconds(text: str) -> int | None:
    """Read how long to wait, in seconds or as a date; None where neither is said."""
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        return max(int(parsedate_to_datetime(text).timestamp() - time.time()), 0)
    except (TypeError, ValueError):
        return None
