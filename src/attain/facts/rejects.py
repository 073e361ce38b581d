"""Rows set aside: each with its place, the words that say why, what to do, and the row itself as it was given."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attain.facts.spreadsheet import neutral
from attain.replacing import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HEADER = ("file", "row", "column", "value", "reason", "hint", "given")
WORDS_AT_MOST = 1_000_000
"""So many rows get words; beyond them rows are set aside and counted only."""


@dataclass(frozen=True, slots=True)
class Reject:
    """One row set aside. `row` is its number in the file (the header of a CSV is row 1), `given` the row as it stands there."""

    file: str
    row: int
    column: str
    value: str
    reason: str
    hint: str
    given: str

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column else ""
        value = f"{self.value!r} " if self.column and self.value else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.file}, row {self.row}{column}: {value}{self.reason}{hint}"


class Rejects:
    """The rows set aside so far."""

    def __init__(self) -> None:
        self.rows: list[Reject] = []

    def add(self, reject: Reject) -> None:
        """Take one row, with its words."""
        if len(self.rows) < WORDS_AT_MOST:
            self.rows.append(reject)

    def ordered(self) -> list[Reject]:
        """Give the rows by file and row."""
        return sorted(self.rows, key=lambda reject: (reject.file, reject.row))


def write_rejects(rejects: Iterable[Reject], path: Path) -> None:
    """Write rows set aside as CSV: UTF-8 with the byte-order mark that spreadsheets need, and an apostrophe before what they would run.

    Raises AttainError `cannot-write`; what was there stays, then.
    """
    with replacing(path) as place, place.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        for reject in rejects:
            cells = (reject.file, str(reject.row), reject.column, reject.value, reject.reason, reject.hint, reject.given)
            writer.writerow([neutral(cell) for cell in cells])
