"""Scores and statuses over time are those of each day, asked one by one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import attain
from attain.errors import AttainError
from attain.facts.facts import Facts
from attain.facts.synthetic import DemoPlan, write_demo
from attain.rulebook.load import load_book
from attain.scoring.chronicle import COLUMNS, By, Chronicle, chronicle, known_days
from attain.scoring.options import Chosen
from attain.scoring.run import scores
from attain.scoring.statuses import statuses
from tests.oracle.build import certificate
from tests.scoring.disk import write_facts

PARTNERS = ["1000001", "1000003"]
SAME = ("partner_id", "designation", "edition", "track", "metric", "value", "full_marks", "points", "max_points", "complete", "qualified")


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("chronicle")
    write_demo(DemoPlan(partners=5, seed=3, tenants=40, azure_rows=2_000, usage_rows=1_500, certificates=200), folder)
    return attain.load(folder)


def told(facts: Facts, by: By, first: dt.date, last: dt.date, **more: Any) -> Chronicle:
    return chronicle(load_book(), facts, by=by, from_=first, to=last, partners=PARTNERS, **more)


def check_day(facts: Facts, frame: pl.DataFrame, day: dt.date, names: list[str] | None = None, options: Chosen | None = None) -> None:
    """Compare one day with `scores` and `statuses`."""
    asked: dict[str, Any] = {"partners": PARTNERS, "designations": names, "options": options or Chosen()}
    own = frame.filter(pl.col("as_of") == day)
    expected = scores(load_book(), facts, day, **asked).frame.filter("selected")
    expected = expected.with_columns(pl.col("designation", "edition", "track", "metric").cast(pl.String)).select(SAME)
    assert own.select(SAME).equals(expected), day
    known = {
        (one.partner_id, status.designation): (status.status, status.status_name)
        for one in statuses(load_book(), facts, day, **asked)
        for status in one.on.statuses
    }
    totals = own.filter(pl.col("metric") == "total")
    assert totals.height
    for partner, designation, *status in totals.select("partner_id", "designation", "status", "status_name").iter_rows():
        assert known[partner, designation] == tuple(status), (day, partner, designation)


def test_by_month(facts: Facts) -> None:
    found = told(facts, "month", dt.date(2026, 4, 1), dt.date(2026, 11, 24))
    days = found.frame["as_of"].unique().sort().to_list()
    assert days == [
        *(dt.date(2026, month, last) for month, last in ((4, 30), (5, 31), (6, 30), (7, 31), (8, 31), (9, 30), (10, 31))),
        dt.date(2026, 11, 24),
    ]
    assert found.frame.columns == list(COLUMNS)
    for day in (days[0], days[3], days[-1]):
        check_day(facts, found.frame, day)


def test_by_day_across_a_refresh_an_edition_and_certificates(facts: Facts) -> None:
    names = ["security", "data-ai"]
    options = Chosen(refresh_day=30)
    found = told(facts, "day", dt.date(2026, 7, 28), dt.date(2026, 8, 3), designations=names, options=options)
    assert found.frame["as_of"].n_unique() == 7
    for day in found.frame["as_of"].unique():
        check_day(facts, found.frame, day, names, options)


def test_the_day_on_which_other_rules_begin_is_marked(facts: Facts) -> None:
    found = told(facts, "day", dt.date(2026, 7, 29), dt.date(2026, 8, 2), designations=["security"])
    marked = found.frame.filter(pl.col("rule_change") != "")
    assert set(marked["as_of"]) == {dt.date(2026, 7, 31)}
    assert set(marked["rule_change"]) == {"2026-07"}


def test_statuses_stand_on_totals_alone(facts: Facts) -> None:
    frame = told(facts, "month", dt.date(2026, 10, 1), dt.date(2026, 11, 24), designations=["security"]).frame
    assert frame.filter((pl.col("metric") == "total") == pl.col("status").is_null()).is_empty()


def test_a_day_before_the_first_edition_has_no_rows(facts: Facts) -> None:
    found = told(facts, "month", dt.date(2023, 5, 1), dt.date(2023, 6, 20), designations=["security", "modern-work"])
    assert found.frame.group_by("designation").agg(pl.col("as_of").n_unique()).sort("designation").rows() == [
        ("modern-work", 1),
        ("security", 2),
    ]


def test_all_time_that_is_known(facts: Facts) -> None:
    assert min(month for bases in facts.months.values() for own in bases.values() for month in own) == 2024 * 12 + 4
    period = known_days(load_book(), facts)
    assert (period.start, period.end) == (dt.date(2024, 6, 20), dt.date(2026, 11, 20))
    assert known_days(load_book(), facts, Chosen(refresh_day=5)).end == dt.date(2026, 11, 5)


def test_without_usage_certificates_tell_the_time(tmp_path: Path) -> None:
    rows = [certificate("A", "SC-100", dt.date(2025, 3, 1)), certificate("B", "SC-100", dt.date(2026, 2, 3))]
    only = attain.load(write_facts({"certifications": rows}, tmp_path))
    period = known_days(load_book(), only)
    assert (period.start, period.end) == (dt.date(2025, 3, 1), dt.date(2026, 2, 3))


def test_what_cannot_be_told_is_refused(facts: Facts, tmp_path: Path) -> None:
    with pytest.raises(AttainError, match="is after"):
        told(facts, "day", dt.date(2026, 2, 1), dt.date(2026, 1, 1))
    with pytest.raises(AttainError, match="designation"):
        told(facts, "day", dt.date(2026, 2, 1), dt.date(2026, 2, 1), designations=["securty"])
    nothing = attain.load(write_facts({"partners": [{"partner_id": "1"}]}, tmp_path))
    with pytest.raises(AttainError, match="no month of usage and no certificate"):
        known_days(load_book(), nothing)
