"""Batches of text rows turned into typed rows; rows with a fault are told apart, and only they cost words."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import polars as pl

from attain.facts import cells
from attain.facts.batches import ROW
from attain.facts.money import PLACES, to_units
from attain.facts.rejects import Reject
from attain.facts.schema import BASES, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from attain.facts.coding import Catalog, Coder
    from attain.facts.schema import Column, Table

FILE = "#file"
BARE = "#bare"
"""True where the row's source carries no associations, so that the associations table may speak."""
PERSON_NAME = "person_name"
PAID = "paid"
"""The offer that an empty cell stands for."""
ACR = "acr"
"""The basis that an empty cell stands for."""
_MEMO_ROWS = 500_000
_MONEY_DIGITS = 18
_MOSTLY_GUIDS = ("subscription_id", "scope")
"""Columns of text that hold a GUID in most rows, which is read in lower case."""
_FILLED = r"\S"
_AS_THEY_STAND = {"guid": cells.GUID, "money": cells.SHORT_MONEY}
"""Cells that have no blanks around them and are read as they are."""
_TYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "guid": pl.String(),
    "month": pl.Int32(),
    "date": pl.Date(),
    "money": pl.Int64(),
    "count": pl.Int64(),
    "code_set": pl.Int32(),
    "choice": pl.String(),
    "name": pl.Int32(),
}


def kind_type(column: Column) -> pl.DataType:
    """Give the type of a conformed cell: months and codes Int32, money (ten-thousandths) and counts Int64, the rest text and dates."""
    return pl.Int32() if column.name == "basis" else _TYPES[column.kind]


