"""An XLSX workbook looked through before it is read: what would fill the memory or never end is refused by its bytes.

The reader of workbooks holds a sheet as the rectangle from its first to its last filled cell, so two cells far apart are enough to fill any
memory, and a forged archive unpacks to more than it says. Both are found here by unpacking once, piece by piece.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO
from xml.parsers import expat

from attain.errors import AttainError
from attain.sources.expansion import bomb, most_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST = 2 * 1024 * 1024 * 1024
"""No workbook may expand to more bytes than this."""
MOST_CELLS = 40_000_000
"""The largest rectangle of cells that a sheet may span: a million rows of forty columns."""
MOST_SHEETS = 100
MOST_PARTS = 5_000
"""Files that the archive of a workbook may hold."""
_WORKBOOK = "xl/workbook.xml"
_PIECE = 1024 * 1024
_LOCAL_HEADER = 30
_LONGEST_REFERENCE = 64
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]*)(\d+)")
_ROW = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_SHEET = re.compile(rb"<(?:[\w.-]+:)?sheet[\s/>]")


def check_workbook(path: Path) -> None:
    """Refuse what is no workbook, or one that must not be read. Raises AttainError `file-not-as-named`, `file-bomb` or `file-too-wide`."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise AttainError("file-not-as-named", "the name says XLSX, the bytes are a broken ZIP archive", str(path)) from error
    # The reader finds parts whatever the case of their names.
    names = [part.filename.casefold() for part in parts]
    if _WORKBOOK not in names:
        raise AttainError("file-not-as-named", "the name says XLSX, the archive holds no workbook", str(path))
    if len(parts) > MOST_PARTS or len(set(names)) != len(names):
        raise AttainError("file-not-as-named", "the archive holds too many files, or one twice", str(path), "save the workbook again")
    expanded = sum(part.file_size for part in parts)
    if expanded > min(LARGEST, most_bytes(path.stat().st_size)):
        raise bomb(path)
    with path.open("rb") as stream:
        for part in parts:
            if part.filename.casefold() == _WORKBOOK:
                _check_sheet_count(path, _pieces(path, stream, part))
            # The workbook says which parts are sheets: any may be.
            _check_span(path, stream, part)


