"""Workbooks with several sheets: the one that is known is taken, wherever it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from attain.errors import AttainError
from tests.sources.folders import S1, amounts, ea, import_one

if TYPE_CHECKING:
    from pathlib import Path

NOTES = [{"exported by": "Ada", "on": "2026-11-24"}]


def workbook(path: Path, **sheets: list[dict[str, str]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for place, row in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
            sheet.write_row(place, 0, row)
    book.close()
    return path


def test_a_sheet_of_notes_before_the_table_does_no_harm(tmp_path: Path) -> None:
    report = import_one(workbook(tmp_path / "f.xlsx", notes=NOTES, rows=[ea()]), tmp_path / "facts")
    assert report.source == "azure_ea_cost"
    assert {subscription for subscription, _ in amounts(tmp_path / "facts", "subscription_id", "basis")} == {S1}


def test_two_sheets_that_could_both_be_imported_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AttainError) as caught:
        import_one(workbook(tmp_path / "f.xlsx", october=[ea()], november=[ea()]), tmp_path / "facts")
    path = tmp_path / "f.xlsx"
    assert str(caught.value) == f"{path}: several sheets can be imported: october, november (save each as a file of its own)"


def test_a_workbook_without_a_known_sheet_names_the_first(tmp_path: Path) -> None:
    with pytest.raises(AttainError) as caught:
        import_one(workbook(tmp_path / "f.xlsx", notes=NOTES, more=NOTES), tmp_path / "facts")
    assert str(caught.value).startswith(f"{tmp_path / 'f.xlsx'}, sheet notes: the header is that of no known source")
