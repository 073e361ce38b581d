"""The log and the figures: routes in the place of addresses, and nothing that names a person or opens a door."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings
from structlog.testing import capture_logs

from attain.errors import AttainError
from attain.imports.models import ImportRun, ImportState
from attain.published.models import Publication, PublicationState
from attain.server import logs
from attain.server.metrics import requests
from tests.people.places import OWN, Places

TOKEN = "a token for the tests alone"
SECRET = "a-secret-of-an-invitation"


@pytest.fixture
def lines(settings: Settings) -> Iterator[io.StringIO]:
    """What a server would write as JSON."""
    written = io.StringIO()
    logs.configure(logs.settings_of("json", "info"))
    handlers = [handler for name in ("attain", "django", "django.request") for handler in logging.getLogger(name).handlers]
    for handler in handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(written)
    yield written
    logs.configure(settings.LOGGING)


def _events(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_route(lines: io.StringIO) -> None:
    answer = Client().get(f"/join/{SECRET}/?email=ada@contoso.example", headers={"X-Request-ID": "proxy-0123456789"})
    (event,) = _events(lines)
    assert (event["event"], event["method"], event["route"], event["status"]) == (
        "answered",
        "GET",
        "join/<str:secret>/",
        answer.status_code,
    )
    assert event["request"] == answer["X-Request-ID"] == "proxy-0123456789"
    assert (event["level"], event["at"][-1]) == ("info", "Z")
    assert event["ms"] >= 0
    assert SECRET not in lines.getvalue()
    assert "contoso" not in lines.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "short", "x" * 65, 'two words"', "a\nb"])
def test_an_id_that_is_none_is_not_taken_over(given: str) -> None:
    names = {Client().get("/account/login/", headers={"X-Request-ID": given})["X-Request-ID"] for _ in range(2)}
    assert len(names) == 2
    assert given not in names
    assert all(len(name) == 32 for name in names)


@pytest.mark.django_db
def test_a_page_that_fails_is_logged_by_kind_and_place(lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        message = "Key (email)=(ada@contoso.example) already exists."
        raise IntegrityError(message)

    monkeypatch.setattr("attain.people.access.principal_of", fail)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    failed, answered = _events(lines)
    assert (failed["event"], failed["fault"], failed["level"]) == ("answer failed", "IntegrityError", "error")
    assert any(place.startswith("attain/people/access.py:") for place in failed["places"])
    assert (answered["status"], answered["route"]) == (500, "home")
    assert failed["request"] == answered["request"] == answer["X-Request-ID"]
    assert answer["X-Request-ID"] in answer.content.decode()
    assert "ada@" not in lines.getvalue()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (AttainError("bad-cell", "'Ada Lovelace' is no number", "file, row 7", "write a number"), "AttainError: bad-cell"),
        (OSError(28, "No space left on device", "/data/Ada"), "OSError: No space left on device"),
        (OperationalError("database is locked"), "OperationalError: database is locked"),
        (ValueError("Ada"), "ValueError"),
    ],
)
def test_of_a_fault_only_what_quotes_nobody_is_logged(lines: io.StringIO, fault: Exception, said: str) -> None:
    try:
        try:
            raise KeyError("Ada")
        except KeyError as cause:
            raise fault from cause
    except Exception:
        logging.getLogger("attain.imports").exception("import %s", 7)
    (event,) = _events(lines)
    assert (event["event"], event["fault"]) == ("import 7", f"{said} after KeyError")
    assert "Ada" not in lines.getvalue()
    assert event["places"][0].startswith("test_watching.py:")


def test_text_for_a_terminal_says_the_same() -> None:
    found = logs.settings_of("text", "warning")
    assert found["loggers"]["attain"]["level"] == "WARNING"


def _figures(client: Client) -> dict[tuple[str, tuple[str, ...]], float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(one.name, tuple(one.labels.values())): one.value for family in families for one in family.samples}


@pytest.mark.django_db
def test_figures_are_for_whoever_has_the_token(settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    assert Client().get("/metrics").status_code == 401
    assert Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 401
    assert Client().get("/metrics", headers={"Authorization": "Bearer \u00fc"}).status_code == 401
    assert _figures(Client())["attain_build_info", (version("attain"),)] == 1


@pytest.mark.django_db
def test_requests_are_counted_by_route(settings: Settings, places: Places) -> None:
    settings.METRICS_TOKEN = TOKEN
    requests.clear()
    client = Client()
    for partner in (OWN, "1000002", "1000003"):
        client.get(f"/{partner}/membership/")
    client.get("/no/such/page")
    client.generic("BREW", "/no/such/page")
    figures = {labels: value for (name, labels), value in _figures(client).items() if name == "attain_requests_total"}
    assert figures == {
        ("GET", "<partner:partner_id>/membership/", "302"): 3,
        ("GET", "none", "404"): 1,
        ("other", "none", "404"): 1,
    }
    timed = _figures(client)
    assert timed["attain_request_seconds_count", ("<partner:partner_id>/membership/",)] >= 3


@pytest.mark.django_db
def test_imports_that_wait_are_counted(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    for state in (ImportState.WAITING, ImportState.WAITING, ImportState.DONE):
        ImportRun.objects.create(store="s", partner_id=OWN, folder="f", state=state)
    figures = _figures(Client())
    assert [figures["attain_imports", (state,)] for state in ("waiting", "reading", "done")] == [2, 0, 1]
    assert figures["attain_import_waiting_seconds", ()] >= 0
    assert ("attain_published_day_age_days", ()) not in figures


@pytest.mark.django_db
def test_the_age_of_what_is_published_is_told(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    now = timezone.now()
    values: dict[str, Any] = {"facts": "f", "rulebook": "r", "engine": "polars", "basis": "acr", "started_at": now, "claimed_at": now}
    day = now.date() - dt.timedelta(days=3)
    Publication.objects.create(day=day, state=PublicationState.CURRENT, partners=7, finished_at=now, **values)
    figures = _figures(Client())
    # The test may run over midnight.
    assert figures["attain_published_day_age_days", ()] in {3, 4}
    assert figures["attain_published_partners", ()] == 7
    assert figures["attain_published_timestamp_seconds", ()] == pytest.approx(now.timestamp(), abs=1)


@pytest.mark.django_db
def test_static_files_are_counted_and_not_logged(settings: Settings) -> None:
    with capture_logs() as logged:
        Client().get("/static/web/no-such-file.css")
    assert [line["route"] for line in logged] == ["static"]
