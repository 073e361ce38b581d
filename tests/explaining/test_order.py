"""In which order the rows behind a number stand: those that moved most, then what there is more of now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attain
from attain.explaining.result import ExplainedRow
from tests.oracle.build import AS_OF, PARTNER, M, P, covered, seats, tenant
from tests.scoring.disk import write_facts


def rows(folder: Path, usage: list[Any], designation: str, metric: str) -> tuple[ExplainedRow, ...]:
    facts = attain.load(write_facts(covered(azure_usage=[], workload_usage=usage), folder))
    return attain.explain(facts, on=AS_OF, partner=PARTNER, designation=designation, metric=metric, track="smb").rows


def test_rows_that_moved_alike_are_ordered_by_what_there_is_now(tmp_path: Path) -> None:
    """By active users, which are what growth adds up, and not by the licenses that the band looks at."""
    users = {1: (200, 10), 2: (100, 40), 3: (100, 0)}
    usage = [seats(month, number, paid, active + 10 * (month == M)) for number, (paid, active) in users.items() for month in (P, M)]
    usage += [seats(P, 4, 50, 0), seats(M, 4, 50, 11)]
    found = rows(tmp_path, usage, "security", "usage_growth")
    assert [(one.tenant_id, one.change, one.after) for one in found] == [
        *((tenant(4), 11, 11), (tenant(2), 10, 50), (tenant(1), 10, 20), (tenant(3), 10, 10)),
    ]


def test_customers_that_moved_alike_are_ordered_by_what_the_band_looks_at(tmp_path: Path) -> None:
    users = {1: (60, 50), 2: (200, 10), 3: (100, 90)}
    usage = [seats(M, number, paid, active) for number, (paid, active) in users.items()]
    found = rows(tmp_path, [*usage, seats(M, 4, 10, 10)], "modern-work", "net_customer_adds")
    assert [(one.tenant_id, one.change, one.after) for one in found] == [
        *((tenant(2), 1, 200), (tenant(3), 1, 100), (tenant(1), 1, 60), (tenant(4), 0, 10)),
    ]


def test_a_lost_customer_moved_and_one_that_counts_on_both_sides_did_not(tmp_path: Path) -> None:
    usage = [seats(P, 1, 60, 50), *(seats(month, 2, 200, 150) for month in (P, M)), seats(M, 3, 60, 50)]
    found = rows(tmp_path, usage, "modern-work", "net_customer_adds")
    assert [(one.tenant_id, one.change) for one in found] == [(tenant(3), 1), (tenant(1), -1), (tenant(2), 0)]
