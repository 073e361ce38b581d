"""Health: asked on any address, without HTTPS and without an account; one word for strangers, the reason in the log."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings
from structlog.testing import capture_logs

from attain.server import health
from attain.store.store import Store


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask anew each time."""
    monkeypatch.setattr(health, "LASTS_SECONDS", 0.0)


@pytest.fixture
def balancer(settings: Settings) -> Client:
    """One who asks on the address of the machine, over plain HTTP, where people must use HTTPS and another name."""
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["attain.example"], True
    return Client(SERVER_NAME="10.0.0.7")


def test_it_lives_without_its_database(balancer: Client) -> None:
    # No test database is asked for here, so a query would fail.
    answer = balancer.get("/health/live")
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"live\n", "no-store")
    assert balancer.get("/health/live/").status_code == 200
    assert balancer.post("/health/live").status_code == 405


def test_other_pages_still_check_the_host(balancer: Client) -> None:
    assert balancer.get("/health/other").status_code == 400
    assert Client(SERVER_NAME="attain.example").get("/health/other").status_code == 301


@pytest.mark.django_db
def test_it_is_ready_with_database_tables_and_store(balancer: Client, settings: Settings, tmp_path: Path) -> None:
    settings.STORE = ""
    assert balancer.get("/health/ready").content == b"ready\n"
    settings.STORE = str(Store.create(tmp_path / "store").place.root)
    assert balancer.get("/health/ready").content == b"ready\n"
    (tmp_path / "facts").mkdir()
    settings.STORE = str(tmp_path / "facts")
    assert balancer.get("/health/ready").content == b"ready\n"


def _lacking(balancer: Client) -> str:
    """Ask, see that a stranger learns nothing, and give what the log says."""
    with capture_logs() as logged:
        answer = balancer.get("/health/ready")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")
    (line,) = logged
    return str(line["reason"])


@pytest.mark.django_db
def test_what_is_missing_is_in_the_log(balancer: Client, settings: Settings, tmp_path: Path) -> None:
    settings.STORE = str(tmp_path / "nowhere")
    assert _lacking(balancer) == "the store is not there"
    broken = tmp_path / "store"
    Store.create(broken)
    (broken / "attain-store.json").write_text('{"format": 999}')
    settings.STORE = str(broken)
    assert _lacking(balancer) == "the store cannot be read (store-newer)"
    settings.STORE = ""
    MigrationRecorder(connection).record_unapplied("published", "0003_portfolio_rows")
    assert _lacking(balancer) == "1 migrations are not applied"


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_told_once_and_once_when_it_is_back(
    balancer: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STORE = ""
    with monkeypatch.context() as patch, capture_logs() as logged:

        def gone() -> int:
            raise DatabaseError

        patch.setattr(health, "migrations_missing", gone)
        assert [balancer.get("/health/ready").status_code for _ in range(3)] == [503, 503, 503]
    assert [line["reason"] for line in logged] == ["the database does not answer"]
    with capture_logs() as logged:
        assert balancer.get("/health/ready").status_code == 200
    assert [line["event"] for line in logged] == ["ready again"]


@pytest.mark.django_db
def test_many_askers_cost_the_database_one_answer(balancer: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.STORE = ""
    monkeypatch.setattr(health, "LASTS_SECONDS", 60.0)
    asked: list[int] = []
    monkeypatch.setattr(health, "missing", lambda: asked.append(1) or "")
    assert {balancer.get("/health/ready").status_code for _ in range(5)} == {200}
    assert len(asked) == 1
