"""docs/sources.md says of each source what the registry says, and the registry says all that a person has to know."""

from __future__ import annotations

import pytest

from attain.sources.registry import SOURCES
from attain.sources.source import Source, fold
from tests.health.repository import texts
from tests.health.sources_page import PAGE, page

EACH = pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))


def test_the_page_is_fresh() -> None:
    assert texts()[PAGE] == page(), "run make readme"


@EACH
def test_every_source_is_described_in_full(source: Source) -> None:
    described = {part: getattr(source, part) for part in ("title", "about", "obtain", "role", "refresh", "tables", "feeds", "lacks")}
    assert [part for part, text in described.items() if not text] == []


@EACH
def test_what_a_field_fills_is_a_column_of_the_contract(source: Source) -> None:
    filled = {target for field in source.fields for target in source.targets(field)}
    assert {target.partition(".")[0] for target in filled} == set(source.tables)


@EACH
def test_columns_in_code_type_are_columns_of_the_source(source: Source) -> None:
    known = {fold(alias) for field in source.fields for alias in field.aliases} | {fold(name) for name in source.also}
    quoted = {word for text in (*source.notes, *source.lacks) for word in text.split("`")[1::2]}
    columns = {word for word in quoted if word[:1].isupper() or word.startswith("x_") or "USD" in word.upper()}
    assert {column for column in columns if fold(column) not in known} == set()
