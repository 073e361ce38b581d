"""A pack as an XLSX workbook: the cover, then a sheet a part with all of its rows. The same pack gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import xlsxwriter

from attain.facts.spreadsheet import neutral
from attain.report.evidence.cover import NAMES, cover_facts, version_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.report.evidence.pack import Cell, Evidence, Part

SHEET_ROWS = 1_048_575
"""Rows that a sheet holds below its heading."""
LONGEST = 32_767
"""Characters that a cell holds."""
HEADS = {
    "as_of": "as of",
    "sha256": "SHA-256",
    "at": "loaded at",
    "tenant_id": "tenant",
    "partner_id": "partner",
}
AS_IMPORTED = {"reported"}
"""Parts whose heads stay the names of the contract's columns, so that they can be imported."""
WIDE = {
    "words": 70,
    "reason": 70,
    "formula": 70,
    "text": 90,
    "note": 40,
    "title": 40,
    "address": 60,
    "sha256": 68,
    "source": 36,
    "path": 50,
}
WIDTHS = {"text": 22, "amount": 14, "count": 10, "day": 12, "yes": 10}


def workbook(evidence: Evidence) -> bytes:
    """Write a pack as a workbook. Numbers are numbers with fifteen digits, days are days, and no text runs as a formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        # The time of preparation, not of writing: made again, the bytes are the same.
        moment = evidence.prepared.at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
        properties: Any = book
        properties.set_properties({"title": "Evidence pack", "author": "Attain", "created": moment})
        writer = _Writer(book)
        writer.cover(evidence)
        for part in evidence.parts:
            writer.part(part)
        writer.manifest(evidence)
    return out.getvalue()


class _Writer:
    def __init__(self, book: Any) -> None:
        """Make the formats."""
        self._book = book
        self._formats: dict[str, Any] = {
            "title": book.add_format({"bold": True, "font_size": 16}),
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "label": book.add_format({"bold": True, "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "amount": book.add_format({"num_format": "#,##0.######", "valign": "top", "align": "right"}),
            "count": book.add_format({"num_format": "0", "valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
            "yes": book.add_format({"valign": "top", "align": "left"}),
        }

    def cover(self, evidence: Evidence) -> None:
        self._pairs(
            "Cover", "Evidence pack", [*cover_facts(evidence), *(("To make the numbers again", line) for line in evidence.commands)]
        )

    def manifest(self, evidence: Evidence) -> None:
        digests = [(f"SHA-256 of {NAMES[part.id]}, {len(part.rows):,} rows", part.digest) for part in evidence.parts]
        self._pairs(
            "Versions", "What the numbers were made from", [*version_facts(evidence), *digests, ("SHA-256 of all parts", evidence.digest)]
        )

    def part(self, part: Part) -> None:
        """Write a part to a sheet of its own; rows beyond what a sheet holds go to a further one."""
        chunks = list(_chunks(part.rows)) or [()]
        for number, rows in enumerate(chunks, 1):
            sheet = self._book.add_worksheet(NAMES[part.id] if number == 1 else f"{NAMES[part.id]} {number}")
            sheet.freeze_panes(1, 0)
            for column, (name, kind) in enumerate(part.columns.items()):
                sheet.set_column(column, column, WIDE.get(name, WIDTHS[kind]))
                sheet.write_string(
                    0, column, name if part.id in AS_IMPORTED else HEADS.get(name, name.replace("_", " ")), self._formats["head"]
                )
            kinds = list(part.columns.values())
            for place, row in enumerate(rows, 1):
                for column, (kind, cell) in enumerate(zip(kinds, row, strict=True)):
                    self._cell(sheet, place, column, cell, self._formats[kind])
            if rows:
                sheet.autofilter(0, 0, len(rows), len(kinds) - 1)

    def _pairs(self, name: str, heading: str, pairs: list[tuple[str, str]]) -> None:
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 1, 100)
        sheet.write_string(0, 0, heading, self._formats["title"])
        for place, (label, text) in enumerate(pairs, 2):
            sheet.write_string(place, 0, label, self._formats["label"])
            self._cell(sheet, place, 1, text, self._formats["text"])

    @staticmethod
    def _cell(sheet: Any, row: int, column: int, cell: Cell, look: Any) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, bool):
            sheet.write_boolean(row, column, cell, look)
        elif isinstance(cell, (int, Decimal)):
            sheet.write_number(row, column, cell, look)
        elif isinstance(cell, dt.date):
            sheet.write_datetime(row, column, cell, look)
        else:
            sheet.write_string(row, column, _held(neutral(cell)), look)


def _held(text: str) -> str:
    """Give what a cell holds of a text, and say where it is cut."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 20]} (cut, too long)"


def _chunks(rows: tuple[tuple[Cell, ...], ...]) -> Iterator[tuple[tuple[Cell, ...], ...]]:
    for start in range(0, len(rows), SHEET_ROWS):
        yield rows[start : start + SHEET_ROWS]
