"""Write rows of the data contract as CSV, JSON or Parquet, to a file or to standard output."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TextIO, cast

import polars as pl

from attain.explaining.result import COLUMNS as EXPLAINED_COLUMNS
from attain.facts.spreadsheet import neutral
from attain.replacing import cannot_write, replacing
from attain.report.differences import difference_frame
from attain.report.reconciliations import reconciliation_frame
from attain.report.records import record_frame
from attain.report.statuses import status_frame
from attain.scoring.rationals import cut
from attain.scoring.result import decimals

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from attain.advise.columns import ColumnKind
    from attain.explaining.lines import Difference
    from attain.explaining.reconciliation import Reconciliation
    from attain.explaining.result import ExplainedRow, Explanation
    from attain.scoring.chronicle import Chronicle
    from attain.scoring.result import Scores
    from attain.scoring.statuses import PartnerOn

FileFormat = Literal["csv", "json", "parquet"]
EXACT = ("before", "after", "change", "points")


def write_scores(scores: Scores, kind: FileFormat, out: Path | None) -> None:
    """Write scores to `out`, or to standard output; raises AttainError where the file cannot be written."""
    _write(scores.contract(), kind, out)


def write_explanation(explanation: Explanation, kind: FileFormat, out: Path | None) -> None:
    """Write the rows behind a number to `out`, or to standard output; amounts are cut at six decimals."""
    _write(explained_frame(explanation.rows), kind, out)


def explained_frame(rows: Sequence[ExplainedRow]) -> pl.DataFrame:
    """Give rows behind a number as one frame with the contract's columns; amounts are cut at six decimals."""
    columns: dict[str, pl.Series] = {}
    for name in EXPLAINED_COLUMNS:
        values = [getattr(row, name) for row in rows]
        if name in EXACT:
            columns[name] = decimals(pl.Series(name, [_micro(value) for value in values], dtype=pl.Int64))
        else:
            columns[name] = pl.Series(name, values, dtype=pl.Boolean if name.startswith("counted") else pl.String)
    return pl.DataFrame(columns)


def write_statuses(partners: Sequence[PartnerOn], kind: FileFormat, out: Path | None) -> None:
    """Write statuses to `out`, or to standard output: one row per partner and designation."""
    _write(status_frame(partners), kind, out)


def write_difference(found: Difference, kind: FileFormat, out: Path | None) -> None:
    """Write the lines of a difference to `out`, or to standard output; the column `exact` has their points without loss."""
    _write(difference_frame(found), kind, out)


def write_chronicle(found: Chronicle, kind: FileFormat, out: Path | None) -> None:
    """Write scores and statuses over time to `out`, or to standard output."""
    _write(found.contract(), kind, out)


def write_records(columns: Mapping[str, ColumnKind], records: Sequence[Mapping[str, object]], kind: FileFormat, out: Path | None) -> None:
    """Write rows with the `columns` to `out`, or to standard output; see `attain.report.records`."""
    _write(record_frame(columns, records), kind, out)


def write_document(document: Mapping[str, object], out: Path | None) -> None:
    """Write plain values as one JSON document to `out`, or to standard output; decimals are numbers with all of their digits.

    Raises AttainError where the file cannot be written.
    """
    with _place(out) as place, _text_of(place) as stream:
        stream.write(_json_document(document) + "\n")


def write_reconciliation(found: Reconciliation, kind: FileFormat, out: Path | None) -> None:
    """Write Microsoft's numbers beside ours to `out`, or to standard output; numbers are cut at six decimals."""
    _write(reconciliation_frame(found), kind, out)


def _micro(value: object) -> int | None:
    return cut(value) if isinstance(value, Fraction) else None


def plain(value: Decimal) -> str:
    """Write a decimal without needless zeros and without an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def cell_text(value: object) -> str:
    """Write one cell of a CSV: empty where there is nothing, decimals in full, texts so that no spreadsheet runs them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    return neutral(str(value))


def _json_row(row: dict[str, object]) -> str:
    """Write one row as a JSON object; decimals keep their digits, and never pass through a float."""
    cells = (f"{json.dumps(name)}: {plain(value) if isinstance(value, Decimal) else _json_text(value)}" for name, value in row.items())
    return f"{{{', '.join(cells)}}}"


def _json_document(value: object, margin: str = "\n") -> str:
    """Write plain values as JSON, a value a line; a decimal never passes through a float."""
    inner = f"{margin}  "
    if isinstance(value, Mapping) and value:
        named = cast("Mapping[str, object]", value).items()
        cells = [f"{json.dumps(name, ensure_ascii=False)}: {_json_document(cell, inner)}" for name, cell in named]
        return f"{{{inner}{f',{inner}'.join(cells)}{margin}}}"
    if isinstance(value, (list, tuple)) and value:
        cells = [_json_document(cell, inner) for cell in cast("Sequence[object]", value)]
        return f"[{inner}{f',{inner}'.join(cells)}{margin}]"
    return plain(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def _json_text(value: object) -> str:
    return json.dumps(value if value is None or isinstance(value, (bool, int)) else str(value), ensure_ascii=False)


def _write(frame: pl.DataFrame, kind: FileFormat, out: Path | None) -> None:
    with _place(out) as place:
        if kind == "parquet":
            # in memory first: of a disk that is full, Polars says nothing that can be told from other faults
            buffer = io.BytesIO()
            frame.write_parquet(buffer)
            if place is None:
                sys.stdout.buffer.write(buffer.getbuffer())
            else:
                place.write_bytes(buffer.getbuffer())
            return
        with _text_of(place) as stream:
            _write_text(frame, kind, stream)


def _text_of(place: Path | None) -> AbstractContextManager[TextIO]:
    return nullcontext(sys.stdout) if place is None else place.open("w", encoding="utf-8", newline="")


@contextmanager
def _place(out: Path | None) -> Generator[Path | None]:
    """Give a place to write `out` at, None for standard output; say of what cannot be written which one it is, and what to do."""
    if out is not None:
        with replacing(out) as place:
            yield place
        return
    try:
        yield None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise cannot_write(error, None) from error


def _write_text(frame: pl.DataFrame, kind: FileFormat, stream: TextIO) -> None:
    if kind == "csv":
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(frame.columns)
        writer.writerows([cell_text(value) for value in row] for row in frame.iter_rows())
        return
    stream.write("[")
    for position, row in enumerate(frame.iter_rows(named=True)):
        stream.write(",\n " if position else "\n ")
        stream.write(_json_row(row))
    stream.write("\n]\n")
