"""Rows of a result as a file to download: the same cells that the command line writes, as CSV or as an XLSX workbook."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attain.facts.spreadsheet import neutral
from attain.published.downloads import CSV_TYPE, PIECE, XLSX_TYPE
from attain.report.pieces import record_pieces
from attain.report.records import record_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from attain.advise.columns import ColumnKind

    Columns = Mapping[str, ColumnKind]
    Records = Sequence[Mapping[str, object]]


def records_csv(columns: Columns, records: Records) -> Iterator[bytes]:
    """Give rows with the `columns` as CSV, some hundred at a time."""
    return record_pieces(columns, records, "csv")


def records_xlsx(columns: Columns, records: Records) -> Iterator[bytes]:
    """Give rows with the `columns` as a workbook of one sheet; numbers are numbers, and no text runs as a formula."""
    import xlsxwriter  # noqa: PLC0415 - most requests write no workbook

    frame = record_frame(columns, records)
    with tempfile.TemporaryFile() as file:
        with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheets: Any = book  # XlsxWriter is typed in part
            page = sheets.add_worksheet("rows")
            page.freeze_panes(1, 0)
            page.write_row(0, 0, frame.columns, sheets.add_format({"bold": True}))
            for line, row in enumerate(frame.iter_rows(), 1):
                for place, cell in enumerate(row):
                    if cell is not None:
                        page.write(line, place, cell if isinstance(cell, (bool, int, Decimal)) else neutral(str(cell)))
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


FILES: dict[str, tuple[str, Callable[[Columns, Records], Iterator[bytes]]]] = {
    "csv": (CSV_TYPE, records_csv),
    "xlsx": (XLSX_TYPE, records_xlsx),
}
"""The kinds of file that rows are sent as: content type, and how they are written."""
