"""ResellerPerformance read by column and read row by row give the same tables, the same rows set aside, and the same words."""

from __future__ import annotations

import csv
import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from attain.sources import blocks, key_sums
from attain.sources.intake import Options
from attain.sources.reseller_performance import ResellerPerformanceReader
from tests.sources.both_ways import counted_singly, read_either_way
from tests.sources.reports import SAMPLES
from tests.sources.test_any_cells import ODD

if TYPE_CHECKING:
    from pathlib import Path

GUIDS = [f"{number:08x}-1111-4111-8111-111111111111" for number in range(6)]
CELLS: dict[str, list[str]] = {
    "ResellerMpnID": ["601", "602", "603", "500", "", "0", "6.01E+02", "-1"],
    "ResellerName": ["Contoso Berlin", "Contoso, Ltd.", "", "Zo\u00eb \u00a0"],
    "ResellerMarket": ["Germany", "", "de"],
    "IndirectProviderMpnID": ["500", "500", "501", "0", "", "5.00E+02"],
    "IndirectProviderName": ["Fourth Coffee", "", 'The "Best"'],
    "Month": ["10/1/2026", "2026-10-01", "11/1/2026", "9/15/2026", "1/1/2100", "13/13/2026", "", "Oct 2026"],
    "Product": ["Azure", "Microsoft 365", "Azure Reservations", "AZURE", "azure-reservations", "Azure  reservations", "", "Dynamics"],
    "SubscriptionID": [*GUIDS, GUIDS[0].upper(), f"/subscriptions/{GUIDS[1]}/x", "s-1", "1.5E+09", ""],
    "BilledRevenueUSD": ["22.95", "-2.5", "0", "", "0.00005", "1,234.5", "1e3", "x", "null", "1.234567890123456789012345"],
    "AvailableSeats": ["0"],
}
CHOICES = [Options(), Options(partner="900", tenant=GUIDS[2]), Options(dates="mdy")]


def _drawn(cells: dict[str, list[str]], seed: int, count: int, usual: int) -> list[list[str]]:
    chance = random.Random(seed)
    return [
        [chance.choice(drawn if not chance.randrange(usual) else drawn[: 3 if len(drawn) > 4 else 1]) for drawn in cells.values()]
        for _ in range(count)
    ]


def _written(path: Path, header: list[str], rows: list[list[str]], *, delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n", delimiter=delimiter).writerows([header, *rows])
    return path


@pytest.fixture
def singles(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count rows that are read singly, of files whose blocks are small."""
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 1_500)
    return counted_singly(monkeypatch, ResellerPerformanceReader)


def _both(path: Path, folder: Path, options: Options, singles: list[int]) -> tuple[dict[str, Any], int]:
    singles.clear()
    by_column = read_either_way(path, folder / "columns", options, by_row=False)
    singly = len(singles)
    assert by_column == read_either_way(path, folder / "rows", options, by_row=True)
    return by_column, singly


@pytest.mark.parametrize(("seed", "usual"), [(0, 120), (1, 20), (2, 8), (3, 120), (4, 20), (5, 3)])
def test_both_ways_say_the_same(tmp_path: Path, singles: list[int], seed: int, usual: int) -> None:
    chance = random.Random(seed)
    cells = CELLS
    if seed == 2:
        cells = {column: [*drawn, *chance.sample(ODD, 3)] for column, drawn in cells.items()}
    left_out = {3: {"BilledRevenueUSD"}, 4: {"IndirectProviderName", "SubscriptionID", "ResellerName", "ResellerMarket"}}.get(
        seed, set[str]()
    )
    columns = [column for column in chance.sample(list(cells), len(cells)) if column not in left_out]
    cells = {column: cells[column] for column in columns}
    rows = _drawn(cells, seed, 300, usual)
    rows += [[*row, ""] for row in rows[:5]] + [rows[0][:2]]
    found, singly = _both(_written(tmp_path / "f.csv", columns, rows), tmp_path, CHOICES[seed % 3], singles)
    assert found["report"].rows_in == 306
    assert found["rejects"]
    assert found["report"].kept > 20 or seed == 3
    assert usual < 120 or singly < 150


def test_files_with_decimal_commas(tmp_path: Path, singles: list[int]) -> None:
    cells = CELLS | {"BilledRevenueUSD": ["22,95", "-2,5", "1.234,5", "7", "2.5"]}
    path = _written(tmp_path / "f.csv", list(cells), _drawn(cells, 5, 300, 40), delimiter=";")
    found, singly = _both(path, tmp_path, Options(), singles)
    assert found["conventions"] == ","
    assert singly < 150


def test_usual_rows_are_read_by_column(tmp_path: Path, singles: list[int]) -> None:
    with (SAMPLES / "reseller_performance.csv").open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    found, singly = _both(_written(tmp_path / "f.csv", header, rows * 100), tmp_path, Options(), singles)
    assert not found["rejects"]
    assert singly < 40


def test_sums_that_have_no_room_are_left_to_the_reader_of_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, singles: list[int]) -> None:
    path = _written(tmp_path / "f.csv", list(CELLS), _drawn(CELLS, 9, 300, 120))
    usual, few = _both(path, tmp_path / "usual", Options(), singles)
    monkeypatch.setattr(key_sums, "SUM_LIMIT", Decimal(400))
    limited, more = _both(path, tmp_path / "limited", Options(), singles)
    assert limited == usual
    assert more > few + 50


def test_a_row_that_is_set_aside_does_not_spell_a_service(tmp_path: Path, singles: list[int]) -> None:
    usual = dict(zip(CELLS, (drawn[0] for drawn in CELLS.values()), strict=True))
    told = [{"Product": "AZURE Moon", "SubscriptionID": "1.5E+09"}, {"Product": "Azure moon"}]
    path = _written(tmp_path / "f.csv", list(CELLS), [list((usual | cells).values()) for cells in told])
    found, _ = _both(path, tmp_path, Options(), singles)
    [row] = found[" azure_usage"][1]
    assert "Azure moon" in row
