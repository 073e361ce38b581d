"""What holds of every score, whatever the facts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import attain
from attain.facts.facts import Facts
from attain.scoring.rationals import MICRO, cut
from attain.scoring.result import Scores
from tests.oracle import figures
from tests.oracle.build import tenant
from tests.oracle.months import month_name, month_of
from tests.oracle.random_facts import random_facts
from tests.scoring.disk import Row, write_facts
from tests.scoring.test_against_oracle import EDITIONS, FIRST_SEED, SEEDS, day_within

USAGE = ("azure_usage", "workload_usage", "workload_revenue")
PARTNERS = 4
SETS = 2 * len(EDITIONS) * SEEDS
NUMBERS = st.integers(0, SETS - 1)
"""Which set of random facts an example is about; more of them with `ATTAIN_RANDOM_SEEDS`."""
SEED = st.integers(0, 10**6)
EXAMPLES = 10 * SEEDS
MORE = settings(max_examples=EXAMPLES)
FEW = settings(max_examples=EXAMPLES // 2)
"""Examples that write and load facts anew."""


class Drawn:
    """Random facts for one designation on a day, loaded and scored when first asked for."""

    def __init__(self, number: int, folder: Path) -> None:
        self.designation, edition = EDITIONS[number % len(EDITIONS)]
        self.day = day_within(self.designation, edition, number)
        self.tables = random_facts(FIRST_SEED + 900 + number, partners=PARTNERS, designation=self.designation, edition_day=self.day)
        self._folder = folder

    def score(self, facts: Facts | None = None, **options: Any) -> Scores:
        return attain.score(self.facts if facts is None else facts, on=self.day, designations=[self.designation], **options)

    @cached_property
    def facts(self) -> Facts:
        facts = attain.load(write_facts(self.tables, self._folder))
        assert not facts.report.rejects
        return facts

    @cached_property
    def frame(self) -> pl.DataFrame:
        return self.score().frame

    def assert_same_with(self, tables: dict[str, list[Row]]) -> None:
        """Other facts must give the same score, to the last cell."""
        with tempfile.TemporaryDirectory() as folder:
            facts = attain.load(write_facts({**self.tables, **tables}, Path(folder)))
            assert not facts.report.rejects
            assert self.score(facts).frame.equals(self.frame)

    def assert_same_with_more(self, table: str, rows: Iterable[Row]) -> None:
        """Further rows of a table must change nothing."""
        more = list(rows)
        assert more
        self.assert_same_with({table: [*self.tables[table], *more]})


@pytest.fixture(scope="module")
def draw(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Drawn]:
    """Give a function that draws facts by number; the same number gives the same facts, loaded once."""
    folder = tmp_path_factory.mktemp("drawn")

    @cache
    def drawn(number: int) -> Drawn:
        return Drawn(number, folder / str(number))

    return drawn


Draw = Callable[[int], Drawn]


@FEW
@given(NUMBERS, SEED)
def test_the_order_of_rows_means_nothing(draw: Draw, number: int, seed: int) -> None:
    drawn = draw(number)
    drawn.assert_same_with({table: Random(seed).sample(rows, len(rows)) for table, rows in drawn.tables.items()})


@MORE
@given(NUMBERS, st.data())
def test_partners_together_are_partners_one_by_one(draw: Draw, number: int, data: st.DataObject) -> None:
    drawn = draw(number)
    partners = drawn.frame["partner_id"].unique(maintain_order=True).to_list()
    assert pl.concat(drawn.score(partners=[one]).frame for one in partners).equals(drawn.frame)
    some = data.draw(st.lists(st.sampled_from(partners), min_size=1, unique=True))
    assert drawn.score(partners=some).frame.equals(drawn.frame.filter(pl.col("partner_id").is_in(some)))


@FEW
@given(NUMBERS)
def test_designations_together_are_designations_one_by_one(draw: Draw, number: int) -> None:
    drawn = draw(number)
    together = attain.score(drawn.facts, on=drawn.day)
    for designation in together.frame["designation"].cast(pl.String).unique():
        alone = attain.score(drawn.facts, on=drawn.day, designations=[designation])
        assert alone.frame.equals(together.frame.filter(pl.col("designation") == designation))
        assert set(alone.gaps) <= set(together.gaps)
    assert together.frame.filter(pl.col("designation") == drawn.designation).equals(drawn.frame)


@FEW
@given(NUMBERS)
def test_scoring_twice_gives_the_same(draw: Draw, number: int) -> None:
    drawn = draw(number)
    first, second = drawn.score(), drawn.score()
    assert second.frame.equals(first.frame)
    assert (second.rulebook, second.facts, second.gaps) == (first.rulebook, first.facts, first.gaps)
    drawn.assert_same_with({})


@MORE
@given(NUMBERS)
def test_a_location_means_its_global_account(draw: Draw, number: int) -> None:
    drawn = draw(number)
    locations = {row["partner_id"]: row["global_id"] for row in drawn.tables["partners"] if row["account"] == "location"}
    assume(locations)
    for location, account in locations.items():
        asked = drawn.score(partners=[location]).frame
        assert set(asked["partner_id"]) == {account}
        assert asked.equals(drawn.frame.filter(partner_id=account))
    location, account = next(iter(locations.items()))
    assert drawn.score(partners=[location, account]).frame.equals(drawn.frame.filter(partner_id=account))


@MORE
@given(NUMBERS)
def test_points_have_a_floor_and_a_cap(draw: Draw, number: int) -> None:
    frame = draw(number).frame
    assert frame.filter((pl.col("points") < 0) | (pl.col("points") > pl.col("max_points"))).is_empty()
    totals = frame.filter(metric="total")
    assert totals.height == frame.select("partner_id", "track").n_unique() > PARTNERS
    assert totals["max_points"].unique().to_list() == [100 * MICRO]
    assert totals["qualified"].null_count() == 0
    reached = totals.filter("qualified")
    assert reached.filter((pl.col("points") < 70 * MICRO) | ~pl.col("selected") | ~pl.col("complete")).is_empty()


@MORE
@given(NUMBERS)
def test_one_track_counts_and_the_best_one_where_the_best_does(draw: Draw, number: int) -> None:
    drawn = draw(number)
    totals = drawn.frame.filter(metric="total")
    selected = totals.filter("selected")
    assert selected.height == totals["partner_id"].n_unique() == selected["partner_id"].n_unique()
    if drawn.designation in ("security", "modern-work"):
        best = totals.group_by("partner_id").agg(pl.col("points").max()).sort("partner_id")
        assert selected.sort("partner_id").select("partner_id", "points").equals(best)


@MORE
@given(NUMBERS, st.data())
def test_a_total_is_the_sum_of_its_metrics(draw: Draw, number: int, data: st.DataObject) -> None:
    drawn = draw(number)
    partner = data.draw(st.sampled_from(drawn.frame["partner_id"].unique(maintain_order=True).to_list()))
    for (track,), rows in drawn.frame.filter(partner_id=partner).group_by("track", maintain_order=True):
        shown = dict(rows.select("metric", "points").iter_rows())
        exact: dict[str, Fraction] = {}
        for row in rows.filter(pl.col("metric") != "total").iter_rows(named=True):
            found = attain.explain(
                drawn.facts, on=drawn.day, partner=partner, designation=drawn.designation, metric=row["metric"], track=str(track)
            )
            points = [pool.points for pool in found.pools]
            is_best = drawn.designation == "modern-work" and row["metric"] in ("usage_growth", "deployments")
            exact[row["metric"]] = max(points) if is_best else min(sum(points, Fraction(0)), Fraction(row["max_points"], MICRO))
        assert {metric: cut(value) for metric, value in exact.items()} == {one: shown[one] for one in exact}
        assert shown["total"] == cut(sum(exact.values(), Fraction(0)))


# ---- A row that is not eligible changes nothing -------------------------------------------------------------------------


def _large(table: str) -> Row:
    """Amounts that would show in any score."""
    if table == "azure_usage":
        return {"subscription_id": "of-the-property", "acr_usd": Decimal(1_000_000)}
    if table == "workload_usage":
        return {"paid_licenses": 150, "assigned_licenses": 150, "active_users": 140, "capacity": 10**6}
    return {"revenue_usd": Decimal(1_000_000)}


def _recognized(drawn: Drawn, table: str) -> list[Row]:
    """The partners' rows that an association may recognize."""
    rows = [row for row in drawn.tables.get(table, []) if row["partner_id"] and (row["associations"] is None or row["associations"])]
    assume(rows)
    return rows


