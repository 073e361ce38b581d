"""Tables that stay in memory: a store takes from them what it would read from the files that are written where there is no room."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from attain.facts.batches import open_file
from attain.facts.cells import FIRST_MONTH, LAST_MONTH, MONEY_LIMIT
from attain.facts.coding import coders
from attain.facts.first_pass import FirstPass
from attain.facts.folder import SourceFile
from attain.facts.rejects import Reject
from attain.facts.rows import GIVEN
from attain.facts.schema import TABLES
from attain.facts.text_rows import ROW as NUMBER
from attain.rulebook.load import load_book
from attain.sources.holding import hold_rows
from attain.sources.writing import write_rows
from attain.store.held import Room

AZURE = TABLES["azure_usage"]
COLUMNS = ("month", "partner_id", "tenant_id", "subscription_id", "service", "offer", "associations", "acr_usd", "basis")
TENANT = "0f8fad5b-d9cb-469f-a165-70867728950e"
OCTOBER = 2026 * 12 + 9


def _row(number: int) -> tuple[object, ...]:
    return ("2026-10", "100", TENANT, f"single-{number}", "Key Vault", "", "pal+csp2", Decimal("-12.3400"), "acr")


def _frame(number: int, month: int = OCTOBER, acr: int = 99_999) -> pl.DataFrame:
    cells = {"month": pl.Series([month], dtype=pl.Int32), "partner_id": [""], "tenant_id": [TENANT], "subscription_id": [f"whole-{number}"]}
    said = {"service": ["Azure Firewall"], "offer": [""], "associations": ["dpor"], "acr_usd": pl.Series([acr], dtype=pl.Int64)}
    return pl.DataFrame({**cells, **said, "basis": ["acr"]})


def _first(file: SourceFile, scratch: Path) -> FirstPass:
    catalog = load_book().catalog
    first = FirstPass([file], catalog, coders(catalog), scratch, given=True)
    first.read()
    return first


def _taken(file: SourceFile, scratch: Path) -> tuple[list[dict[str, object]], list[Reject]]:
    first = _first(file, scratch)
    frames = [
        first.frame("azure_usage", month, part)
        for month in first.months("azure_usage")
        for part in range(first.parts("azure_usage", month))
    ]
    told: list[pl.DataFrame] = []
    for frame in frames:
        # codes and numbers of texts are handed out as names come
        names = [first.spellings.texts(kind).gather(frame[f"{GIVEN}{kind}"]).alias(f"{GIVEN}{kind}") for kind in ("service", "offer")]
        told.append(frame.with_columns(names).sort(NUMBER).drop("service", "offer"))
    return [row for frame in told for row in frame.iter_rows(named=True)], first.rejects.ordered()


def _written(path: Path, frames: list[pl.DataFrame], rows: list[tuple[object, ...]]) -> SourceFile:
    write_rows(path, AZURE, COLUMNS, iter(rows), iter(frames))
    return SourceFile("azure_usage", path, "usage.csv", "parquet", path.stat().st_size, 0, "insights")


@pytest.mark.parametrize(("whole", "single"), [(1, 0), (0, 1), (2, 3), (3, 0)])
@pytest.mark.parametrize("room", [0, 1, 2, 100])
def test_a_store_takes_the_same_from_memory_as_from_a_file(tmp_path: Path, whole: int, single: int, room: int) -> None:
    frames, rows = [_frame(number) for number in range(whole)], [_row(number) for number in range(single)]
    target = tmp_path / "held.parquet"
    held, count = hold_rows(target, AZURE, COLUMNS, iter(rows), iter(frames), Room(room))
    assert count == whole + single
    assert target.exists() == (not held) == (room < count)
    taken = _taken(SourceFile("azure_usage", target, "usage.csv", "memory" if held else "parquet", 1, 0, "insights", held), tmp_path)
    assert taken == _taken(_written(tmp_path / "written.parquet", frames, rows), tmp_path)
    assert len(taken[0]) == count


def test_nothing_is_held_where_there_is_no_row(tmp_path: Path) -> None:
    target = tmp_path / "held.parquet"
    assert hold_rows(target, AZURE, COLUMNS, iter(()), iter([_frame(0).clear()]), Room(100)) == ((), 0)
    assert not target.exists()


@pytest.mark.parametrize(
    ("month", "acr", "rejected"),
    [
        (FIRST_MONTH - 1, 1, 1),
        (FIRST_MONTH, 1, 0),
        (LAST_MONTH, 1, 0),
        (LAST_MONTH + 1, 1, 1),
        (OCTOBER, MONEY_LIMIT - 1, 0),
        (OCTOBER, MONEY_LIMIT, 1),
        (OCTOBER, 1 - MONEY_LIMIT, 0),
        (OCTOBER, -MONEY_LIMIT, 1),
    ],
)
def test_a_sum_or_a_month_out_of_bounds_is_set_aside(tmp_path: Path, month: int, acr: int, rejected: int) -> None:
    """They show only once rows are added up, so the rows are read like those of a file."""
    frames = [_frame(0), _frame(1, month, acr)]
    held, _ = hold_rows(tmp_path / "held.parquet", AZURE, COLUMNS, iter(()), iter(frames), Room(100))
    file = SourceFile("azure_usage", tmp_path, "usage.csv", "memory", 0, 0, "insights", held)
    rows, rejects = _taken(file, tmp_path)
    assert (len(rows), len(rejects)) == (2 - rejected, rejected)
    assert (rows, rejects) == _taken(_written(tmp_path / "written.parquet", frames, []), tmp_path)


def test_a_row_set_aside_later_is_shown_as_a_file_has_it(tmp_path: Path) -> None:
    """Rows of one key contradict each other; the row is written as it would stand in a table of the contract."""
    frames = [_frame(0), _frame(0, acr=5)]
    held, _ = hold_rows(tmp_path / "held.parquet", AZURE, COLUMNS, iter(()), iter(frames), Room(100))
    rows, rejects = _taken(SourceFile("azure_usage", tmp_path, "usage.csv", "memory", 0, 0, "insights", held), tmp_path)
    assert not rows
    assert [reject.given for reject in rejects] == [
        f"2026-10-01,,{TENANT},whole-0,Azure Firewall,,dpor,9.9999,acr",
        f"2026-10-01,,{TENANT},whole-0,Azure Firewall,,dpor,0.0005,acr",
    ]
    assert (rows, rejects) == _taken(_written(tmp_path / "written.parquet", frames, []), tmp_path)


def test_counts_in_memory_are_numbers(tmp_path: Path) -> None:
    table, columns = TABLES["workload_usage"], ("month", "partner_id", "tenant_id", "workload", "paid_licenses", "active_users")
    cells = {"month": pl.Series([OCTOBER], dtype=pl.Int32), "partner_id": ["100"], "tenant_id": [TENANT], "workload": ["Exchange Online"]}
    counts = {"paid_licenses": pl.Series([12], dtype=pl.Int64), "active_users": pl.Series([None], dtype=pl.Int64)}
    frame = pl.DataFrame({**cells, **counts})
    held, _ = hold_rows(tmp_path / "held.parquet", table, columns, iter(()), iter([frame]), Room(100))
    write_rows(tmp_path / "written.parquet", table, columns, iter(()), iter([frame]))
    found: list[object] = []
    for file in (
        SourceFile("workload_usage", tmp_path, "usage.csv", "memory", 0, 0, "insights", held),
        SourceFile("workload_usage", tmp_path / "written.parquet", "usage.csv", "parquet", 1, 0, "insights"),
    ):
        first = _first(file, tmp_path)
        found.append((first.frame("workload_usage", OCTOBER, 0).rows(named=True), first.warnings, first.reports({})))
    assert found[0] == found[1]
    assert open_file(SourceFile("workload_usage", tmp_path, "usage.csv", "memory", 0, 0, "insights", held)).columns == columns


@pytest.mark.parametrize(("column", "cell"), [("partner_id", "4.50123E+06"), ("partner_id", "1" * 201), ("service", "Key\0Vault")])
def test_text_that_is_none_is_set_aside(tmp_path: Path, column: str, cell: str) -> None:
    frames = [_frame(0), _frame(1).with_columns(pl.lit(cell).alias(column)), _frame(2).with_columns(pl.lit("1" * 200).alias("partner_id"))]
    held, _ = hold_rows(tmp_path / "held.parquet", AZURE, COLUMNS, iter(()), iter(frames), Room(100))
    rows, rejects = _taken(SourceFile("azure_usage", tmp_path, "usage.csv", "memory", 0, 0, "insights", held), tmp_path)
    assert len(rows) == 2
    assert [(reject.row, reject.column) for reject in rejects] == [(2, column)]
    assert (rows, rejects) == _taken(_written(tmp_path / "written.parquet", frames, []), tmp_path)
