"""A plain CSV file as blocks of columns, many times faster than row by row; from the first unusual block on its rows come singly."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from attain.errors import AttainError
from attain.facts.ahead import ahead, each_ahead
from attain.facts.plain_csv import count_of, is_plain_header, lines_at, lines_of, lines_of_stream, parsed, parsed_in_quotes, usual
from attain.sources.documents import LONGEST_LINE, open_bytes
from attain.sources.files import MOST_BLANK, rows_of, sniff, text_rows, too_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from attain.facts.plain_csv import Lines
    from attain.sources.documents import Document
    from attain.sources.files import Row

NUMBER = "#number"
"""Column of row numbers, as a spreadsheet shows them."""
FIRST_BLOCK = 1 << 16
"""Blocks begin small, so that the first rows show how the file writes dates and numbers, and grow up to the largest."""
GROWTH = 8
LARGEST_BLOCK = 1 << 24
"""Of larger ones the system hands out the memory anew each time."""
_UNUSUAL = b"\0\x1c\x1d\x1e\x1f"
"""What ends the reading by columns: bytes of no text, and separators that Python alone takes for blanks."""
_END = "\x1f"
"""A cell that is added to every row and that no other is: where it comes next after the last of the header, the row has all cells."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a file: `cells` has a text column a place (`0`, `1`, ...) and NUMBER; `rows` come singly, after or between them.

    Where `cells` has some of the columns, `again` reads all cells of the rows with some numbers, of the first of which `above` stand above.
    """

    cells: pl.DataFrame | None
    rows: Iterable[tuple[int, Row]] = field(default_factory=list[tuple[int, "Row"]])
    lines: int = 0
    again: Callable[[pl.Series], pl.DataFrame] | None = None
    above: int = 0

    def numbered(self, above: int) -> Block:
        """Give the same rows below so many others."""
        cells = None if self.cells is None else self.cells.with_columns(pl.col(NUMBER) + above)
        return replace(self, cells=cells, rows=[(number + above, row) for number, row in self.rows], above=above)

    def singly(self, taken: pl.Series) -> list[tuple[int, Row]]:
        """Give the rows of `cells` that are not taken with their numbers, all cells of each."""
        assert self.cells is not None
        if taken.all():
            return []
        rest = self.cells.filter(~taken)
        numbers = rest[NUMBER]
        cells = rest.drop(NUMBER) if self.again is None else self.again(numbers - self.above)
        return list(zip(numbers.to_list(), (list(row) for row in cells.iter_rows()), strict=True))


class _Unusual(Exception):
    """The block has to be read row by row."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How the lines of a file are read: between which marks, how many cells the header has, and the places of those that are looked at."""

    delimiter: str
    width: int
    wanted: frozenset[int] | None = None

    @property
    def kinds(self) -> dict[str, pl.DataType]:
        """Give a column of text a place."""
        return {str(place): pl.String() for place in range(self.width)}

    def parsed(self, block: bytes, wanted: frozenset[int] | None = None) -> pl.DataFrame | None:
        """Read lines as rows of all cells, or of those wanted; None where one has more or fewer than the header, or is not plain."""
        ended = block.replace(b"\n", f"{self.delimiter}{_END}\n".encode())
        names = [str(place) for place in range(self.width) if wanted is None or place in wanted]
        end = str(self.width)
        read = parsed_in_quotes if b'"' in block else parsed
        cells = read(ended, self.delimiter, {**self.kinds, end: pl.String()}, [*names, end])
        return cells.select(names) if cells is not None and (cells[end] == _END).all() else None


def blocks_of(document: Document, width: int, wanted: frozenset[int] | None = None) -> Iterator[Block]:
    """Give the rows below the header of a document, the same as `files.rows_of` gives; blank rows are left out but counted.

    `width` is the number of columns of the header; blocks may have the columns `wanted` alone. Raises what `rows_of` raises.
    """
    if document.form == "text" and document.encoding in {"utf-8", "utf-8-sig"}:
        delimiter, above = sniff(document)
        with open_bytes(document) as stream:
            # a file whose lines end otherwise would be read whole
            lines = [stream.readline(LONGEST_LINE) for _ in range(above + 1)]
            start = sum(map(len, lines))
            # a carriage return alone ends a line, too, but none of these
            ended = not any(b"\r" in line.removesuffix(b"\n").removesuffix(b"\r") for line in lines[:-1])
            if ended and is_plain_header(lines[-1], delimiter) and lines[-1].strip(delimiter.encode() + BOM_UTF8 + b"\r\n"):
                if document.compressed:
                    # unpacking takes one core, of which the reading leaves some
                    parts = ahead(lines_of_stream(document.path, stream, start, FIRST_BLOCK, LARGEST_BLOCK, GROWTH))
                else:
                    parts = lines_of(document.path, start, FIRST_BLOCK, LARGEST_BLOCK, GROWTH)
                yield from _blocks(document, start, Shape(delimiter, width, wanted), above + 1, parts)
                return
    rows = rows_of(document)
    next(rows, None)
    yield Block(None, rows)


