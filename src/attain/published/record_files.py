"""Rows of a result as a file to download: the same cells that the command line writes, as CSV or as an XLSX workbook."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from attain.facts.spreadsheet import neutral
from attain.published.downloads import CSV_TYPE, XLSX_TYPE, workbook_pieces
from attain.report.pieces import record_pieces
from attain.report.records import record_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from attain.advise.columns import ColumnKind
    from attain.published.downloads import Cell

    Columns = Mapping[str, ColumnKind]
    Records = Iterable[Mapping[str, object]]


def records_csv(columns: Columns, records: Records) -> Iterator[bytes]:
    """Give rows with the `columns` as CSV, some hundred at a time."""
    return record_pieces(columns, records, "csv")


def records_xlsx(columns: Columns, records: Records) -> Iterator[bytes]:
    """Give rows with the `columns` as a workbook; see `workbook_pieces`."""
    rows = (row for frame in record_frames(columns, records) for row in frame.iter_rows())
    return workbook_pieces(list(columns), ([_cell(value) for value in row] for row in rows))


def _cell(value: object) -> Cell:
    return value if value is None or isinstance(value, (bool, int, Decimal)) else neutral(str(value))


FILES: dict[str, tuple[str, Callable[[Columns, Records], Iterator[bytes]]]] = {
    "csv": (CSV_TYPE, records_csv),
    "xlsx": (XLSX_TYPE, records_xlsx),
}
"""The kinds of file that rows are sent as: content type, and how they are written."""
