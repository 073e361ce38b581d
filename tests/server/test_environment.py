"""What the environment says, and what is refused with a word on what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from attain.errors import AttainError
from attain.server import environment


def test_the_key_is_made_once_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    first = environment.secret_key(tmp_path, {})
    assert len(first) > 50
    assert environment.secret_key(tmp_path, {}) == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert environment.secret_key(tmp_path, {"ATTAIN_SECRET_KEY": "mine"}) == "mine"


def test_the_data_folder_is_made_and_closed_to_others(tmp_path: Path) -> None:
    folder = environment.home({"ATTAIN_HOME": str(tmp_path / "deep" / "home")})
    assert folder.stat().st_mode & 0o777 == 0o700
    assert environment.home({"XDG_DATA_HOME": str(tmp_path)}) == tmp_path / "attain"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", {"ENGINE": "django.db.backends.sqlite3", "NAME": "/data/attain.sqlite3"}),
        ("sqlite:////srv/a b.sqlite3", {"NAME": "/srv/a b.sqlite3"}),
        ("sqlite:////srv/a%20b.sqlite3", {"NAME": "/srv/a b.sqlite3"}),
        ("sqlite:///here.sqlite3", {"NAME": "here.sqlite3"}),
        (
            "postgres://ada:p%40ss%2Fword@db.example:5433/attain?sslmode=require",
            {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": "attain",
                "USER": "ada",
                "PASSWORD": "p@ss/word",
                "HOST": "db.example",
                "PORT": "5433",
                "OPTIONS": {"connect_timeout": "10", "sslmode": "require"},
            },
        ),
        ("postgresql://db/attain", {"USER": "", "HOST": "db", "PORT": "", "OPTIONS": {"connect_timeout": "10"}}),
        (
            "postgresql:///attain?host=%2Frun%2Fpostgresql&connect_timeout=3",
            {"HOST": "", "OPTIONS": {"connect_timeout": "3", "host": "/run/postgresql"}},
        ),
    ],
)
def test_databases_are_named_by_an_address(url: str, expected: dict[str, Any]) -> None:
    found = environment.database(Path("/data"), {"ATTAIN_DATABASE_URL": url})
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("url", ["mysql://db/attain", "sqlite://", "postgres://db/", "postgres://db:port/attain", "attain.sqlite3"])
def test_another_address_of_a_database_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(AttainError, match=r"sqlite:////folder/attain\.sqlite3") as refused:
        environment.database(Path("/data"), {"ATTAIN_DATABASE_URL": url})
    assert refused.value.where == "ATTAIN_DATABASE_URL"


def test_switches_and_hosts_are_read() -> None:
    assert [environment.flag("A", {"A": value}) for value in ("1", "yes", "0", "", "off")] == [True, True, False, False, False]
    with pytest.raises(AttainError, match="no switch"):
        environment.flag("A", {"A": "maybe"})
    assert environment.hosts({"ATTAIN_HOSTS": "attain.example, other.example"}) == ["attain.example", "other.example"]
    assert environment.hosts({}) == ["localhost", "127.0.0.1", "[::1]"]


def test_words_and_the_token_of_metrics_are_checked() -> None:
    assert environment.one_of("A", ("json", "text"), "json", {"A": " TEXT "}) == "text"
    assert environment.one_of("A", ("json", "text"), "json", {}) == "json"
    with pytest.raises(AttainError, match="did you mean json"):
        environment.one_of("A", ("json", "text"), "json", {"A": "jsn"})
    assert environment.metrics_token({}) == ""
    assert environment.metrics_token({"ATTAIN_METRICS_TOKEN": "x" * 20}) == "x" * 20
    with pytest.raises(AttainError, match="at least 20"):
        environment.metrics_token({"ATTAIN_METRICS_TOKEN": "x" * 19})


MAIL = {"ATTAIN_MAIL_HOST": "mail.example", "ATTAIN_MAIL_FROM": "Attain <attain@contoso.example>"}


@pytest.mark.parametrize(("security", "port"), [("", 587), ("starttls", 587), ("TLS", 465), ("none", 25)])
def test_a_mail_server_and_the_port_of_its_security(security: str, port: int) -> None:
    found = environment.mail_server({**MAIL, "ATTAIN_MAIL_SECURITY": security})
    assert found is not None
    assert (found.host, found.port, found.security) == ("mail.example", port, security.casefold() or "starttls")
    other = environment.mail_server({**MAIL, "ATTAIN_MAIL_SECURITY": security, "ATTAIN_MAIL_PORT": "2525"})
    assert other is not None
    assert other.port == 2525
    assert environment.mail_server({}) is None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"ATTAIN_MAIL_SECURITY": "ssl"}, "write starttls, tls or none"),
        ({"ATTAIN_MAIL_FROM": ""}, "mails need a sender"),
        ({"ATTAIN_MAIL_FROM": "a@b.example\r\nBcc: c@d.example"}, "mails need a sender"),
        ({"ATTAIN_MAIL_SECURITY": "none", "ATTAIN_MAIL_USER": "me"}, "the password would be sent in the clear"),
    ],
)
def test_a_mail_server_that_does_not_fit_together_is_refused(more: dict[str, str], words: str) -> None:
    with pytest.raises(AttainError, match=words):
        environment.mail_server({**MAIL, **more})


def test_the_address_of_the_server() -> None:
    named = {"ATTAIN_URL": "https://attain.example/below/"}
    assert environment.address(["x"], https=False, environ=named) == "https://attain.example/below"
    assert environment.address(["localhost", "*", "attain.example"], https=True, environ={}) == "https://attain.example"
    assert environment.address(["localhost"], https=True, environ={}) == "http://localhost:8000"
    for wrong in ("attain.example", "ftp://attain.example", "https://", "https://attain.example/?a=b"):
        with pytest.raises(AttainError, match="no address of a server"):
            environment.address([], https=True, environ={"ATTAIN_URL": wrong})


CLIENT = {"ATTAIN_OIDC_CLIENT_ID": "id", "ATTAIN_OIDC_CLIENT_SECRET": "secret"}


def test_a_tenant_of_ones_own_is_trusted_and_a_common_one_refused() -> None:
    assert environment.identity_provider({}) is None
    own = environment.identity_provider({**CLIENT, "ATTAIN_ENTRA_TENANT": "1a2b"})
    assert own is not None
    assert (own.name, own.trust_email, own.origin) == ("Microsoft", True, "https://login.microsoftonline.com")
    other = environment.identity_provider({**CLIENT, "ATTAIN_OIDC_URL": "https://id.example/realm"})
    assert other is not None
    assert not other.trust_email
    assert (own.tenant, other.tenant) == ("1a2b", "")
    for everybodys in ("common", "Organizations", "consumers ", "9188040D-6c67-4c5b-b112-36a304b66dad"):
        with pytest.raises(AttainError, match="any tenant"):
            environment.identity_provider({**CLIENT, "ATTAIN_ENTRA_TENANT": everybodys})
        with pytest.raises(AttainError, match="any tenant"):
            environment.identity_provider({**CLIENT, "ATTAIN_OIDC_URL": f"https://login.microsoftonline.com/{everybodys.strip()}/v2.0"})
    assert environment.identity_provider({**CLIENT, "ATTAIN_OIDC_URL": "https://id.example/realms/common"})
    with pytest.raises(AttainError, match="ATTAIN_OIDC_CLIENT_ID"):
        environment.identity_provider({"ATTAIN_OIDC_URL": "https://id.example"})