class RowReader:
    """Reads the rows of one table. Cells that repeat (months, names, dates, counts) are read once and remembered."""

    def __init__(self, table: str, coders: Mapping[str, Coder], catalog: Catalog) -> None:
        self.table: Table = TABLES[table]
        self._readers = {
            column.name: _reader(column, coders, catalog) for column in self.table.columns if column.kind not in {"text", "guid", "money"}
        }
        self._memo: dict[str, dict[str, Any]] = {name: {} for name in self._readers}
        self._bad: dict[str, set[str]] = {name: set() for name in self._readers}
        self._coders = coders

    def read(self, batch: pl.DataFrame, columns: tuple[str, ...], file: int) -> tuple[pl.DataFrame, pl.DataFrame, int]:
        """Read text rows: gives the typed rows, the text rows with a fault (`#fault`: the first faulty column), and the count of both."""
        # where one column is filled in every row no row is blank, and most tables have such a column
        text = batch
        if not any(text[name].str.contains(_FILLED).all() for name in columns):
            text = text.filter(pl.any_horizontal(pl.col(name).str.contains(_FILLED) for name in columns))
        values: list[pl.Series] = []
        faults: list[pl.Series] = []
        for column in self.table.columns:
            if column.name not in columns:
                values.append(self._absent(column, text.height))
                continue
            value, fault = self._column(column, text[column.name])
            values.append(value.alias(column.name))
            if fault is not None and fault.any():
                faults.append(fault.alias(column.name))
        typed = pl.DataFrame([text[ROW], *values], height=text.height)
        faults += self._row_faults(typed)
        typed = typed.with_columns(pl.lit(file, dtype=pl.Int32).alias(FILE), *self._extras(columns))
        if not faults:
            return typed, batch.clear(), text.height
        flags = pl.DataFrame(faults)
        first = pl.coalesce(pl.when(pl.col(name)).then(pl.lit(name)) for name in flags.columns)
        fault = flags.select(first.alias("#fault"))["#fault"]
        return (
            typed.filter(fault.is_null()),
            batch.join(pl.DataFrame([text[ROW], fault]).drop_nulls(), on=ROW, maintain_order="left"),
            text.height,
        )

    def read_checked(self, rows: pl.DataFrame, file: int) -> pl.DataFrame:
        """Give checked rows (see `in_memory.InMemory`; ROW beside them) as `read` gives typed ones: only names get their codes."""
        values: list[pl.Series] = []
        for column in self.table.columns:
            if column.name not in rows.columns:
                values.append(self._absent(column, rows.height))
            elif column.kind in {"name", "code_set", "choice"}:
                value, fault = self._remembered(column, rows[column.name].fill_null(""))
                if fault is not None:
                    message = f"{column.name} was checked but holds a fault"
                    raise AssertionError(message)
                values.append(value.alias(column.name))
            else:
                values.append(rows[column.name].fill_null(0) if column.kind == "count" else rows[column.name])
        return pl.DataFrame([rows[ROW], *values]).with_columns(pl.lit(file, dtype=pl.Int32).alias(FILE), *self._extras(tuple(rows.columns)))

    def words(self, row: dict[str, Any], file: str) -> Reject:
        """Say why a row was set aside: `row` is a text row that `read` found faulty."""
        name = str(row["#fault"])
        given = given_line(self.table, row, [key for key in row if not key.startswith("#")])
        if name.startswith("!"):
            earlier, later = ("earned_on", "expires_on") if self.table.name == "certifications" else ("started_on", "ended_on")
            return Reject(file, row[ROW], later, str(row[later]), f"lies before {earlier}, {row[earlier]}", "check the two dates", given)
        column, value = self.table.column(name), str(row[name]).strip()
        try:
            if not value:
                return Reject(file, row[ROW], name, value, "the cell is empty", "it must be filled in", given)
            self._read_one(column, value)
        except cells.CellFault as fault:
            return Reject(file, row[ROW], name, value, fault.reason, fault.hint, given)
        message = f"{name} {value!r} was set aside but reads well"
        raise AssertionError(message)

    def _read_one(self, column: Column, value: str) -> object:
        if column.kind == "guid":
            return cells.read_guid(value)
        if column.kind == "money":
            return cells.read_money(value)
        if column.kind == "text":
            return cells.read_text(value, column)
        return self._readers[column.name](value)

    def _absent(self, column: Column, height: int) -> pl.Series:
        value: int | None = None
        if column.kind in {"count", "code_set"}:
            value = 0
        return pl.Series(column.name, [value], dtype=kind_type(column)).new_from_index(0, height)

    def _column(self, column: Column, cells_given: pl.Series) -> tuple[pl.Series, pl.Series | None]:
        """Read a column as it stands in the file; blanks around a cell are taken off where they may be."""
        if column.kind == "text":
            if column.name in _MOSTLY_GUIDS and cells_given.str.contains(cells.GUID).all():
                return cells_given, None
            text = cells_given.str.strip_chars()
            value, fault = _read_text(column, text), _no_text(column, text)
            empty = text == "" if column.required else None
        elif column.kind in {"guid", "money"}:
            if cells_given.str.contains(_AS_THEY_STAND[column.kind]).all():
                return (cells_given if column.kind == "guid" else _read_short_moneys(cells_given)), None
            text = cells_given.str.strip_chars()
            value, fault = read_guids(text) if column.kind == "guid" else read_moneys(text)
            empty = text == "" if column.required else None
        else:
            return self._remembered(column, cells_given)
        if empty is not None:
            fault = empty if fault is None else fault | empty
        return value, fault

    def _remembered(self, column: Column, cells_given: pl.Series) -> tuple[pl.Series, pl.Series | None]:
        kind = kind_type(column)
        if cells_given.is_empty():
            return pl.Series(column.name, dtype=kind), None
        memo, bad, read = self._memo[column.name], self._bad[column.name], self._readers[column.name]
        if len(memo) > _MEMO_ROWS:
            memo.clear()
            bad.clear()
        # most columns of most files have one cell in long stretches of rows
        alike = (cells_given == cells_given[0]).all()
        distinct = cells_given.head(1) if alike else cells_given.unique()
        for cell, text in zip(distinct.to_list(), distinct.str.strip_chars().to_list(), strict=True):
            if cell not in memo:
                try:
                    memo[cell] = read(text) if text else self._empty(column)
                except cells.CellFault:
                    memo[cell] = None
                    bad.add(cell)
                if column.required and not text:
                    bad.add(cell)
        said: list[str] = distinct.to_list()
        values = pl.Series([memo[cell] for cell in said], dtype=kind)
        value = values.new_from_index(0, len(cells_given)) if alike else cells_given.replace_strict(distinct, values, return_dtype=kind)
        seen_bad = [cell for cell in said if cell in bad]
        return value, cells_given.is_in(seen_bad) if seen_bad else None

    def _empty(self, column: Column) -> int | str | None:
        if column.kind in {"count", "code_set"}:
            return 0
        if column.name == "basis":
            return BASES.index(ACR)
        if column.name == "offer":
            return self._coders["offer"].code(PAID)
        return "active" if column.name == "status" else None

    def _row_faults(self, typed: pl.DataFrame) -> list[pl.Series]:
        for earlier, later in (("earned_on", "expires_on"), ("started_on", "ended_on")):
            if later in typed.columns:
                fault = (typed[later] < typed[earlier]).fill_null(value=False)
                return [fault.alias("!order")] if fault.any() else []
        return []

    def _extras(self, columns: tuple[str, ...]) -> list[pl.Expr]:
        if not any(column.name == "associations" for column in self.table.columns):
            return []
        if "associations" not in columns:
            return [pl.lit(value=True).alias(BARE)]
        if "basis" not in columns:
            return [pl.lit(value=False).alias(BARE)]
        # an empty cell alone is no association, and no basis is acr
        return [((pl.col("associations") == 0) & (pl.col("basis") != BASES.index(ACR))).alias(BARE)]


def _reader(column: Column, coders: Mapping[str, Coder], catalog: Catalog) -> Callable[[str], Any]:
    if column.kind == "name" and column.vocabulary:
        coder = coders[column.vocabulary]
        return lambda text: coder.code(cells.read_text(text, column))
    if column.kind == "code_set":
        return lambda text: cells.read_association_set(text, catalog.associations)
    if column.name == "association":
        return lambda text: cells.read_association(text, catalog.associations)
    if column.name == "basis":
        return lambda text: BASES.index(cells.read_choice(text, column))
    if column.kind == "choice":
        return lambda text: cells.read_choice(text, column)
    return {"month": cells.read_month, "date": cells.read_date, "count": cells.read_count}[column.kind]


