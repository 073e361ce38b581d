"""Blocks of a CSV file whose every line is a row and whose every cell stands between two marks: read many times faster than any other."""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import dataclass
from itertools import repeat
from os import SEEK_END
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

arrow: Any = pyarrow  # ships no types
TAIL = 1 << 12
QUOTE = '"'
_IN_QUOTES = r'^"[^"]*"$'


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of a file, from byte to byte; not `whole` where a line is longer than a block, or the last has no end.

    Of a file that can only be read once through, they are `held`.
    """

    path: Path
    start: int
    end: int
    whole: bool = True
    held: bytes | None = None

    def content(self) -> bytes:
        """Read them."""
        if self.held is not None:
            return self.held
        with self.path.open("rb", buffering=0) as stream:
            stream.seek(self.start)
            found = stream.read(self.end - self.start)
            # nearly always that is all, and not put together from parts
            while len(found) < self.end - self.start and (more := stream.read(self.end - self.start - len(found))):
                found += more
            return found


def lines_of(path: Path, start: int, first: int, largest: int, growth: int) -> Iterator[Lines]:
    """Give a file's lines from a byte on, in blocks of `first` bytes and then of `growth` times more, up to `largest`."""
    size = first
    with path.open("rb") as stream:
        whole = stream.seek(0, SEEK_END)
        while start < whole:
            end = _last_line_end(stream, start, min(start + size, whole))
            if end == start:
                yield Lines(path, start, whole, whole=False)
                return
            yield Lines(path, start, end)
            start, size = end, min(size * growth, largest)


def lines_of_stream(path: Path, stream: BinaryIO, start: int, first: int, largest: int, growth: int) -> Iterator[Lines]:
    """Give what `lines_of` gives of a stream that is read once through, and of which `start` bytes have been read."""
    size, rest = first, b""
    while read := stream.read(size):
        found = rest + read
        whole = found.rfind(b"\n") + 1
        if not whole:
            yield Lines(path, start, start + len(found), whole=False)
            return
        yield Lines(path, start, start + whole, held=found[:whole])
        start, rest, size = start + whole, found[whole:], min(size * growth, largest)
    if rest:
        yield Lines(path, start, start + len(rest), whole=False)


def _last_line_end(stream: BinaryIO, start: int, end: int) -> int:
    """Find where the last line that ends between two bytes of a file does; `start` where none does.

    So a block is read at once, and never put together from parts, which takes as long as looking through it.
    """
    while end > start:
        some = max(start, end - TAIL)
        stream.seek(some)
        found = stream.read(end - some).rfind(b"\n")
        if found >= 0:
            return some + found + 1
        end = some
    return start


def is_plain_header(header: bytes, delimiter: str) -> bool:
    """Say whether the first line of a file ends as usual and its quotation marks stand around cells, so that the rows begin below it."""
    if not header.endswith(b"\n") or b"\r" in header.removesuffix(b"\r\n"):
        return False
    return QUOTE.encode() not in header or _quotes_are_around_cells(header.removeprefix(BOM_UTF8).replace(b"\r", b""), delimiter)


def usual(block: bytes) -> bytes | None:
    """Give lines that all end with a line feed; None where a carriage return stands elsewhere, or the bytes are not UTF-8."""
    if b"\r" in block:
        text = _bytes(block)
        if text[-1] == ord("\r") or not (text.gather((text == ord("\r")).arg_true() + 1) == ord("\n")).all():
            return None
        # what is replaced by one byte less is looked for many times slower than one byte that is left out
        block = block.replace(b"\r", b"")
    return block if _is_text(block) else None


