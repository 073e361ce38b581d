"""What one import carries from file to reader: the user's choices, one sheet's cells, the rows set aside, and what is told afterwards."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

from attain.errors import AttainError
from attain.facts.cells import CellFault, read_month, read_text
from attain.facts.schema import TABLES
from attain.sources.cells import NEVER, NIL_TENANT, NOBODY, CellError, Conventions, DateOrder, guid_of, text_of, whole_id
from attain.sources.spelled import Spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    import polars as pl

    from attain.rulebook.catalog import Catalog
    from attain.sources.files import Row
    from attain.sources.source import Columns, Source

EXACT = Context(prec=400)
"""Wide enough for any sum or product of cells that `Conventions` lets through: nothing is rounded before the end."""
TEN_THOUSANDTH = Decimal("0.0001")
_PARTNER_ID = TABLES["partners"].column("partner_id")
_PERSON_ID = TABLES["certifications"].column("person_id")
_SUBSCRIPTION_ID = TABLES["azure_usage"].column("subscription_id")

Read = TypeVar("Read")


def rounded(amount: Decimal) -> Decimal:
    """Round an exact sum once, half to even, to a ten-thousandth of a dollar."""
    return amount.quantize(TEN_THOUSANDTH, rounding=ROUND_HALF_EVEN, context=EXACT)


class RowFault(Exception):
    """One row that is set aside: the column, its value, and why."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


@dataclass(frozen=True, slots=True)
class Options:
    """What the user said beside the files: ids that fill empty cells, dated rates, the basis, whether names stay, the order of dates."""

    partner: str = ""
    tenant: str = ""
    rates: Mapping[tuple[str, str], Decimal] = field(default_factory=dict[tuple[str, str], Decimal])
    """US dollars for one unit, by (currency, month as `2026-10`)."""
    keep_names: bool = False
    basis: str = ""
    dates: DateOrder | None = None
    parts: bool = False
    as_of: date | None = None
    """The day of a file that names none."""
    designation: str = ""
    """The designation of a file that names none."""
    redacted: frozenset[str] = frozenset()
    """Names of files in which Microsoft says it masked something."""
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """What a pulled file was asked for with, by its name: the query and its months, the invoice, the directory."""
    partners: frozenset[str] | None = None
    """The only partners whose rows may be imported; None: any."""


@dataclass
class Tally:
    """What became of the rows of one delivery."""

    rows_in: int = 0
    kept: int = 0
    rejected: int = 0
    unassigned: int = 0
    left_out: Counter[str] = field(default_factory=Counter[str])
    months: set[str] = field(default_factory=set[str])
    warnings: list[str] = field(default_factory=list[str])
    sums: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    """The exact total in US dollars, by basis."""
    currencies: set[str] = field(default_factory=set[str])
    rates_used: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    same_person: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """Pairs of hashed ids that one row gives for one person."""
    stands_for: int = 1
    """How many rows the one stands for that a reader takes in: all that are alike to it, see `alike.take_alike`."""

    def warn(self, warning: str) -> None:
        """Note something the user should know, once."""
        if warning not in self.warnings:
            self.warnings.append(warning)


@dataclass(frozen=True, slots=True)
class Output:
    """Rows for one table of the contract: the columns written, and the cells in their order (text, date, Decimal, or None).

    `family` is another family than the source's, where the rows are another's word than its other rows.
    """

    table: str
    columns: tuple[str, ...]
    rows: Iterator[tuple[object, ...]]
    family: str = ""
    frames: Iterable[pl.DataFrame] = ()
    """More rows, which come first: `columns` among others, checked as those that `facts.in_memory.InMemory.of_checked` takes."""


