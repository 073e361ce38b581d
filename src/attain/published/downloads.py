"""Rows of a panel as a file: CSV in pieces while it is made, or an XLSX workbook. No cell runs as a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from decimal import Decimal
from fractions import Fraction
from typing import IO, TYPE_CHECKING, Any

from attain.explaining.result import COLUMNS
from attain.facts.spreadsheet import neutral
from attain.published.shapes import exact
from attain.scoring.rationals import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from attain.explaining.result import ExplainedRow

    Cell = str | bool | int | Decimal | dt.date | None

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_AT_ONCE = 500
PIECE = 64 * 1024
SHEET_ROWS = 1_048_575
"""Rows that a sheet of a workbook holds below its heading."""


def cells(row: ExplainedRow) -> list[Cell]:
    """Give one row's cells in the contract's order: amounts as decimals cut at six places, texts that no spreadsheet runs."""
    return [_cell(getattr(row, name)) for name in COLUMNS]


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, bool):
        return value
    return exact(cut(value)) if isinstance(value, Fraction) else neutral(str(value))


def csv_pieces(rows: Iterable[ExplainedRow]) -> Iterator[bytes]:
    """Give the rows as CSV, some hundred at a time: the same cells that `attain explain --format csv` writes."""
    return text_pieces(COLUMNS, map(cells, rows))


def text_pieces(columns: Sequence[str], rows: Iterable[Iterable[Cell]]) -> Iterator[bytes]:
    """Give rows of cells as CSV, some hundred at a time, so that memory does not grow."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for count, row in enumerate(rows, 1):
        writer.writerow([cell_text(cell) for cell in row])
        if count % ROWS_AT_ONCE == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def cell_text(cell: Cell) -> str:
    """Write a cell of a CSV: empty where there is nothing, decimals in full."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def xlsx_pieces(rows: Iterable[ExplainedRow], sheet: str = "rows") -> Iterator[bytes]:
    """Give the rows as an XLSX workbook; a workbook keeps numbers with fifteen digits: CSV is the exact file."""
    return workbook_pieces(COLUMNS, map(cells, rows), sheet)


def workbook_pieces(columns: Sequence[str], rows: Iterable[Iterable[Cell]], sheet: str = "rows") -> Iterator[bytes]:
    """Give rows of cells as an XLSX workbook, row by row on disk so that memory does not grow; numbers are numbers, no text is a formula.

    Rows beyond what a sheet holds go to a further sheet.
    """
    import xlsxwriter  # noqa: PLC0415 - most requests write no workbook

    with tempfile.TemporaryFile() as file:
        with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheets: Any = book  # XlsxWriter is typed in part
            bold, day = sheets.add_format({"bold": True}), sheets.add_format({"num_format": "yyyy-mm-dd"})
            page: Any = None
            for number, row in enumerate(rows):
                place = number % SHEET_ROWS
                if place == 0:
                    page = _sheet(sheets, columns, sheet if number == 0 else f"{sheet} {number // SHEET_ROWS + 1}", bold)
                for column, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        page.write_datetime(place + 1, column, dt.datetime.combine(cell, dt.time()), day)
                    elif cell is not None:
                        page.write(place + 1, column, cell)
            if page is None:
                _sheet(sheets, columns, sheet, bold)
        file.seek(0)
        yield from _pieces(file)


def _sheet(book: Any, columns: Sequence[str], name: str, bold: Any) -> Any:
    page = book.add_worksheet(name)
    page.freeze_panes(1, 0)
    page.write_row(0, 0, columns, bold)
    return page


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
