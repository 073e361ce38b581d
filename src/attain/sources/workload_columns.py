"""What the rows of one block of a report on workloads tell, by column: a report fills it as it takes in a single row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.text_rows import Repeated
from attain.sources.columnar import amounts_or_none, counts_or_none, days, first_amount_shows, guids, repeated, texts
from attain.sources.insights import CSP
from attain.sources.insights_columns import TELLING_APART
from attain.sources.plain_rows import together
from attain.sources.workload_tables import COUNTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from attain.sources.insights_columns import About, InsightsColumns
    from attain.sources.intake import Sheet
    from attain.sources.workload_tables import Workloads

_BETWEEN = "\x1f"
"""Between texts of one row: no cell that is read by column has it."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Rows that tell of one table: those of `rows` where a condition holds (None: all)."""

    rows: pl.DataFrame
    where: pl.Series | None


class BlockOfRows:
    """Reads the cells of a block, and notes what its rows tell: `use`, `earn`, `claim`, `leave_out`.

    What is read of a row that is not plain may be anything: such rows are left to the reader of single rows, see `plain`.
    """

    def __init__(self, sheet: Sheet, cells: pl.DataFrame, about: About, columns: InsightsColumns, workloads: Workloads) -> None:
        self.sheet, self.cells, self.about, self.plain = sheet, cells, about, about.plain
        self._columns, self._workloads = columns, workloads
        self._reasons: list[pl.Series] = []
        self.usage: list[Told] = []
        self.revenue: list[Told] = []
        self.claims: list[Told] = []

    @property
    def height(self) -> int:
        """Count the rows."""
        return self.cells.height

    def count(self, name: str) -> pl.Series:
        """Give the counts of a field, null where it is empty."""
        found, plain = counts_or_none(self.sheet, self.cells, name)
        self.plain.only(plain)
        return found

    def amount(self, name: str) -> pl.Series:
        """Give the exact amounts of a field, null where it is empty."""
        found, plain = amounts_or_none(self.sheet, self.cells, name)
        self.plain.only(plain)
        return found

    def day(self, name: str) -> pl.Series:
        """Give the dates of a field, null where it is empty."""
        found, plain = days(texts(self.sheet, self.cells, name), self.sheet.conventions)
        self.plain.only(plain)
        return found

    def text(self, name: str) -> pl.Series:
        """Give the texts of a field."""
        return texts(self.sheet, self.cells, name)

    def repeated(self, name: str) -> Repeated:
        """Give the texts of a field whose cells come again and again."""
        return repeated(self.sheet, self.cells, name)

    def needed(self, name: str) -> Repeated:
        """Give the texts of a field that has to be filled."""
        found = self.repeated(name)
        self.plain.only(found.spread(found.texts != ""))
        return found

    def each_of(self, name: str) -> tuple[list[tuple[str, ...]], pl.Series]:
        """Give the texts of all columns of a field together, each combination once, and by row the place among them."""
        places = self.sheet.columns.places(name)
        if len(places) <= 1:
            found = self.repeated(name)
            return [(text,) if places else () for text in found.texts.to_list()], found.places
        found = Repeated.of(self.cells.select(pl.concat_str([str(place) for place in places], separator=_BETWEEN)).to_series())
        rows: list[str] = found.texts.to_list()
        return [tuple(self.sheet.cell(row.split(_BETWEEN), at) for at in range(len(places))) for row in rows], found.places

    def named(self, labels: Repeated) -> pl.Series:
        """Give the numbers of the workloads that labels stand for, or of the labels themselves, as `Workloads.named` does."""
        given: list[str] = labels.texts.to_list()
        # of several spellings of a name the first stands
        reported = {label: self._workloads.is_reported(label) for label in labels.as_met()}
        due = [bool(label) and not reported[label] for label in given]
        self.plain.first_singly(labels, pl.Series(due, dtype=pl.Boolean))
        return self.workloads([self._workloads.code(label) for label in given], labels.places)

    def workloads(self, codes: Sequence[str], places: pl.Series) -> pl.Series:
        """Give the numbers of workloads, by the place of each row among the codes of some; null for none."""
        return self._columns.numbers("workload", Repeated(pl.Series(codes, dtype=pl.String), places))

    def one_workload(self, code: str) -> pl.Series:
        """Give the number of a workload that all rows tell of."""
        return self.workloads([code], pl.Series([0], dtype=pl.UInt32).new_from_index(0, self.height))

    def warns(self, where: pl.Series, *, given: bool) -> None:
        """Leave the first row where a warning is due to the single way, unless it was given."""
        if not given and where.any():
            either = pl.Series([False, True])
            self.plain.first_singly(Repeated(either, where.fill_null(value=False).cast(pl.UInt32)), either)

    def leave_out(self, where: pl.Series, reason: str) -> None:
        """Leave out the usage and revenue of some rows for one reason."""
        self.leave_out_each(["", reason], where.fill_null(value=False).cast(pl.UInt32))

    def leave_out_each(self, reasons: Sequence[str], places: pl.Series) -> None:
        """Leave out rows by the place of their reason, empty for none. A reason that was given before stands."""
        if any(reasons):
            given = Repeated(pl.Series([reason or None for reason in reasons], dtype=pl.String), places)
            self._reasons.append(given.spread(given.texts))

    @property
    def reasons(self) -> pl.Series | None:
        """Give why each row is left out, null where it is not; None where all tell something."""
        found: pl.Series | None = None
        for reasons in self._reasons:
            found = reasons if found is None else found.zip_with(found.is_not_null(), reasons)
        return None if found is None or found.null_count() == len(found) else found

    def use(self, workload: pl.Series, where: pl.Series | None = None, **counts: pl.Series) -> None:
        """Note the usage of one workload in rows where a condition holds; `counts` are of `workload_tables.COUNTS`."""
        nothing = pl.lit(None, dtype=pl.Int64)
        rows = self._keys(workload).with_columns(counts.get(name, nothing).alias(name) for name in COUNTS)
        self.usage.append(Told(rows, where))

    def earn(self, workload: pl.Series, amount: pl.Series, where: pl.Series | None = None) -> None:
        """Note the revenue of one workload in rows where a condition holds."""
        self.revenue.append(Told(self._keys(workload).with_columns(amount.alias("amount")), where))

    def claim(self, where: pl.Series, scope: pl.Series, started_on: pl.Series, claim: pl.Series | None = None) -> None:
        """Note the association of rows where a condition holds, as one that began on a day."""
        who = ("month", "partner_id", "tenant_id", "location", "reseller")
        rows = self.about.rows.select(name for name in who if name in self.about.rows.columns).with_columns(
            self.association().alias("association"),
            scope.alias("scope"),
            started_on.alias("started_on"),
            (pl.lit("") if claim is None else claim).alias("claim"),
        )
        self.claims.append(Told(rows, where))

    def claim_subscriptions(self) -> None:
        """Note the starts of subscriptions of the Cloud Solution Provider programme."""
        started = self.day("started")
        if not (self.sheet.columns.has("started") and self.sheet.columns.has("subscription")):
            return
        subscription, plain = guids(self.sheet, self.cells, "subscription")
        begun = started.is_not_null() & (subscription != "") & self.associated(CSP.__contains__)
        self.plain.only(plain | ~begun)
        self.claim(begun, subscription, started)

    def shows_amounts(self, *names: str) -> None:
        """Let amounts of the first row show how the file writes numbers, where all that was read before is plain."""
        if self.plain.begins_plain:
            first_amount_shows(self.sheet, self.cells, *names)

    def association(self) -> pl.Series:
        """Give the associations of the rows, as `Attributions.code` does."""
        return self.about.associations.spread(self.about.associations.texts)

    def associated(self, holds: Callable[[str], bool]) -> pl.Series:
        """Say of which rows something holds of the association."""
        codes: list[str] = self.about.associations.texts.to_list()
        return self.about.associations.spread(pl.Series([holds(code) for code in codes], dtype=pl.Boolean))

    def _keys(self, workload: pl.Series) -> pl.DataFrame:
        rows = self.about.rows
        who = ("month", "partner_id", "tenant_id", "location", "account", "reseller", *TELLING_APART)
        return rows.select(name for name in who if name in rows.columns).with_columns(workload.alias("workload"))


def picked(told: Told, plain: pl.Series | None, reasons: pl.Series | None) -> pl.DataFrame:
    """Give the rows of a table that are plain, not left out for a reason, and tell of it."""
    conditions = [condition for condition in (plain, told.where, None if reasons is None else reasons.is_null()) if condition is not None]
    taken = together(conditions)
    return told.rows if taken is None else told.rows.filter(taken)
