"""Each fault that refuses a whole file or folder, with its exact line."""

from __future__ import annotations

import gzip
import os
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from attain.errors import AttainError
from attain.facts.facts import load
from attain.rulebook.load import load_book
from tests.facts.conftest import AZURE, TENANT, Folder, rows

if TYPE_CHECKING:
    from pathlib import Path

RENAME = "(rename it to what it is, or export it again as CSV UTF-8)"
GOOD = f"2026-10,A,{TENANT},s1,Key Vault,,pal,1,"


def _refusal(folder: Folder) -> str:
    with pytest.raises(AttainError) as caught:
        folder.load()
    attain = folder.path / ".attain"
    assert not attain.exists() or list(attain.iterdir()) == []
    return str(caught.value)


def _bytes(folder: Folder, name: str, content: bytes) -> Folder:
    (folder.path / name).write_bytes(content)
    return folder


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(AttainError) as caught:
        load(tmp_path / "nowhere", catalog=load_book().catalog)
    assert (
        str(caught.value)
        == f"{tmp_path / 'nowhere'}: there is no such folder (give the folder that holds azure_usage.csv and the other tables)"
    )


def test_a_file_in_the_place_of_the_folder(folder: Folder) -> None:
    path = folder.azure(GOOD).path / "azure_usage.csv"
    with pytest.raises(AttainError, match="this is a file, not a facts folder"):
        load(path, catalog=load_book().catalog)


def test_a_folder_without_a_table(folder: Folder) -> None:
    _bytes(folder, "notes.txt", b"x")
    assert (
        "no contract table is in this folder (expected files such as azure_usage.csv or azure_usage.parquet; tables: partners, customers"
        in _refusal(folder)
    )


def test_a_table_given_as_csv_and_as_parquet(folder: Folder) -> None:
    folder.azure(GOOD)
    pl.DataFrame({"month": ["2026-10"]}).write_parquet(folder.path / "azure_usage.parquet")
    hint = "keep one of them; several files of a table go into a folder with the table's name"
    assert _refusal(folder) == f"{folder.path}: the table azure_usage is given twice: azure_usage.csv and azure_usage.parquet ({hint})"


def test_an_empty_file(folder: Folder) -> None:
    hint = "export it again, or remove it if the table is not available"
    assert _refusal(_bytes(folder, "azure_usage.csv", b"")) == f"azure_usage.csv: the file is empty, without even a header row ({hint})"


def test_an_empty_folder_of_a_table(folder: Folder) -> None:
    (folder.path / "azure_usage").mkdir()
    assert (
        _refusal(folder)
        == "azure_usage: the folder of the table azure_usage holds no .csv or .parquet file (put its files there or remove the folder)"
    )


def test_an_archive_in_the_folder(folder: Folder) -> None:
    _bytes(folder.azure(GOOD), "customers.csv.gz", gzip.compress(b"tenant_id\n", mtime=0))
    hint = "unpack it yourself, check what is in it, and put the .csv or .parquet files into the folder"
    assert _refusal(folder) == f"customers.csv.gz: archives are not opened ({hint})"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (
            gzip.compress(b"month\n", mtime=0),
            f"the name says CSV, the content is a gzip archive {RENAME}",
        ),
        (
            b"PK\x03\x04rest",
            f"the name says CSV, the content is a zip archive or an Excel workbook {RENAME}",
        ),
        (b"PAR1restPAR1", f"the name says CSV, the content is a Parquet file {RENAME}"),
        (b"month\x00,\x01", "the name says CSV, the content is binary (export it again as CSV UTF-8)"),
        ("month,partner_id".encode("utf-16"), "the text is UTF-16, not UTF-8 (save it as CSV UTF-8)"),
    ],
)
def test_a_csv_that_is_not_what_its_name_says(folder: Folder, content: bytes, line: str) -> None:
    assert _refusal(_bytes(folder, "azure_usage.csv", content)) == f"azure_usage.csv: {line}"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"month,partner_id\n", "the name says Parquet, the content is not (rename it to what it is, or export it again as Parquet)"),
        (b"PAR1 and then nothing", "the Parquet file is cut off: its footer is missing (copy it again)"),
    ],
)
def test_a_parquet_that_is_not_what_its_name_says(folder: Folder, content: bytes, line: str) -> None:
    assert _refusal(_bytes(folder, "azure_usage.parquet", content)) == f"azure_usage.parquet: {line}"


def test_a_parquet_whose_footer_is_garbage(folder: Folder) -> None:
    refusal = _refusal(_bytes(folder, "azure_usage.parquet", b"PAR1" + b"x" * 40 + b"\x08\x00\x00\x00PAR1"))
    assert refusal.startswith("azure_usage.parquet: the file cannot be read as Parquet: ")
    assert refusal.endswith(" (copy or export it again)")


