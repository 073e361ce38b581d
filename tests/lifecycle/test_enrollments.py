"""What recorded enrollments add up to: terms, the track that is kept, and what speaks against a record."""

from __future__ import annotations

import datetime as dt

import pytest

from attain.lifecycle import Enrollment, TrackLock, doubts, enrollment_track, is_enrolled, locked_track, membership, status_on, track_days
from tests.lifecycle.histories import PROGRAMME, day, scores


def _row(designation: str, enrolled_on: str, paid_on: str = "", anniversary: str = "", track: str | None = None) -> Enrollment:
    return Enrollment(designation, day(enrolled_on), day(paid_on) if paid_on else None, day(anniversary) if anniversary else None, track)


def _terms(*rows: Enrollment) -> list[tuple[str, str, bool]]:
    return [(str(term.start), str(term.anniversary), term.renews) for term in membership(PROGRAMME, rows).terms]


def test_rows_in_any_order_give_the_same_terms() -> None:
    rows = [_row("security", "2024-01-10", "2024-01-10"), _row("data-ai", "2024-05-01"), _row("security", "2025-01-20", "2025-01-20")]
    expected = [("2024-01-10", "2025-01-09", False), ("2025-01-20", "2026-01-20", True)]
    assert _terms(*rows) == _terms(*reversed(rows)) == expected


@pytest.mark.parametrize(
    ("second", "renews"),
    [
        (_row("security", "2025-01-08", "2025-01-08"), None),  # a day before the anniversary: joins, moves nothing
        (_row("security", "2025-01-09", "2025-01-09"), True),
        (_row("security", "2025-02-08", "2025-02-08"), True),
        (_row("security", "2025-02-09", "2025-02-09"), False),
        (_row("security", "2025-01-20"), True),  # held before: renewed without a word on the payment
        (_row("data-ai", "2025-01-20"), None),  # not held before and not paid: an automatic enrollment
        (_row("data-ai", "2025-01-20", "2025-01-20"), True),  # the one fee, paid under another designation
        (_row("security", "2025-01-20", "2024-01-10"), None),  # the payment of the term itself
    ],
)
def test_a_payment_renews_from_the_anniversary_to_the_end_of_the_renewal_window(second: Enrollment, renews: bool | None) -> None:
    later = _terms(_row("security", "2024-01-10", "2024-01-10"), second)[1:]
    assert [term[2] for term in later] == ([] if renews is None else [renews])


def test_a_renewal_written_into_the_row_of_another_designation_is_seen() -> None:
    rows = [_row("security", "2024-01-10", "2024-01-10"), _row("data-ai", "2024-05-01", "2025-01-15")]
    assert _terms(*rows) == [("2024-01-10", "2025-01-09", False), ("2025-01-15", "2026-01-15", True)]


def test_a_row_of_what_is_no_designation_counts_for_nothing() -> None:
    rows = [_row("securty", "2024-01-10", "2024-01-10"), _row("data-ai", "2024-05-01")]
    assert _terms(*rows) == [("2024-05-01", "2025-05-01", False)]
    assert not membership(PROGRAMME, rows[:1]).terms


@pytest.mark.parametrize("anniversary", ["", "2026-01-15"])
def test_a_renewal_written_into_the_row_of_its_own_enrollment_is_seen(anniversary: str) -> None:
    """Section 6: the renewal window opens on the first anniversary, 365 days after the enrollment, whatever the row says since."""
    row = _row("security", "2024-01-10", "2025-01-15", anniversary)
    assert _terms(row) == [("2024-01-10", "2025-01-09", False), ("2025-01-15", "2026-01-15", True)]
    for on, held in (("2025-01-08", "enrolled"), ("2025-01-09", "renewal_due"), ("2025-01-14", "renewal_due"), ("2025-01-15", "enrolled")):
        assert status_on(PROGRAMME, "security", day(on), [], [row]).status == held, on
    members = membership(PROGRAMME, [row])
    locks = [members.locked_track("security", day(on)) for on in ("2025-01-14", "2025-01-15")]
    assert locks == [TrackLock(day("2024-01-10"), None), TrackLock(day("2025-01-15"), None)]


@pytest.mark.parametrize(("paid", "terms"), [("2025-01-08", 1), ("2025-01-09", 2)])
def test_a_payment_before_the_anniversary_is_that_of_the_enrollment(paid: str, terms: int) -> None:
    assert len(_terms(_row("security", "2024-01-10", paid))) == terms


def test_a_term_that_lapsed_ends_with_its_renewal_window_whatever_is_bought_later() -> None:
    members = membership(PROGRAMME, [_row("security", "2024-01-10", "2024-01-10"), _row("security", "2025-06-01", "2025-06-01")])
    first = members.terms[0]
    assert (first.renewed_on, first.end) == (None, day("2025-02-08"))
    held = {on: members.is_enrolled("security", day(on)) for on in ("2025-02-08", "2025-02-09", "2025-05-31", "2025-06-01")}
    assert held == {"2025-02-08": True, "2025-02-09": False, "2025-05-31": False, "2025-06-01": True}


