"""Cells of a block read by column. What could mean two things, or anything but the plain, is left to the reader of rows, which decides."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.cells import FIRST_MONTH, GUID, LAST_MONTH, SHORTENED_ID
from attain.facts.money import DIGITS, to_units
from attain.facts.money import PLACES as UNIT_PLACES
from attain.facts.order import latest_of_runs, without_repeats
from attain.facts.schema import PARTNER_ID_LENGTH
from attain.facts.text_rows import Repeated
from attain.sources.cells import FLOATING_ID, LONGEST_NUMBER, NIL_TENANT, NOBODY, NULL

if TYPE_CHECKING:
    from attain.sources.cells import Conventions
    from attain.sources.intake import Sheet

PLACES = 22
"""Decimal places of exact amounts. Sixteen digits stand before them, and Polars refuses a sum that has more."""
_CELL = "cell"
EXACT_AMOUNT = pl.Decimal(38, PLACES)
_DOLLARS = pl.Decimal(DIGITS, UNIT_PLACES)
_PARTNER_ID = r"^[1-9][0-9]{1,18}$"
"""As Microsoft gives them, and no number that stands for none."""
_GUID = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
_WHOLE = r"^-?[0-9]{1,9}$"
_WHOLE_WITH_POINT = r"^-?[0-9]{1,9}(?:\.0*)?$"
_COUNT = r"^[0-9]{1,12}$"
_COUNT_WITH_POINT = r"^[0-9]{1,12}(?:\.0*)?$"
_DECIMAL = rf"^-?[0-9]{{1,9}}(?:\.[0-9]{{0,{PLACES}}})?$"
_COMMA = rf"^-?[0-9]{{1,9}}(?:,[0-9]{{1,{PLACES}}})?$"
_EXPONENT = rf"^-?[0-9]{{1,9}}(?:\.[0-9]{{0,{PLACES}}})?[eE][+-]?[0-9]{{1,2}}$"


def as_given(sheet: Sheet, cells: pl.DataFrame, name: str) -> pl.Series | None:
    """Give the cells of a field that has one column as they stand in the file; None for any other."""
    places = sheet.columns.places(name)
    return cells[str(places[0])] if len(places) == 1 else None


def texts(sheet: Sheet, cells: pl.DataFrame, name: str) -> pl.Series:
    """Give the first filled cell of a field in each row, as `Sheet.text` does."""
    found: pl.Series | None = None
    given = as_given(sheet, cells, name)
    if given is not None and is_alike(given):
        return texts(sheet, cells.head(1), name).new_from_index(0, cells.height)
    for place in reversed(sheet.columns.places(name)):
        cell = stripped(cells[str(place)])
        found = cell if found is None else cell.zip_with(cell != "", found)
    return pl.Series(name, [""]).new_from_index(0, cells.height) if found is None else found.alias(name)


def repeated(sheet: Sheet, cells: pl.DataFrame, name: str) -> Repeated:
    """Give what `texts` gives of a field whose cells come again and again; two of its texts may be equal."""
    given = as_given(sheet, cells, name)
    if given is None:
        return Repeated.of(texts(sheet, cells, name))
    found = Repeated.of(given)
    return Repeated(stripped(found.texts), found.places)


def stripped(given: pl.Series) -> pl.Series:
    """Give cells without blanks around them, those that say null empty."""
    cell = given.str.strip_chars()
    return cell.set(cell.str.to_lowercase() == NULL, "") if (cell.str.len_bytes() == len(NULL)).any() else cell


def is_alike(found: pl.Series) -> bool:
    """Say whether there are several cells, and all of them are equal: told in a part of the time that their distinct ones take."""
    return len(found) > 1 and bool((found == found[0]).all())


def _heads(cells: pl.Series) -> pl.Series:
    """Leave out cells that are equal to the one before: what all of these are, all cells are."""
    return without_repeats(cells.to_frame(_CELL), [_CELL])[_CELL]


def filled(found: pl.Series, said: str) -> pl.Series:
    """Give cells of text with `said` in the empty ones."""
    return found.set(empty, said) if said and (empty := found == "").any() else found


def partners(sheet: Sheet, cells: pl.DataFrame, name: str) -> pl.Series:
    """Give the partner ids of a field, as `Sheet.partner` does."""
    if not sheet.columns.has(name):
        return texts(sheet, cells, name)
    given = as_given(sheet, cells, name)
    if given is not None and _heads(given).str.contains(_PARTNER_ID).all():
        return given
    found = texts(sheet, cells, name)
    given = _heads(found).unique()
    if given.str.contains(FLOATING_ID).any():
        found = found.zip_with(~found.str.contains(FLOATING_ID), found.str.replace(r"\.0+$", ""))
        given = found.unique()
    nobody = given.filter(given.str.to_lowercase().is_in(list(NOBODY))).to_list()
    return found.set(found.is_in(nobody), "") if nobody else found


def whole_ids(found: pl.Series) -> pl.Series:
    """Say which ids of partners are whole and not too long, as `facts.cells.read_text` does; a text file has no other that it refuses."""
    heads = _heads(found)
    if (heads.str.len_bytes() <= PARTNER_ID_LENGTH).all() and not heads.str.contains("+", literal=True).any():
        return pl.Series([True]).new_from_index(0, len(found))
    whole = found.str.len_chars() <= PARTNER_ID_LENGTH
    return whole & ~found.str.contains(SHORTENED_ID) if found.str.contains("+", literal=True).any() else whole


def guids(sheet: Sheet, cells: pl.DataFrame, name: str) -> tuple[pl.Series, pl.Series]:
    """Give the GUIDs of a field with hyphens, in lower case, and its empty cells, and which cells are one of these."""
    given = as_given(sheet, cells, name)
    if given is not None and _heads(given).str.contains(GUID).all():
        return given, pl.Series([True]).new_from_index(0, len(given))
    found = texts(sheet, cells, name)
    plain = found.str.contains(GUID)
    if plain.all():
        return found, plain
    return found.str.to_lowercase(), (found == "") | found.str.contains(_GUID)


def tenants(sheet: Sheet, cells: pl.DataFrame, name: str) -> tuple[pl.Series, pl.Series]:
    """Give the tenants of a field, as `Sheet.tenant` does, and which cells are one or empty."""
    found, plain = guids(sheet, cells, name)
    return found.set(nobody, "") if (nobody := found == NIL_TENANT).any() else found, plain


def months(found: pl.Series, conventions: Conventions) -> pl.Series:
    """Give the months of dates that can be read in one way only, null for others and for months that no row may be of."""
    if is_alike(found):
        return months(found.head(1), conventions).new_from_index(0, len(found))
    distinct: list[str] = found.unique().to_list()
    days = [conventions.settled_date(text) for text in distinct]
    read = (None if day is None else day.year * 12 + day.month - 1 for day in days)
    numbers = [None if month is None or not FIRST_MONTH <= month <= LAST_MONTH else month for month in read]
    return found.replace_strict(distinct, pl.Series(numbers, dtype=pl.Int32), return_dtype=pl.Int32)


def months_named(months: pl.Series) -> pl.Series:
    """Write months, given as year * 12 + month - 1, such as `2026-10`."""
    distinct: list[int] = (months.head(1) if is_alike(months) else months.unique()).to_list()
    named = [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in distinct]
    if len(distinct) == 1:
        return pl.Series(named).new_from_index(0, len(months))
    return months.replace_strict(distinct, named, return_dtype=pl.String)


def days(found: pl.Series, conventions: Conventions) -> tuple[pl.Series, pl.Series]:
    """Give dates that can be read in one way only, null for empty cells, and which cells are one of these."""
    cells = Repeated.of(found)
    distinct: list[str] = cells.texts.to_list()
    settled = [conventions.settled_date(text) if text else None for text in distinct]
    plain = [not text or day is not None for text, day in zip(distinct, settled, strict=True)]
    return cells.spread(pl.Series(settled, dtype=pl.Date)), cells.spread(pl.Series(plain, dtype=pl.Boolean))


def amounts(sheet: Sheet, cells: pl.DataFrame, name: str) -> tuple[pl.Series, pl.Series]:
    """Give the amounts of a field, exact, and which cells are plain amounts of at most PLACES places."""
    given = as_given(sheet, cells, name)
    if given is not None and sheet.conventions.mark == "." and (plain := given.str.contains(_DECIMAL)).all():
        return given.cast(EXACT_AMOUNT), plain
    return amounts_of(texts(sheet, cells, name), sheet.conventions)


def amounts_of(found: pl.Series, conventions: Conventions) -> tuple[pl.Series, pl.Series]:
    """Give amounts, exact, null where they have none, and which cells are plain amounts of at most PLACES places."""
    if conventions.mark == ".":
        found = _without_exponents(found)
        plain = found.str.contains(_DECIMAL)
    elif conventions.mark == ",":
        plain = found.str.contains(_COMMA)
        found = found.str.replace(",", ".", literal=True)
    else:
        plain = found.str.contains(_WHOLE)
    return found.cast(EXACT_AMOUNT, strict=False), plain


def _without_exponents(found: pl.Series) -> pl.Series:
    """Write numbers such as `1.2E-05` in full."""
    if not (raised := found.str.contains(_EXPONENT)).any():
        return found
    distinct: list[str] = found.filter(raised).unique().to_list()
    return found.replace(distinct, [f"{Decimal(text):f}" for text in distinct])


def first_amount_shows(sheet: Sheet, cells: pl.DataFrame, *names: str) -> None:
    """Let the first row's amounts show how the file writes numbers, in their order, as they would if the row were read by itself."""
    for name in names:
        first = str(texts(sheet, cells.head(1), name)[0])
        if len(first) > LONGEST_NUMBER:
            return
        sheet.conventions.observe_number(first)
        if first and not amounts_of(pl.Series([first]), sheet.conventions)[1][0]:
            return


