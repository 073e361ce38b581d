"""docs/sources.md, written from the registry of sources.

`make readme` (this module run by itself) writes it anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.sources.registry import SOURCES
from tests.health.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.source import Field, Source

PAGE = ROOT / "docs" / "sources.md"
MARK = "<!-- From here on this page is written from the registry of sources: make readme. -->"


def page() -> str:
    """Give the whole page; what stands above the mark is kept."""
    introduction, mark, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    head = ["| source | what it is | fills |", "| --- | --- | --- |"]
    head += [f"| [`{source.name}`](#{source.name}) | {source.title} | {', '.join(source.tables)} |" for source in SOURCES.values()]
    parts = [introduction + mark, "\n".join(head) + "\n", *("\n".join(_section(source)) + "\n" for source in SOURCES.values())]
    return "\n".join(parts)


def _section(source: Source) -> Iterator[str]:
    yield f"## `{source.name}`"
    for title, text in (
        ("File", source.about),
        ("Where to get it", source.obtain),
        ("Role needed", source.role),
        ("Refreshed", source.refresh),
        ("Fills", ", ".join(source.tables)),
    ):
        yield f"\n**{title}:** {text}"
    yield from ("\n| columns, best first | needed | fills |", "| --- | --- | --- |")
    yield from (_row(source, field) for field in source.fields if field.aliases)
    yield "\n**Feeds:**\n"
    for feed in source.feeds:
        needs = ", ".join(_column(source.field(name)) for name in feed.needs)
        yield f"- {feed.metrics}" + (f" (needs {needs}; without: {feed.otherwise})" if needs else "")
    if source.lacks:
        yield "\n**Lacks:**\n"
        yield from (f"- {lack}" for lack in source.lacks)
    if source.notes:
        yield "\n**Traps:**\n"
        yield from (f"- {note}" for note in source.notes)


def _column(field: Field) -> str:
    return f"`{field.aliases[0]}`" if field.aliases else field.name


def _row(source: Source, field: Field) -> str:
    columns = " or ".join(f"`{alias}`" for alias in field.aliases)
    return f"| {columns} | {'yes' if field.key else ''} | {', '.join(source.targets(field))} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
