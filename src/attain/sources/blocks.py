"""A plain CSV file as blocks of columns, many times faster than row by row; from the first unusual block on its rows come singly."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from os import SEEK_END
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.ahead import ahead
from attain.sources.files import rows_of, sniff, text_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from attain.sources.documents import Document
    from attain.sources.files import Row

NUMBER = "#number"
"""Column of row numbers, as a spreadsheet shows them."""
FIRST_BLOCK = 1 << 16
"""Blocks begin small, so that the first rows show how the file writes dates and numbers, and grow up to the largest."""
GROWTH = 8
LARGEST_BLOCK = 1 << 24
"""Of larger ones the system hands out the memory anew each time."""
_TAIL = 1 << 12
_UNUSUAL = b"\0\x1c\x1d\x1e\x1f"
"""What ends the reading by columns: bytes of no text, and separators that Python alone takes for blanks."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a file: `cells` has a text column a place (`0`, `1`, ...) and NUMBER; `rows` come singly, after or between them."""

    cells: pl.DataFrame | None
    rows: Iterable[tuple[int, Row]] = field(default_factory=list[tuple[int, "Row"]])


class _Unusual(Exception):
    """The block has to be read row by row."""


def blocks_of(document: Document, width: int) -> Iterator[Block]:
    """Give the rows below the header of a document, the same as `files.rows_of` gives; blank rows are left out but counted.

    `width` is the number of columns of the header. Raises what `rows_of` raises.
    """
    if document.form == "text" and not document.compressed and document.encoding in {"utf-8", "utf-8-sig"}:
        delimiter, above = sniff(document)
        with document.path.open("rb") as stream:
            header = [stream.readline() for _ in range(above + 1)][-1]
            if b'"' not in header and b"\r" not in header.removesuffix(b"\r\n") and header.strip(delimiter.encode() + b"\xef\xbb\xbf\r\n"):
                yield from ahead(_blocks(document, stream, delimiter, width, above + 1))
                return
    rows = rows_of(document)
    next(rows, None)
    yield Block(None, rows)


def _blocks(document: Document, stream: BinaryIO, delimiter: str, width: int, above: int) -> Iterator[Block]:
    """Give the blocks from where the stream stands, `above` rows below the top of the file."""
    start, size = stream.tell(), FIRST_BLOCK
    whole = stream.seek(0, SEEK_END)
    while start < whole:
        end = _last_line_end(stream, start, min(start + size, whole))
        try:
            if end == start:
                raise _Unusual
            stream.seek(start)
            block = stream.read(end - start)
            yield _block(block, delimiter, width, above)
        except _Unusual:
            yield Block(None, text_rows(document, delimiter, above, start))
            return
        start, above, size = end, above + block.count(b"\n"), min(size * GROWTH, LARGEST_BLOCK)


def _last_line_end(stream: BinaryIO, start: int, end: int) -> int:
    """Find where the last line that ends between two bytes of a file does; `start` where none does.

    So a block is read at once, and never put together from parts, which takes as long as looking through it.
    """
    while end > start:
        some = max(start, end - _TAIL)
        stream.seek(some)
        found = stream.read(end - some).rfind(b"\n")
        if found >= 0:
            return some + found + 1
        end = some
    return start


def _block(block: bytes, delimiter: str, width: int, above: int) -> Block:
    if any(byte in block for byte in _UNUSUAL):
        raise _Unusual
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
        if b"\r" in block:
            raise _Unusual
    if not _is_text(block):
        raise _Unusual
    count = block.count(b"\n")
    if b'"' not in block:
        cells = _parsed(block, delimiter, width)
        # no row has too many cells; none has too few where the last is filled, or where there are as many delimiters as there should be
        if (
            cells is not None
            and cells.height == count
            and ((cells[str(width - 1)] != "").all() or block.count(delimiter.encode()) == (width - 1) * count)
        ):
            return Block(_filled(cells.with_columns(pl.int_range(above + 1, above + count + 1, dtype=pl.Int64).alias(NUMBER)), width))
    return _sorted_out(block.decode(), delimiter, width, above)


def _is_text(block: bytes) -> bool:
    if block.isascii():
        return True
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


def _parsed(block: bytes, delimiter: str, width: int) -> pl.DataFrame | None:
    try:
        return pl.read_csv(
            block,
            has_header=False,
            separator=delimiter,
            quote_char=None,
            schema={str(place): pl.String() for place in range(width)},
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        return None


def _sorted_out(text: str, delimiter: str, width: int, above: int) -> Block:
    """Read a block in which some lines have quotes or another number of cells: those singly, the rest together."""
    plain: list[str] = []
    numbers: list[int] = []
    quoted: list[Row] = []
    quoted_numbers: list[int] = []
    loose: list[tuple[int, Row]] = []
    for number, line in enumerate(text.split("\n")[:-1], above + 1):
        if '"' in line:
            row = _quoted(line, delimiter)
            if len(row) == width:
                quoted.append(row)
                quoted_numbers.append(number)
            else:
                loose.append((number, row))
        elif line.count(delimiter) == width - 1:
            plain.append(line)
            numbers.append(number)
        elif any(row := line.split(delimiter)):
            loose.append((number, row))
    parts: list[pl.DataFrame] = []
    if plain:
        cells = _parsed(("\n".join(plain) + "\n").encode(), delimiter, width)
        if cells is None or cells.height != len(plain):
            raise _Unusual
        parts.append(cells.with_columns(pl.Series(NUMBER, numbers, dtype=pl.Int64)))
    if quoted:
        schema = {str(place): pl.String() for place in range(width)}
        parts.append(pl.DataFrame(quoted, schema=schema, orient="row").with_columns(pl.Series(NUMBER, quoted_numbers, dtype=pl.Int64)))
    return Block(_filled(pl.concat(parts).sort(NUMBER), width) if parts else None, loose)


def _quoted(line: str, delimiter: str) -> Row:
    if line.count('"') % 2:
        # the cell goes on in the next line
        raise _Unusual
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        raise _Unusual from None


def _filled(cells: pl.DataFrame, width: int) -> pl.DataFrame:
    """Leave out blank rows."""
    places = [str(place) for place in range(width)]
    if any((cells[place] != "").all() for place in places):
        return cells
    return cells.filter(pl.any_horizontal(pl.col(place) != "" for place in places))
