"""How fresh the facts are: the newest month of each usage table, when the next is expected, and what a missing table blocks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attain.facts.report import blocked_metrics
from attain.facts.schema import BASES
from attain.lifecycle.windows import month_end
from attain.scoring.assign import AZURE
from attain.scoring.plan import CERTIFICATIONS, USAGE_TABLES
from attain.scoring.run import DEFAULTS
from attain.scoring.windows import first_day, latest_refreshed_month, month_text, table_window
from attain.sources.registry import SOURCES

if TYPE_CHECKING:
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen

NEEDED = (*USAGE_TABLES, "customers", CERTIFICATIONS)
"""The tables that scores look at."""


@dataclass(frozen=True)
class TableFreshness:
    """One usage table with rows. Months are written as `2026-10`.

    `newest` is its newest month, `used` the one that scores of the day are made from. `next_month` is expected by `due`, the refresh day of
    the month after it; `late` says that this day has passed. `gaps` are months between its first and its newest that are not there. `basis`
    names amounts that are no ACR (empty otherwise).
    """

    table: str
    basis: str
    first: str
    newest: str
    used: str
    next_month: str
    due: dt.date
    late: bool
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class MissingTable:
    """A table that scores look at and that has no rows: what it blocks, in words, and the files that would fill it."""

    table: str
    blocks: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Freshness:
    """How fresh facts are on a day. `refresh_day` is the day of a month by which the month before is expected."""

    as_of: dt.date
    refresh_day: int
    tables: tuple[TableFreshness, ...]
    missing: tuple[MissingTable, ...]


def freshness(book: Book, facts: Facts, as_of: dt.date, *, options: Chosen = DEFAULTS) -> Freshness:
    """Say how fresh facts are on a day, whichever partner they are of."""
    refresh_day = options.refresh_day or book.programme.on(as_of).refresh_day
    tables: list[TableFreshness] = []
    for table in USAGE_TABLES:
        if table in facts.tables:
            for basis, months in facts.months.get(table, {}).items():
                if months:
                    tables.append(_table(facts, table, basis, months, as_of, refresh_day))
    filled = {found.table for found in tables}
    lacking = [table for table in NEEDED if (table not in filled if table in USAGE_TABLES else table not in facts.tables)]
    return Freshness(as_of, refresh_day, tuple(tables), tuple(_missing(book, lacking)))


def without_facts(book: Book, as_of: dt.date) -> Freshness:
    """Say what a store without any facts lacks: every table that scores look at, and what each blocks."""
    return Freshness(as_of, book.programme.on(as_of).refresh_day, (), tuple(_missing(book, list(NEEDED))))


def _table(facts: Facts, table: str, basis: str, months: tuple[int, ...], as_of: dt.date, refresh_day: int) -> TableFreshness:
    newest = max(months)
    used = table_window(facts, table, as_of, refresh_day, basis)
    end = month_end(first_day(newest + 2))
    return TableFreshness(
        table=table,
        basis="" if table != AZURE or basis == BASES[0] else basis,
        first=month_text(min(months)),
        newest=month_text(newest),
        used=month_text(used.data_month) if used.covered else "",
        next_month=month_text(newest + 1),
        due=end.replace(day=min(refresh_day, end.day)),
        late=newest < latest_refreshed_month(as_of, refresh_day),
        gaps=tuple(month_text(month) for month in range(min(months), newest) if month not in set(months)),
    )


def _missing(book: Book, tables: list[str]) -> list[MissingTable]:
    blocked = blocked_metrics(tables, book.designations.values())
    return [MissingTable(table, tuple(_words(book, blocked.get(table, ()))), _files(table)) for table in tables]


def _words(book: Book, blocked: tuple[str, ...]) -> list[str]:
    """Name what is blocked: the metrics of each designation on one line."""
    by_designation: dict[str, list[str]] = {}
    for name in blocked:
        designation, _, metric = name.partition(" ")
        found = book.designations[designation]
        called = {one.id: one.name for one in found.metrics}
        by_designation.setdefault(found.name, []).append(called.get(metric, "the choice of its track"))
    return [f"{designation}: {', '.join(metrics)}" for designation, metrics in by_designation.items()]


def _files(table: str) -> tuple[str, ...]:
    return tuple(source.title for source in SOURCES.values() if table in source.tables)
