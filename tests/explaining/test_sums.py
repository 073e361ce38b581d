"""The rows behind a number add up to it exactly: every edition, track and metric, on random facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import attain
from attain.explaining.result import COLUMNS, ExplainedRow, Explanation
from attain.facts.facts import Facts
from attain.rulebook.load import load_book
from attain.rulebook.resolve import MetricRules, PoolRules, resolve
from attain.scoring.rationals import MICRO, cut
from tests.oracle.random_facts import random_facts
from tests.scoring.disk import write_facts
from tests.scoring.test_against_oracle import EDITIONS, FIRST_SEED, SEEDS, day_within

ZERO = Fraction(0)
PARTNERS = 3


@dataclass(frozen=True)
class Explained:
    """One metric of one partner on one track: the rules, the row of the score, and its explanation."""

    rules: MetricRules
    row: dict[str, Any]
    found: Explanation

    @property
    def name(self) -> str:
        return f"{self.row['partner_id']} {self.row['track']} {self.row['metric']}"

    def rows_of(self, pool: PoolRules) -> list[ExplainedRow]:
        identity = pool.pool.id
        return [row for row in self.found.rows if len(self.rules.pools) == 1 or identity in (row.pool, row.option)]


def _explained(facts: Facts, designation: str, day: date) -> Iterator[Explained]:
    rules = resolve(load_book().designation(designation), day)
    frame = attain.score(facts, on=day, designations=[designation]).frame
    for row in frame.iter_rows(named=True):
        if row["metric"] != "total":
            (metric,) = [one for one in rules.metrics[row["track"]] if one.id == row["metric"]]
            partner, track = row["partner_id"], row["track"]
            found = attain.explain(facts, on=day, partner=partner, designation=designation, metric=row["metric"], track=track)
            yield Explained(metric, row, found)


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + max(SEEDS // 2, 1)))
@pytest.mark.parametrize(("designation", "edition"), EDITIONS)
def test_rows_add_up_to_the_score(designation: str, edition: str, seed: int, tmp_path: Path) -> None:
    day = day_within(designation, edition, seed)
    drawn = 300 + seed * len(EDITIONS) + EDITIONS.index((designation, edition))
    tables = random_facts(drawn, partners=PARTNERS, designation=designation, edition_day=day)
    explained = list(_explained(attain.load(write_facts(tables, tmp_path)), designation, day))
    assert explained
    rows = 0
    for one in explained:
        rows += len(one.found.rows)
        check_rows(one)
        if one.rules.steps:
            check_people(one)
        else:
            check_value(one)
            check_points(one)
    assert rows > len(explained)


def check_rows(one: Explained) -> None:
    assert tuple(one.found.records()[0] if one.found.records() else COLUMNS) == COLUMNS
    entities = [(row.pool, row.option, row.entity, row.tenant_id) for row in one.found.rows]
    assert len(set(entities)) == len(entities), f"{one.name}: an entity twice"
    for row in one.found.rows:
        assert row.reason, f"{one.name}: {row.entity} has no reason"
        assert "None" not in row.reason, row.reason
        assert row.entity, one.name


def check_people(one: Explained) -> None:
    assert one.row["value"] == cut(sum((row.change for row in one.found.rows), ZERO)), one.name
    assert one.row["points"] == cut(sum((pool.points for pool in one.found.pools), ZERO)), one.name
    earned = sum((row.points or ZERO for row in one.found.rows), ZERO)
    assert one.row["points"] == cut(min(earned, one.rules.max_points)), one.name


def value_of(one: Explained, pool: PoolRules) -> Fraction | None:
    """What a pool's rows add up to."""
    rows = one.rows_of(pool)
    change = sum((row.change for row in rows), ZERO)
    if pool.pool.compare != "percent":
        for row in rows:
            counted = int(row.counted_after) - int(row.counted_before or False)
            amounts = (row.after or ZERO) * row.counted_after - (row.before or ZERO) * bool(row.counted_before)
            assert row.change == (counted if pool.pool.value == "count" else amounts), f"{one.name}: {row}"
        return change
    before = sum((row.before or ZERO for row in rows), ZERO)
    after = sum((row.after or ZERO for row in rows), ZERO)
    assert change == after - before, one.name
    return change * 100 / before if before > 0 else None


def points_of(pool: PoolRules, value: Fraction | None) -> Fraction:
    return min(max(value or ZERO, ZERO), pool.full_marks) * pool.max_points / pool.full_marks


def check_value(one: Explained) -> None:
    values = [value_of(one, pool) for pool in one.rules.pools]
    if one.rules.metric.combine == "best":
        earned = [points_of(pool, value) for pool, value in zip(one.rules.pools, values, strict=True)]
        best = earned.index(max(earned))
        assert one.row["value"] == cut(values[best] or ZERO), one.name
        assert one.row["full_marks"] == cut(one.rules.pools[best].full_marks), one.name
    elif one.rules.metric.value_is == "mixed":
        assert one.row["value"] is None, one.name
    elif one.rules.metric.value_is == "percent":
        (value,) = values
        assert one.row["value"] == (None if value is None else cut(value)), one.name
    else:
        assert one.row["value"] == cut(sum((value or ZERO for value in values), ZERO)), one.name


def check_points(one: Explained) -> None:
    by_pool = {pool.id: pool for pool in one.found.pools}
    assert list(by_pool) == [pool.pool.id for pool in one.rules.pools], one.name
    earned: list[Fraction] = []
    for pool in one.rules.pools:
        summary, rows = by_pool[pool.pool.id], one.rows_of(pool)
        value = value_of(one, pool)
        if pool.base_floor is not None:
            total = sum(((row.after if pool.base_floor.side == "now" else row.before) or ZERO for row in rows), ZERO)
            if total < pool.base_floor.at_least:
                value = None
        assert summary.points == points_of(pool, value), one.name
        shares = [row.points for row in rows]
        if value is not None:
            share = sum((part or ZERO for part in shares), ZERO)
            assert min(max(share, ZERO), pool.max_points) == summary.points, one.name
        assert summary.formula, one.name
        assert "points" in summary.formula, summary.formula
        earned.append(summary.points)
    points = max(earned) if one.rules.metric.combine == "best" else min(sum(earned, ZERO), one.rules.max_points)
    assert one.row["points"] == cut(points), f"{one.name}: {one.row['points'] / MICRO} is not {points}"
