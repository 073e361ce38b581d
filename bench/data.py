"""The facts that are measured: written by Attain's synthetic writer, loaded once, opened without reading again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from attain.facts.facts import Facts, load
from attain.facts.synthetic import DemoPlan, write_demo
from attain.rulebook.load import Book, load_book
from attain.scoring.options import Chosen
from attain.scoring.plan import USAGE_TABLES, make_plan
from attain.scoring.windows import TableWindow, month_text

DAY = dt.date(2026, 11, 24)
HISTORY_MONTHS = 24
MONTHS = HISTORY_MONTHS - 1 + 25
"""Months written where history is measured: its first day looks 24 months back, and the facts end with the month before DAY."""


@dataclass(frozen=True)
class Size:
    """Rows asked for; the writer comes within a few percent of them."""

    azure_rows: int
    usage_rows: int
    certificates: int
    partners: int
    tenants: int
    months: int

    def plan(self) -> DemoPlan:
        return DemoPlan(
            partners=self.partners,
            as_of=DAY,
            months=self.months,
            tenants=self.tenants,
            azure_rows=self.azure_rows,
            usage_rows=self.usage_rows,
            certificates=self.certificates,
        )


@dataclass(frozen=True)
class Data:
    """A facts folder that was loaded before."""

    folder: Path

    @cached_property
    def book(self) -> Book:
        return load_book()

    @cached_property
    def facts(self) -> Facts:
        return load(self.folder, catalog=self.book.catalog)

    @cached_property
    def windows(self) -> dict[str, TableWindow]:
        return make_plan(self.book, self.facts, DAY, options=Chosen()).windows

    @cached_property
    def accounts(self) -> list[str]:
        return self.facts.scan("accounts").select("partner_id").collect()["partner_id"].sort().to_list()

    def files(self, table: str, *, detail: bool = False) -> list[str]:
        """Give the files of the months that a score on DAY reads: 24 of Azure usage, 13 of workload usage, 2 of revenue."""
        files = self.facts.files("azure_detail" if detail and table == "azure_usage" else table)
        if table not in USAGE_TABLES:
            return [str(file) for file in files]
        window = self.windows[table]
        if table == "workload_revenue":
            needed = window.needed("month", compares=True)
        else:
            needed = window.needed("ttm" if table == "azure_usage" else "from_association", compares=True)
        names = {month_text(month) for month in needed}
        return [str(file) for file in files if Path(file).name[:7] in names]

    @property
    def months(self) -> int:
        """Count the months of Azure usage that there are."""
        return len({month for months in self.facts.months.get("azure_usage", {}).values() for month in months})

    def rows(self, table: str) -> int:
        return int(self.facts.scan(table).select(pl.len()).collect().item())


def write(folder: Path, size: Size) -> dict[str, int]:
    """Write the facts; gives the rows of each table."""
    return write_demo(size.plan(), folder, overwrite=True).rows
