"""A connection to a judged address is still one to the host that was named: its certificate is held against that name."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pytest_django import Settings

from attain.alerts import outbound
from attain.alerts.outbound import Unreached, post

HOST = "hooks.contoso.example"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of the host, with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(tz=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = tmp_path / "host.pem"
    path.write_bytes(made.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


@pytest.fixture
def port(certificate: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server with that certificate, to which every name leads."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.headers["Host"].encode())

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    class Quiet(HTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that does not trust the server goes away."""

    server = Quiet(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    number = int(server.server_address[1])
    settings.WEBHOOK_HOSTS = [HOST, "other.contoso.example"]
    kept = socket.getaddrinfo

    def look_up(host: str, *rest: object, **named: object) -> list[object]:
        return list(kept("127.0.0.1" if host.endswith(".example") else host, *rest, **named))  # pyright: ignore[reportArgumentType] - what is asked is handed on

    monkeypatch.setattr(outbound.socket, "getaddrinfo", look_up)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    outbound._trusted.cache_clear()
    try:
        yield number
    finally:
        server.shutdown()
        server.server_close()
        outbound._trusted.cache_clear()


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(port: int) -> None:
    with pytest.raises(Unreached, match="the certificate was not accepted"):
        post(f"https://{HOST}:{port}/", b"", {})


def test_one_that_this_machine_trusts_is_for_its_own_name(port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    answer = post(f"https://{HOST}:{port}/", b"", {})
    assert (answer.status, answer.body) == (200, f"{HOST}:{port}")
    with pytest.raises(Unreached, match="the certificate was not accepted"):
        post(f"https://other.contoso.example:{port}/", b"", {})
