"""What holds for the sample of every source: it is read without a fault, gives what the registry says, and a load accepts it."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from attain.facts.facts import check
from attain.facts.schema import TABLES
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.sources.registry import SOURCES
from tests.sources.folders import write_csv
from tests.sources.reports import SAMPLES

EACH = pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)


@EACH
def test_a_sample_is_read_in_full_and_loads(path: Path, tmp_path: Path) -> None:
    source = SOURCES[path.name.partition(".")[0]]
    said = Options(partner="900", tenant="99999999-9999-4999-8999-999999999999", as_of=dt.date(2026, 10, 31), designation="security")
    [report] = import_files([path], tmp_path, said)
    assert report.source == source.name
    assert report.rejected == 0
    assert report.kept > 0
    assert report.rows_in == report.kept + sum(report.left_out.values())
    assert set(report.tables) <= set(source.tables) <= set(TABLES)
    assert set(source.tables) - {"partners", "customers"} - set(report.tables) == set()
    facts, refusal = check(tmp_path)
    assert refusal is None
    assert list(facts.report.rejects) == []


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.csv")), ids=lambda path: path.name)
def test_every_row_is_kept_set_aside_or_left_out(path: Path, tmp_path: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    faulty = [row | {column: cell} for row in rows[:2] for column in row for cell in ("???", "-1", "")]
    said = Options(partner="900", tenant="99999999-9999-4999-8999-999999999999", as_of=dt.date(2026, 10, 31), designation="security")
    [report] = import_files([write_csv(tmp_path / "f.csv", [*rows, *faulty])], tmp_path / "facts", said, max_rejects=(1, 1))
    assert report.rejected > 0
    assert report.rows_in == report.kept + report.rejected + sum(report.left_out.values())
