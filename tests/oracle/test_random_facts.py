"""The random facts are worth comparing on: repeatable, with clean keys, and on both sides of every metric."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from random import Random
from typing import Any

import pytest

from tests.oracle import figures
from tests.oracle.names import name_key
from tests.oracle.random_facts import random_facts
from tests.oracle.rollup import Facts, covered_months
from tests.oracle.scorer import score

DAYS = {
    "2022-10": date(2023, 4, 24),
    "2023-06": date(2023, 10, 24),
    "2023-12": date(2024, 5, 24),
    "2025": date(2025, 11, 24),
    "2026": date(2026, 11, 24),
    "2026-07": date(2026, 11, 24),
    "2026-08": date(2026, 11, 24),
}
EDITIONS = [(designation, edition) for designation in figures.DESIGNATIONS for edition, _ in figures.EDITIONS[designation]]
KEYS = {
    "azure_usage": ("month", "partner_id", "tenant_id", "subscription_id", "service", "offer", "basis"),
    "workload_usage": ("month", "partner_id", "tenant_id", "workload"),
    "workload_revenue": ("month", "partner_id", "tenant_id", "workload"),
    "certifications": ("partner_id", "person_id", "certification", "earned_on"),
    "associations": ("partner_id", "tenant_id", "association", "scope", "started_on"),
    "enrollments": ("partner_id", "designation", "enrolled_on"),
    "partners": ("partner_id",),
    "customers": ("tenant_id",),
}
NAMED = ("service", "workload", "offer", "certification", "scope")


def _draw(seed: int, designation: str, edition: str, partners: int = 6) -> tuple[Facts, date]:
    day = DAYS[edition]
    return random_facts(seed, partners=partners, designation=designation, edition_day=day), day


@pytest.mark.parametrize(("designation", "edition"), EDITIONS)
def test_every_metric_is_drawn_at_zero_and_above_it(designation: str, edition: str) -> None:
    seen: dict[tuple[str, str], set[bool]] = defaultdict(set)
    selected: set[str] = set()
    between: set[str] = set()
    for seed in range(12):
        facts, day = _draw(seed, designation, edition)
        for row in score(facts, day, designation=designation):
            assert row["edition"] == edition
            assert 0 <= row["points"] <= row["max_points"]
            seen[row["track"], row["metric"]].add(row["points"] > 0)
            if row["selected"]:
                selected.add(row["track"])
            if 0 < row["points"] < row["max_points"]:
                between.add(row["metric"])
    assert set(seen) == {
        (track, metric) for track in figures.tracks_of(designation, edition) for metric in (*figures.MAXIMA[designation], "total")
    }
    assert all(both == {True, False} for both in seen.values())
    assert selected == set(figures.tracks_of(designation, edition))
    assert between == {*figures.MAXIMA[designation], "total"}


@pytest.mark.parametrize("designation", figures.DESIGNATIONS)
def test_keys_are_unique_as_the_catalog_reads_names(designation: str) -> None:
    for seed in range(8):
        facts, _ = _draw(seed, designation, figures.EDITIONS[designation][-1][0])
        for table, rows in facts.items():
            keys: list[tuple[Any, ...]] = []
            for row in rows:
                cells = {**row, "basis": row.get("basis") or "acr"}
                keys.append(tuple(name_key(cells[name]) if name in NAMED else cells[name] for name in KEYS[table]))
            assert len(keys) == len(set(keys)), table


def test_the_same_arguments_draw_the_same_facts() -> None:
    assert _draw(3, "security", "2026-07") == _draw(3, "security", "2026-07")
    assert _draw(3, "security", "2026-07") != _draw(4, "security", "2026-07")


@pytest.mark.parametrize(("designation", "edition"), EDITIONS)
def test_neither_the_order_of_rows_nor_the_other_partners_matter(designation: str, edition: str) -> None:
    facts, day = _draw(5, designation, edition)
    rows = score(facts, day, designation=designation)
    shuffled: Facts = {table: Random(1).sample(cells, len(cells)) for table, cells in facts.items()}
    assert score(shuffled, day, designation=designation) == rows
    own = {"P0002", "P0002-L0", "P0002-L1", "only-in-facts"}
    alone: Facts = {
        table: [row for row in cells if "partner_id" not in row or row["partner_id"] in own | {None}] for table, cells in facts.items()
    }
    # The tables must still cover the same months.
    for table in ("azure_usage", "workload_usage", "workload_revenue"):
        if table in facts:
            assert covered_months(alone, table, "acr") == covered_months(facts, table, "acr")
    mine = [row for row in rows if row["partner_id"] == "P0002"]
    assert [row for row in score(alone, day, designation=designation) if row["partner_id"] == "P0002"] == mine
    assert mine
