"""Alerts beside the server: after an import over the web, and now and then."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from pytest_django import Settings

from attain.alerts import background
from attain.alerts.delivering import Delivered
from attain.alerts.models import Alert, Rule, RuleKind
from attain.facts.synthetic import DemoPlan, write_demo
from attain.imports import runner
from attain.imports.choices import Choices
from attain.imports.models import ImportRun, ImportState
from attain.people.models import Organization
from attain.people.principal import Grant
from attain.people.roles import Role
from attain.published.models import Publication
from attain.published.publish import remove
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.store import Store
from tests.alerts.conftest import channel_of
from tests.alerts.receivers import Hooks
from tests.alerts.standing import DAY
from tests.imports.conftest import TENANT, focus_file


@pytest.fixture
def run(tmp_path: Path, settings: Settings, everybody: Organization) -> Iterator[ImportRun]:
    """An import that waits, into a store of a few partners."""
    write_demo(DemoPlan(4, 1, DAY, 12, 14, 200, 60, 20, "parquet"), tmp_path / "facts")
    Store.create(tmp_path / "store")
    import_files([tmp_path / "facts"], tmp_path / "store", Options())
    settings.STORE, settings.DEMO_DAY, settings.UPLOADS = str(tmp_path / "store"), DAY.isoformat(), tmp_path / "uploads"
    grant = Grant(everybody, Role.GLOBAL_ADMIN, sees_names=True)
    upload = SimpleUploadedFile("october.csv", focus_file())
    yield runner.submit(grant, "1000001", [upload], Choices(tenant=TENANT, partner="1000001"), "pat@contoso.example", None)
    for publication in Publication.objects.all():
        remove(publication)


def test_what_an_import_changed_is_told(run: ImportRun, everybody: Organization, hook: Hooks) -> None:
    rule = Rule.objects.create(organization=everybody, kind=RuleKind.UNDER)
    rule.channels.set([channel_of(everybody, hook.url)])
    runner.work_off()
    run.refresh_from_db()
    assert (run.state, run.note) == (ImportState.DONE, "")
    assert Alert.objects.exists()
    assert len(hook.posted) == 1


def test_an_import_stands_though_alerts_fail(
    run: ImportRun, everybody: Organization, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(runner, "notice", broken)
    runner.work_off()
    run.refresh_from_db()
    assert run.state == ImportState.DONE
    assert f"alerts after import {run.pk}" in caplog.text


def test_what_is_due_is_sent_again_and_again_whatever_happens(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    calls: list[int] = []
    enough = threading.Event()

    class Over(BaseException):
        """Ends the thread."""

    def unheard(_: object) -> None:
        """What ends the thread is meant to."""

    def deliver() -> Delivered:
        calls.append(len(calls))
        if len(calls) == 1:
            raise OperationalError("database is locked")
        if len(calls) == 2:
            raise RuntimeError("no such thing")
        if len(calls) == 4:
            enough.set()
            raise Over
        return Delivered()

    monkeypatch.setattr(background, "deliver_due", deliver)
    monkeypatch.setattr(background, "LOOK_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(background, "_started", threading.Event())
    monkeypatch.setattr(threading, "excepthook", unheard)
    background.start()
    background.start()
    assert enough.wait(10)
    assert calls == [0, 1, 2, 3]
    assert "database is locked" in caplog.text
    assert "no such thing" in caplog.text
