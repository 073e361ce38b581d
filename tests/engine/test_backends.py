"""What a backend promises: files of one table as one frame, and small results brought back as a Polars frame."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import narwhals as nw
import polars as pl
import pytest

from attain.engine.backends import Backend, PolarsBackend, SparkBackend
from attain.errors import AttainError


def _files(folder: Path, *frames: pl.DataFrame) -> list[Path]:
    files = [folder / f"{number}.parquet" for number in range(len(frames))]
    for file, frame in zip(files, frames, strict=True):
        frame.write_parquet(file)
    return files


def test_files_of_one_table_are_one_frame(backend: Backend, tmp_path: Path) -> None:
    files = _files(tmp_path, pl.DataFrame({"partner": ["a", "b"], "n": [1, 2]}), pl.DataFrame({"partner": ["é", ""], "n": [3, None]}))
    found = backend.collect(backend.scan(files))
    assert found.sort("n", nulls_last=True).rows() == [("a", 1), ("b", 2), ("é", 3), ("", None)]


def test_a_table_without_rows_has_its_columns(backend: Backend, tmp_path: Path) -> None:
    files = _files(tmp_path, pl.DataFrame(schema={"partner": pl.String, "n": pl.Int64}))
    found = backend.collect(backend.scan(files))
    assert found.rows() == []
    assert found.schema == {"partner": pl.String, "n": pl.Int64}


def test_types_come_back_as_they_went(backend: Backend, tmp_path: Path) -> None:
    frame = pl.DataFrame({"n": [2**63 - 1, -(2**63)], "small": [1, 2], "day": [dt.date(1999, 12, 31), None], "is_it": [True, None]})
    frame = frame.with_columns(pl.col("small").cast(pl.Int32))
    assert backend.collect(backend.scan(_files(tmp_path, frame))).sort("small").equals(frame)


def test_frames_are_lazy(backend: Backend, tmp_path: Path) -> None:
    frame = backend.scan(_files(tmp_path, pl.DataFrame({"n": [1, 2, 3]}))).filter(nw.col("n") > 1)
    assert isinstance(frame, nw.LazyFrame)
    assert backend.collect(frame.select(nw.col("n").sum())).item() == 5


def test_backends_have_names() -> None:
    assert PolarsBackend().name == "polars"
    assert SparkBackend(session=None).name == "spark"


def test_spark_without_pyspark_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(AttainError) as caught:
        SparkBackend.connect()
    assert caught.value.code == "no-spark"
    assert "attain[spark]" in str(caught.value.hint)


@pytest.mark.spark
def test_connect_joins_a_running_session(spark_backend: SparkBackend) -> None:
    assert SparkBackend.connect().session is spark_backend.session
