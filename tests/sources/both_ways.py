"""A file read as it is read, by column where that is possible, and read row by row; and all that became of it either way."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from attain.errors import AttainError
from attain.rulebook.load import load_book
from attain.sources import blocks, reading
from attain.sources.files import rows_of
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.sources.receiving import deliveries_of, report_of
from attain.store.store import Store
from attain.store.tables import all_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from attain.sources.documents import Document
    from attain.sources.files import Row
    from attain.sources.intake import Intake, RowReader


Tables = dict[str, list[tuple[object, ...]]]
"""The rows of each table of a store."""


class ByRow:
    """A reader without its way by column."""

    def __init__(self, reader: Callable[[Intake], RowReader], intake: Intake) -> None:
        self._reader = reader(intake)
        self.open, self.take, self.outputs = self._reader.open, self._reader.take, self._reader.outputs


def read_either_way(path: Path | list[Path], staging: Path, options: Options, *, by_row: bool) -> dict[str, Any]:
    """Read one file, or the parts of one, and give the report, the rows set aside and all tables; why where they are refused."""
    [delivery] = deliveries_of([path] if isinstance(path, Path) else path, options)
    if by_row:
        delivery = replace(delivery, source=replace(delivery.source, reader=partial(ByRow, delivery.source.reader)))
    try:
        taken = reading.read_delivery(delivery, options, load_book().catalog, b"", staging, (1, 1), lambda _name, _rows: None)
    except AttainError as refusal:
        return {"refused": str(refusal)}
    tables = {
        (family, table): pl.read_parquet(file).sort(pl.all())
        for family, files in (("", taken.tables), *taken.others.items())
        for table, (file, _) in files.items()
    }
    rejects = taken.rejects.read_bytes() if taken.rejects else b""
    return {"report": report_of(taken, options, {}, ""), "rejects": rejects, "conventions": taken.conventions[0].mark} | {
        " ".join(name): (rows.schema, rows.rows()) for name, rows in tables.items()
    }


def stores_either_way(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, singles: list[int]) -> tuple[Tables, Tables, int]:
    """Import one file into two stores, by column and row by row; give all tables of both, and how many rows the first took singly."""
    by_column = _imported(path, folder / "columns")
    singly = len(singles)

    def rows_alone(document: Document, *_: object) -> list[blocks.Block]:
        return [blocks.Block(None, islice(rows_of(document), 1, None))]

    monkeypatch.setattr(reading, "blocks_of", rows_alone)
    return by_column, _imported(path, folder / "rows"), singly


def _imported(path: Path, folder: Path) -> Tables:
    store = Store.create(folder)
    import_files([path], folder, Options(partner="900"), max_rejects=(1, 1))
    newest = store.loads.newest()
    assert newest is not None
    found: Tables = {}
    for table in all_tables():
        frames = [pl.read_parquet(store.place.at(f"{table}/{file.path}")) for file in newest[1].of(table)]
        if frames:
            # what is wrong with a cell of a table is told of by its place in it, whose order is another
            found[table] = pl.concat(frames).drop("row" if table == "rejects" else ()).sort(pl.all()).rows()
    return found


def counted_singly(monkeypatch: pytest.MonkeyPatch, reader: type[Any]) -> list[int]:
    """Give a list that grows by each row that readers of a class take singly."""
    found: list[int] = []
    take = reader.take

    def counted(self: RowReader, row: Row) -> None:
        found.append(1)
        take(self, row)

    monkeypatch.setattr(reader, "take", counted)
    return found