def _blocks(document: Document, start: int, shape: Shape, above: int, parts: Iterator[Lines]) -> Iterator[Block]:
    """Give the blocks of lines from a byte on, `above` rows below the top of the file."""
    filled = above
    for block, end in each_ahead(lambda lines: (_block(lines, shape), lines.end), parts):
        if block is None:
            yield Block(None, text_rows(document, shape.delimiter, above, start))
            return
        numbered = block.numbered(above)
        start, above = end, above + block.lines
        filled = _last_filled(document, numbered, filled, above)
        yield numbered


def _last_filled(document: Document, block: Block, filled: int, last: int) -> int:
    """Give the number of the last filled row up to the `last` of a block; `filled` is that of the block before.

    Raises AttainError `file-blank` where more than MOST_BLANK blank rows follow each other.
    """
    numbers = pl.Series([filled, *(number for number, _ in block.rows)], dtype=pl.Int64)
    if block.cells is not None:
        numbers = numbers.append(block.cells[NUMBER])
    if last - filled > MOST_BLANK:
        before = numbers.sort()
        blank = before.shift(-1, fill_value=last + 1) - before - 1
        if (far := before.filter(blank > MOST_BLANK)).len():
            raise too_blank(document, int(far[0]) + MOST_BLANK + 1)
    return int(numbers.max())  # pyright: ignore[reportArgumentType] - there is one at least


def _block(lines: Lines, shape: Shape) -> Block | None:
    """Read some lines as a block whose first row is row 1; None where they have to be read row by row."""
    block = _plain(lines.content()) if lines.whole else None
    if block is None:
        return None
    if not block.strip(f"\n{shape.delimiter}".encode()):
        return Block(None, lines=count_of(block, "\n"))
    cells = shape.parsed(block, shape.wanted)
    if cells is not None and shape.wanted is not None:
        if _filled(cells).height == cells.height:
            return Block(_numbered(cells), lines=cells.height, again=partial(_again, lines, shape, cells.height))
        # whether a row is blank shows in all of its cells
        cells = shape.parsed(block)
    if cells is not None:
        return Block(_filled(_numbered(cells)), lines=cells.height)
    try:
        return _sorted_out(block.decode(), shape)
    except _Unusual:
        return None


def _plain(block: bytes) -> bytes | None:
    """Give lines with the usual ends, None where they hold what is not usual."""
    return None if any(byte in block for byte in _UNUSUAL) else usual(block)


def _again(lines: Lines, shape: Shape, rows: int, numbers: pl.Series) -> pl.DataFrame:
    """Read all cells of some rows, of which only some were looked at. Raises AttainError where there are not so many rows any more."""
    block = _plain(lines.content())
    some = None if block is None else lines_at(block, rows, numbers)
    cells = None if some is None else shape.parsed(some)
    if cells is None or cells.height != len(numbers):
        raise AttainError("file-changed", "the file has changed while it was read", str(lines.path), "import it again")
    return cells


def _numbered(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.with_columns(pl.int_range(1, cells.height + 1, dtype=pl.Int64).alias(NUMBER))


def _sorted_out(text: str, shape: Shape) -> Block:
    """Read a block in which some lines have quotes or another number of cells: those singly, the rest together."""
    plain: list[str] = []
    numbers: list[int] = []
    quoted: list[Row] = []
    quoted_numbers: list[int] = []
    loose: list[tuple[int, Row]] = []
    delimiter, width = shape.delimiter, shape.width
    lines = text.split("\n")[:-1]
    for number, line in enumerate(lines, 1):
        if '"' in line:
            row = _quoted(line, delimiter)
            if len(row) == width:
                quoted.append(row)
                quoted_numbers.append(number)
            elif any(row):
                loose.append((number, row))
        elif line.count(delimiter) == width - 1:
            plain.append(line)
            numbers.append(number)
        elif any(row := line.split(delimiter)):
            loose.append((number, row))
    parts: list[pl.DataFrame] = []
    if plain:
        cells = parsed(("\n".join(plain) + "\n").encode(), delimiter, shape.kinds)
        if cells is None or cells.height != len(plain):
            raise _Unusual
        parts.append(cells.with_columns(pl.Series(NUMBER, numbers, dtype=pl.Int64)))
    if quoted:
        parts.append(pl.DataFrame(quoted, schema=shape.kinds, orient="row").with_columns(pl.Series(NUMBER, quoted_numbers, dtype=pl.Int64)))
    return Block(_filled(pl.concat(parts).sort(NUMBER)) if parts else None, loose, len(lines))


def _quoted(line: str, delimiter: str) -> Row:
    if line.count('"') % 2:
        # the cell goes on in the next line
        raise _Unusual
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        raise _Unusual from None


def _filled(cells: pl.DataFrame) -> pl.DataFrame:
    """Leave out blank rows."""
    places = [name for name in cells.columns if name != NUMBER]
    if any((cells[place] != "").all() for place in places):
        return cells
    return cells.filter(pl.any_horizontal(pl.col(place) != "" for place in places))
