"""What is known of the months to come although usage is held: associations go with their records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

import attain
from attain.advise.cheapest import assumed_on
from attain.advise.hypothesis import Hypotheses
from attain.rulebook.load import load_book
from attain.scoring.conditions import association_mask
from tests.advise.small import BIRCH, DAY, LAST, PARTNER, small_facts

CPOR = association_mask(["cpor"])
UNTIL = date(2027, 3, 24)
"""Months to February count then: November, December, January and February follow the last known one."""


def carried(folder: Path, records: Sequence[str], *, own: bool = False) -> list[bool]:
    """Whether Birch's Intune carries CPOR in October, the last known month, and in the four that follow.

    `own`: the file of usage tells it, else the records do.
    """
    facts = small_facts(folder)
    usage = (facts / "workload_usage.csv").read_text(encoding="utf-8").splitlines()
    cells = [line.split(",") for line in usage]
    for row in cells[1:]:
        row[4] = "cpor" if row[2] == BIRCH else row[4]
    kept = cells if own else [row[:4] + row[5:] for row in cells]
    (facts / "workload_usage.csv").write_text("\n".join(",".join(row) for row in kept) + "\n", encoding="utf-8")
    header = "partner_id,tenant_id,association,scope,started_on,ended_on"
    lines = [header, *(f"{PARTNER},{BIRCH},cpor,{record}" for record in records)]
    (facts / "associations.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    held = Hypotheses(load_book(), attain.load(facts), PARTNER, DAY, designations=["security"])
    rows = assumed_on(held, "security", UNTIL).today.frames["workload_usage"]
    masks = {row["month"]: row["associations"] for row in rows.iter_rows(named=True) if row["tenant_id"] == BIRCH}
    assert max(masks) == LAST + 4
    return [bool(masks[month] & CPOR) for month in range(LAST, LAST + 5)]


@pytest.mark.parametrize(
    ("records", "months"),
    [
        ([",2025-01-01,"], 5),
        # The month in which it ends still has a day of it.
        ([",2025-01-01,2026-10-01"], 1),
        ([",2025-01-01,2026-10-31"], 1),
        ([",2025-01-01,2026-11-01"], 2),
        ([",2025-01-01,2027-01-31"], 4),
        # Of two records the later end decides, whatever their scopes.
        ([",2025-01-01,2026-10-31", ",2026-11-01,"], 5),
        (["Intune,2025-01-01,2026-10-31", ",2025-01-01,2026-12-31"], 3),
        (["intune,2025-01-01,2026-11-30"], 2),
        # That of another workload says nothing of this one.
        ([",2025-01-01,2026-10-31", "Microsoft Entra ID P1,2025-01-01,"], 1),
    ],
)
def test_an_association_goes_with_its_record(records: list[str], months: int, tmp_path: Path) -> None:
    assert carried(tmp_path, records) == [True] * months + [False] * (5 - months)


def test_what_a_file_tells_of_the_last_month_is_not_undone_by_a_record_that_had_ended(tmp_path: Path) -> None:
    assert carried(tmp_path / "before", [",2025-01-01,2026-09-30"], own=True) == [True] * 5
    assert carried(tmp_path / "within", [",2025-01-01,2026-10-15"], own=True) == [True, False, False, False, False]
