"""Rows of a block that differ in days of one month and in amounts alone, taken in together: one row with the sums of their amounts.

A cost file has a row a meter and day, and what is kept of it is a sum by month, subscription and service: the reader of rows is asked once
for all rows that are alike to it, and decides about them as it would about each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.errors import AttainError
from attain.sources.columnar import amounts_of, is_alike, months, stripped, texts
from attain.sources.intake import RowFault
from attain.sources.plain_rows import all_of, none_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.sources.intake import RowReader, Sheet, Tally

_ROW, _COUNT, _MONTH = "#row", "#count", "#month"
_EMPTY, _ZERO = 0, 2
"""Of an amount a reader may ask whether it is there, and whether it is zero: rows are alike whose amounts have one sign, or are empty."""


def take_alike(reader: RowReader, tally: Tally, sheet: Sheet, cells: pl.DataFrame, day: str, summed: Iterable[str]) -> pl.Series:
    """Let a reader take in the rows of a block by those that are alike, and say which it took; the others come singly.

    `cells` has a text column for each place that the reader looks at. Of the field `day` it looks at the month alone; what it makes of the
    fields `summed` adds up over rows that are alike in all others. For a row that stands for several, `tally.stands_for` says for how many.
    """
    conventions = sheet.conventions
    if conventions.mark is None:
        # a row shows how the file writes numbers, and which one that is depends on their order
        return none_of(cells.height)
    amounts = [str(place) for name in summed for place in sheet.columns.places(name)]
    days = [str(place) for place in sheet.columns.places(day)]
    month = months(texts(sheet, cells, day), conventions)
    plain = month.is_not_null()
    keys, sums = [month.alias(_MONTH)], list[pl.Series]()
    for name in amounts:
        found = stripped(cells[name])
        amount, is_amount = amounts_of(found, conventions)
        empty = found == ""
        plain &= is_amount | empty
        sign = amount.sign().cast(pl.Int8, strict=False).fill_null(0) + _ZERO
        keys.append(sign.set(empty, _EMPTY).alias(_sign(name)))
        sums.append(amount.alias(name))
    given = [name for name in cells.columns if name not in {*amounts, *days}]
    keys += [cells[name] for name in given if not is_alike(cells[name])]
    rows = pl.DataFrame([*keys, *sums, pl.int_range(cells.height, dtype=pl.UInt32, eager=True).alias(_ROW)])
    if not plain.all():
        rows = rows.filter(plain)
    names = [key.name for key in keys]
    groups = rows.group_by(names).agg(pl.col(amounts).sum(), pl.col(_ROW).min(), pl.len().alias(_COUNT)).sort(_ROW)
    first = cells.select(*given, *days)[groups[_ROW]]
    told = first.with_columns(_written(groups, name, conventions.mark) for name in amounts)
    took = _take_each(reader, tally, sheet.columns.width, told, groups[_COUNT])
    if not took.all():
        rows = rows.join(groups.filter(took).select(names), on=names, how="semi")
    return all_of(cells.height) if rows.height == cells.height else none_of(cells.height).scatter(rows[_ROW], values=True)


def _written(groups: pl.DataFrame, name: str, mark: str) -> pl.Series:
    """Write sums as the file writes its amounts; empty where the rows have none."""
    sums = groups[name].cast(pl.String)
    return (sums if mark == "." else sums.str.replace(".", mark, literal=True)).set(groups[_sign(name)] == _EMPTY, "")


def _take_each(reader: RowReader, tally: Tally, width: int, told: pl.DataFrame, counts: pl.Series) -> pl.Series:
    """Let a reader take in rows of which each stands for several, and say which it did."""
    places, row = [int(name) for name in told.columns], [""] * width
    took: list[bool] = []
    try:
        for cells, tally.stands_for in zip(told.iter_rows(), counts.to_list(), strict=True):
            for place, cell in zip(places, cells, strict=True):
                row[place] = cell
            try:
                reader.take(row)
            except (RowFault, AttainError):
                # each of them is asked about by itself, and set aside or refused by its own number
                took.append(False)
            else:
                took.append(True)
    finally:
        tally.stands_for = 1
    return pl.Series(took, dtype=pl.Boolean)


def _sign(name: str) -> str:
    return f"#sign {name}"
