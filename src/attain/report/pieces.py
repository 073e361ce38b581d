"""The same files as `attain.report.files` writes, piece by piece for an answer over the network."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Literal

import polars as pl

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
ROWS_AT_ONCE = 500


def explained_pieces(rows: Sequence[ExplainedRow], kind: PieceFormat) -> Iterator[bytes]:
    """Give rows behind a number; amounts are cut at six decimals."""
    return _pieces(explained_frame(rows), kind)


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