@MORE
@given(NUMBERS, SEED, st.sampled_from(USAGE))
def test_unrecognized_usage_changes_nothing(draw: Draw, number: int, seed: int, table: str) -> None:
    drawn, rng = draw(number), Random(seed)
    rows = _recognized(drawn, table)
    held = frozenset[str]() if rows[0]["associations"] is not None else None
    # New tenants, which the associations table does not know.
    drawn.assert_same_with_more(
        table, [{**rng.choice(rows), **_large(table), "tenant_id": tenant(10**6 + one), "associations": held} for one in range(4)]
    )


@MORE
@given(NUMBERS, SEED, st.sampled_from(["service", "workload", "offer", "basis"]))
def test_usage_that_no_rule_lists_changes_nothing(draw: Draw, number: int, seed: int, column: str) -> None:
    drawn, rng = draw(number), Random(seed)
    table = rng.choice(["workload_usage", "workload_revenue"]) if column == "workload" else "azure_usage"
    # Every service counts in the Azure designations, also an unknown one.
    assume(column != "service" or drawn.designation == "security")
    rows = _recognized(drawn, table)
    other = {
        "service": "Service of no list",
        "workload": "Workload of no list",
        "offer": rng.choice(figures.EXCLUDED_OFFERS),
        "basis": "list",
    }
    more = [{**rng.choice(rows), **_large(table), column: other[column]} for _ in range(4)]
    drawn.assert_same_with_more(table, {(row["month"], row["partner_id"], row["tenant_id"]): row for row in more}.values())


