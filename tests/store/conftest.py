"""Stores to test on, small ones."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from attain.facts.synthetic import DemoPlan, write_demo
from attain.rulebook.load import Book, load_book

DAY = dt.date(2026, 11, 24)


@pytest.fixture(scope="session")
def book() -> Book:
    """Give the rulebook."""
    return load_book()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a facts folder of a few partners, which no test changes."""
    folder = tmp_path_factory.mktemp("demo") / "facts"
    write_demo(DemoPlan(6, 1, DAY, 26, 30, 600, 200, 40, "parquet"), folder)
    return folder
