"""docs/sources.md says of each source what the registry says."""

from __future__ import annotations

from attain.sources.registry import SOURCES
from tests.health.documented import sections

DOCUMENT = "sources.md"
PARTS = ("File", "Where to get it", "Fills", "Needs the columns", "Feeds", "Traps")


def part(name: str, title: str) -> str:
    start = f"**{title}:**"
    return next(line.removeprefix(start).strip() for line in sections(DOCUMENT)[name] if line.startswith(start))


def test_every_source_is_described_in_full() -> None:
    assert list(sections(DOCUMENT)) == list(SOURCES)
    for name, lines in sections(DOCUMENT).items():
        assert [line[2:].split(":**")[0] for line in lines if line.startswith("**")] == list(PARTS), name


def test_the_tables_and_the_columns_are_those_of_the_registry() -> None:
    for name, source in SOURCES.items():
        assert part(name, "Fills").split(", ") == list(source.tables), name
        needed = part(name, "Needs the columns").split(", ")
        assert len(set(needed)) == len(needed)
        keys = [set(field.aliases) for field in source.fields if field.key]
        # A column that is named serves every key field that it is a name of.
        assert all(key & set(needed) for key in keys), name
        assert all(any(column in key for key in keys) for column in needed), name
        assert source.recognize(needed).certain


def test_columns_in_code_type_are_columns_of_the_source() -> None:
    for name, source in SOURCES.items():
        known = {alias for field in source.fields for alias in field.aliases}
        quoted = {word for line in sections(DOCUMENT)[name] if line.startswith("- ") for word in line.split("`")[1::2]}
        columns = {word for word in quoted if word[:1].isupper() or word.startswith("x_") or "USD" in word.upper()}
        assert columns <= known, (name, columns - known)