def _read_text(column: Column, text: pl.Series) -> pl.Series:
    cell = pl.col(text.name)
    if column.name in _MOSTLY_GUIDS and text.str.contains("[A-Z]").any():
        lower = cell.str.to_lowercase()
        cell = pl.when(lower.str.contains(cells.GUID)).then(lower).otherwise(cell)
    return text.to_frame().select(pl.when(cell != "").then(cell))[text.name]


def _no_text(column: Column, text: pl.Series) -> pl.Series | None:
    """Say which cells `cells.read_text` takes for none; None where all are text."""
    faults: list[pl.Series] = []
    if column.name.endswith("_id") and text.str.contains("+", literal=True).any():
        faults.append(text.str.contains(cells.SHORTENED_ID))
    if text.str.contains(cells.NUL, literal=True).any():
        faults.append(text.str.contains(cells.NUL, literal=True))
    # No text has more characters than bytes, which are quicker to count.
    if column.longest is not None and (text.str.len_bytes() > column.longest).any():
        faults.append(text.str.len_chars() > column.longest)
    return (
        pl.DataFrame([fault.alias(str(place)) for place, fault in enumerate(faults)]).select(pl.any_horizontal(pl.all())).to_series()
        if faults
        else None
    )


def read_guids(text: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    """Read a column of GUIDs as `cells.read_guid` reads one; give the values, and where a cell that is not empty has none."""
    lower = text.str.to_lowercase()
    if lower.str.len_bytes().eq(32).any():
        plain = pl.col(text.name)
        parts = [plain.str.slice(start, length) for start, length in ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))]
        hyphened = pl.when(plain.str.contains(cells.GUID_BARE)).then(pl.concat_str(parts, separator="-")).otherwise(plain)
        lower = lower.to_frame().select(hyphened)[text.name]
    good = lower.str.contains(cells.GUID)
    fault = ~good & (lower != "")
    return lower.set(~good, None), fault


def read_moneys(text: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    """Read a column of amounts as `cells.read_money` reads one; give the values, and where a cell that is not empty has none."""
    short = text.str.contains(cells.SHORT_MONEY)
    if not short.any():
        return _read_long_moneys(text)
    value = _read_short_moneys(text)
    if short.all():
        return value, None
    places = (~short).arg_true()
    rest, fault_of_rest = _read_long_moneys(text.gather(places))
    value = value.zip_with(short, pl.Series([None], dtype=pl.Int64).new_from_index(0, len(text)).scatter(places, rest))
    fault = pl.Series([False]).new_from_index(0, len(text)).scatter(places, fault_of_rest)
    return value.alias(text.name), fault


def _read_short_moneys(text: pl.Series) -> pl.Series:
    """Read amounts of at most four places. Others come out null or wrong."""
    return to_units(text.cast(pl.Decimal(_MONEY_DIGITS, PLACES), strict=False))


def _read_long_moneys(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    plain = text.str.contains(cells.PLAIN_MONEY)
    other = text.filter(~plain & (text != "")).unique()
    exponents: dict[str, int] = {}
    for cell in other.to_list():
        try:
            exponents[cell] = cells.read_money(cell)
        except cells.CellFault:
            continue
    cell = pl.col(text.name).str.strip_chars_start("+-").str.splitn(".", 2)
    whole = cell.struct.field("field_0").str.strip_chars_start("0")
    part = cell.struct.field("field_1").fill_null("")
    rest = part.str.slice(4).str.strip_chars_end("0")
    digits = pl.concat_str(whole.str.slice(0, cells.MONEY_LIMIT_DIGITS), part.str.slice(0, 4).str.pad_end(4, "0")).cast(
        pl.Int64, strict=False
    )
    up = (rest > "5") | ((rest == "5") & (digits % 2 == 1))
    amount = digits + up.cast(pl.Int64)
    negative = pl.col(text.name).str.starts_with("-")
    signed = pl.when(negative).then(-amount).otherwise(amount)
    fits = (whole.str.len_bytes() <= cells.MONEY_LIMIT_DIGITS) & (amount < cells.MONEY_LIMIT)
    frame = text.to_frame().with_columns(plain.alias("#plain")).select(pl.when("#plain", fits).then(signed).alias(text.name))
    value = frame[text.name]
    if exponents:
        read = text.replace_strict(list(exponents), list(exponents.values()), default=None, return_dtype=pl.Int64)
        value = value.zip_with(value.is_not_null(), read)
    fault = value.is_null() & (text != "")
    return value, fault


def given_line(table: Table, row: Mapping[str, Any], columns: Sequence[str]) -> str:
    """Write a row as it was given. Of a row about a person only what the contract knows is written, and never a name."""
    shown = {column.name for column in table.columns} - {PERSON_NAME} if table.name == "certifications" else {*columns}
    return csv_line([str(row[column]) if column in shown else "" for column in columns])


def csv_line(given: list[str]) -> str:
    """Write cells as one line of CSV."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(given)
    return stream.getvalue()
