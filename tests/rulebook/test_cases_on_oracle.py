"""Every case beside the rules on the naive scorer, which shares no code and no figure with the rulebook."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from attain.rulebook.cases import STATUSES, Case, read_cases
from tests.oracle.scorer import score

FOLDER = Path(__file__).parents[2] / "src/attain/rulebook/solutions_partner/cases"
COUNTS = ("paid_licenses", "active_users", "capacity")
EMPTY: dict[str, dict[str, Any]] = {
    "partners": {"name": "", "account": "global", "global_id": ""},
    "customers": {"segment": ""},
    "azure_usage": {"subscription_id": "", "offer": "", "basis": "acr"},
    "workload_usage": dict.fromkeys(COUNTS),
    "workload_revenue": {},
    "certifications": {"expires_on": None, "status": ""},
}
FILES = sorted(path.name for path in FOLDER.glob("*.yaml") if path.stem != STATUSES)


@cache
def all_cases() -> tuple[Case, ...]:
    return tuple(read_cases(FOLDER))


def typed(name: str, cell: str) -> object:
    if name in ("acr_usd", "revenue_usd"):
        return Decimal(cell)
    if name in COUNTS:
        return int(cell)
    if name in ("earned_on", "expires_on"):
        return dt.date.fromisoformat(cell)
    return frozenset(code for code in cell.split("+") if code) if name == "associations" else cell


def facts_of(case: Case) -> dict[str, list[dict[str, Any]]]:
    return {
        table: [EMPTY[table] | {column: typed(column, cell) for column, cell in row.items()} for row in rows]
        for table, rows in case.facts.items()
    }


def differences(case: Case) -> list[str]:
    rows = score(facts_of(case), case.as_of, designation=case.designation, edition=case.edition)
    by_place = {(row["track"], row["metric"]): row for row in rows if row["partner_id"] == case.partner_id}
    found: list[str] = []
    for expected in case.expect:
        row = by_place.get((expected.track, expected.metric))
        if row is None:
            found.append(f"{case.partner_id} {case.name}: no row of {expected.track}, {expected.metric}")
            continue
        for name in ("value", "points", "qualified", "selected", "complete"):
            wanted = getattr(expected, name)
            if wanted is not None and row[name] != wanted:
                found.append(f"{case.partner_id} {case.name}: {expected.track} {expected.metric} {name} is {row[name]}, not {wanted}")
    return found


@pytest.mark.parametrize("file", FILES)
def test_cases_on_the_naive_scorer(file: str) -> None:
    cases = [case for case in all_cases() if case.file == file]
    assert cases
    assert not [line for case in cases for line in differences(case)]
