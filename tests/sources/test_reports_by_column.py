"""Reports on workloads read by column and read row by row give the same tables, the same rows set aside, and the same words."""

from __future__ import annotations

import csv
import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from attain.facts import staging
from attain.sources import blocks, key_sums, workload_report
from attain.sources.cells import NIL_TENANT
from attain.sources.intake import Options
from attain.sources.registry import SOURCES
from tests.sources.both_ways import counted_singly, read_either_way, stores_either_way
from tests.sources.reports import SAMPLES
from tests.sources.test_any_cells import ODD

if TYPE_CHECKING:
    from pathlib import Path

    from attain.sources.source import Field

REPORTS = (
    *("insights_office_usage", "insights_teams_usage", "insights_ems_usage", "insights_power_bi_usage", "insights_dynamics_usage"),
    *("insights_business_usage", "insights_business_revenue", "insights_customers", "insights_cpor_usage", "insights_subscriptions"),
)
TENANTS = [f"{number:08x}-1111-4111-8111-111111111111" for number in range(9)]
COUNTS = [
    "5",
    "0",
    "",
    "12",
    "120",
    "3",
    " 4 ",
    "7.0",
    "8.",
    "1,234",
    "1\u00a0234",
    "1.000",
    "null",
    "-1",
    "1.5",
    "x",
    "1000000000000",
    "999999999999",
    "+2",
    "1e2",
]
AMOUNTS = ["12.5", "-3.25", "0.00005", "7", "", "0.00015", "1,234.5", "1.", ".5", "1e3", "1.23456789012345", "10e8", "x", "NULL"]
CELLS: dict[str, list[str]] = {
    "partner": ["100", "101", "102", "0", "", "1.00E+02", "101.0", "NaN"],
    "partner_global": ["100", "", "-1", "100", "1,01E+02"],
    "partner_name": ["Contoso", "Contoso, Ltd.", 'The "Best" Partner', "Ångström"],
    "customer_name": ["Adatum", "Northwind", "***masked***", "", "Zoë \u00a0", "NULL"],
    "tenant": [*TENANTS, TENANTS[0].upper(), "{" + TENANTS[1] + "}", "null", "", "no guid", NIL_TENANT],
    "tpid": ["77", "0", "-1", ""],
    "domain": ["adatum.example", "ADATUM.example", "northwind.example", "Straße.example", ""],
    "segment": ["SMB", "Enterprise", "", "Moon"],
    "market": ["US", "", "de"],
    "month": ["2026-10-01", "2026-11-01", "10/1/2026", "11/1/2026", "2026-11", "Oct 2026", "13/13/2026", ""],
    "started": ["2026-01-15", "2026-02-15", "1/2/2026", "", "3/25/2026", "4/25/2026", "5 May 2026", "13/13/2026", "x"],
    "attribution": ["CSP Tier 1", "CPOR", "Digital Partner of Record", "", "CSP Tier 2", "CPOR ", "Star gazing", "Moon"],
    "reseller": ["", "555", "", "556", "100", "0", "5.55E+02"],
    "reseller_name": ["Fabrikam", "", "Relecloud"],
    "flag": ["0", "no", "1", "TRUE", "", "1.0", "maybe"],
    "free": ["Paid", "Free", "Trial", "", "Free SKU", "Viral"],
    "metric_type": ["Paid", "Trial", "", "trial ", "Viral", "Free"],
    "claim": ["c-1", "c-2", "", "=c", "c-3"],
    "subscription": [*TENANTS[:2], "AAAAAAAA-1111-4111-8111-111111111112", "", "/subscriptions/x", "s-1"],
    "workload": ["Exchange Online", "Teams", "Dynamics 365 Sales", "Power Apps", "Power Automate", "", "Exchange", "Moon", "Sun"],
    "part": ["Meetings", "Phone", "", "Moon", "Teams", "Apps"],
    "category": ["Dynamics 365 Sales", "Power Apps", "", "Moon", "Dynamics 365 Finance"],
    "product": ["Power BI", "Power BI Premium", "Dynamics 365 Sales", "Power Apps", "", "Moon, Light", "Moon"],
}  # fmt: skip
MONEY = {"revenue", "billed", "claimed_revenue", "consumed"}


def _cells(field: Field) -> list[str]:
    if field.kind in {"number", "count"}:
        return AMOUNTS if field.name in MONEY else COUNTS
    return CELLS.get(field.name, ["", "a", "b, c"])


def _columns(name: str, left_out: tuple[str, ...]) -> dict[str, list[str]]:
    """Give the columns of a report with the cells that each may have, a column of each name of a field but for those left out."""
    found: dict[str, list[str]] = {}
    fields = sorted(SOURCES[name].fields, key=lambda field: field.kind not in {"number", "count"} and field.name not in CELLS)
    for field in fields:
        several = field.name in {"category", "product"}
        for alias in field.aliases[: 2 if several else 1]:
            if field.name not in left_out:
                found.setdefault(alias, _cells(field))
    return {"Note": ["", "one", "other"]} | found


def _rows(columns: dict[str, list[str]], seed: int, count: int, usual: int) -> list[list[str]]:
    """Draw rows: one of `usual` cells is any, the others are among the first of what a column may have."""
    chance = random.Random(seed)
    return [
        [
            chance.choice(
                cells if not chance.randrange(usual) else TENANTS if cells is CELLS["tenant"] else cells[: 2 if len(cells) > 3 else 1]
            )
            for cells in columns.values()
        ]
        for _ in range(count)
    ]