@dataclass
class Sheet:
    """One file's table: where the fields stand and how cells are read. Reading raises RowFault with the file's own column name."""

    name: str
    columns: Columns
    conventions: Conventions

    def text(self, row: Row, name: str) -> str:
        """Give the first filled cell of a field, empty where there is none."""
        for place in self.columns.found[name]:
            # most cells of a wide file are empty, and this runs for every one of them
            if (cell := row[place]) and (text := text_of(cell)):
                return text
        return ""

    @staticmethod
    def cell(row: Row, place: int) -> str:
        """Give the text of one cell by its place."""
        return text_of(row[place])

    def needed(self, row: Row, name: str) -> str:
        """Give the first filled cell of a field; a row without is set aside."""
        if text := self.text(row, name):
            return text
        raise RowFault(self.columns.column(name), "", "empty")

    def read(self, row: Row, name: str, how: Callable[[str], Read]) -> Read | None:
        """Read the first filled cell of a field with `how`, None where there is none."""
        text = self.text(row, name)
        if not text:
            return None
        try:
            return how(text)
        except CellError as error:
            raise RowFault(self._column_of(row, name), text, str(error)) from error

    def _column_of(self, row: Row, name: str) -> str:
        return next((self.columns.header[place] for place in self.columns.places(name) if text_of(row[place])), self.columns.column(name))

    def money(self, row: Row, name: str) -> Decimal | None:
        """Read an amount exactly."""
        return self.read(row, name, self.conventions.money)

    def count(self, row: Row, name: str) -> int | None:
        """Read a number of users or licenses: whole, and not below 0."""
        return self.read(row, name, self.conventions.count)

    def day(self, row: Row, name: str) -> date | None:
        """Read a date."""
        return self.read(row, name, self.conventions.date_of)

    def last_day(self, row: Row, name: str) -> date | None:
        """Read the day on which something ends, None where it has none or never does."""
        return None if self.text(row, name).casefold() in NEVER else self.day(row, name)

    def month(self, row: Row, name: str) -> str:
        """Read the month of a date as `2026-10`; a row without, or of a month that no row may be of, is set aside."""
        return self._month(row, name, self.conventions.date_of)

    def whole_month(self, row: Row, name: str) -> str:
        """Read the month as `2026-10` of a column that holds first days of months only; else as `month` does."""
        return self._month(row, name, self.conventions.first_day_of)

    def _month(self, row: Row, name: str, how: Callable[[str], date]) -> str:
        day = self.read(row, name, how)
        if day is None:
            raise RowFault(self.columns.column(name), "", "empty")
        month = day.isoformat()[:7]
        self._check(row, name, lambda: read_month(month))
        return month

    def tenant(self, row: Row, name: str) -> str:
        """Read a tenant id as a GUID, empty where there is none; Microsoft writes zeros alone where it knows none."""
        found = self.read(row, name, guid_of)
        return "" if found is None or found == NIL_TENANT else found

    def partner(self, row: Row, name: str) -> str:
        """Read a partner id, empty where it is nobody's. What the contract takes for no id is a fault of its row."""
        text = whole_id(self.text(row, name))
        self._check(row, name, lambda: read_text(text, _PARTNER_ID))
        return "" if text.casefold() in NOBODY else text

    def person(self, row: Row, name: str) -> str:
        """Read what identifies a person, without case, empty where it is nobody's. What the contract takes for no id is a fault."""
        text = whole_id(self.text(row, name))
        self._check(row, name, lambda: read_text(text, _PERSON_ID))
        folded = text.casefold()
        return "" if folded in NOBODY or folded == NIL_TENANT else folded

    def subscription(self, row: Row, name: str) -> str:
        """Read the id of a subscription, see `subscription_of`. What the contract takes for no id is a fault of its row."""
        found = subscription_of(self.text(row, name))
        self._check(row, name, lambda: read_text(found, _SUBSCRIPTION_ID))
        return found

    def _check(self, row: Row, name: str, read: Callable[[], object]) -> None:
        """Let the contract read what a cell says; what it does not take is a fault of the row."""
        try:
            read()
        except CellFault as fault:
            reason = f"{fault.reason}: {fault.hint}"
            raise RowFault(self._column_of(row, name), self.text(row, name), reason) from fault


@dataclass
class Intake:
    """What a reader works with: the source, the user's choices, the catalog, scratch space, and the tally it keeps.

    `twins` says that a file of the delivery is known to flag some, see `attribution.Attributions`. `services` and `offers` are those that
    its rows name.
    """

    source: Source
    options: Options
    catalog: Catalog
    scratch: Path
    person_key: bytes = b""
    tally: Tally = field(default_factory=Tally)
    twins: bool = False
    services: Spelled = field(init=False)
    offers: Spelled = field(init=False)

    def __post_init__(self) -> None:
        """Begin with names that no row has spelled yet."""
        self.services, self.offers = Spelled(self.catalog.services), Spelled(self.catalog.offers)


class RowReader(Protocol):
    """Takes in the rows of one delivery (one file, or several parts of one) and gives them as tables of the contract."""

    def open(self, sheet: Sheet) -> None:
        """Begin a file; raises AttainError where its columns do not do."""
        ...

    def take(self, row: Row) -> None:
        """Take in one row; raises RowFault where it is set aside."""
        ...

    def outputs(self) -> Iterator[Output]:
        """Give the tables, once all rows are in; raises AttainError where the rows as a whole cannot be understood."""
        ...


@runtime_checkable
class ColumnReader(Protocol):
    """Takes in rows by column, beside a RowReader's singly."""

    @property
    def places(self) -> frozenset[int]:
        """Give the places of the columns of the file that was opened that `take_columns` looks at."""
        ...

    def take_columns(self, cells: pl.DataFrame) -> pl.Series:
        """Take in rows of the file that was opened (a text column for each of `places`) and say which: the others come singly."""
        ...


def parse_rate(text: str) -> tuple[tuple[str, str], Decimal]:
    """Read a dated rate such as `EUR=1.08@2026-10`: one euro is 1.08 US dollars for the rows of October 2026.

    Raises AttainError `rate-unclear`.
    """
    conventions = Conventions(mark=".")
    currency, equals, rest = text.partition("=")
    amount, at, month = rest.partition("@")
    try:
        day = conventions.date_of(month.strip())
        rate = conventions.decimal(amount.strip())
    except CellError:
        equals = ""
        rate, day = Decimal(0), None
    if not (equals and at and day and rate > 0 and len(currency.strip()) == 3 and currency.strip().isalpha()):
        raise AttainError(
            "rate-unclear", f"{text!r} is no dated rate", "--rate", "write EUR=1.08@2026-10: US dollars for one euro in that month"
        )
    return (currency.strip().upper(), f"{day.year:04d}-{day.month:02d}"), rate


def subscription_of(text: str) -> str:
    """Give the id of a subscription, also out of a resource path such as `/subscriptions/<id>`; a GUID in lower case."""
    parts = [part for part in text.split("/") if part]
    identifier = parts[1] if len(parts) > 1 and parts[0].casefold() == "subscriptions" else text
    try:
        return guid_of(identifier)
    except CellError:
        return identifier


def parse_share(text: str) -> tuple[int, int]:
    """Read a share such as `1%` or `0.01` as numerator and denominator.

    Raises AttainError `share-unclear`.
    """
    plain, percent = text.strip().removesuffix("%").strip(), text.strip().endswith("%")
    try:
        share = Conventions(mark=".").decimal(plain) / (100 if percent else 1)
    except CellError:
        share = Decimal(-1)
    if not 0 <= share <= 1:
        raise AttainError("share-unclear", f"{text!r} is no share", "--max-rejects", "write 1% or 0.01")
    return share.as_integer_ratio()