def test_a_parquet_that_claims_far_more_than_it_can_hold(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attain.facts.batches._BOMB_BYTES", 1 << 20)
    path = folder.path / "customers.parquet"
    pl.select(pl.repeat(TENANT, 1_000_000).alias("tenant_id")).write_parquet(path)
    hint = "no export packs that tightly; find out where the file comes from"
    line = f"customers.parquet: {path.stat().st_size:,} bytes claim to hold 1,000,000 rows, 8,000,000 bytes when unpacked ({hint})"
    assert _refusal(folder) == line


def test_text_that_is_not_utf8_names_the_line(folder: Folder) -> None:
    _bytes(folder, "customers.csv", f"tenant_id,name\n{TENANT},Müller\n".encode("cp1252"))
    assert _refusal(folder) == "customers.csv, line 2: the text is not UTF-8 (save it as CSV UTF-8)"


def test_text_that_is_not_utf8_far_down_names_the_line(folder: Folder) -> None:
    lines = "".join(f"{TENANT[:-7]}{number:07},some customer name or other\n" for number in range(30_000))
    _bytes(folder, "customers.csv", f"tenant_id,name\n{lines}{TENANT},Müller\n".encode("cp1252"))
    assert _refusal(folder) == "customers.csv, line 30002: the text is not UTF-8 (save it as CSV UTF-8)"


def test_a_byte_order_mark_is_accepted(folder: Folder) -> None:
    _bytes(folder, "customers.csv", b"\xef\xbb\xbf" + f"tenant_id,name\r\n{TENANT},Müller\r\n".encode())
    assert rows(folder.load(), "customers")[0]["name"] == "Müller"


def test_a_header_named_twice(folder: Folder) -> None:
    folder.write("azure_usage", f"{AZURE},service", GOOD + ",x")
    assert _refusal(folder) == "azure_usage.csv, row 1: the header names 'service' more than once (rename or remove all but one)"


def test_a_missing_key_column_names_the_one_that_may_be_meant(folder: Folder) -> None:
    folder.write("azure_usage", AZURE.replace("tenant_id", "TenantId"), GOOD)
    assert _refusal(folder) == "azure_usage.csv, row 1: the column tenant_id is missing (is 'TenantId' meant? rename it to tenant_id)"


def test_a_missing_key_column_lists_those_that_are_there(folder: Folder) -> None:
    folder.write("customers", "name,country", "Contoso,DE")
    assert _refusal(folder) == "customers.csv, row 1: the column tenant_id is missing (add it; columns: name, country)"


def test_all_missing_key_columns_are_named_at_once(folder: Folder) -> None:
    folder.write("azure_usage", "month,partner_id,tenant_id,service,acr_usd", f"2026-10,A,{TENANT},Sentinel,1")
    hint = "add them; columns: month, partner_id, tenant_id, service, acr_usd"
    assert _refusal(folder) == f"azure_usage.csv, row 1: the columns subscription_id, offer, basis are missing ({hint})"


def test_cells_separated_by_semicolons(folder: Folder) -> None:
    folder.write("customers", "tenant_id;name", f"{TENANT};Contoso")
    assert _refusal(folder) == "customers.csv, row 1: the column tenant_id is missing (separate the cells by commas)"


def test_an_empty_header_row(folder: Folder) -> None:
    assert _refusal(_bytes(folder, "customers.csv", b"\n\n")).startswith(
        "customers.csv, row 1: the first row is empty; it must name the columns (expected tenant_id, name, alias"
    )


def test_a_quotation_mark_never_closed_is_refused_where_it_swallows_rows(folder: Folder) -> None:
    folder.write("customers", "tenant_id,name", f'{TENANT},"Contoso', *(f"{TENANT[:-2]}{number},Fabrikam" for number in range(10, 60)))
    hint = "a quotation mark is opened there and never closed"
    assert _refusal(folder) == f"customers.csv, row 2, column name: the cell runs over the rows behind it ({hint})"


def test_a_link_that_leaves_the_folder(folder: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(f"{AZURE}\n{GOOD}\n")
    (folder.path / "azure_usage.csv").symlink_to(outside)
    assert _refusal(folder) == f"azure_usage.csv: this link leads out of the folder, to {outside} (put the file itself into the folder)"


def test_a_folder_of_a_table_that_is_a_link_out(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder.path / "azure_usage").symlink_to(tmp_path / "elsewhere")
    assert "azure_usage: this link leads out of the folder" in _refusal(folder)


def test_a_link_in_the_folder_of_a_table_that_leads_out(folder: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(f"{AZURE}\n{GOOD}\n")
    (folder.path / "azure_usage").mkdir()
    (folder.path / "azure_usage" / "october.csv").symlink_to(outside)
    assert "azure_usage/october.csv: this link leads out of the folder" in _refusal(folder)


def test_a_link_that_leads_nowhere(folder: Folder) -> None:
    (folder.path / "azure_usage.csv").symlink_to(folder.path / "gone.csv")
    assert _refusal(folder) == "azure_usage.csv: this link leads nowhere (put the file itself into the folder)"


def test_a_link_inside_the_folder_is_read(folder: Folder) -> None:
    (folder.path / "exports").mkdir()
    (folder.path / "exports" / "october.csv").write_text(f"{AZURE}\n{GOOD}\n")
    (folder.path / "azure_usage.csv").symlink_to(folder.path / "exports" / "october.csv")
    assert folder.load().report.files[0].kept == 1


def test_a_pipe_is_not_read(folder: Folder) -> None:
    os.mkfifo(folder.path / "azure_usage.csv")
    assert _refusal(folder) == "azure_usage.csv: this is no regular file (put an ordinary .csv or .parquet file into the folder)"


def test_a_parquet_column_of_a_type_that_no_cell_can_be_read_from(folder: Folder) -> None:
    pl.DataFrame({"tenant_id": [TENANT], "name": [1.5]}).write_parquet(folder.path / "customers.parquet")
    hint = "store it as text, or as a date, whole number or decimal where it is one"
    assert _refusal(folder) == f"customers.parquet: the column name is of type double ({hint})"


def test_amounts_that_exact_sums_cannot_hold(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attain.facts.first_pass._SUM_LIMIT", 30_000)
    folder.azure(GOOD, f"2026-10,A,{TENANT},s2,Key Vault,,pal,-2,")
    assert (
        _refusal(folder)
        == "azure_usage.csv: the amounts of acr_usd add up to more than exact sums can hold (check the unit and the currency)"
    )


def test_parquet_with_types_reads_as_csv_does(folder: Folder) -> None:
    typed = {
        "month": [date(2026, 10, 1)] * 2,
        "partner_id": [1001, 1001],
        "tenant_id": [TENANT, None],
        "subscription_id": ["s1", "s2"],
        "service": pl.Series(["Key Vault"] * 2, dtype=pl.Categorical),
        "offer": pl.Series([None, None], dtype=pl.Null),
        "associations": ["pal", ""],
        "acr_usd": [Decimal("12.34567"), Decimal("-0.5")],
        "basis": ["acr", "acr"],
        "remark": [True, False],
    }
    pl.DataFrame(typed).write_parquet(folder.path / "azure_usage.parquet")
    facts = folder.load()
    assert [(row["month"], row["partner_id"], row["offer"], row["acr"]) for row in rows(facts, "azure_usage")] == [
        ("2026-10", "1001", "paid", 123_457)
    ]
    assert facts.report.files[0].unassigned == 1
    assert facts.report.warnings == ("azure_usage.parquet: the column 'remark' is not read",)


def test_floats_in_parquet_are_read_by_their_shortest_digits(folder: Folder) -> None:
    amounts = [0.1, 0.00005, 1e-9, 123456789.12345]
    columns = {
        "month": "2026-10",
        "partner_id": "A",
        "tenant_id": TENANT,
        "offer": "",
        "associations": "",
        "basis": "",
        "service": "Key Vault",
    }
    frame = pl.DataFrame({"acr_usd": amounts, "subscription_id": ["a", "b", "c", "d"]}).with_columns(
        pl.lit(text).alias(name) for name, text in columns.items()
    )
    frame.write_parquet(folder.path / "azure_usage.parquet")
    assert folder.load().scan("azure_detail").collect().sort("subscription_id")["acr"].to_list() == [1000, 0, 0, 1_234_567_891_234]


def test_a_fault_in_parquet_counts_rows_from_one(folder: Folder) -> None:
    pl.DataFrame({"tenant_id": [TENANT, "x"]}).write_parquet(folder.path / "customers.parquet")
    assert [line.split(":")[0] for line in folder.rejects()] == ["customers.parquet, row 2, column tenant_id"]


def test_what_is_not_read_is_named(folder: Folder) -> None:
    folder.write("azure_usage", f"{AZURE},acr_eur", GOOD + ",1")
    _bytes(folder, "custmers.csv", b"x")
    _bytes(folder, "customers.xlsx", b"PK\x03\x04")
    folder.write("rejects", "file,row", "a,1")
    assert folder.load().report.warnings == (
        "custmers.csv: not read, it is no contract table; did you mean customers.csv?",
        "customers.xlsx: not read; save the table customers as .csv or .parquet (or use attain import)",
        "azure_usage.csv: the column 'acr_eur' is not read",
    )


def test_what_seems_meant_to_be_read_is_told_from_what_is_plainly_another(folder: Folder) -> None:
    folder.write("azure_usage", f"{AZURE.replace('associations', 'asociations')},region", GOOD + ",1")
    for name in ("certifcations.csv", "azure_usage_2025.csv", "scores.csv", "locations.csv", "notes.txt", "partnerships.pdf"):
        _bytes(folder, name, b"x")
    (folder.path / "azure_usages").mkdir()
    report = folder.load().report
    assert set(report.unread) == {
        "certifcations.csv: not read, it is no contract table; did you mean certifications.csv?",
        "azure_usage_2025.csv: not read, it is no contract table; "
        "if it is part of azure_usage, put the files of that table into a folder azure_usage",
        "azure_usages: not read, it is no contract table; "
        "if it is part of azure_usage, put the files of that table into a folder azure_usage",
        "azure_usage.csv: the column 'asociations' is not read; did you mean associations?",
    }
    assert set(report.unread) < set(report.warnings)
    assert folder.load().report.unread == report.unread, "as the kept facts say it"