def _written(path: Path, columns: dict[str, list[str]], rows: list[list[str]], mark: str = "") -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(mark)
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows([list(columns), *rows])
    return path


@pytest.fixture
def singles(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count rows that are read singly, of files whose blocks are small."""
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 1_500)
    return counted_singly(monkeypatch, workload_report.WorkloadReport)


def _both(path: Path | list[Path], folder: Path, options: Options, singles: list[int]) -> tuple[dict[str, Any], int]:
    """Give what is read by column, and how many rows of it singly, where reading row by row gives the same."""
    singles.clear()
    by_column = read_either_way(path, folder / "columns", options, by_row=False)
    singly = len(singles)
    assert by_column == read_either_way(path, folder / "rows", options, by_row=True)
    return by_column, singly


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize(
    ("seed", "usual", "left_out"),
    [(1, 90, ()), (2, 3, ()), (3, 90, ("flag",)), (4, 12, ("flag", "partner_global", "reseller")), (5, 90, ("attribution", "flag"))],
)
def test_both_ways_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, singles: list[int], name: str, seed: int, usual: int, left_out: tuple[str, ...]
) -> None:
    columns = _columns(name, left_out)
    if seed == 2:
        chance = random.Random(seed)
        columns = {column: [*cells, *chance.sample(ODD, 3)] for column, cells in columns.items()}
        # as where a month has more rows than there is memory for
        monkeypatch.setattr(staging, "SPILL_ROWS", 40)
        monkeypatch.setattr(staging, "BUCKET_ROWS", 30)
    rows = _rows(columns, seed, 300, usual)
    if seed == 4:
        rows += [[*row[:-1], f"{row[-1]} more"] for row in rows[:20]] + [rows[0][:2]]
    path = _written(tmp_path / "report.csv", columns, rows, "\ufeff" * (seed % 2))
    options = Options(partner="900") if seed % 2 else Options(tenant=TENANTS[3])
    found, singly = _both(path, tmp_path, options, singles)
    assert found["report"].kept > 20
    assert found["rejects"]
    assert usual < 90 or singly < 100


@pytest.mark.parametrize("name", REPORTS)
def test_usual_rows_are_read_by_column(tmp_path: Path, singles: list[int], name: str) -> None:
    with next(SAMPLES.glob(f"{name}.*")).open(encoding="utf-8-sig", newline="") as stream:
        delimiter = "\t" if name == "insights_office_usage" else ","
        header, *rows = csv.reader(stream, delimiter=delimiter)
    path = _written(tmp_path / "report.csv", {column: [] for column in header}, [row for row in rows if len(row) == len(header)] * 100)
    found, singly = _both(path, tmp_path, Options(partner="900", tenant=TENANTS[0]), singles)
    assert not found["rejects"]
    assert singly < 40


@pytest.mark.parametrize("name", ["insights_office_usage", "insights_subscriptions"])
@pytest.mark.parametrize("seed", range(3))
def test_parts_say_the_same_whichever_way_each_is_read(tmp_path: Path, singles: list[int], name: str, seed: int) -> None:
    """Of three parts one flags twins, one has no column for it, and one is in UTF-16, which is read row by row."""
    paths: list[Path] = []
    for number, left_out in enumerate(((), ("flag",), ())):
        columns = _columns(name, left_out)
        flags = {field.aliases[0] for field in SOURCES[name].fields if field.name == "flag"}
        given = {column: ["0", "1", "no", "yes"] if column in flags else cells for column, cells in columns.items()}
        paths.append(_written(tmp_path / f"part-{number}.csv", given, _rows(given, seed, 150, 60)))
    wide = paths.pop()
    wide.write_bytes(wide.read_text("utf-8").encode("utf-16"))
    paths.insert(seed, wide)
    found, singly = _both(paths, tmp_path, Options(parts=True, partner="900"), singles)
    assert found["report"].kept > 200
    # twins of a part that is read so are told by their rows' own digest: where it comes first, so are those of all other parts
    assert (300 < singly < 350) if seed == 0 else (150 < singly < 200)


@pytest.mark.parametrize("name", ["insights_business_revenue", "insights_ems_usage"])
def test_sums_that_have_no_room_are_left_to_the_reader_of_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, singles: list[int], name: str
) -> None:
    columns = _columns(name, ())
    path = _written(tmp_path / "report.csv", columns, _rows(columns, 9, 200, 90))
    usual, few = _both(path, tmp_path / "usual", Options(), singles)
    monkeypatch.setattr(key_sums, "SUM_LIMIT", Decimal(400))
    monkeypatch.setattr(key_sums, "COUNTS_LIMIT", 150)
    limited, more = _both(path, tmp_path / "limited", Options(), singles)
    assert limited == usual
    assert more > 2 * few


@pytest.mark.parametrize("name", ["insights_ems_usage", "insights_cpor_usage", "insights_subscriptions"])
def test_a_store_is_the_same_either_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, singles: list[int], name: str) -> None:
    columns = _columns(name, ())
    path = _written(tmp_path / "report.csv", columns, _rows(columns, 7, 300, 30))
    by_column, by_rows, singly = stores_either_way(path, tmp_path, monkeypatch, singles)
    assert by_column == by_rows
    assert {"conformed/workload_usage", "associations"} & set(by_column)
    assert singly < 150 < len(singles) - singly
