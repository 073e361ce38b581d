"""When a message goes out: quiet hours, also over midnight and on the days when clocks change; digests."""

from __future__ import annotations

import datetime as dt

import pytest

from attain.alerts.hours import after_quiet_hours, due
from attain.alerts.models import Channel, Pace


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def channel(quiet: str = "", pace: str = Pace.AT_ONCE, at: str = "08:00", on: int = 0, zone: str = "UTC") -> Channel:
    begin, _, end = quiet.partition("-")
    hours = {"quiet_from": dt.time.fromisoformat(begin), "quiet_until": dt.time.fromisoformat(end)} if quiet else {}
    return Channel(pace=pace, digest_at=dt.time.fromisoformat(at), digest_on=on, zone=zone, **hours)


@pytest.mark.parametrize(
    ("quiet", "zone", "moment", "expected"),
    [
        # Within a day: just before, at the beginning, in it, just before the end, at the end.
        ("12:00-14:00", "UTC", "2026-11-24T11:59:59", "2026-11-24T11:59:59"),
        ("12:00-14:00", "UTC", "2026-11-24T12:00:00", "2026-11-24T14:00:00"),
        ("12:00-14:00", "UTC", "2026-11-24T13:59:59", "2026-11-24T14:00:00"),
        ("12:00-14:00", "UTC", "2026-11-24T14:00:00", "2026-11-24T14:00:00"),
        # Over midnight.
        ("22:00-07:00", "UTC", "2026-11-24T21:59:59", "2026-11-24T21:59:59"),
        ("22:00-07:00", "UTC", "2026-11-24T22:00:00", "2026-11-25T07:00:00"),
        ("22:00-07:00", "UTC", "2026-11-25T00:00:00", "2026-11-25T07:00:00"),
        ("22:00-07:00", "UTC", "2026-11-25T06:59:59", "2026-11-25T07:00:00"),
        ("22:00-07:00", "UTC", "2026-11-25T07:00:00", "2026-11-25T07:00:00"),
        # By the clock of another zone, an hour ahead in winter and two in summer.
        ("22:00-07:00", "Europe/Berlin", "2026-11-24T21:00:00", "2026-11-25T06:00:00"),
        ("22:00-07:00", "Europe/Berlin", "2026-07-24T20:00:00", "2026-07-25T05:00:00"),
        ("22:00-07:00", "America/Los_Angeles", "2026-11-25T06:30:00", "2026-11-25T15:00:00"),
        # The night in which clocks go forward (29 Mar 2026, 02:00 becomes 03:00) is an hour shorter.
        ("22:00-07:00", "Europe/Berlin", "2026-03-28T21:30:00", "2026-03-29T05:00:00"),
        # Quiet until a time that this night does not have: told when the clock has passed it.
        ("22:00-02:30", "Europe/Berlin", "2026-03-29T00:30:00", "2026-03-29T01:30:00"),
        # The night in which clocks go back (25 Oct 2026, 03:00 becomes 02:00) is an hour longer.
        ("22:00-07:00", "Europe/Berlin", "2026-10-24T20:30:00", "2026-10-25T06:00:00"),
        # Quiet until 02:45, which comes twice: the first one from the evening, the second one from between the two.
        ("22:00-02:45", "Europe/Berlin", "2026-10-24T22:00:00", "2026-10-25T00:45:00"),
        ("22:00-02:45", "Europe/Berlin", "2026-10-25T01:10:00", "2026-10-25T01:45:00"),
        # The same time twice is no time.
        ("08:00-08:00", "UTC", "2026-11-24T08:00:00", "2026-11-24T08:00:00"),
        ("", "UTC", "2026-11-24T03:00:00", "2026-11-24T03:00:00"),
    ],
)
def test_quiet_hours(quiet: str, zone: str, moment: str, expected: str) -> None:
    assert after_quiet_hours(channel(quiet, zone=zone), utc(moment)) == utc(expected)


@pytest.mark.parametrize(
    ("pace", "zone", "moment", "expected"),
    [
        (Pace.DAILY, "UTC", "2026-11-24T07:59:59", "2026-11-24T08:00:00"),
        (Pace.DAILY, "UTC", "2026-11-24T08:00:00", "2026-11-24T08:00:00"),
        (Pace.DAILY, "UTC", "2026-11-24T08:00:01", "2026-11-25T08:00:00"),
        (Pace.DAILY, "Asia/Tokyo", "2026-11-24T09:00:00", "2026-11-24T23:00:00"),
        # Daily at 08:00 of Berlin, over the night in which clocks go back.
        (Pace.DAILY, "Europe/Berlin", "2026-10-24T07:00:00", "2026-10-25T07:00:00"),
        # 24 Nov 2026 is a Tuesday; the digest is on Mondays.
        (Pace.WEEKLY, "UTC", "2026-11-24T07:00:00", "2026-11-30T08:00:00"),
        (Pace.WEEKLY, "UTC", "2026-11-30T08:00:00", "2026-11-30T08:00:00"),
        (Pace.WEEKLY, "UTC", "2026-11-30T08:00:01", "2026-12-07T08:00:00"),
        (Pace.AT_ONCE, "UTC", "2026-11-24T07:00:00", "2026-11-24T07:00:00"),
    ],
)
def test_digests(pace: str, zone: str, moment: str, expected: str) -> None:
    assert due(channel(pace=pace, zone=zone), utc(moment)) == utc(expected)


def test_a_digest_in_quiet_hours_goes_out_when_they_end() -> None:
    assert due(channel("06:00-09:00", Pace.DAILY), utc("2026-11-24T05:00:00")) == utc("2026-11-24T09:00:00")


def test_every_moment_of_a_year_leads_to_one_that_is_not_quiet() -> None:
    for zone in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"):
        asked = channel("22:30-02:15", zone=zone)
        moment = utc("2026-01-01T00:00:00")
        while moment.year == 2026:
            found = after_quiet_hours(asked, moment)
            assert found >= moment
            assert found - moment <= dt.timedelta(hours=5)
            moment += dt.timedelta(minutes=35)
