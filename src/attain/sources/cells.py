"""What one cell of a foreign file says: money as exact decimals, dates and months in every form seen, ids, NULL as text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Callable

DecimalMark = Literal[".", ","]
DateOrder = Literal["mdy", "dmy"]

NOTHING = frozenset({"n/a", "#n/a", "na", "none", "nan", "-"})
"""Words (case folded) that spreadsheets, programs and people write where a cell has nothing."""
NOBODY = NOTHING | {"0", "-1"}
"""What stands (case folded) where an id is nobody's: Microsoft writes 0 and -1."""
NEVER = NOTHING | {"never", "does not expire", "no expiration", "no expiry"}
"""What stands (case folded) where a certificate does not expire."""
NIL_TENANT = "00000000-0000-0000-0000-000000000000"
YES = frozenset({"1", "true", "yes", "y", "t"})
NO = frozenset({"", "0", "false", "no", "n", "f"})
NULL = "null"
"""The text (case folded) that stands for an empty cell."""
_REMEMBERED = 100_000
"""Cells that repeat (days, prices) are read once."""

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_GROUPED_POINT = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
_GROUPED_COMMA = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?", re.ASCII)
_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d{1,3})?", re.ASCII)
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}", re.ASCII)
_MILLIONS = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(?:\1\d{3})+", re.ASCII)
"""A mark that comes twice stands between thousands."""
_SPACED = re.compile(r"[+-]?\d{1,3}([\u00a0\u2009\u202f'\u2019])\d{3}(?:\1\d{3})*(?:[.,]\d*)?", re.ASCII)
"""Thousands kept together by a blank that does not break, or by apostrophes, as French, Scandinavian and Swiss spreadsheets write them."""
_OTHER: dict[str, DecimalMark] = {".": ",", ",": "."}
LONGEST_NUMBER = 60
_GREATEST_EXPONENT = 40
GREATEST_AMOUNT = Decimal(10) ** 9
"""No row of money may reach this: ten-thousandths of a dollar must fit 64 bits however many rows are added up."""
GREATEST_COUNT = 10**12
"""No cell of users or licenses may reach this."""

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:$|[T ])", re.ASCII)
_YEAR_AND_MONTH = re.compile(r"(\d{4})[-/](\d{1,2})$", re.ASCII)
_MONTH_AND_YEAR = re.compile(r"(\d{1,2})[-/](\d{4})$", re.ASCII)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})?$", re.ASCII)
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:$|[T ,])", re.ASCII)
_DAY_FIRST_NAME = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})(?:$|[T ])", re.ASCII)
_MONTH_FIRST_NAME = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})(?:$|[T ])", re.ASCII)
_NAMED_MONTH = re.compile(r"([A-Za-z]{3,9})\.?[, -]+(\d{4})$", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")

FLOATING_ID = r"^(-?[0-9]+)\.0+$"
"""A number that a program wrote with decimals, as it does where other cells of the column are empty."""
_FLOATING_ID = re.compile(FLOATING_ID)
_GUID = re.compile(r"\{?([0-9a-fA-F]{8})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{12})\}?", re.ASCII)


class CellError(ValueError):
    """A cell that cannot be read: the message is the reason, in words a person can act on."""


def text_of(cell: str) -> str:
    """Give the cell without surrounding blanks, empty where it holds nothing or says NULL."""
    stripped = cell.strip()
    return "" if len(stripped) == len(NULL) and stripped.casefold() == NULL else stripped


def yes_or_no(text: str) -> bool:
    """Read a cell that says yes or no, empty for no; raises CellError for any other word, as in another language."""
    said = whole_id(text.casefold())
    if said not in YES | NO:
        raise CellError("neither yes nor no: write True or False")
    return said in YES


def whole_id(text: str) -> str:
    """Give an id without the decimals that a program added to its number."""
    found = _FLOATING_ID.fullmatch(text) if text.endswith("0") else None
    return found[1] if found else text


def _without_blanks(text: str) -> str:
    """Leave out what stands between thousands where that marks nothing else."""
    found = _SPACED.fullmatch(text)
    return text.replace(found[1], "") if found else text


@lru_cache(maxsize=_REMEMBERED)
def guid_of(text: str) -> str:
    """Give a GUID in lower case with hyphens, accepting braces and a form without hyphens; raises CellError for any other text."""
    found = _GUID.fullmatch(text)
    if not found:
        raise CellError("not a GUID")
    return "-".join(found.groups()).lower()


@dataclass
class Conventions:
    """How a file writes numbers and dates, decided from its own cells and never guessed.

    `decimal`, `money` and `date_of` read cells and learn from those that can be read in one way only. At the first that could mean two
    things `look_ahead` is asked to feed the rest of the file to `observe_number` and `observe_date`; where nothing in the file decides, the
    cell is a CellError. A date that contradicts what the file showed before refuses the file (AttainError `dates-contradict`).
    """

    mark: DecimalMark | None = None
    order: DateOrder | None = None
    look_ahead: Callable[[Conventions], None] | None = None
    semicolons: bool = False
    """True where semicolons separate the cells, as where commas mark decimals: a point alone may then stand between thousands."""
    _counted: DecimalMark | None = None
    """The mark that a count shows: it is whole, so three digits after a mark are thousands unless they are zeros."""
    _dates: dict[str, date] = field(default_factory=dict[str, date])
    _numbers: dict[str, Decimal] = field(default_factory=dict[str, Decimal])

    def observe_number(self, text: str) -> bool:
        """Learn the decimal mark from one cell that can be read in one way only; True when no further cell of its column can matter."""
        if self.mark or not text or _AMBIGUOUS.fullmatch(text):
            return self.mark is not None
        text = _without_blanks(text)
        if found := _MILLIONS.fullmatch(text):
            self.mark = _OTHER[found[1]]
        elif "," in text and (_COMMA.fullmatch(text) or _GROUPED_COMMA.fullmatch(text)):
            self.mark = ","
        elif "." in text and (_PLAIN.fullmatch(text) or _GROUPED_POINT.fullmatch(text)):
            self.mark = "."
        return self.mark is not None

    def observe_count(self, text: str) -> bool:
        """Learn the decimal mark from one cell of a whole number; True when no further cell of its column can matter.

        What it shows is taken where no other number of the file decides: a file of seats alone writes 1,204 for a thousand and more.
        """
        if self._counted is None and (found := _AMBIGUOUS.fullmatch(text)) and not text.endswith("000"):
            self._counted = _OTHER[found[1]]
        return self.observe_number(text)

    def observe_date(self, text: str) -> bool:
        """Learn the order of day and month from one such cell; True when no further cell of its column can matter."""
        if self.order or not text:
            return self.order is not None
        found = _NUMERIC.match(text)
        if not found:
            # a word where others have a day, such as Never, says nothing of how they are written
            return any(pattern.match(text) for pattern, _ in _FORMS)
        if found[2] == ".":
            return True
        first, second = int(found[1]), int(found[3])
        if first > 12 >= second:
            self.order = "dmy"
        elif second > 12 >= first:
            self.order = "mdy"
        return self.order is not None

    def observe_month(self, text: str) -> bool:
        """Learn the order from a cell that is always the first day of a month; True when no further cell of its column can matter."""
        found = None if self.order else _NUMERIC.match(text)
        if found and found[2] != "." and (found[1].lstrip("0") == "1") != (found[3].lstrip("0") == "1"):
            self.order = "dmy" if found[1].lstrip("0") == "1" else "mdy"
        return self.observe_date(text)

    def _look_ahead(self) -> None:
        if self.look_ahead:
            ahead, self.look_ahead = self.look_ahead, None
            ahead(self)
            self.mark = self.mark or self._counted

    def decimal(self, text: str) -> Decimal:
        """Read one number exactly; raises CellError with the reason where it is none, ambiguous, or too long."""
        known = self._numbers.get(text)
        if known is None:
            known = self._read_number(text)
            if len(self._numbers) < _REMEMBERED:
                self._numbers[text] = known
        return known

    def _read_number(self, text: str) -> Decimal:
        if len(text) > LONGEST_NUMBER:
            raise CellError(f"a number of more than {LONGEST_NUMBER} characters")
        if self.mark is None:
            if _AMBIGUOUS.fullmatch(text):
                self._look_ahead()
            else:
                self.observe_number(text)
        plain = text = _without_blanks(text)
        if self.mark == ",":
            if _COMMA.fullmatch(text) or _GROUPED_COMMA.fullmatch(text):
                plain = text.replace(".", "").replace(",", ".")
            elif "." in text and _PLAIN.fullmatch(text):
                raise CellError("a decimal point, while the file writes decimal commas")
        elif "," in text:
            plain = self._with_point(text)
        if self.mark is None and self.semicolons and _AMBIGUOUS.fullmatch(text):
            raise CellError(_two_ways("point"))
        if not _PLAIN.fullmatch(plain):
            raise CellError(_no_number(text))
        value = Decimal(plain)
        if value and abs(value.adjusted()) > _GREATEST_EXPONENT:
            raise CellError("a number out of range")
        return value

    def _with_point(self, text: str) -> str:
        if self.mark is None and _AMBIGUOUS.fullmatch(text):
            raise CellError(_two_ways("comma"))
        if _GROUPED_POINT.fullmatch(text):
            return text.replace(",", "")
        raise CellError("a decimal comma, while the file writes decimal points" if _COMMA.fullmatch(text) else _no_number(text))

    def money(self, text: str) -> Decimal:
        """Read one amount of money exactly, in the unit of the cell; raises CellError as `decimal` does and for an impossible amount."""
        value = self.decimal(text)
        if abs(value) >= GREATEST_AMOUNT:
            raise CellError("an amount out of range")
        return value

    def count(self, text: str) -> int:
        """Read a whole number that is not below 0 and fits 64 bits many times; raises CellError as `decimal` does and for any other."""
        if self.mark is None and (found := _AMBIGUOUS.fullmatch(text)):
            self._look_ahead()
            if self.mark is None and found[1] == ".":
                raise CellError(_two_ways("point"))
        value = self.decimal(text)
        if value != value.to_integral_value():
            raise CellError("not a whole number")
        if not 0 <= value < GREATEST_COUNT:
            raise CellError("below 0" if value < 0 else "a number out of range")
        return int(value)

    def date_of(self, text: str) -> date:
        """Read one date, or the first day of a month where only a month is given.

        Raises CellError, or AttainError where the file contradicts itself.
        """
        known = self._dates.get(text)
        if known is None:
            known = self._read_date(text)
            if len(self._dates) < _REMEMBERED:
                self._dates[text] = known
        return known

    def first_day_of(self, text: str) -> date:
        """Read a date of a column that holds first days of months only: there the part that is 1 is the day, and so decides the order.

        Raises as `date_of` does.
        """
        found = _NUMERIC.match(text)
        if found and found[2] != "." and self.order is None and (int(found[1]) == 1) != (int(found[3]) == 1):
            self.order = "dmy" if int(found[1]) == 1 else "mdy"
        return self.date_of(text)

    def settled_date(self, text: str) -> date | None:
        """Give the date of a cell that was read before or can be read in one way only, whatever the rest of the file shows; else None."""
        if text in self._dates or (self.order is None and _NUMERIC.match(text)):
            return self._dates.get(text)
        try:
            return self.date_of(text)
        except (CellError, AttainError):
            return None

    def _read_date(self, text: str) -> date:
        if found := _NUMERIC.match(text):
            return self._numeric(int(found[1]), found[2], int(found[3]), int(found[4]))
        for pattern, build in _FORMS:
            if found := pattern.match(text):
                return _valid(*build(found))
        raise CellError("not a date in a form that is known (2023-09-21, 9/21/2023, 21 Sep 2023)")

    def _numeric(self, first: int, separator: str, second: int, year: int) -> date:
        if separator == "." or first == second:
            return _valid(year, second, first)
        if first > 12 and second > 12:
            raise CellError("no such day")
        own: DateOrder | None = "dmy" if first > 12 else "mdy" if second > 12 else None
        if own and self.order and own != self.order:
            raise AttainError(
                "dates-contradict",
                f"{first}{separator}{second}{separator}{year} has {_FIRST[own]} first, other dates of the file {_FIRST[self.order]}",
                hint="save the dates as 2023-09-21 (year, month, day)",
            )
        if own is None and self.order is None:
            self._look_ahead()
        self.order = self.order or own
        if self.order is None:
            raise CellError("day and month could be either way round, and no date of the file decides it: say --dates mdy or --dates dmy")
        return _valid(year, first, second) if self.order == "mdy" else _valid(year, second, first)


def _two_ways(mark: str) -> str:
    return f"the {mark} may mark decimals or thousands, and no other number of the file decides it"


def _no_number(text: str) -> str:
    """Say why a text is no number: one with digits has something around them that a person may leave out."""
    if any(letter.isdigit() for letter in text):
        return "not a number: write it as 1204.50, without currency signs, brackets or units"
    return "not a number"


_FIRST = {"dmy": "the day", "mdy": "the month"}


def _month_number(name: str) -> int:
    folded = name.casefold()
    if folded in _MONTHS or folded in _MONTH_NAMES or folded == "sept":
        return _MONTHS.index(folded[:3]) + 1
    raise CellError("no such month")


def _valid(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise CellError("no such day") from None


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[int, int, int]]], ...] = (
    (_YEAR_FIRST, lambda found: (int(found[1]), int(found[3]), int(found[4]))),
    (_YEAR_AND_MONTH, lambda found: (int(found[1]), int(found[2]), 1)),
    (_MONTH_AND_YEAR, lambda found: (int(found[2]), int(found[1]), 1)),
    (_COMPACT, lambda found: (int(found[1]), int(found[2]), int(found[3] or 1))),
    (_DAY_FIRST_NAME, lambda found: (int(found[3]), _month_number(found[2]), int(found[1]))),
    (_MONTH_FIRST_NAME, lambda found: (int(found[3]), _month_number(found[1]), int(found[2]))),
    (_NAMED_MONTH, lambda found: (int(found[2]), _month_number(found[1]), 1)),
)
