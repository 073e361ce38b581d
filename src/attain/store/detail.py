"""Detail rows: the contract's tables as delivered and typed, and the way from there to rows that can be conformed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.detail_order import ORDER
from attain.facts.money import to_dollars, to_units
from attain.facts.one_name import added_up
from attain.facts.order import in_order
from attain.facts.rows import BARE, EMPTY, FILE, GIVEN, PAID, kind_type
from attain.facts.schema import ASSOCIATIONS, BASES, TABLES
from attain.store.tables import USAGE, detail_columns, partitions_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attain.facts.coding import Coder
    from attain.facts.spellings import Spellings
    from attain.store.place import Place
    from attain.store.state import StoredFile

_SETS = pl.Series(
    "associations",
    ["+".join(code for bit, code in enumerate(ASSOCIATIONS) if mask >> bit & 1) for mask in range(1 << len(ASSOCIATIONS))],
)
"""The sets of associations in words, by their mask."""
_FEW = 1_000
"""So many texts are few: a file repeats them in each of its row groups."""


def to_detail(table: str, rows: pl.DataFrame, load: int, family: str, spellings: Spellings, *, coded: bool = False) -> pl.DataFrame:
    """Turn rows of a first pass (with given names), all of one family, into detail rows: dates, decimals, names as given.

    `associations` is empty text where the source says that there are none, and null where it carries none. An empty count stays empty.
    With `coded`, for a file: without what its partition says, and texts of which there are few are Enums, which are written as such texts
    and take a part of the memory.
    """
    said = partitions_of(table) if coded else ()
    columns: list[pl.Expr | pl.Series] = []
    for column in TABLES[table].columns:
        cell = pl.col(column.name)
        if column.name == "person_name" or column.name in said:
            continue
        if column.kind == "month":
            columns.append(pl.date(cell // 12, cell % 12 + 1, 1).alias(column.name))
        elif column.kind == "name":
            columns.append(_worded(spellings.texts(column.name), rows[f"{GIVEN}{column.name}"], coded=coded).alias(column.name))
        elif column.name == "basis":
            columns.append(_worded(pl.Series(BASES), rows[column.name], coded=coded).alias(column.name))
        elif column.kind == "code_set":
            masks, bare = rows[column.name], rows[BARE]
            columns.append(_association_texts(masks.set(bare, None) if bare.any() else masks, coded=coded).alias(column.name))
        elif column.kind == "money":
            columns.append(to_dollars(rows[column.name]))
        elif column.kind == "count":
            columns.append(pl.when(~pl.col(f"{EMPTY}{column.name}")).then(cell).alias(column.name))
        else:
            columns.append(cell)
    detail = rows.select(columns).with_columns(load_id=pl.lit(load, dtype=pl.Int64))
    return detail if coded else detail.with_columns(source=pl.lit(family))


def _association_texts(masks: pl.Series, *, coded: bool) -> pl.Series:
    if not coded:
        return _SETS.gather(masks)
    # every file has the words that it needs, not those of all sets
    used = masks.drop_nulls().unique().sort()
    places = pl.Series([0], dtype=pl.UInt32).new_from_index(0, len(_SETS)).scatter(used, pl.int_range(len(used), eager=True))
    return _worded(_SETS.gather(used), places.gather(masks), coded=True)


def _worded(texts: pl.Series, numbers: pl.Series, *, coded: bool) -> pl.Series:
    """Give the text of each number."""
    if coded and 0 < len(texts) <= _FEW:
        return numbers.cast(pl.UInt32).cat.to(pl.Enum(texts))
    return texts.gather(numbers)


def to_typed(table: str, rows: pl.DataFrame, coders: Mapping[str, Coder]) -> pl.DataFrame:
    """Turn detail rows into typed rows as a first pass gives them (an empty count is 0), `source` beside them; FILE holds the load.

    Usage of one load and source whose names are one by now, of several that they were, adds up.
    """
    columns: list[pl.Expr | pl.Series] = []
    one_by_now = False
    for column in TABLES[table].columns:
        cell = pl.col(column.name)
        if column.name == "person_name":
            columns.append(pl.lit(None, dtype=pl.String).alias(column.name))
        elif column.kind == "month":
            columns.append((cell.dt.year() * 12 + cell.dt.month().cast(pl.Int32) - 1).cast(pl.Int32).alias(column.name))
        elif column.kind == "name":
            text = rows[column.name].fill_null(PAID) if column.name == "offer" else rows[column.name]
            found = _code_of(text, coders[column.name])
            one_by_now = one_by_now or len(set(found.values())) < len(found)
            columns.append(_coded(text, found))
        elif column.name == "basis":
            columns.append(cell.replace_strict(BASES, range(len(BASES)), return_dtype=pl.Int32).alias(column.name))
        elif column.kind == "code_set":
            columns.append(_masks(rows[column.name]))
            columns.append(cell.is_null().alias(BARE))
        elif column.kind == "money":
            columns.append(to_units(rows[column.name]))
        elif column.kind == "count":
            columns.append(cell.fill_null(0))
        else:
            columns.append(cell.cast(kind_type(column)))
    typed = rows.select(*columns, pl.col("load_id").cast(pl.Int32).alias(FILE), "source")
    return added_up(table, typed, (FILE, "source")) if one_by_now and table in USAGE else typed


def names(rows: pl.DataFrame, column: str) -> set[str]:
    """Give the texts in a column of names of detail rows, of offers that which an empty cell stands for too."""
    given = rows[column].fill_null(PAID) if column == "offer" else rows[column]
    return set(given.drop_nulls().unique().to_list())


def empty_counts(table: str, rows: pl.DataFrame) -> dict[str, int]:
    """Count the empty cells of each column of counts of detail rows."""
    return {column.name: rows[column.name].null_count() for column in TABLES[table].columns if column.kind == "count"}


def codes(names: pl.Series, coder: Coder) -> pl.Series:
    """Give the integer of each name."""
    return _coded(names, _code_of(names, coder))


def _code_of(names: pl.Series, coder: Coder) -> dict[str, int]:
    distinct: list[str] = names.drop_nulls().unique().to_list()
    return {name: coder.code(name) for name in sorted(distinct)}


def _coded(names: pl.Series, found: Mapping[str, int]) -> pl.Series:
    if not found:
        return pl.Series(names.name, [None] * len(names), dtype=pl.Int32)
    return names.replace_strict(list(found), list(found.values()), default=None, return_dtype=pl.Int32)


def _masks(texts: pl.Series) -> pl.Series:
    bits = {code: 1 << bit for bit, code in enumerate(ASSOCIATIONS)}
    distinct: list[str] = texts.drop_nulls().unique().to_list()
    if not distinct:
        return pl.Series(texts.name, [0] * len(texts), dtype=pl.Int32)
    masks = [sum(bits[code] for code in text.split("+") if code) for text in distinct]
    return texts.replace_strict(distinct, masks, default=0, return_dtype=pl.Int32)


def scan_detail(place: Place, table: str, files: Iterable[StoredFile]) -> pl.LazyFrame:
    """Scan detail files with the columns of their partition, in the order of the table."""
    types = detail_columns(table)
    groups: dict[tuple[tuple[str, str | None], ...], list[str]] = {}
    for file in files:
        groups.setdefault(tuple(sorted(file.partition.items())), []).append(place.at(f"{table}/{file.path}"))
    frames = [
        pl.scan_parquet(paths).with_columns(_cell(types[name], value).alias(name) for name, value in values).select(list(types))
        for values, paths in sorted(groups.items(), key=str)
    ]
    return pl.concat(frames) if frames else pl.LazyFrame(schema=types)


def read_detail(place: Place, table: str, files: Iterable[StoredFile]) -> pl.DataFrame:
    """Read what `scan_detail` scans."""
    return scan_detail(place, table, files).collect()


def _cell(kind: pl.DataType, value: str | None) -> pl.Expr:
    if value is not None and kind == pl.Date():
        return pl.lit(date.fromisoformat(value))
    return pl.lit(value, dtype=kind)


def ordered(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Sort detail rows by partner, tenant and the rest, so that one partner's stand together and equal rows make equal files."""
    lead = [name for name in ORDER if name in rows.columns]
    return in_order(rows, [*lead, *(name for name in TABLES[table].key if name in rows.columns and name not in lead)])


def stored(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Leave out the columns that the partition says."""
    return rows.drop(partitions_of(table))
