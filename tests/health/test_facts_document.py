"""docs/facts.md describes the tables that are read, and its example rows can be."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from attain.facts.facts import check
from attain.facts.schema import TABLES
from tests.health.documented import rows, sections

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = "facts.md"


def test_every_table_is_described() -> None:
    assert list(sections(DOCUMENT)) == list(TABLES)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_every_column_is_described_with_what_it_must_be(table: object) -> None:
    known = TABLES[getattr(table, "name", "")]
    described = {row["column"]: row["must be"] for row in rows(sections(DOCUMENT)[known.name])}
    must = {
        column.name: ", ".join(word for word, holds in (("key", column.name in known.key), ("filled", column.required)) if holds)
        for column in known.columns
    }
    assert described == must
    for column in known.columns:
        text = next(row["what it holds"] for row in rows(sections(DOCUMENT)[known.name]) if row["column"] == column.name)
        assert [choice for choice in column.choices if choice not in text] == [] or column.name == "association"


def test_the_example_rows_load_without_a_fault_or_an_unknown_name(tmp_path: Path) -> None:
    for name, lines in sections(DOCUMENT).items():
        described = list(rows(lines))
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([[row["column"] for row in described], [row["example"] for row in described]])
    facts, refusal = check(tmp_path)
    assert refusal is None
    assert facts.report.rejects == ()
    assert facts.tables == frozenset(TABLES)
    assert not any(facts.unknown.values())
    assert [file.kept for file in facts.report.files] == [1] * len(TABLES)
