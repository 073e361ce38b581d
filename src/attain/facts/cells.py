"""How one cell of each kind is read: a value, or the words that say why it has none. Nothing is guessed and nothing is a float."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import TYPE_CHECKING

from attain.errors import nearest
from attain.facts.schema import ASSOCIATIONS

if TYPE_CHECKING:
    from attain.facts.coding import Names
    from attain.facts.schema import Column

GUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
GUID_BARE = r"^[0-9a-f]{32}$"
PLAIN_MONEY = r"^[+-]?(?:[0-9]{1,30}(?:\.[0-9]*)?|\.[0-9]+)$"
SHORT_MONEY = r"^-?[0-9]{1,9}(?:\.[0-9]{0,4})?$"
"""Amounts that are their digits and zeros: nothing to round, and none too large."""
SHORTENED_ID = r"^[0-9](?:[.,][0-9]+)?[eE][+][0-9]+$"
"""What spreadsheets make of a long id that they take for a number: `4.50123E+06`. Its last digits are lost."""
MONEY_SCALE = 10_000
"""Money is kept in ten-thousandths of a US dollar."""
MONEY_LIMIT_DIGITS = 9
"""A row holds less than a billion dollars: beyond that the unit is another one, and exact sums in 64 bits are no longer certain."""
COUNT_LIMIT = 1_000_000_000
NUL = "\0"
"""No character of a text: it fills up records of programs, and PostgreSQL keeps no text that has one."""

_MONTH = re.compile(r"^\d{4}-\d{2}$", re.ASCII)
_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}[0-9:.Zz+ -]*)?$", re.ASCII)
_EXPONENT = re.compile(r"^[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})[eE][+-]?[0-9]{1,2}$")
_PLAIN = re.compile(PLAIN_MONEY)
_SHORTENED_ID = re.compile(SHORTENED_ID)
_COUNT = re.compile(r"^[0-9]{1,15}(?:\.0*)?$")
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
FIRST_MONTH, LAST_MONTH = _FIRST_YEAR * 12, _LAST_YEAR * 12 + 11
"""The months that a row may be of, as year * 12 + month - 1."""
MONEY_LIMIT = 10**MONEY_LIMIT_DIGITS * MONEY_SCALE
"""No amount reaches so many ten-thousandths."""


@dataclass(eq=False)
class CellFault(Exception):
    """Why a cell has no value, and what to do about it."""

    reason: str
    hint: str = ""


def read_month(text: str) -> int:
    """Read `2026-10`, or any ISO date in the month, as year * 12 + month - 1. Raises CellFault."""
    try:
        day = read_date(f"{text}-01" if _MONTH.match(text) else text)
    except CellFault:
        raise CellFault("is no month", "write it as 2026-10, or as a date in it") from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise CellFault(f"is a month outside {_FIRST_YEAR} to {_LAST_YEAR}", "check the year")
    return day.year * 12 + day.month - 1


def read_date(text: str) -> dt.date:
    """Read an ISO date; a time of day behind it is left out. Raises CellFault."""
    match = _DATE.match(text)
    try:
        day = dt.date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        day = None
    if day is None:
        raise CellFault("is no date", "write it as 2026-10-31")
    return day


def read_count(text: str) -> int:
    """Read a count that is a whole number and not negative. Raises CellFault."""
    if _COUNT.match(text):
        count = int(text.partition(".")[0])
        if count < COUNT_LIMIT:
            return count
        raise CellFault("is larger than any license or user count", "check the column")
    if text.startswith("-") and _COUNT.match(text[1:]):
        raise CellFault("is negative", "a count is 0 or more; leave the cell empty if it is unknown")
    raise CellFault("is no whole number", "write digits only, such as 1200")


def read_money(text: str) -> int:
    """Read a decimal amount exactly and round it, half-even, to ten-thousandths. Raises CellFault."""
    if not (_PLAIN.match(text) or _EXPONENT.match(text)):
        hint = "write digits and a decimal point, such as -1234.56"
        if re.search(r"\d[,' \u00a0]\d", text):
            hint = "leave out thousands separators and use a decimal point, such as 1234.56"
        elif re.search(r"[$€£]|USD", text):
            hint = "leave out the currency; amounts are US dollars"
        raise CellFault("is no plain decimal amount", hint)
    try:
        amount = (Decimal(text) * MONEY_SCALE).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    except InvalidOperation:
        amount = Decimal("Infinity")
    if abs(amount) >= MONEY_LIMIT:
        raise CellFault("is a billion US dollars or more in one row", "check the unit and the currency")
    return int(amount)


def read_guid(text: str) -> str:
    """Read a GUID with or without hyphens as lower case with hyphens. Raises CellFault."""
    lower = text.lower()
    if re.match(GUID, lower):
        return lower
    if re.match(GUID_BARE, lower):
        return f"{lower[:8]}-{lower[8:12]}-{lower[12:16]}-{lower[16:20]}-{lower[20:]}"
    raise CellFault("is no GUID", "a tenant id looks like 0f8fad5b-d9cb-469f-a165-70867728950e")


def read_text(text: str, column: Column) -> str:
    """Read text: an id that a spreadsheet shortened is none, nor is what is longer than the column takes. Raises CellFault."""
    if NUL in text:
        raise CellFault("has a character that is no text, NUL", "export the file again, or take the character out")
    if column.longest is not None and len(text) > column.longest:
        raise CellFault(f"has {len(text):,} characters, more than {column.longest}", "no id is that long: check the column")
    if column.name.endswith("_id") and _SHORTENED_ID.match(text):
        raise CellFault("is an id that a spreadsheet shortened", "make the column text in the spreadsheet, and fill in the whole id")
    return text


def read_choice(text: str, column: Column) -> str:
    """Read one of the column's choices, whatever the case. Raises CellFault that names the nearest."""
    folded = text.casefold()
    if folded in column.choices:
        return folded
    near = nearest(text, column.choices)
    raise CellFault(f"is no {column.name}", f"did you mean {near[0]}?" if near else f"one of {', '.join(column.choices)}, or empty")


def read_association(text: str, names: Names) -> str:
    """Read one association, by code or by any name in the catalog. Raises CellFault that names the nearest."""
    code = names.match(text)
    if code in ASSOCIATIONS:
        return code
    near = names.nearest(text)
    raise CellFault("is no association", f"did you mean {near[0]}?" if near else f"one of {', '.join(ASSOCIATIONS)}, joined by +")


def read_association_set(text: str, names: Names) -> int:
    """Read a `+`-joined set of associations as a bit mask: bit n is the n-th of `schema.ASSOCIATIONS`. Raises CellFault."""
    mask = 0
    for part in text.split("+"):
        mask |= 1 << ASSOCIATIONS.index(read_association(part.strip(), names))
    return mask
