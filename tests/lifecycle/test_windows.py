"""Windows, the days to score, the score history, and the sentences that give a reason."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attain.errors import AttainError
from attain.lifecycle import (
    BestScore,
    DailyScore,
    Enrollment,
    certificate_changes,
    days_needed,
    history_days_needed,
    score_history,
    status_on,
)
from attain.lifecycle.reasons import NOT_KEPT
from attain.lifecycle.windows import (
    Period,
    counts_until,
    enrolled_window,
    month_end,
    month_start,
    next_refresh,
    not_enrolled_window,
    refresh_days,
    renewal_window,
    rules_on,
    years_later,
)
from tests.lifecycle.histories import DAY, PROGRAMME, day, scores

DAYS = st.dates(dt.date(2022, 10, 3), dt.date(2032, 12, 31))


@given(today=DAYS, back=st.integers(0, 200))
def test_a_qualified_day_counts_until_the_last_day_whose_window_holds_it(today: dt.date, back: int) -> None:
    qualified_on = today - DAY * back
    if qualified_on not in not_enrolled_window(PROGRAMME, today):
        return
    last = today
    while qualified_on in not_enrolled_window(PROGRAMME, last + DAY):
        last += DAY
    assert counts_until(PROGRAMME, qualified_on, today) == last


@given(today=DAYS, refresh=st.integers(1, 31))
def test_the_next_refresh_is_the_first_one_after_the_day(today: dt.date, refresh: int) -> None:
    later = today + DAY
    while later.day != min(refresh, month_end(later).day):
        later += DAY
    assert next_refresh(refresh, today) == later


def test_refresh_days_include_both_ends() -> None:
    assert refresh_days(20, Period(day("2026-01-20"), day("2026-03-20"))) == [day("2026-01-20"), day("2026-02-20"), day("2026-03-20")]
    assert refresh_days(31, Period(day("2026-02-01"), day("2026-02-28"))) == [day("2026-02-28")]


def test_a_period_holds_both_its_ends_and_no_day_beyond() -> None:
    period = Period(day("2026-01-05"), day("2026-01-20"))
    around = ("2026-01-04", "2026-01-05", "2026-01-20", "2026-01-21")
    assert [day(one) in period for one in around] == [False, True, True, False]


def test_a_month_begins_in_the_month_of_the_day_itself() -> None:
    assert [month_start(day("2026-01-31")), month_start(day("2026-01-31"), 1), month_start(day("2026-12-01"), -1)] == [
        *(day("2026-01-01"), day("2025-12-01"), day("2027-01-01"))
    ]


def test_the_renewal_window_begins_with_the_anniversary() -> None:
    anniversary = day("2026-03-15")
    days = rules_on(PROGRAMME, anniversary).renewal_window_days
    assert renewal_window(PROGRAMME, anniversary) == Period(anniversary, anniversary + DAY * days)


def test_the_window_of_an_enrolled_designation_follows_the_rules_of_each_time() -> None:
    """Where a rule counts days it begins so many days before; it ends with the anniversary, or where the rules say so with the renewal."""
    anniversary, met = day("2023-12-15"), set[tuple[bool, bool]]()
    for start in (PROGRAMME.first_day, *PROGRAMME.era_starts(PROGRAMME.first_day, day("2030-01-01"))):
        rule = rules_on(PROGRAMME, start).enrolled_window
        found = enrolled_window(PROGRAMME, anniversary, start)
        first = anniversary - DAY * rule.days_before if rule.days_before is not None else month_start(anniversary, rule.months_before or 0)
        assert found.start == first < anniversary
        assert found.end == (renewal_window(PROGRAMME, anniversary).end if rule.renewal_window else anniversary)
        met.add((rule.days_before is not None, rule.renewal_window))
    assert met == {(True, False), (False, True)}


def test_a_day_qualified_just_before_the_rules_change_counts_by_the_new_ones() -> None:
    """The last day of the old rules, the day before it, and the first of the new ones."""
    changed = next(
        start
        for start in PROGRAMME.era_starts(PROGRAMME.first_day, day("2030-01-01"))
        if rules_on(PROGRAMME, start - DAY).not_enrolled_window.days_before is not None
        and rules_on(PROGRAMME, start).not_enrolled_window.months_before is not None
    )
    months = rules_on(PROGRAMME, changed).not_enrolled_window.months_before or 0
    before = changed - DAY
    assert counts_until(PROGRAMME, changed - 2 * DAY, changed - 2 * DAY) == changed - 2 * DAY
    assert counts_until(PROGRAMME, before, before) == month_end(before, -months)
    assert counts_until(PROGRAMME, changed, changed) == month_end(changed, -months)


def test_a_leap_day_is_followed_by_february_28() -> None:
    assert years_later(day("2028-02-29"), 1) == day("2029-02-28")
    assert years_later(day("2027-02-28"), 1) == day("2028-02-28")


def test_a_certificate_changes_the_score_when_it_comes_and_the_day_after_it_ends() -> None:
    changes = certificate_changes(PROGRAMME, day("2026-01-05"), day("2027-01-05"), day("2026-06-30"))
    assert changes == {day("2026-01-05"), day("2027-01-06"), day("2027-07-01")}
    assert certificate_changes(PROGRAMME, day("2026-01-05"), None, None) == {day("2026-01-05")}


def test_only_days_of_the_window_on_which_something_changes_are_scored() -> None:
    changes = [day("2026-05-31"), day("2026-07-31"), day("2026-09-01"), day("2026-12-01")]
    assert [str(needed) for needed in days_needed(PROGRAMME, "security", day("2026-09-30"), [], changes)] == [
        *("2026-04-01", "2026-04-20", "2026-05-20", "2026-05-31", "2026-06-20", "2026-07-20", "2026-07-31"),
        *("2026-08-13", "2026-08-20", "2026-09-01", "2026-09-20"),
    ]
    assert days_needed(PROGRAMME, "security", day("2023-09-18"), [], []) == [day("2023-09-18")]


def test_an_enrolled_designation_is_scored_within_its_own_window() -> None:
    rows = [Enrollment("security", day("2025-01-31"), day("2025-01-31"))]
    assert days_needed(PROGRAMME, "security", day("2025-07-31"), rows, []) == [day("2025-07-31")]
    needed = days_needed(PROGRAMME, "security", day("2025-09-30"), rows, [], refresh_day=15)
    assert [str(on) for on in needed] == ["2025-08-01", "2025-08-15", "2025-09-15"]
    # One that follows from the scores needs all of them since the first fee.
    assert days_needed(PROGRAMME, "data-ai", day("2025-07-31"), rows, [])[0] == day("2024-08-01")


def test_the_history_has_the_best_of_each_of_six_months() -> None:
    known = [
        DailyScore(day("2026-06-15"), qualified=False, points=Fraction(40)),
        DailyScore(day("2026-07-20"), qualified=False, points=Fraction(199, 3)),
        DailyScore(day("2026-08-02"), qualified=True, points=Fraction(71)),
        DailyScore(day("2026-08-03"), qualified=False, points=Fraction(30)),
    ]
    history = score_history(PROGRAMME, known, day("2026-10-10"))
    assert [(str(month.month), month.best) for month in history] == [
        ("2026-05-01", None),
        ("2026-06-01", BestScore(day("2026-06-15"), Fraction(40))),
        ("2026-07-01", BestScore(day("2026-07-20"), Fraction(199, 3))),
        ("2026-08-01", BestScore(day("2026-08-02"), Fraction(71))),
        ("2026-09-01", BestScore(day("2026-09-01"), Fraction(30))),
        ("2026-10-01", BestScore(day("2026-10-01"), Fraction(30))),
    ]
    assert history_days_needed(PROGRAMME, day("2026-07-10"), [])[0] == day("2026-02-01")


def _reason(on: str, known: list[DailyScore], *rows: Enrollment) -> str:
    return status_on(PROGRAMME, "security", day(on), known, rows).reason


def test_each_status_is_called_as_the_programme_calls_it() -> None:
    bought = Enrollment("security", day("2025-11-01"), day("2025-11-01"))
    always = scores([(day("2025-01-01"), day("2026-12-31"))])
    known: list[tuple[str, list[DailyScore], list[Enrollment]]] = [
        ("2026-06-30", [], []),
        ("2026-06-30", always, []),
        ("2026-06-30", always, [bought]),
        ("2026-11-02", always, [bought]),
    ]
    found = [status_on(PROGRAMME, "security", day(on), steps, rows) for on, steps, rows in known]
    assert {one.status: one.status_name for one in found} == {one.id: one.name for one in PROGRAMME.statuses}


def test_who_held_it_before_renewed_it_and_who_did_not_was_enrolled() -> None:
    rows = [
        Enrollment("infrastructure", day("2024-01-10"), day("2024-01-10")),
        Enrollment("security", day("2024-05-01")),
        Enrollment("infrastructure", day("2025-01-20"), day("2025-01-20")),
        Enrollment("security", day("2025-01-25")),
    ]
    assert "renewed on 2025-01-25" in _reason("2025-03-01", [], *rows)
    assert "enrolled automatically on 2025-01-25" in _reason("2025-03-01", [], rows[0], *rows[2:])


@pytest.mark.parametrize(
    ("designation", "on", "how", "recorded"),
    [
        ("security", "2025-01-19", "purchased on 2024-01-10;", True),
        ("security", "2025-01-20", "renewed on 2025-01-20 with the partner's yearly fee;", False),
        ("infrastructure", "2025-01-19", "enrolled automatically on 2024-05-01;", True),
        ("infrastructure", "2025-01-20", "renewed on 2025-01-20;", True),
        ("data-ai", "2024-08-01", "enrolled automatically on 2024-08-01, qualified while another designation was enrolled;", False),
    ],
)
def test_how_a_holding_began_and_whether_a_record_says_so(designation: str, on: str, how: str, recorded: bool) -> None:
    """The fee is paid under security, the next one under infrastructure: what a row names was recorded, the rest follows from scores."""
    rows = [
        Enrollment("security", day("2024-01-10"), day("2024-01-10")),
        Enrollment("infrastructure", day("2024-05-01")),
        Enrollment("infrastructure", day("2025-01-20"), day("2025-01-20")),
    ]
    status = status_on(PROGRAMME, designation, day(on), scores([(day("2024-08-01"), day("2024-08-31"))]), rows)
    assert (status.reason[: len(how)], status.recorded) == (how, recorded)


def test_a_reason_says_where_scores_keep_no_track() -> None:
    """Only a record keeps a track, and only where the programme keeps tracks: not of Security, and of Azure from 2025-01-01 on."""
    rows = [Enrollment("security", day("2024-05-01"), day("2024-05-01"))]
    known = scores([(day("2024-08-01"), day("2024-08-31"))])

    def reason(designation: str, on: str, *more: Enrollment) -> str:
        return status_on(PROGRAMME, designation, day(on), known, [*rows, *more]).reason

    assert "enrolled automatically on 2024-08-01" in reason("data-ai", "2025-01-01")
    assert reason("data-ai", "2025-01-01").endswith(NOT_KEPT)
    assert not reason("data-ai", "2024-12-31").endswith(NOT_KEPT)
    assert reason("business-applications", "2024-12-31").endswith(NOT_KEPT)
    assert not reason("modern-work", "2025-01-01").endswith(NOT_KEPT)
    assert not reason("data-ai", "2025-01-01", Enrollment("data-ai", day("2024-08-01"), track="smb")).endswith(NOT_KEPT)


def test_a_reason_names_what_is_short() -> None:
    short = DailyScore(day("2026-06-20"), qualified=False, points=Fraction(209, 3), zero_metrics=("deployments",))
    less = DailyScore(day("2026-09-20"), qualified=False, points=Fraction(60), complete=False)
    assert _reason("2026-11-24", []) == "no score is known from 2026-06-01 to 2026-11-24"
    assert _reason("2026-08-24", [short]) == (
        "not qualified on any day since 2026-03-01: 69.67 of 70.00 points, 0.33 short, no points in Deployments"
    )
    assert _reason("2026-11-24", [short, less]) == (
        "not qualified on any day since 2026-06-01: 60.00 of 70.00 points, 10.00 short, the facts do not cover every month that is needed; "
        "at best 69.67 on 2026-06-20"
    )
    one_at_zero = [DailyScore(day("2026-11-20"), qualified=False, points=Fraction(76), zero_metrics=("usage_growth", "net_customer_adds"))]
    assert _reason("2026-11-24", one_at_zero).endswith(": 76.00 points, no points in Usage growth, Net customer adds")
    nothing = [DailyScore(day("2026-11-20"), qualified=False, points=Fraction(0), zero_metrics=("usage_growth", "net_customer_adds"))]
    assert _reason("2026-11-24", nothing).endswith(": 0.00 of 70.00 points, 70.00 short")
    almost = [DailyScore(day("2026-11-20"), qualified=False, points=Fraction(70) - Fraction(1, 1000))]
    assert "69.99 of 70.00 points, 0.01 short" in _reason("2026-11-24", almost)


def test_a_reason_names_the_day_that_counts() -> None:
    known = scores([(day("2025-09-05"), day("2025-09-05"))])
    row = Enrollment("security", day("2025-01-31"), day("2025-01-31"))
    assert _reason("2025-09-05", known) == "qualified today with 75.00 points"
    assert _reason("2025-10-01", known) == (
        "qualified on 2025-09-05, inside the window from 2025-05-01; today 60.00 of 70.00 points, 10.00 short"
    )
    assert _reason("2025-07-01", known, row) == "purchased on 2025-01-31; held to 2026-01-31 whatever the score does"
    assert _reason("2025-09-04", known, row) == (
        "purchased on 2025-01-31; not yet qualified on any day since 2025-08-01: qualify by 2026-03-02 to keep it"
    )
    assert _reason("2026-02-01", known, row) == "purchased on 2025-01-31; may be renewed: qualified on 2025-09-05"
    other = Enrollment("modern-work", day("2025-08-01"), day("2025-08-01"))
    assert _reason("2025-10-01", known, other).startswith(
        "enrolled automatically on 2025-09-05, qualified while another designation was enrolled; held to 2026-08-01"
    )


def test_there_is_no_status_before_the_programme() -> None:
    with pytest.raises(AttainError, match=r"Microsoft Solutions Partner did not exist on 2022-10-02 \(choose a day from 2022-10-03 on\)"):
        status_on(PROGRAMME, "security", day("2022-10-02"), [], [])
