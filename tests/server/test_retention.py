"""What is older than the settings say goes, what is younger stays, and nothing goes unless a setting is made."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django import Settings

from attain.errors import AttainError
from attain.imports.models import ImportRun, ImportState
from attain.people.models import AuditEntry, Event
from attain.server.environment import days_kept
from attain.server.retention import forget_old

DAYS = 30


@pytest.fixture
def old_and_new(db: None) -> dt.datetime:
    now = timezone.now()
    for days in (DAYS - 1, DAYS, DAYS + 1):
        at = now - dt.timedelta(days=days)
        AuditEntry.objects.create(event=Event.SIGNED_IN, at=at, detail=str(days))
        for state in (ImportState.DONE, ImportState.WAITING):
            ImportRun.objects.create(store="s", partner_id="1", folder="f", state=state, created_at=at, note=str(days))
    return now


def test_nothing_goes_unless_it_is_said(old_and_new: dt.datetime) -> None:
    assert list(forget_old(None, now=old_and_new)) == []
    assert (AuditEntry.objects.count(), ImportRun.objects.count()) == (3, 6)


def test_what_is_older_goes(old_and_new: dt.datetime, settings: Settings) -> None:
    settings.KEEP_AUDIT_DAYS = settings.KEEP_IMPORTS_DAYS = DAYS
    said = list(forget_old(None, now=old_and_new))
    assert [line.split(" that")[0] for line in said] == ["Removed 1 entry of the audit log", "Removed 1 report of imports"]
    assert set(AuditEntry.objects.values_list("detail", flat=True)) == {str(DAYS - 1), str(DAYS)}
    # One that has not ended stays, however old.
    assert set(ImportRun.objects.filter(state=ImportState.WAITING).values_list("note", flat=True)) == {"29", "30", "31"}
    assert set(ImportRun.objects.filter(state=ImportState.DONE).values_list("note", flat=True)) == {"29", "30"}
    assert list(forget_old(None, now=old_and_new)) == []


@pytest.mark.parametrize(("said", "days"), [("", 0), ("1", 1), (" 365 ", 365)])
def test_days_are_read(said: str, days: int) -> None:
    assert days_kept("A", {"A": said}) == days


@pytest.mark.parametrize("said", ["0", "-1", "a year", "1.5", "\N{SUPERSCRIPT TWO}"])
def test_what_is_no_number_of_days_is_refused(said: str) -> None:
    with pytest.raises(AttainError, match="write 365 for a year"):
        days_kept("A", {"A": said})