def line_of_bad_byte(path: Path) -> int:
    """Find the first line of a file that is not UTF-8; 1 where all are."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 1


def lines_at(block: bytes, count: int, numbers: pl.Series) -> bytes | None:
    """Give the lines of a block with some numbers (the first is 1); None where there are not `count` in all."""
    ends = (_bytes(block) == ord("\n")).arg_true()
    if len(ends) != count:
        return None
    starts = pl.concat([pl.Series([0], dtype=ends.dtype), ends[:-1] + 1])
    places = numbers - 1
    return b"".join(block[start : end + 1] for start, end in zip(starts.gather(places), ends.gather(places), strict=True))


def _is_text(block: bytes) -> bool:
    if block.isascii():
        return True
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


def parsed(
    block: bytes, delimiter: str, kinds: Mapping[str, pl.DataType], wanted: Sequence[str] | None = None, *, quoted: bool = False
) -> pl.DataFrame | None:
    """Read lines as rows: columns in order, text or Categorical (an empty cell of which may be null), all of them or those `wanted`.

    Quotation marks are as any other text unless `quoted`. A row with too few cells ends in empty ones, and so does a blank line:
    `has_all_cells` finds them. None where a row has too many, which shows in all columns alone, and for whatever else Polars does not read.
    """
    mark = QUOTE if quoted else None
    if block.startswith(BOM_UTF8):
        # Polars leaves out one at the start, where it begins a cell
        block = BOM_UTF8 + block
    try:
        rows = pl.scan_csv(block, has_header=False, separator=delimiter, quote_char=mark, schema=dict(kinds), empty_string_is_null=False)
        return (rows if wanted is None else rows.select(wanted)).collect()
    except pl.exceptions.PolarsError:
        return None


def parsed_in_quotes(
    block: bytes, delimiter: str, kinds: Mapping[str, pl.DataType], wanted: Sequence[str] | None = None
) -> pl.DataFrame | None:
    """Read lines as rows of cells in or without quotation marks; None where these stand anywhere but around cells, doubled within them.

    None, too, where a cell goes on in the next line.
    """
    if not _quotes_are_around_cells(block, delimiter):
        return None
    cells = parsed(block, delimiter, kinds, wanted, quoted=True)
    return cells if cells is not None and cells.height == count_of(block, "\n") else None


def _bytes(block: bytes) -> pl.Series:
    return pl.Series(arrow.Array.from_buffers(arrow.uint8(), len(block), [None, arrow.py_buffer(block)]))


def _quotes(block: bytes) -> pl.Series:
    return (_bytes(block) == ord(QUOTE)).arg_true()


def count_of(block: bytes, mark: str) -> int:
    """Count a byte in lines."""
    # Python stops at each one, which takes ten times as long where there are many
    return int((_bytes(block) == ord(mark)).sum())


def _quotes_are_around_cells(block: bytes, delimiter: str) -> bool:
    """Say whether each quotation mark that opens stands at the start of a cell, and each that closes at its end, but for doubled ones."""
    text, places = _bytes(block), _quotes(block)
    if len(places) % 2:
        return False
    opening, closing = places.gather_every(2), places.gather_every(2, 1)
    ends = [ord(delimiter), ord("\n")]
    # the block ends with a line, so that a byte stands behind every mark
    before = text.gather(opening.set(opening == 0, 1) - 1)
    at_start = before.is_in(ends) | (opening == 0) | (opening == closing.shift(1) + 1).fill_null(value=False)
    at_end = text.gather(closing + 1).is_in(ends) | (opening.shift(-1) == closing + 1).fill_null(value=False)
    return bool(at_start.all()) and bool(at_end.all())


def has_all_cells(cells: pl.DataFrame, block: bytes, delimiter: str) -> bool:
    """Say whether no row of what was read of a block has too few cells: the last is filled, or there are all delimiters that should be."""
    last = cells.to_series(-1)
    if isinstance(last.dtype, pl.Categorical):
        last = last.cast(pl.String).fill_null("")
    if (last != "").all():
        return True
    found = count_of(block, delimiter)
    if QUOTE.encode() in block:
        places = _quotes(block)
        opening, closing = places.gather_every(2), places.gather_every(2, 1)
        # most cells in marks are empty ones
        filled = closing - opening > 1
        found -= sum(map(block.count, repeat(delimiter.encode()), opening.filter(filled).to_list(), closing.filter(filled).to_list()))
    return found == (cells.width - 1) * cells.height


def without_quotes(cells: pl.Series) -> pl.Series | None:
    """Take the quotation marks off cells that are all in them; None where one of them stands anywhere else."""
    quoted = cells.str.contains(QUOTE, literal=True)
    if not quoted.any():
        return cells
    if not cells.filter(quoted).str.contains(_IN_QUOTES).all():
        return None
    return cells.zip_with(~quoted, cells.str.strip_chars(QUOTE))
