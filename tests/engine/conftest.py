"""Small frames on either engine: written as Parquet, as conformed facts are, and read by the backend under test."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from attain.engine.backends import Backend, PolarsBackend
from attain.engine.rows import Rows

Scan = Callable[..., Rows]
Collect = Callable[[Rows], list[tuple[Any, ...]]]


@pytest.fixture(params=["polars", pytest.param("spark", marks=pytest.mark.spark)])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Give each engine in turn."""
    return PolarsBackend() if request.param == "polars" else request.getfixturevalue("spark_backend")


@pytest.fixture
def scan(backend: Backend, tmp_path: Path) -> Scan:
    """Give a function that makes a lazy frame of columns; integers are Int64, as amounts are."""
    numbers = count()

    def make(**columns: list[Any]) -> Rows:
        file = tmp_path / f"{next(numbers)}.parquet"
        whole = {name: all(value is None or type(value) is int for value in values) for name, values in columns.items()}
        pl.DataFrame(columns, schema_overrides={name: pl.Int64 for name in columns if whole[name]}).write_parquet(file)
        return backend.scan([file])

    return make


@pytest.fixture
def collect(backend: Backend) -> Collect:
    """Give a function that runs a frame and sorts its rows by the first column: engines keep no order."""

    def run(frame: Rows) -> list[tuple[Any, ...]]:
        return sorted(backend.collect(frame).rows())

    return run