def _pieces(path: Path, stream: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack a part by what its bytes are, whatever its header says of their number; refused once it outgrows that."""
    broken = AttainError("file-not-as-named", f"the part {part.filename!r} of the workbook cannot be unpacked", str(path), "save it again")
    if part.header_offset < 0:
        raise broken
    stream.seek(part.header_offset)
    header = stream.read(_LOCAL_HEADER)
    if len(header) != _LOCAL_HEADER or not header.startswith(b"PK\x03\x04") or part.flag_bits & 1:
        raise broken
    begin = part.header_offset + _LOCAL_HEADER + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    method, packed, left = int.from_bytes(header[8:10], "little"), part.compress_size, part.file_size
    if method != part.compress_type or method not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise broken
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    place, waiting = begin, b""
    while packed or waiting:
        if not waiting:
            stream.seek(place)
            waiting = stream.read(min(packed, _PIECE))
            if not waiting:
                raise broken
            place, packed = place + len(waiting), packed - len(waiting)
        if method == zipfile.ZIP_STORED:
            piece, waiting = waiting, b""
        else:
            try:
                piece = unpacker.decompress(waiting, _PIECE)
            except zlib.error as error:
                raise broken from error
            waiting = unpacker.unconsumed_tail
            if unpacker.eof:
                packed, waiting = 0, b""
        left -= len(piece)
        if left < 0:
            raise bomb(path)
        yield piece
    if left:
        raise broken


def _check_sheet_count(path: Path, pieces: Iterator[bytes]) -> None:
    found, rest = 0, b""
    for piece in pieces:
        text = rest + piece
        found += len(_SHEET.findall(text))
        rest = text[-_LONGEST_REFERENCE:] if not _SHEET.search(text, max(len(text) - _LONGEST_REFERENCE, 0)) else b""
    if found > MOST_SHEETS:
        raise AttainError(
            "file-too-wide",
            f"the workbook has more than {MOST_SHEETS} sheets",
            str(path),
            "save the sheet that you need as a file of its own",
        )


def _check_span(path: Path, stream: BinaryIO, part: zipfile.ZipInfo) -> None:
    """Refuse a sheet whose cells span too large a rectangle: a quick look that sees too much, then an exact one."""
    if _seen_span(_pieces(path, stream, part)) > MOST_CELLS and _exact_span(path, _pieces(path, stream, part)) > MOST_CELLS:
        message = f"the cells of a sheet span more than {MOST_CELLS:,} cells, most of them empty"
        raise AttainError("file-too-wide", message, str(path), "delete what stands far from the table, or save the sheet as CSV")


def _seen_span(pieces: Iterator[bytes]) -> int:
    """Give at least the number of cells that a sheet spans: what looks like a reference is one, cells without one stand side by side."""
    last_row, last_column, rows, cells, references, here, longest = 0, 0, 0, 0, 0, 0, 0
    rest = b""
    for piece in pieces:
        text = rest + piece
        # Cut where a tag begins, so that none is seen in halves; without one the text is no sheet.
        cut = text.rfind(b"<") if len(text) > _LONGEST_REFERENCE else 0
        text, rest = (text[:cut], text[cut:]) if cut > 0 and len(text) - cut < _PIECE else (text, b"")
        for column, row in set(_REFERENCE.findall(text)):
            last_row = max(last_row, int(row[:9]))
            last_column = max(last_column, _column(column))
            references += bool(column)
        lines = _ROW.split(text)
        for place, line in enumerate(lines):
            here = (0 if place else here) + len(_CELL.findall(line))
            longest = max(longest, here)
            cells += len(_CELL.findall(line))
        rows += len(lines) - 1
    if rest:
        for column, row in _REFERENCE.findall(rest):
            last_row, last_column = max(last_row, int(row[:9])), max(last_column, _column(column))
    return (max(last_row, rows) + 1) * max(last_column, longest)


def _exact_span(path: Path, pieces: Iterator[bytes]) -> int:
    """Give the number of cells in the rectangle of a sheet's filled cells."""
    found = _Span()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = found.start, found.end
    parser.StartDoctypeDeclHandler = found.refuse
    try:
        for piece in pieces:
            parser.Parse(piece)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise AttainError("file-not-as-named", f"a sheet of the workbook cannot be read: {error}", str(path), "save it again") from error
    return found.cells


@dataclass
class _Span:
    """The rectangle of the filled cells of a sheet, as a reader of workbooks goes through it."""

    row: int = 0
    column: int = 0
    first: tuple[int, int] | None = None
    last: tuple[int, int] = (0, 0)
    inside: bool = False

    @property
    def cells(self) -> int:
        if self.first is None:
            return 0
        return (self.last[0] - self.first[0] + 1) * (self.last[1] - self.first[1] + 1)

    def refuse(self, *_: object) -> None:
        raise ValueError("it declares a document type")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind, place = name.rpartition(" ")[2], attributes.get("r", "")
        if kind == "row":
            self.row, self.column = (int(place) if place.isdigit() else self.row + 1), 0
        elif kind == "c":
            self.column += 1
            if match := re.fullmatch(r"([A-Za-z]+)(\d+)", place):
                self.column, self.row = _column(match[1].encode()), int(match[2])
            self.inside = False
        elif kind in {"v", "f", "is"}:
            self.inside = True

    def end(self, name: str) -> None:
        if name.rpartition(" ")[2] == "c" and self.inside:
            first = self.first or (self.row, self.column)
            self.first = (min(first[0], self.row), min(first[1], self.column))
            self.last = (max(self.last[0], self.row), max(self.last[1], self.column))
            self.inside = False


def _column(letters: bytes) -> int:
    """Give the number of a column from its letters; beyond what any sheet has it is only large."""
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + letter - 64
    return number
