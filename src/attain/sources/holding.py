"""Rows of a contract table kept in memory for a store, which takes them as they are; written to a file where there is no room for them."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.in_memory import TYPES, InMemory
from attain.sources.writing import ROWS_A_GROUP, cells_of, write_rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from attain.facts.schema import Table
    from attain.store.held import Room


def hold_rows(
    target: Path,
    table: Table,
    columns: tuple[str, ...],
    rows: Iterable[tuple[object, ...]],
    frames: Iterable[pl.DataFrame],
    room: Room,
) -> tuple[tuple[InMemory, ...], int]:
    """Hold what `writing.write_rows` writes, and give it with its number of rows; nothing of it where it had to be written to `target`."""
    held: list[InMemory] = []
    coming = iter(frames)
    for frame in coming:
        if not room.takes(frame.height):
            return (), write_rows(target, table, columns, rows, chain((one.frame for one in held), [frame], coming))
        if frame.height:
            held.append(InMemory.of_checked(table.name, frame.select(columns)))
    # what the rows are may show in the frames
    iterator = iter(rows)
    while batch := list(islice(iterator, ROWS_A_GROUP)):
        if not room.takes(len(batch)):
            frames = [*(one.frame for one in held), _frame(table, columns, batch)]
            return (), write_rows(target, table, columns, iterator, frames)
        held.append(InMemory(_frame(table, columns, batch), checked=False))
    return tuple(held), sum(one.frame.height for one in held)


def _frame(table: Table, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> pl.DataFrame:
    """Give rows as `in_memory` holds those that are not checked."""
    series: list[pl.Series] = []
    for name, cells in zip(columns, zip(*rows, strict=True), strict=True):
        kind = table.column(name).kind
        series.append(pl.Series(name, cells_of(kind, cells), dtype=TYPES.get(kind, pl.String()), strict=True))
    return pl.DataFrame(series)
