"""Markdown that the reference is made of: tables whose cells hold any text, and code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def cell(text: str) -> str:
    """Write a text so that it stays in one cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """Write a text as code within a line; nothing for no text."""
    return f"`{text}`" if text else ""


def words(text: str) -> str:
    """Write a text that is no Markdown, so that nothing in it is taken for some."""
    return "".join(f"\\{character}" if character in "\\`*_[]<>#{}" else character for character in text)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; a header that ends with a colon is of a column of numbers."""
    rule = [("---:" if name.endswith(":") else "---") for name in header]
    lines = [[name.removesuffix(":") for name in header], rule, *rows]
    return "\n".join(f"| {' | '.join(cell(text) for text in line)} |" for line in lines) + "\n"
