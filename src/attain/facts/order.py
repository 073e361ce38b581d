"""Rows in a fixed order, so that equal facts give equal files. Sorted rows are found out in a fraction of the time that sorting takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PACKED_BITS = 63
OWNER, LEAD = "#owner", "#lead"
"""Columns of usage in the order of detail rows: neighbors of one partner and tenant have one number, and of one subscription of theirs."""
_FEW = 1 << 12
"""So many distinct texts of a column are numbered in a small part of the time that sorting all its cells takes."""
_SAMPLED = 8
"""Of so many rows one is looked at to tell whether rows come again."""
_RUN_ROWS = 2
"""Runs of so many rows or more are sorted as such."""


def in_order(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Sort rows by some columns, empty cells first; rows that stand in that order stay, and so do equal ones among each other."""
    before = _order_before(rows, names)
    if before is None:
        return rows
    run, rest = before
    numbers = [_numbered(rows[name]) for name in rest]
    known = [run, *(one for one in numbers if one is not None), pl.int_range(rows.height, dtype=pl.UInt32, eager=True)]
    together = packed(known) if len(known) == len(rest) + 2 else None
    if together is None:
        groups = groups_of_runs(rows, names)
        groups = groups_of_few(rows, names) if groups is None else groups
        together = None if groups is None else packed([groups, known[-1]])
    if together is None:
        return rows.sort(names, nulls_last=False, maintain_order=True)
    # the place of each row stands in the last bits of its number, so that equal rows stay as they stood
    places = together.sort() & ((1 << (rows.height - 1).bit_length()) - 1)
    return rows[places.cast(pl.UInt32)]


def groups_of_runs(rows: pl.DataFrame, names: Sequence[str]) -> pl.Series | None:
    """Give a number a row (UInt32) that is ordered, and equal, as some columns are; None where few neighbors are equal in them.

    Only the first row of each run is compared by its cells.
    """
    run = runs(rows, names)
    count = int(run[-1]) + 1 if rows.height else 0
    if count * _RUN_ROWS > rows.height:
        return None
    heads = rows.select(names).filter((run != run.shift(1)).fill_null(value=True))
    order = heads.select(pl.arg_sort_by(names, nulls_last=False)).to_series()
    return pl.Series([0], dtype=pl.UInt32).new_from_index(0, count).scatter(order, runs(heads[order], names)).gather(run)


def groups_of_few(rows: pl.DataFrame, names: Sequence[str]) -> pl.Series | None:
    """Give what `groups_of_runs` gives where rows come again and again, wherever they stand; None where few do.

    Only distinct rows are compared with each other: to find them takes a small part of the time that sorting all takes.
    """
    cells = rows.select(names)
    some = cells.gather_every(_SAMPLED)
    if some.n_unique() * _RUN_ROWS > some.height:
        return None
    distinct = cells.unique().sort(names, nulls_last=False).with_row_index("#group")
    return cells.join(distinct, on=list(names), how="left", nulls_equal=True, maintain_order="left")["#group"]


def _order_before(rows: pl.DataFrame, names: Sequence[str]) -> tuple[pl.Series, list[str]] | None:
    """Number the runs of equal rows by those first columns that rows are sorted by, and name the others; None where there are none."""
    changed = pl.Series([False]).new_from_index(0, max(0, rows.height - 1))
    for place, name in enumerate(names):
        before, after = rows[name].slice(0, max(0, rows.height - 1)), rows[name].slice(1)
        down = after < before
        if before.null_count() or after.null_count():
            down = down.fill_null(value=False) | (after.is_null() & before.is_not_null())
        if (down & ~changed).any():
            numbers = changed.cast(pl.UInt32).cum_sum()
            return pl.concat([pl.Series([0], dtype=pl.UInt32), numbers]).alias("#run"), list(names[place:])
        changed = changed | after.ne_missing(before)
        if changed.all():
            return None
    return None


