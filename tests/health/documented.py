"""Tables in Markdown as the documents hold them: by the heading they stand under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.health.repository import ROOT, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = dict[str, str]


def sections(document: str) -> dict[str, list[str]]:
    """Give the lines under each heading of the second level, by the heading's text without backquotes."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in texts()[ROOT / "docs" / document].splitlines():
        if line.startswith("## "):
            lines = found.setdefault(line.removeprefix("## ").strip().strip("`"), [])
        else:
            lines.append(line)
    return found


def rows(lines: list[str]) -> Iterator[Row]:
    """Read the one table among some lines, each row by the table's header."""
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if line.startswith("|")]
    for row in cells[2:]:
        yield dict(zip(cells[0], row, strict=True))
