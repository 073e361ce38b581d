"""Opening a file as what it is: CSV, TSV or XLSX, plain or gzip, by its bytes and not only its name, with bounds on its expansion."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from python_calamine import CalamineError, CalamineWorkbook

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from _typeshed import WriteableBuffer
    from python_calamine import CalamineSheet

Row = list[str]

DELIMITERS = (",", ";", "\t", "|")
LONGEST_LINE = 16 * 1024 * 1024
"""No line, and so no cell, may be longer: Azure's Tags and AdditionalInfo stay far below."""
GREATEST_EXPANSION = 200
"""Text compresses by 20 to 60; a gzip or XLSX that expands further than this is taken for a bomb."""
SMALL = 64 * 1024 * 1024
"""Up to this size expansion does no harm and is not looked at."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"PAR1", "Parquet"),
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "old Excel (XLS) or encrypted"),
)
_BOMS: tuple[tuple[bytes, str], ...] = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class Document:
    """A file that may hold tables: where it is, its SHA-256, and what its bytes say it is."""

    path: Path
    sha256: str
    form: str
    """`text` or `xlsx`."""
    compressed: bool = False
    encoding: str = "utf-8"
    sheet: str = ""
    """The sheet of a workbook that is read; empty: the first that holds anything."""


def open_document(path: Path) -> Document:
    """Look at a file and say what it is; raises AttainError where it is absent, empty, a zip, or not what its name says."""
    if path.is_dir():
        raise AttainError("file-missing", "this is a folder, not a file", str(path), "name the files in it, such as export.csv")
    if not path.is_file():
        raise AttainError("file-missing", "no such file", str(path), "check the name and the folder")
    head, sha256 = _head_and_digest(path)
    if not head:
        raise AttainError("file-empty", "the file is empty", str(path), "export it again")
    suffix = path.suffix.casefold()
    kind = next((name for magic, name in _MAGIC if head.startswith(magic)), "text")
    if kind == "zip" and suffix == ".xlsx":
        _check_workbook(path)
        return Document(path, sha256, "xlsx")
    if kind == "zip":
        raise AttainError("file-zip", "a ZIP archive is not read", str(path), "unpack it and import the files inside")
    if kind == "gzip" and suffix == ".gz":
        with gzip.open(path, "rb") as stream:
            inner = _unpacked(path, stream, 4)
        return Document(path, sha256, "text", compressed=True, encoding=_encoding(inner))
    if kind != "text" or suffix in {".xlsx", ".gz"}:
        named = suffix.lstrip(".").upper() or "text"
        hint = "give CSV, TSV or XLSX, or CSV compressed as .gz"
        raise AttainError("file-not-as-named", f"the name says {named}, the bytes say {kind}", str(path), hint)
    return Document(path, sha256, "text", encoding=_encoding(head))


def _head_and_digest(path: Path) -> tuple[bytes, str]:
    digest = hashlib.sha256()
    head = b""
    with path.open("rb") as stream:
        while chunk := stream.read(1024 * 1024):
            head = head or chunk[:8]
            digest.update(chunk)
    return head, digest.hexdigest()


def _encoding(head: bytes) -> str:
    return next((encoding for mark, encoding in _BOMS if head.startswith(mark)), "utf-8")


def _check_workbook(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            expanded = sum(entry.file_size for entry in archive.infolist())
            workbook = "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile as error:
        raise AttainError("file-not-as-named", "the name says XLSX, the bytes are a broken ZIP archive", str(path)) from error
    if not workbook:
        raise AttainError("file-not-as-named", "the name says XLSX, the archive holds no workbook", str(path))
    if expanded > SMALL and expanded > GREATEST_EXPANSION * path.stat().st_size:
        raise _bomb(path)


def _bomb(path: Path) -> AttainError:
    message = f"the file expands to more than {GREATEST_EXPANSION} times its size"
    return AttainError("file-bomb", message, str(path), "unpack it yourself if you trust it")


def _unpacked(path: Path, stream: gzip.GzipFile, size: int) -> bytes:
    try:
        return stream.read(size)
    except (OSError, EOFError, zlib.error) as error:
        raise AttainError("file-not-as-named", f"the gzip file cannot be unpacked: {error}", str(path)) from error


class _Bounded(io.RawIOBase):
    """The bytes of a gzip file, refused as soon as they outgrow the bound."""

    def __init__(self, path: Path, stream: gzip.GzipFile) -> None:
        super().__init__()
        self._path, self._stream, self._count = path, stream, 0
        self._limit = max(SMALL, GREATEST_EXPANSION * path.stat().st_size)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        chunk = _unpacked(self._path, self._stream, len(view))
        self._count += len(chunk)
        if self._count > self._limit:
            raise _bomb(self._path)
        view[: len(chunk)] = chunk
        return len(chunk)


@contextmanager
def _text(document: Document) -> Generator[io.TextIOBase]:
    if document.compressed:
        with gzip.open(document.path, "rb") as packed:
            yield io.TextIOWrapper(io.BufferedReader(_Bounded(document.path, packed), 1024 * 1024), encoding=document.encoding, newline="")
    else:
        with document.path.open(encoding=document.encoding, newline="") as text:
            yield text


def _lines(document: Document, text: io.TextIOBase) -> Iterator[str]:
    while True:
        try:
            line = text.readline(LONGEST_LINE + 1)
        except UnicodeError as error:
            named = document.encoding.upper().removesuffix("-SIG")
            raise AttainError("file-encoding", f"the text is not {named}: {error}", str(document.path), "save it as CSV UTF-8") from error
        if not line:
            return
        if len(line) > LONGEST_LINE:
            raise AttainError("file-line-too-long", f"a line is longer than {LONGEST_LINE} characters", str(document.path))
        if "\0" in line:
            message = "the name says text, the bytes are not text"
            raise AttainError("file-not-as-named", message, str(document.path), "give CSV, TSV or XLSX")
        yield line


def rows_of(document: Document) -> Iterator[tuple[int, Row]]:
    """Give the rows of a document as (row number, cells as text), the header first; blank rows are passed over but counted.

    Row numbers are those a spreadsheet shows: the header is row 1 unless something stands above it. Numbers of an XLSX cell come as the
    shortest text that stands for them. Raises AttainError where the text cannot be decoded, quotes do not close, or the workbook is broken.
    """
    return _workbook_rows(document) if document.form == "xlsx" else _text_rows(document)


def _text_rows(document: Document) -> Iterator[tuple[int, Row]]:
    csv.field_size_limit(LONGEST_LINE)
    delimiter, above = sniff(document)
    with _text(document) as text:
        lines = _lines(document, text)
        for _ in range(above):
            next(lines)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        number = above
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
                yield number, row


def sniff(document: Document) -> tuple[str, int]:
    """Find the delimiter of a text file, and how many lines stand above the header (Excel's `sep=;` line).

    Raises AttainError `file-not-table` where no delimiter splits the header.
    """
    with _text(document) as text:
        lines = _lines(document, text)
        first = next(lines, "")
        if first.casefold().startswith("sep=") and len(first.strip()) == 5:
            return first[4], 1
        try:
            widths = {delimiter: len(next(csv.reader([first], delimiter=delimiter))) for delimiter in DELIMITERS}
        except csv.Error:
            widths = {}
    delimiter = max(widths, key=widths.__getitem__, default="")
    if not delimiter or widths[delimiter] < 2:
        message = "the first line is no table header: no comma, semicolon, tab or bar splits it"
        raise AttainError("file-not-table", message, str(document.path), "export the table as CSV, TSV or XLSX, with its header row")
    return delimiter, 0


def _workbook_rows(document: Document) -> Iterator[tuple[int, Row]]:
    sheet = next((sheet for sheet in _filled_sheets(document) if document.sheet in {"", sheet.name}), None)
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
    try:
        with document.path.open("rb") as stream:
            workbook = CalamineWorkbook.from_filelike(stream)
        for index in range(len(workbook.sheet_names)):
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
