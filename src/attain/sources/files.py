"""The rows of a file, whatever it is: CSV or TSV, the sheet of a workbook, JSON or JSON Lines; all of them as text cells below a header."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from python_calamine import CalamineError, CalamineWorkbook

from attain.errors import AttainError
from attain.sources.documents import LONGEST_LINE, lines_of, open_text
from attain.sources.records import record_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from python_calamine import CalamineSheet

    from attain.sources.documents import Document

Row = list[str]

DELIMITERS = (",", ";", "\t", "|")
MOST_BLANK = 1_000_000
"""Blank rows that may follow each other: about as many as a sheet has at all."""


def rows_of(document: Document) -> Iterator[tuple[int, Row]]:
    """Give the rows of a document as (row number, cells as text), the header first; blank rows are passed over but counted.

    Row numbers are those a spreadsheet shows: the header is row 1 unless something stands above it. Numbers of an XLSX cell come as the
    shortest text that stands for them. Raises AttainError where the text cannot be decoded, quotes do not close, or the workbook is broken.
    """
    if document.form == "json":
        return record_rows(document)
    return _workbook_rows(document) if document.form == "xlsx" else _text_rows(document)


def _text_rows(document: Document) -> Iterator[tuple[int, Row]]:
    delimiter, above = sniff(document)
    return text_rows(document, delimiter, above)


def text_rows(document: Document, delimiter: str, above: int = 0, start: int = 0) -> Iterator[tuple[int, Row]]:
    """Give the rows of a text below its first `above` lines, which end at the byte `start` where that is known; see `rows_of`."""
    csv.field_size_limit(LONGEST_LINE)
    with open_text(document, start) as text:
        lines = lines_of(document, text)
        for _ in range(0 if start else above):
            next(lines)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        number = filled = above
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                where = f"{document.path}, line {reader.line_num + above}"
                raise AttainError(
                    "file-quotes", f"not well-formed CSV: {error}", where, "a quote inside a cell is written twice"
                ) from error
            if row is None:
                return
            number += 1
            if any(row):
                filled = number
                yield number, row
            elif number - filled > MOST_BLANK:
                raise too_blank(document, number)


def too_blank(document: Document, number: int) -> AttainError:
    """Make the refusal of a file of which more than MOST_BLANK blank rows follow each other, up to the row with a number."""
    message = f"more than {MOST_BLANK:,} blank rows follow each other"
    return AttainError("file-blank", message, f"{document.path}, row {number}", "export the table again, without them")


def sniff(document: Document) -> tuple[str, int]:
    """Find the delimiter of a text file, and how many lines stand above the header (Excel's `sep=;` line, and blank ones).

    Raises AttainError `file-not-table` where no delimiter splits the header, `file-empty` and `file-blank`.
    """
    with open_text(document) as text:
        lines = lines_of(document, text)
        first, above = "", 0
        for above, first in enumerate(lines):
            if first.strip():
                break
            if above >= MOST_BLANK:
                raise too_blank(document, above + 1)
        if not first.strip():
            raise AttainError("file-empty", "the file holds blank lines alone", str(document.path), "export it again")
        if first.casefold().startswith("sep=") and len(first.rstrip("\r\n")) == 5:
            return first[4], above + 1
        try:
            widths = {delimiter: len(next(csv.reader([first], delimiter=delimiter))) for delimiter in DELIMITERS}
        except csv.Error:
            widths = {}
    delimiter = max(widths, key=widths.__getitem__, default="")
    if not delimiter or widths[delimiter] < 2:
        message = "the first line is no table header: no comma, semicolon, tab or bar splits it"
        raise AttainError("file-not-table", message, str(document.path), "delete what stands above the header, or export the table anew")
    return delimiter, above


def _workbook_rows(document: Document) -> Iterator[tuple[int, Row]]:
    sheet = next(_filled_sheets(document), None)
    if sheet is None:
        raise AttainError("file-empty", "the workbook holds no filled sheet", str(document.path), "export it again")
    for number, cells in enumerate(sheet.iter_rows(), 1):
        row = [_cell_text(cell) for cell in cells]
        if any(row):
            yield number, row


def sheets_of(document: Document) -> list[str]:
    """Name the sheets of a workbook that hold anything, in order; none where the document is no workbook. Raises AttainError."""
    return [sheet.name for sheet in _filled_sheets(document)] if document.form == "xlsx" else []


def _filled_sheets(document: Document) -> Iterator[CalamineSheet]:
    """Give the sheets of a workbook that hold anything; of a document that names one just that."""
    try:
        with document.path.open("rb") as stream:
            workbook = CalamineWorkbook.from_filelike(stream)
        for index, name in enumerate(workbook.sheet_names):
            if document.sheet not in {"", name}:
                continue
            sheet = workbook.get_sheet_by_index(index)
            if sheet.height:
                yield sheet
    except CalamineError as error:
        raise AttainError("file-not-as-named", f"the workbook cannot be read: {error}", str(document.path)) from error


def _cell_text(cell: int | float | str | bool | time | date | datetime | timedelta) -> str:
    """Write a spreadsheet's cell as text: a number as the shortest text that stands for it, which is what was typed or exported."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date | time):
        return cell.isoformat()
    return repr(cell) if isinstance(cell, float) else str(cell)
