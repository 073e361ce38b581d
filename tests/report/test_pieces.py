"""Files sent piece by piece: rows behind a number in lots, which nobody sees in the file."""

from __future__ import annotations

import io
from fractions import Fraction

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from attain.explaining.result import ExplainedRow
from attain.report import pieces
from attain.report.files import explained_frame
from attain.report.pieces import explained_pieces


def rows(count: int) -> list[ExplainedRow]:
    return [
        ExplainedRow(
            "", "", f"t{number}", "t", "=N", None, Fraction(number, 3), None, bool(number % 2), Fraction(1), Fraction(-1, 7), "why"
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("count", [0, 1, 3, 4, 7])
def test_a_parquet_file_of_several_row_groups_holds_what_one_frame_holds(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "ROWS_OF_A_GROUP", 3)
    found = pl.read_parquet(io.BytesIO(b"".join(explained_pieces(iter(rows(count)), "parquet"))))
    assert_frame_equal(found, explained_frame(rows(count)))


@pytest.mark.parametrize("count", [0, 1, 3, 4, 7])
def test_a_csv_of_several_lots_has_one_heading(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = b"".join(explained_pieces(iter(rows(count)), "csv"))
    monkeypatch.setattr(pieces, "ROWS_AT_ONCE", 3)
    assert b"".join(explained_pieces(iter(rows(count)), "csv")) == whole
    assert whole.count(b"\n") == count + 1
    assert whole.count(b"'=N") == count
