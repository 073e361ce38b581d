"""AzureUsage read by column and read row by row give the same tables, the same rows set aside, and the same words."""

from __future__ import annotations

import random
import weakref
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from attain.facts import order
from attain.sources import blocks, insights_azure_usage, key_sums, reading, twins
from attain.sources.cells import NIL_TENANT, Conventions
from attain.sources.columnar import amounts_of, rounded_units
from attain.sources.intake import EXACT, Intake, Options, rounded
from attain.sources.key_sums import SUM_LIMIT
from tests.sources.both_ways import counted_singly, read_either_way

HEADER = (
    *("MPNID", "PGAMpnID", "PartnerName", "CustomerName", "CustomerTenantId", "CustomerTpid", "CustomerSegment", "SubscriptionId"),
    *("Month", "ServiceLevel2", "ServiceLevel3", "PartnerAttributionType", "IsACRDuplicateAtPGALevel", "ACR_USD", "ResellerID"),
    *("PartnerCountryLocation", "TenantDomainName", "CustomerTenantCountry"),
)
TENANTS = [f"{number:08x}-1111-4111-8111-111111111111" for number in range(12)]
CELLS: dict[str, list[str]] = {
    "MPNID": ["100", "101", "101", "0", "", "1.00E+02", "101.0", "N/A"],
    "PGAMpnID": ["100", "", "-1", "1,01E+02", "0.0"],
    "PartnerName": ["Contoso", "Contoso, Ltd.", 'The "Best" Partner', "Ångström"],
    "CustomerName": ["Adatum", "Adatum", "***masked***", "", "Zoë \u00a0", "NULL"],
    "CustomerTenantId": [*TENANTS, TENANTS[0].upper(), "{" + TENANTS[1] + "}", "null", "", "no guid", NIL_TENANT],
    "CustomerTpid": ["77", "0", "-1", ""],
    "CustomerSegment": ["SMB", "Enterprise", "", "Moon"],
    "SubscriptionId": ["aaaaaaaa-1111-4111-8111-111111111111", "AAAAAAAA-1111-4111-8111-111111111111", "", "/subscriptions/x", "s-1"],
    "Month": ["2026-10-01", "10/1/2026", "11/1/2026", "2026-11", "Oct 2026", "13/13/2026", ""],
    "ServiceLevel2": ["Key Vault", "Microsoft Sentinel", "Key Vault", ""],
    "ServiceLevel3": ["Secrets", "Keys", " Keys"],
    "PartnerAttributionType": ["Partner Admin Link", "CSP Tier 1", "Digital Partner of Record", "", "Star gazing", "Moon"],
    "IsACRDuplicateAtPGALevel": ["0", "1", "TRUE", "", "1.0", "maybe"],
    "ACR_USD": ["12.5", "-3.25", "0.00005", "0.00015", "-0.00025", "7", "1,234.5", "1.23456789012345", "1.", ".5", "1e3", "10e8", "x", ""],
    "ResellerID": ["", "", "555", "5.55E+02"],
    "PartnerCountryLocation": ["US", "DE", ""],
    "TenantDomainName": ["adatum.example", "ADATUM.example", "Straße.example", "ΣΊΣΥΦΟΣ.example", ""],
    "CustomerTenantCountry": ["US", "", "de"],
}  # fmt: skip
USUAL = 30
"""Of so many cells one is anything but the first of its list, where the file is not too dirty."""


def _rows(seed: int, count: int, usual: int, **given: list[str]) -> list[list[str]]:
    chance = random.Random(seed)
    drawn = {**CELLS, **given}
    return [
        [chance.choice(cells if name == "CustomerTenantId" or not chance.randrange(usual) else cells[:1]) for name, cells in drawn.items()]
        for _ in range(count)
    ]


def _cell(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in ',"\n') else cell


def _usage(folder: Path, rows: list[list[str]]) -> Path:
    """Write a file with all columns."""
    path = folder / "usage.csv"
    path.write_text("\n".join(",".join(_cell(cell) for cell in row) for row in [list(HEADER), *rows]) + "\n", "utf-8")
    return path


