"""A forecast against the score: each step is the score of the facts as they are assumed to be, and nothing changes between steps."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

import attain
from attain.advise.ahead import continued, known_on
from attain.advise.applying import apply_changes
from attain.advise.backtest import backtest
from attain.advise.changes import Certify
from attain.advise.expected import Expected
from attain.advise.forecast import forecast
from attain.advise.hypothesis import Hypotheses
from attain.advise.outlook import records
from attain.errors import AttainError
from attain.lifecycle.windows import next_refresh
from attain.rulebook.load import load_book
from attain.scoring.rationals import MICRO, cut
from attain.scoring.windows import latest_refreshed_month
from attain.workspace import Workspace
from tests.advise.drawn import drawn_facts, hypotheses_of
from tests.advise.small import ACME, BIRCH, DAY, DUNE, LAST, PARTNER, month, small, small_facts

REFRESH_DAY = 20


def test_by_hand(tmp_path: Path) -> None:
    """Ada's SC-200 closes the smb steps when it goes; Acme's growth ends in November 2027, twelve months after the last new one."""
    hypotheses = small(tmp_path)
    found = forecast(hypotheses)
    assert (found.as_of, found.until) == (DAY, date(2027, 11, 24))
    assert found.last_known == {"azure_usage": "2026-10", "workload_usage": "2026-10"}
    one = found.of("security")
    first = one.steps[0]
    assert first.total == Fraction(sum(cut(points) for points in hypotheses.current.of["security"].points[first.track].values()), MICRO)
    assert [step.day for step in one.steps][1] == date(2026, 12, 16)
    gone = one.steps[1]
    # 4 points for the step, and 8 for Ben who scores no longer.
    assert [(moved.metric, moved.after - moved.before) for moved in gone.moved] == [("intermediate_certifications", Fraction(-12))]
    assert [cause.words for cause in gone.moved[0].causes] == ["SC-200 of Ada expires: 2026-12-15 is its last day"]
    assert one.safe_until is None
    assert one.qualifies_on is None
    assert one.renewal is None


def test_a_designation_that_begins_later_is_forecast_from_its_first_day(tmp_path: Path) -> None:
    hypotheses = Hypotheses(load_book(), attain.load(small_facts(tmp_path)), PARTNER, date(2023, 5, 1))
    first = {one.designation: one.steps[0].day for one in forecast(hypotheses).designations}
    assert first.pop("security") == date(2023, 5, 1)
    assert first
    assert set(first.values()) == {date(2023, 6, 13)}


def test_an_acme_that_stays_is_no_growth_any_more(tmp_path: Path) -> None:
    one = forecast(small(tmp_path)).of("security")
    last = one.steps[-1]
    # From 2027-11-20 on both years have twelve months of Acme.
    assert last.day == date(2027, 11, 20)
    assert last.metrics["net_customer_adds"] == 0
    assert last.metrics["usage_growth"] == 0
    assert any(cause.kind == "months" for cause in last.causes)


@pytest.mark.parametrize(
    ("designation", "edition", "usage"),
    [("security", "2026-07", "held"), ("modern-work", "2026-08", "trend"), ("infrastructure", "2025", "held")],
)
def test_every_day_is_the_score_of_what_is_assumed(designation: str, edition: str, usage: str, tmp_path: Path) -> None:
    facts, day = drawn_facts(designation, edition, 1, tmp_path)
    kind = "held" if usage == "held" else "trend"
    for hypotheses in hypotheses_of(facts, day, designation):
        found = forecast(hypotheses, usage=kind)
        known = known_on(hypotheses.today, day)
        held = continued(hypotheses, known, found.until, kind)
        steps = found.of(designation).steps
        assert steps[0].day == day
        probed = {day, found.until, *(step.day for step in steps[1:4]), *(step.day - timedelta(days=1) for step in steps[1:4])}
        for one in sorted(probed):
            # What is assumed has not come before the next refresh, even where a table is late.
            score = hypotheses.score(held if one >= next_refresh(REFRESH_DAY, day) else known, one).of[designation]
            step = found.of(designation).on(one)
            assert step.track == score.selected
            assert {name: points * MICRO for name, points in step.metrics.items()} == {
                name: cut(points) for name, points in score.points[score.selected].items()
            }
            assert step.qualified == score.qualified


def test_what_comes_later_is_not_known(tmp_path: Path) -> None:
    """From an earlier day, the later months and certificates of the facts make no difference."""
    facts = small(tmp_path).facts
    early = date(2026, 2, 1)
    hypotheses = Hypotheses(load_book(), facts, "100", early, designations=["security"])
    known = known_on(hypotheses.today, early)
    assert known.frames["azure_usage"]["month"].max() == 2026 * 12
    assert set(known.frames["certifications"]["person_id"]) == {"p1"}
    steps = forecast(hypotheses).of("security").steps
    assert not any("SC-200" in cause.words for step in steps for cause in step.causes)


def test_set_usage_is_held_usage_changed(tmp_path: Path) -> None:
    hypotheses = small(tmp_path)
    known = known_on(hypotheses.today, DAY)
    until = date(2027, 2, 24)
    expected = [Expected.model_validate({"percent": -50, "tenant": "Acme", "from": date(2026, 12, 5)})]
    made = continued(hypotheses, known, until, "set", expected).frames["azure_usage"]
    acme = made.filter(pl.col("tenant_id") == ACME, pl.col("month") >= LAST).sort("month")
    assert acme["acr"].to_list() == [1_000_000, 1_000_000, 500_000, 500_000]
    others = made.filter(pl.col("tenant_id") != ACME, pl.col("month") > LAST)
    assert set(others["acr"]) == {400_000}
    with pytest.raises(AttainError, match="did you mean"):
        continued(hypotheses, known, until, "set", [Expected.model_validate({"percent": 1, "tenant": "Acmee"})])


def test_a_scenario_is_made_first(tmp_path: Path) -> None:
    hypotheses = small(tmp_path)
    start = apply_changes(hypotheses, [Certify(person="Ben", certification="SC-200", earned_on=DAY)])
    steps = forecast(hypotheses, start=start).of("security").steps
    assert date(2026, 12, 16) not in [step.day for step in steps]


def test_errors_are_what_came_against_what_was_forecast(tmp_path: Path) -> None:
    """Of the drawn facts, the row of each comparison is worked out once more, the long way."""
    facts, day = drawn_facts("security", "2026-07", 1, tmp_path)
    hypotheses = next(hypotheses_of(facts, day, "security"))
    errors = backtest(hypotheses)
    for row in errors.rows[:4]:
        there = Hypotheses(load_book(), facts, hypotheses.account, row.made_on, designations=["security"])
        step = forecast(there).of("security").on(row.day)
        assert step.total * MICRO <= row.forecast * MICRO < (step.total * MICRO) + 10
        came = Hypotheses(load_book(), facts, hypotheses.account, row.day, designations=["security"]).current.of["security"]
        assert row.came == sum(came.points[came.selected].values(), Fraction(0))
    ranged = forecast(hypotheses, errors=errors).of("security")
    assert ranged.steps[0].low == ranged.steps[0].high == ranged.steps[0].total or not errors.rows


def test_a_range_is_the_largest_error_of_earlier_forecasts_so_far_ahead(tmp_path: Path) -> None:
    """A partner that won a customer three months ago, which no forecast before that could know: Attain takes its ranges from that."""
    folder = small_facts(tmp_path)
    lines = ["month,partner_id,tenant_id,subscription_id,service,offer,associations,acr_usd,basis"]
    lines += [f"{month(ago)},{PARTNER},{DUNE},s2,Key Vault,,pal,60,acr" for ago in range(40)]
    lines += [f"{month(ago)},{PARTNER},{ACME},s1,Sentinel,,pal,2000,acr" for ago in range(3)]
    (folder / "azure_usage.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    seats = ["month,partner_id,tenant_id,workload,associations,paid_licenses,assigned_licenses,active_users,capacity"]
    seats += [f"{month(ago)},{PARTNER},{BIRCH},Intune,cpor,90,60,20," for ago in range(40)]
    (folder / "workload_usage.csv").write_text("\n".join(seats) + "\n", encoding="utf-8")
    advice = Workspace.open(folder).advice(DAY, partner=PARTNER, designations=["security"])
    errors = backtest(advice.hypotheses)
    own = [(row.months, abs(row.error)) for row in errors.rows]
    assert {bool(error) for _, error in own} == {True, False}
    longest = max(months for months, _ in own)
    for months in range(1, longest + 1):
        assert errors.spread("security", months) == max(error for ahead, error in own if ahead <= months)
    assert errors.spread("security", longest + 5) == max(error for _, error in own)
    assert errors.spread("security", 0) == 0
    assert errors.spread("data-ai", 3) is None
    found = advice.forecast().of("security")
    rules = advice.hypotheses.current.of["security"].plan.rules.metrics
    refresh = load_book().programme.on(DAY).refresh_day
    spreads: set[Fraction] = set()
    for step in found.steps:
        spread = errors.spread("security", latest_refreshed_month(step.day, refresh) - latest_refreshed_month(DAY, refresh))
        assert spread is not None
        most = sum((metric.max_points for metric in rules[step.track]), Fraction(0))
        assert (step.low, step.high) == (max(step.total - spread, Fraction(0)), min(step.total + spread, most))
        spreads.add(spread)
    assert len(spreads) > 1
    assert {(step.low, step.high) for step in advice.forecast(ranges=False).of("security").steps} == {(None, None)}


def test_late_tables_change_nothing_before_the_next_refresh(tmp_path: Path) -> None:
    folder = small_facts(tmp_path)
    day = date(2027, 1, 25)
    hypotheses = Hypotheses(load_book(), attain.load(folder), "100", day, designations=["security"])
    one = forecast(hypotheses).of("security")
    assert one.steps[0].total * MICRO == sum(
        cut(points) for points in hypotheses.current.of["security"].points[one.steps[0].track].values()
    )
    later = [step for step in one.steps if any(cause.kind == "late_data" for cause in step.causes)]
    assert all(step.day == date(2027, 2, 20) for step in later)
    assert len(one.steps) == 1 or one.steps[1].day >= date(2027, 2, 20)


def test_rows_of_a_forecast_add_up(tmp_path: Path) -> None:
    found = forecast(small(tmp_path))
    rows = records(found)
    for step in found.of("security").steps:
        own = [row for row in rows if row["day"] == step.day]
        # Each is cut at six decimals, the total after it is added up.
        cut_off = step.total - sum(Fraction(str(row["points"])) for row in own if row["metric"] != "total")
        assert 0 <= cut_off * MICRO < len(own)
        assert [row["points"] for row in own if row["metric"] == "total"] == [step.total]