def _numbered(cells: pl.Series) -> pl.Series | None:
    """Give whole numbers, from 0, that are ordered as some cells are, empty ones first; None where that takes longer than sorting them."""
    if cells.dtype == pl.String():
        # some of the cells tell of most columns of many texts that they are
        if cells.gather_every(len(cells) // (4 * _FEW) + 1).n_unique() > _FEW // 4:
            return None
        distinct = cells.drop_nulls().unique()
        if len(distinct) > _FEW:
            return None
        cells = cells.cast(pl.Enum(distinct.sort()))
    elif not (cells.dtype.is_integer() or cells.dtype == pl.Date()):
        return None
    numbers = cells.to_physical().cast(pl.Int64)
    least = numbers.min()
    if not isinstance(least, int):
        return pl.Series([0], dtype=pl.Int64).new_from_index(0, len(cells))
    if numbers.null_count():
        return (numbers - (least - 1)).fill_null(0)
    return numbers - least


def without_repeats(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Leave out rows whose cells in some columns are those of the row before. Looks no further than it has to."""
    heads = _heads(rows, names)
    return rows if heads is None else rows.filter(heads)


def latest_of_runs(rows: pl.DataFrame, names: Sequence[str], month: str) -> pl.DataFrame:
    """Give one of each run of rows whose cells in some columns are equal, with the latest month of the run."""
    heads = _heads(rows, names)
    if heads is None:
        return rows
    run = heads.cast(pl.UInt32).cum_sum().alias("#run").set_sorted()
    latest = pl.DataFrame([run, rows[month]]).group_by("#run", maintain_order=True).agg(pl.col(month).max())
    return rows.filter(heads).with_columns(latest[month])


def _heads(rows: pl.DataFrame, names: Sequence[str]) -> pl.Series | None:
    """Say which rows are not as the row before in some columns; None where no row is as that."""
    if rows.height <= 1:
        return None
    tied: pl.Series | None = None
    for name in names:
        before, after = rows[name].slice(0, rows.height - 1), rows[name].slice(1)
        same = after.eq_missing(before)
        tied = same if tied is None else tied & same
        if not tied.any():
            return None
    return None if tied is None else pl.concat([pl.Series([True]), ~tied])


def runs(rows: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    """Number the rows so that neighbors with equal cells in some columns have one number: UInt32, from 0, rising."""
    if not rows.height:
        return pl.Series("#run", dtype=pl.UInt32)
    changes = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in names)
    # the first row has none before it
    numbers = rows.select(changes.cum_sum().cast(pl.UInt32).alias("#run"))["#run"]
    return numbers - numbers[0]


def runs_in_order(rows: pl.DataFrame, names: Sequence[str]) -> list[pl.Series] | None:
    """Give what `runs` gives of the first of some columns, of the first two, and so on; None where rows are not sorted by them."""
    if not rows.height:
        return [pl.Series("#run", dtype=pl.UInt32) for _ in names]
    changed = pl.Series([False]).new_from_index(0, rows.height - 1)
    found: list[pl.Series] = []
    for down, differs in _steps(rows, names):
        if (down & ~changed).any():
            return None
        changed = changed | differs
        rising = changed.cast(pl.UInt32).cum_sum()
        found.append(pl.concat([pl.Series("#run", [0], dtype=pl.UInt32), rising.alias("#run")], rechunk=True))
    return found


def _steps(rows: pl.DataFrame, names: Sequence[str]) -> Iterator[tuple[pl.Series, pl.Series]]:
    """Say of each column where a cell is below the one before, and where it differs from it. Columns are compared side by side."""
    before, after = rows.slice(0, rows.height - 1), rows.slice(1)
    pairs = pl.DataFrame([column.alias(f"{part}{name}") for name in names for part, column in (("<", before[name]), (">", after[name]))])
    compared: list[pl.Expr] = []
    for name in names:
        left, right = pl.col(f"<{name}"), pl.col(f">{name}")
        down = right < left
        if rows[name].null_count():
            down = down.fill_null(value=False) | (right.is_null() & left.is_not_null())
        compared += [down.alias(f"<{name}"), right.ne_missing(left).alias(f">{name}")]
    found = pairs.select(compared)
    yield from ((found[f"<{name}"], found[f">{name}"]) for name in names)


def packed(columns: Sequence[pl.Series]) -> pl.Series | None:
    """Give one whole number a row (UInt64) that is ordered, and equal, as the whole numbers of some columns together are.

    None where a cell is empty or negative, or the columns need more than PACKED_BITS.
    """
    found: pl.Series | None = None
    bits = 0
    for column in columns:
        least, most = column.min(), column.max()
        if column.null_count() or not isinstance(least, int) or not isinstance(most, int) or least < 0:
            return None
        if least == most:
            # it tells no row from another
            continue
        bits += most.bit_length()
        if bits > PACKED_BITS:
            return None
        wide = column.cast(pl.UInt64)
        found = wide if found is None else found * (1 << most.bit_length()) + wide
    if found is None and columns:
        return pl.Series([0], dtype=pl.UInt64).new_from_index(0, len(columns[0]))
    return found