@pytest.mark.parametrize(
    ("seed", "usual", "left_out"),
    [
        (1, USUAL, ()),
        (2, 2, ()),
        (3, USUAL, ("IsACRDuplicateAtPGALevel",)),
        (4, 3, ("IsACRDuplicateAtPGALevel", "ResellerID", "PGAMpnID")),
        (5, USUAL, ("PartnerAttributionType",)),
    ],
)
def test_both_ways_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, usual: int, left_out: tuple[str, ...]) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 700)
    kept = [place for place, name in enumerate(HEADER) if name not in left_out]
    lines = [",".join(_cell(row[place]) for place in kept) for row in _rows(seed, 400, usual)]
    lines[50:50] = ["", "," * (len(kept) - 1), "too,few", lines[7] + ",one more", lines[8] + ",", lines[9] + "\r"]
    path = tmp_path / "usage.csv"
    path.write_text("\ufeff" * (seed % 2) + "\n".join([",".join(HEADER[place] for place in kept), *lines]) + "\n" * (seed % 3 > 0), "utf-8")
    options = Options(partner="900") if seed % 2 else Options(tenant=TENANTS[3])
    by_column = read_either_way(path, tmp_path / "columns", options, by_row=False)
    by_row = read_either_way(path, tmp_path / "rows", options, by_row=True)
    assert by_column == by_row
    assert by_row["report"].kept > 20
    assert by_row["rejects"]