def amounts_or_none(sheet: Sheet, cells: pl.DataFrame, name: str) -> tuple[pl.Series, pl.Series]:
    """Give what `amounts` gives; an empty cell is plain, too, and is null."""
    found, conventions = texts(sheet, cells, name), sheet.conventions
    amount, plain = amounts_of(found, conventions)
    return amount, plain if plain.all() else plain | (found == "")


def counts_or_none(sheet: Sheet, cells: pl.DataFrame, name: str) -> tuple[pl.Series, pl.Series]:
    """Give the counts of a field, null for an empty cell, and which cells are one of these, as `Sheet.count` reads them."""
    if not sheet.columns.has(name):
        return pl.Series([None], dtype=pl.Int64).new_from_index(0, cells.height), pl.Series([True]).new_from_index(0, cells.height)
    return _whole_or_none(sheet, cells, name, _COUNT, _COUNT_WITH_POINT)


def whole_numbers_or_none(sheet: Sheet, cells: pl.DataFrame, name: str) -> tuple[pl.Series, pl.Series]:
    """Give the numbers of a field, null for an empty cell, and which cells are one of these: whole, below zero or not."""
    return _whole_or_none(sheet, cells, name, _WHOLE, _WHOLE_WITH_POINT)


def _whole_or_none(sheet: Sheet, cells: pl.DataFrame, name: str, whole: str, with_point: str) -> tuple[pl.Series, pl.Series]:
    """Give the numbers of a field that has a column, null for an empty cell, and which cells are one of these, by two patterns."""
    given = as_given(sheet, cells, name)
    if given is not None and (plain := given.str.contains(whole)).all():
        return given.cast(pl.Int64), plain
    found = texts(sheet, cells, name)
    plain = found.str.contains(whole)
    if sheet.conventions.mark == ".":
        found, plain = found.str.replace(r"\.0*$", ""), found.str.contains(with_point)
    return found.cast(pl.Int64, strict=False), plain | (found == "")


def heads_saying(sheet: Sheet, cells: pl.DataFrame, who: pl.DataFrame, fields: tuple[str, ...]) -> pl.DataFrame:
    """Give `who` with the texts of some fields that the file has: one of neighbors that say the same, with the latest month of theirs.

    `who` has a row for each of `cells`, with `month` by number.
    """
    said = [name for name in fields if sheet.columns.has(name)]
    given = cells.select(str(place) for name in said for place in sheet.columns.places(name))
    rows = who.hstack(given)
    heads = latest_of_runs(rows, [name for name in rows.columns if name != "month"], "month")
    return heads.select(who.columns).with_columns(texts(sheet, heads, name) for name in said)


def rounded_units(amounts: pl.Series) -> pl.Series:
    """Round exact amounts once, half to even, to ten-thousandths of a dollar (Int64), as `intake.rounded` does."""
    return to_units(amounts.round(UNIT_PLACES, mode="half_to_even").cast(_DOLLARS))