@MORE
@given(NUMBERS, SEED, st.sampled_from(["expired", "not earned yet", "not_linked", "left", "of no list"]))
def test_certificates_that_are_not_valid_change_nothing(draw: Draw, number: int, seed: int, fault: str) -> None:
    drawn, rng = draw(number), Random(seed)
    assume(drawn.tables.get("certifications"))
    years_ago, yesterday, tomorrow = date(2015, 1, 1), drawn.day - timedelta(days=1), drawn.day + timedelta(days=1)
    changed: dict[str, Row] = {
        "expired": {"earned_on": years_ago, "expires_on": yesterday, "status": "active"},
        "not earned yet": {"earned_on": tomorrow, "expires_on": None, "status": "active"},
        "not_linked": {"earned_on": years_ago, "expires_on": None, "status": "not_linked"},
        "left": {"earned_on": years_ago, "expires_on": None, "status": "left"},
        "of no list": {"earned_on": years_ago, "expires_on": None, "status": "active", "certification": "Certificate of no list"},
    }
    chosen = rng.sample(drawn.tables["certifications"], min(8, len(drawn.tables["certifications"])))
    drawn.assert_same_with_more(
        "certifications", [{**row, **changed[fault], "person_id": f"of-the-property-{one}"} for one, row in enumerate(chosen)]
    )


@FEW
@given(NUMBERS, SEED, st.sampled_from(USAGE))
def test_usage_of_months_to_come_changes_nothing(draw: Draw, number: int, seed: int, table: str) -> None:
    drawn, rng = draw(number), Random(seed)
    rows = _recognized(drawn, table)
    later = month_name(month_of(drawn.day) + rng.randint(0, 3))
    more = {row["partner_id"]: {**row, **_large(table), "month": later} for row in rng.sample(rows, min(5, len(rows)))}
    drawn.assert_same_with_more(table, more.values())