@pytest.fixture
def singles(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count rows that are read singly."""
    return counted_singly(monkeypatch, insights_azure_usage.AzureUsageReader)


@pytest.mark.parametrize("seed", range(4))
def test_what_resellers_sold_is_read_by_column_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, singles: list[int], seed: int) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 700)
    labels = ["CSP Tier 1", "CSP Tier 2", "Partner Admin Link", "Moon"]
    resellers = ["555", "556", "557", "100", "101", "", "0", "5.55E+02"]
    rows = _rows(
        seed, 600, 8, PartnerAttributionType=labels, ResellerID=resellers, IsACRDuplicateAtPGALevel=["0", ""] if seed % 2 else ["0", "1"]
    )
    path = _usage(tmp_path, rows)
    by_column = read_either_way(path, tmp_path / "columns", Options(), by_row=False)
    assert len(singles) < 500
    assert by_column == read_either_way(path, tmp_path / "rows", Options(), by_row=True)
    assert "distributor azure_usage" in by_column


def test_where_no_row_is_flagged_twins_need_not_be_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 700)
    rows = _rows(9, 400, 3, IsACRDuplicateAtPGALevel=["0", "", "no", "false"])
    path = _usage(tmp_path, rows)
    untold = read_either_way(path, tmp_path / "untold", Options(), by_row=False)
    monkeypatch.setattr(reading, "Intake", partial(Intake, twins=True))
    assert read_either_way(path, tmp_path / "told", Options(), by_row=False) == untold
    assert untold["report"].kept > 20


@pytest.mark.parametrize("wide", ["none", "first", "last", "both"])
def test_twins_of_several_parts_meet_whichever_way_each_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wide: str) -> None:
    """A part in UTF-16 is read row by row: what it shares with a part that is read by column is one row to both."""
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 700)
    monkeypatch.setattr(twins, "SINGLES_AT_ONCE", 7)
    paths: list[Path] = []
    for number, flag in enumerate("01"):
        cells = {**CELLS, "IsACRDuplicateAtPGALevel": [flag]}
        rows = [[cells[name][0] if name != "CustomerTenantId" else tenant for name in HEADER] for tenant in TENANTS]
        content = "\n".join(",".join(row) for row in [list(HEADER), *rows]) + "\n"
        paths.append(tmp_path / f"usage-{number}.csv")
        paths[-1].write_text(content, "utf-16" if wide in {"both", ("first", "last")[number]} else "utf-8")
    options = Options(parts=True)
    by_column = read_either_way(paths, tmp_path / "columns", options, by_row=False)
    assert by_column == read_either_way(paths, tmp_path / "rows", options, by_row=True)
    assert by_column["report"].kept == 2 * len(TENANTS)
    # each row of the second part is flagged as the twin of one of the first
    assert by_column["report"].sums == {"acr": f"{Decimal(CELLS['ACR_USD'][0]) * len(TENANTS):f}".rstrip("0").rstrip(".")}


def test_most_rows_of_a_usual_file_are_read_by_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, singles: list[int]) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 700)
    rows = [[cells[number % 12] if name == "CustomerTenantId" else cells[0] for name, cells in CELLS.items()] for number in range(500)]
    path = _usage(tmp_path, rows)
    assert read_either_way(path, tmp_path / "columns", Options(), by_row=False)["report"].kept == 500
    assert len(singles) < 20


def test_amounts_beyond_what_sums_may_come_to_are_left_to_the_reader_of_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, singles: list[int]
) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 700)
    path = _usage(tmp_path, _rows(5, 300, USUAL))
    usual = read_either_way(path, tmp_path / "usual", Options(), by_row=False)
    few = len(singles)
    monkeypatch.setattr(key_sums, "SUM_LIMIT", Decimal(900))
    assert read_either_way(path, tmp_path / "limited", Options(), by_row=False) == usual
    assert len(singles) > 2 * few
    most = (SUM_LIMIT - Decimal("0.00000001")).quantize(Decimal("1e-22"), context=EXACT)
    assert rounded_units(pl.Series([most, -most], dtype=pl.Decimal(38, 22))).to_list() == [10**18 - 10**4, 10**4 - 10**18]


def test_amounts_round_as_single_ones_do() -> None:
    chance = random.Random(7)
    cells = [
        f"{chance.choice(['', '-'])}{chance.randrange(10 ** chance.randrange(1, 9))}.{chance.choice(['', '0', '5', '00005', '00015'])}"
        f"{'0' * chance.randrange(9)}{chance.choice(['', '1', '5'])}"
        for _ in range(3_000)
    ]
    cells += [
        "999999999.9999999999999999999999",
        "-999999999.9999500000000000000000",
        "0.0000500000000000000001",
        "-0.0000500000000000000000",
    ]
    amounts, plain = amounts_of(pl.Series(cells), Conventions(mark="."))
    assert plain.all()
    assert amounts.to_list() == [Decimal(cell) for cell in cells]
    assert rounded_units(amounts).to_list() == [int(rounded(Decimal(cell)).scaleb(4)) for cell in cells]


def test_what_was_read_before_twins_were_flagged_is_let_go_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 700)
    flags = ["0"] * 40 + ["1"]
    rows = [[flag if name == "IsACRDuplicateAtPGALevel" else cells[0] for name, cells in CELLS.items()] for flag in flags]
    path = _usage(tmp_path, rows)
    made: list[weakref.ref[Intake]] = []
    left: list[int] = []

    def intake(*given: Any, **named: Any) -> Intake:
        left.append(sum(one() is not None for one in made))
        one = Intake(*given, **named)
        made.append(weakref.ref(one))
        return one

    monkeypatch.setattr(reading, "Intake", intake)
    assert read_either_way(path, tmp_path / "columns", Options(), by_row=False)["report"].kept == len(flags)
    assert left == [0, 0]


def test_keys_and_attributions_of_any_number_have_room_in_one_whole_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # 512 tenants and 512 services take 19 bits, and there are no more; their rows come again with one of three attributions
    monkeypatch.setattr(order, "PACKED_BITS", 19)
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 700)
    labels = ["Partner Admin Link", "CSP Tier 1", "Digital Partner of Record"]
    given = {"MPNID": "100", "Month": "2026-10-01", "ACR_USD": "0.25", "IsACRDuplicateAtPGALevel": "0"}
    said = ("CustomerTenantId", "ServiceLevel2", "PartnerAttributionType")
    cells = [(f"{one:08x}-1111-4111-8111-111111111111", f"Service {one:03}", labels[one % 3]) for one in range(512)] * 2
    rows = [[(given | dict(zip(said, one, strict=True))).get(name, "") for name in HEADER] for one in cells]
    path = _usage(tmp_path, rows)
    found = read_either_way(path, tmp_path / "columns", Options(), by_row=False)
    assert found["report"].sums == {"acr": "256"}
    assert found == read_either_way(path, tmp_path / "rows", Options(), by_row=True)