def test_a_record_changes_when_its_own_designation_begins_and_when_the_term_is_over() -> None:
    members = membership(PROGRAMME, [_row("security", "2024-01-10", "2024-01-10"), _row("data-ai", "2024-05-01")])
    assert members.record_changes("security") == {day("2024-01-10"), day("2025-02-09")}
    assert members.record_changes("data-ai") == {day("2024-05-01"), day("2025-02-09")}
    assert members.record_changes("infrastructure") == set()


def test_rows_and_payments_of_later_days_are_not_known_yet() -> None:
    rows = [_row("security", "2024-01-10", "2024-01-10"), _row("security", "2025-01-20", "2025-01-20")]
    assert len(membership(PROGRAMME, rows, day("2025-01-19")).terms) == 1
    assert len(membership(PROGRAMME, rows, day("2025-01-20")).terms) == 2


@pytest.mark.parametrize(
    ("designation", "on", "enrolled"),
    [
        ("security", "2024-01-09", False),
        ("security", "2024-01-10", True),
        ("data-ai", "2024-04-30", False),
        ("data-ai", "2024-05-01", True),
        ("data-ai", "2025-02-08", True),  # renewed under security alone: recorded until the old renewal window ends
        ("data-ai", "2025-02-09", False),
        ("security", "2025-02-09", True),
        ("security", "2026-02-19", True),
        ("security", "2026-02-20", False),
    ],
)
def test_a_designation_is_enrolled_as_recorded(designation: str, on: str, enrolled: bool) -> None:
    rows = [_row("security", "2024-01-10", "2024-01-10"), _row("data-ai", "2024-05-01"), _row("security", "2025-01-20", "2025-01-20")]
    assert is_enrolled(PROGRAMME, rows, designation, day(on)) is enrolled


def test_the_track_is_kept_until_renewal() -> None:
    rows = [_row("data-ai", "2025-03-10", "2025-03-10", track="smb"), _row("data-ai", "2026-03-20", "2026-03-20", track="enterprise")]
    assert locked_track(PROGRAMME, rows, "data-ai", day("2025-03-09")) is None
    assert locked_track(PROGRAMME, rows, "data-ai", day("2026-03-19")) == TrackLock(day("2025-03-10"), "smb")
    assert locked_track(PROGRAMME, rows, "data-ai", day("2026-03-20")) == TrackLock(day("2026-03-20"), "enterprise")


def test_a_track_is_kept_only_where_the_programme_says_so() -> None:
    rows = [_row("security", "2025-03-10", "2025-03-10", track="smb"), _row("data-ai", "2024-06-01", "2024-06-01")]
    assert locked_track(PROGRAMME, rows, "security", day("2025-04-01")) is None
    assert locked_track(PROGRAMME, rows, "data-ai", day("2024-12-31")) is None
    assert locked_track(PROGRAMME, rows, "data-ai", day("2025-01-01")) == TrackLock(day("2024-06-01"), None)


def test_before_the_programme_kept_tracks_no_day_decides_one() -> None:
    assert track_days(PROGRAMME, day("2023-06-12")) == ()
    assert track_days(PROGRAMME, day("2023-06-13"))[-1] == day("2023-06-13")


def test_six_monthly_rows_decide_the_track() -> None:
    assert track_days(PROGRAMME, day("2026-03-10")) == tuple(
        dt.date.fromisoformat(text) for text in ("2025-10-31", "2025-11-30", "2025-12-31", "2026-01-31", "2026-02-28", "2026-03-10")
    )
    assert enrollment_track(PROGRAMME, "data-ai", day("2026-03-10"), ["enterprise"] * 5 + ["smb"]) == "smb"
    assert enrollment_track(PROGRAMME, "data-ai", day("2026-03-10"), ["enterprise"] * 6) == "enterprise"
    assert enrollment_track(PROGRAMME, "data-ai", day("2024-03-10"), ["smb"]) is None
    assert enrollment_track(PROGRAMME, "business-applications", day("2024-03-10"), ["smb"]) == "smb"


def test_records_that_the_scores_do_not_bear_out_are_named() -> None:
    rows = [
        _row("security", "2025-01-31", "2025-01-31"),
        _row("modern-work", "2025-06-01", anniversary="2026-06-01"),
        _row("security", "2026-02-10", "2026-02-10"),
    ]
    known = {"security": scores([(day("2024-08-01"), day("2025-07-31"))]), "modern-work": scores([(day("2025-01-01"), day("2025-01-01"))])}
    assert [(doubt.code, doubt.designation, str(doubt.enrolled_on)) for doubt in doubts(PROGRAMME, known, rows)] == [
        ("other-anniversary", "modern-work", "2025-06-01"),
        ("not-qualified", "security", "2026-02-10"),
    ]
    late = {"security": scores([(day("2026-01-05"), day("2026-01-05"))]), "modern-work": scores([], known_from=day("2025-02-01"))}
    assert [doubt.code for doubt in doubts(PROGRAMME, late, rows)] == ["not-qualified", "other-anniversary"]
