"""The same files as `attain.report.files` writes, piece by piece for an answer over the network."""

from __future__ import annotations

import csv
import io
import tempfile
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
import pyarrow.parquet

from attain.report.differences import difference_frame
from attain.report.files import cell_text, explained_frame
from attain.report.reconciliations import reconciliation_frame
from attain.report.records import record_frames
from attain.report.statuses import status_frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from attain.advise.columns import ColumnKind
    from attain.explaining.lines import Difference
    from attain.explaining.reconciliation import Reconciliation
    from attain.explaining.result import ExplainedRow
    from attain.scoring.result import Scores
    from attain.scoring.statuses import PartnerOn

PieceFormat = Literal["csv", "parquet"]
arrow_parquet: Any = pyarrow.parquet  # pyarrow ships no types
ROWS_AT_ONCE = 500
ROWS_OF_A_GROUP = 10_000
PIECE = 64 * 1024


def explained_pieces(rows: Iterable[ExplainedRow], kind: PieceFormat) -> Iterator[bytes]:
    """Give rows behind a number, few of them in memory at a time; amounts are cut at six decimals."""
    each = iter(rows)
    if kind == "parquet":
        return _row_groups(_frames(each, ROWS_OF_A_GROUP))
    return _lines(_frames(each, ROWS_AT_ONCE))


def _frames(rows: Iterator[ExplainedRow], size: int) -> Iterator[pl.DataFrame]:
    """Make frames of so many rows, one at least."""
    yield explained_frame(list(islice(rows, size)))
    while some := list(islice(rows, size)):
        yield explained_frame(some)


def score_pieces(scores: Scores, kind: PieceFormat) -> Iterator[bytes]:
    """Give scores, as the data contract has them."""
    return _pieces(scores.contract(), kind)


def status_pieces(partners: Sequence[PartnerOn], kind: PieceFormat) -> Iterator[bytes]:
    """Give statuses: one row per partner and designation."""
    return _pieces(status_frame(partners), kind)


def difference_pieces(found: Difference, kind: PieceFormat) -> Iterator[bytes]:
    """Give the lines of a difference; the column `exact` has their points without loss."""
    return _pieces(difference_frame(found), kind)


def reconciliation_pieces(found: Reconciliation, kind: PieceFormat) -> Iterator[bytes]:
    """Give Microsoft's numbers beside ours."""
    return _pieces(reconciliation_frame(found), kind)


def record_pieces(columns: Mapping[str, ColumnKind], records: Iterable[Mapping[str, object]], kind: PieceFormat) -> Iterator[bytes]:
    """Give rows with the `columns`, as CSV some thousand at a time; see `attain.report.records`."""
    frames = record_frames(columns, records)
    return _whole(pl.concat(frames)) if kind == "parquet" else _lines(frames)


def _pieces(frame: pl.DataFrame, kind: PieceFormat) -> Iterator[bytes]:
    return _whole(frame) if kind == "parquet" else _lines([frame])


def _whole(frame: pl.DataFrame) -> Iterator[bytes]:
    whole = io.BytesIO()
    frame.write_parquet(whole)
    yield whole.getvalue()


def _row_groups(frames: Iterator[pl.DataFrame]) -> Iterator[bytes]:
    """Give frames of the same columns, one at least, as the row groups of a Parquet file, which is made on disk."""
    tables = map(_table, frames)
    first = next(tables)
    with tempfile.TemporaryFile() as file:
        with arrow_parquet.ParquetWriter(file, first.schema, compression="zstd") as writer:
            writer.write_table(first)
            for table in tables:
                writer.write_table(table)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _table(frame: Any) -> Any:
    return frame.to_arrow()


def _lines(frames: Iterable[pl.DataFrame]) -> Iterator[bytes]:
    """Give frames of the same columns, one at least, as lines under one heading."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for number, frame in enumerate(frames):
        if number == 0:
            writer.writerow(frame.columns)
        for lot in frame.iter_slices(ROWS_AT_ONCE):
            writer.writerows([cell_text(value) for value in row] for row in lot.iter_rows())
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    if buffer.tell():
        yield buffer.getvalue().encode()
