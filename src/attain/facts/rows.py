"""Batches of text rows turned into typed rows; rows with a fault are told apart, and only they cost words."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import polars as pl

from attain.facts import cells
from attain.facts.money import PLACES, to_units
from attain.facts.rejects import Reject
from attain.facts.schema import BASES, MOSTLY_GUIDS, TABLES
from attain.facts.text_rows import ROW, Repeated, TextRows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from attain.facts.coding import Catalog, Coder
    from attain.facts.schema import Column, Table
    from attain.facts.spellings import Spellings

FILE = "#file"
BARE = "#bare"
"""True where the row's source carries no associations, so that the associations table may speak."""
GIVEN = "#given "
"""Before the name of a column of names: the number of the text of its cells as they stand in the file, see `attain.facts.spellings`."""
EMPTY = "#empty "
"""Before the name of a column of counts: true where its cell is empty, which counts 0."""
PERSON_NAME = "person_name"
PAID = "paid"
"""The offer that an empty cell stands for."""
ACR = "acr"
"""The basis that an empty cell stands for."""
ANNIVERSARY = "anniversary"
IN_ORDER = {
    "certifications": ("earned_on", "expires_on"),
    "associations": ("started_on", "ended_on"),
    "enrollments": ("enrolled_on", ANNIVERSARY),
}
"""The days of a row of which the second may not lie before the first; an anniversary may not be that day either."""
_MEMO_ROWS = 500_000
_MONEY_DIGITS = 18
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
    """Reads the rows of one table. Cells that repeat (months, names, dates, counts) are read once and remembered.

    With `spellings`, typed rows have the number of the given text of names too (GIVEN), and which counts are empty (EMPTY).
    """

    def __init__(self, table: str, coders: Mapping[str, Coder], catalog: Catalog, spellings: Spellings | None = None) -> None:
        self.table: Table = TABLES[table]
        self._readers = {
            column.name: _reader(column, coders, catalog) for column in self.table.columns if column.kind not in {"text", "guid", "money"}
        }
        self._memo: dict[str, dict[str, Any]] = {name: {} for name in self._readers}
        self._bad: dict[str, set[str]] = {name: set() for name in self._readers}
        self._coders, self._spellings = coders, spellings

    def read(self, rows: TextRows, columns: tuple[str, ...], file: int) -> tuple[pl.DataFrame, pl.DataFrame, int]:
        """Read text rows: gives the typed rows, the text rows with a fault (`#fault`: the first faulty column), and the count of both."""
        # where one column is filled in every row no row is blank, and most tables have such a column
        text = rows
        if not any(text.texts(name).str.contains(_FILLED).all() for name in columns):
            frame = text.frame()
            text = text.filter(frame.select(pl.any_horizontal(pl.col(name).str.contains(_FILLED) for name in columns)).to_series())
        values: list[pl.Series] = []
        faults: list[pl.Series] = []
        for column in self.table.columns:
            if column.name not in columns:
                values.append(self._absent(column, text.height))
                continue
            given = text.columns[column.name]
            if column.name in text.guids and isinstance(given, pl.Series):
                # they are read as they stand
                values.append(given.alias(column.name))
                continue
            value, fault = self._column(column, given)
            values.append(value.alias(column.name))
            if fault is not None and fault.any():
                faults.append(fault.alias(column.name))
        typed = pl.DataFrame([text.numbers.alias(ROW), *values], height=text.height)
        faults += self._row_faults(typed)
        typed = typed.with_columns(
            pl.lit(file, dtype=pl.Int32).alias(FILE), *self._extras(columns), *self._beside(text.columns, text.height)
        )
        if not faults:
            return typed, pl.DataFrame(), text.height
        flags = pl.DataFrame(faults)
        first = pl.coalesce(pl.when(pl.col(name)).then(pl.lit(name)) for name in flags.columns)
        fault = flags.select(first.alias("#fault"))["#fault"]
        bad = fault.is_not_null()
        return typed.filter(~bad), text.filter(bad).frame().with_columns(fault.filter(bad)), text.height

    def read_checked(self, rows: pl.DataFrame, file: int) -> pl.DataFrame:
        """Give checked rows (see `in_memory.InMemory`; ROW beside them) as `read` gives typed ones: only names get their codes."""
        values: list[pl.Series] = []
        beside: dict[str, pl.Series | Repeated] = {}
        for column in self.table.columns:
            if column.name not in rows.columns:
                values.append(self._absent(column, rows.height))
            elif column.kind in {"name", "code_set", "choice"}:
                given, kind = rows[column.name], rows.schema[column.name]
                cells_given = Repeated.of_enum(given, kind) if isinstance(kind, pl.Enum) else Repeated.of(given.fill_null(""))
                beside[column.name] = cells_given
                value, fault = self._remembered(column, cells_given)
                if fault is not None:
                    message = f"{column.name} was checked but holds a fault"
                    raise AssertionError(message)
                values.append(value.alias(column.name))
            elif column.kind == "count":
                beside[column.name] = rows[column.name]
                values.append(rows[column.name].fill_null(0))
            else:
                values.append(rows[column.name])
        typed = pl.DataFrame([rows[ROW], *values])
        return typed.with_columns(
            pl.lit(file, dtype=pl.Int32).alias(FILE), *self._extras(tuple(rows.columns)), *self._beside(beside, rows.height)
        )

    def words(self, row: dict[str, Any], file: str) -> Reject:
        """Say why a row was set aside: `row` is a text row that `read` found faulty."""
        name = str(row["#fault"])
        given = given_line(self.table, row, [key for key in row if not key.startswith("#")])
        if name.startswith("!"):
            earlier, later = IN_ORDER[self.table.name]
            reason = f"{'is not after' if later == ANNIVERSARY else 'lies before'} {earlier}, {row[earlier]}"
            return Reject(file, row[ROW], later, str(row[later]), reason, "check the two dates", given)
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

    def _column(self, column: Column, given: pl.Series | Repeated) -> tuple[pl.Series, pl.Series | None]:
        """Read a column as it stands in the file; blanks around a cell are taken off where they may be."""
        if column.kind not in {"text", "guid", "money"}:
            return self._remembered(column, given if isinstance(given, Repeated) else Repeated.of(given))
        if isinstance(given, Repeated):
            value, fault = self._plain(column, given.texts)
            return given.spread(value), None if fault is None else given.spread(fault)
        return self._plain(column, given)

    def _plain(self, column: Column, cells_given: pl.Series) -> tuple[pl.Series, pl.Series | None]:
        if column.kind == "text":
            if column.name in MOSTLY_GUIDS and cells_given.str.contains(cells.GUID).all():
                return cells_given, None
            text = cells_given.str.strip_chars()
            value, fault = _read_text(column, text), _no_text(column, text)
            empty = text == "" if column.required else None
        else:
            if cells_given.str.contains(_AS_THEY_STAND[column.kind]).all():
                return (cells_given if column.kind == "guid" else _read_short_moneys(cells_given)), None
            text = cells_given.str.strip_chars()
            value, fault = read_guids(text) if column.kind == "guid" else read_moneys(text)
            empty = text == "" if column.required else None
        if empty is not None:
            fault = empty if fault is None else fault | empty
        return value, fault

    def _remembered(self, column: Column, given: Repeated) -> tuple[pl.Series, pl.Series | None]:
        kind = kind_type(column)
        memo, bad, read = self._memo[column.name], self._bad[column.name], self._readers[column.name]
        if len(memo) > _MEMO_ROWS:
            memo.clear()
            bad.clear()
        said: list[str] = given.texts.to_list()
        for cell, text in zip(said, given.texts.str.strip_chars().to_list(), strict=True):
            if cell not in memo:
                try:
                    memo[cell] = read(text) if text else self._empty(column)
                except cells.CellFault:
                    memo[cell] = None
                    bad.add(cell)
                if column.required and not text:
                    bad.add(cell)
        value = given.spread(pl.Series(column.name, [memo[cell] for cell in said], dtype=kind))
        faults = [cell in bad for cell in said] if bad else []
        return value, given.spread(pl.Series(faults)) if any(faults) else None

    def _beside(self, there: Mapping[str, pl.Series | Repeated], height: int) -> list[pl.Series]:
        """Give GIVEN and EMPTY of the columns that have them; `there` are the cells of columns of the file, counts as text or numbers."""
        if self._spellings is None:
            return []
        found: list[pl.Series] = []
        for column in self.table.columns:
            given = there.get(column.name)
            if column.kind == "name":
                found.append(self._spelled(column.name, given, height).alias(f"{GIVEN}{column.name}"))
            elif column.kind == "count":
                empty = pl.Series([True]).new_from_index(0, height) if given is None else _is_empty(given)
                found.append(empty.alias(f"{EMPTY}{column.name}"))
        return found

    def _spelled(self, name: str, given: pl.Series | Repeated | None, height: int) -> pl.Series:
        assert self._spellings is not None
        if given is None:
            return pl.Series([None], dtype=pl.UInt32).new_from_index(0, height)
        cells_given = given if isinstance(given, Repeated) else Repeated.of(given)
        texts: list[str] = cells_given.texts.str.strip_chars().to_list()
        return cells_given.spread(pl.Series([self._spellings.number(name, text) for text in texts], dtype=pl.UInt32))

    def _empty(self, column: Column) -> int | str | None:
        if column.kind in {"count", "code_set"}:
            return 0
        if column.name == "basis":
            return BASES.index(ACR)
        if column.name == "offer":
            return self._coders["offer"].code(PAID)
        return "active" if column.name == "status" else None

    def _row_faults(self, typed: pl.DataFrame) -> list[pl.Series]:
        earlier, later = IN_ORDER.get(self.table.name, ("", ""))
        if later not in typed.columns:
            return []
        early = typed[later] <= typed[earlier] if later == ANNIVERSARY else typed[later] < typed[earlier]
        return [early.fill_null(value=False).alias("!order")] if early.any() else []

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


def _is_empty(given: pl.Series | Repeated) -> pl.Series:
    if isinstance(given, Repeated):
        return given.spread(_is_empty(given.texts))
    return given.str.strip_chars() == "" if given.dtype == pl.String() else given.is_null()


def _read_text(column: Column, text: pl.Series) -> pl.Series:
    cell = pl.col(text.name)
    if column.name in MOSTLY_GUIDS and text.str.contains("[A-Z]").any():
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
