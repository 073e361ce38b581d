"""Rows of `workload_usage`, `workload_revenue` and `associations` as reports tell of them, brought to one row a key (I-10)."""

from __future__ import annotations

import operator
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

import polars as pl

from attain.facts.staging import Staging
from attain.sources.attribution import DUPLICATE, Attributions, united
from attain.sources.columnar import rounded_units
from attain.sources.gather import Gather
from attain.sources.intake import Output, rounded
from attain.sources.key_sums import Shape, Sums
from attain.sources.spelled import Spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from attain.sources.gather import Key
    from attain.sources.insights_columns import InsightsColumns
    from attain.sources.intake import Intake, Tally

Counts = tuple[int | None, int | None, int | None, int | None]
"""Paid licenses, assigned licenses, active users, capacity; None where the report does not say."""

_KEY = ("month", "partner_id", "tenant_id", "workload")
COUNTS = ("paid_licenses", "assigned_licenses", "active_users", "capacity")


def counts(paid: int | None = None, assigned: int | None = None, active: int | None = None, capacity: int | None = None) -> Counts:
    """Give the counts of one row, by name."""
    return (paid, assigned, active, capacity)


def _each(merge: Callable[[int, int], int], left: Counts, right: Counts) -> Counts:
    paid, assigned, active, capacity = (
        known if other is None else other if known is None else merge(known, other) for known, other in zip(left, right, strict=True)
    )
    return (paid, assigned, active, capacity)


def add(left: Counts, right: Counts) -> Counts:
    """Add up counts; what one of them does not know, the other says."""
    return _each(operator.add, left, right)


def larger(left: Counts, right: Counts) -> Counts:
    """Take the larger of each count by itself."""
    return _each(max, left, right)


class Workloads:
    """Finds the workload that a label stands for; one that no list of the programme names is kept, and reported."""

    def __init__(self, intake: Intake) -> None:
        self._catalog, self._tally = intake.catalog.workloads, intake.tally
        self._labels: dict[str, str] = {}
        self._spelled = Spelled(self._catalog)

    def find(self, label: str) -> str | None:
        """Give the code of a label, None where it is no workload."""
        return self._catalog.match(label) if label else None

    def is_reported(self, label: str) -> bool:
        """Say whether `named` has no warning for a label, or none any more."""
        return self._spelled.one(label) in self._labels or self._catalog.match(label) is not None

    def code(self, label: str) -> str:
        """Give what `named` gives, without a warning."""
        return self._catalog.match(label) or self._spelled.one(label)

    def named(self, label: str) -> str:
        """Give the code of a label, or the label itself where it is unknown."""
        label = self._spelled.one(label)
        known = self._labels.get(label)
        if known is None:
            known = self._labels[label] = self._catalog.match(label) or label
            if label not in self._catalog and known == label:
                near = self._catalog.nearest(label)
                self._tally.warn(
                    f"workload {label!r} is in no list of the programme and counts for nothing"
                    + (f"; nearest: {', '.join(near)}" if near else "")
                )
        return known


def _counts_of(row: Mapping[str, Any]) -> Counts:
    paid, assigned, active, capacity = (row[name] for name in COUNTS)
    return (paid, assigned, active, capacity)


def _amount_of(row: Mapping[str, Any]) -> Decimal:
    return row["amount"]


USAGE = Shape(_KEY[1:], COUNTS, _counts_of)
REVENUE = Shape(_KEY[1:], ("amount",), _amount_of, ("location",))
"""At whatever location of an account a row is, it is of one key."""


class WorkloadUsage:
    """Gathers usage by (month, partner, tenant, workload). `constant` is the association of all rows, where they have one."""

    def __init__(self, scratch: Path, columns: InsightsColumns, constant: str = "") -> None:
        self._rows: Gather[Counts] = Gather(add, scratch)
        self._constant = constant
        self._sums = Sums(scratch / f"usage-{constant}", columns.texts, columns.twins, USAGE)

    def add(self, key: Key, part: Key, cells: Counts) -> None:
        """Take in the counts of one row."""
        self._rows.add(key, part, cells)

    def takes(self, rows: pl.DataFrame) -> bool:
        """Say whether `add_columns` has room for some rows."""
        return self._sums.takes(rows)

    def add_columns(self, rows: pl.DataFrame) -> None:
        """Take in rows with the columns of `USAGE`, see `key_sums.Sums`."""
        self._sums.add(rows)

    def output(self, attributed: bool) -> Output:
        """Give the table, with associations where the reports tell them."""
        columns = (*_KEY, *(("associations",) if attributed else ()), *COUNTS)
        return Output("workload_usage", columns, self._united(attributed), frames=self._frames())

    def _frames(self) -> Iterator[pl.DataFrame]:
        for month, summed in self._sums.by_key(self._rows):
            yield self._sums.told(month, summed, self._constant)

    def _united(self, attributed: bool) -> Iterator[tuple[object, ...]]:
        for key, parts in self._rows.items():
            cells, codes = united(parts, add, larger)
            yield (*key, *((self._constant or Attributions.cell(codes),) if attributed else ()), *cells)


class WorkloadRevenue:
    """Gathers revenue by (month, partner, tenant, workload).

    `constant` is the association of all rows, where they have one: they say again, of others, what other rows say.
    """

    def __init__(self, scratch: Path, tally: Tally, columns: InsightsColumns, constant: str = "") -> None:
        self._rows: Gather[Decimal] = Gather(operator.add, scratch)
        self._tally, self._constant = tally, constant
        self._sums = Sums(scratch / f"revenue-{constant}", columns.texts, columns.twins, REVENUE)

    def add(self, key: Key, part: Key, amount: Decimal) -> None:
        """Take in the amount of one row; the part ends with the location."""
        self._rows.add(key, part, amount)

    def takes(self, rows: pl.DataFrame) -> bool:
        """Say whether `add_columns` has room for some rows."""
        return self._sums.takes(rows)

    def add_columns(self, rows: pl.DataFrame) -> None:
        """Take in rows with the columns of `REVENUE`, see `key_sums.Sums`."""
        self._sums.add(rows)

    def output(self, attributed: bool) -> Output:
        """Give the table, with associations where the reports tell them."""
        columns = (*_KEY, *(("associations",) if attributed else ()), "revenue_usd")
        return Output("workload_revenue", columns, self._united(attributed), frames=self._frames())

    def _frames(self) -> Iterator[pl.DataFrame]:
        for month, summed in self._sums.by_key(self._rows):
            if summed.height:
                self._add_up(Decimal(str(summed["amount"].sum())))
            told = self._sums.told(month, summed, self._constant)
            yield told.with_columns(rounded_units(told["amount"]).alias("revenue_usd"))

    def _united(self, attributed: bool) -> Iterator[tuple[object, ...]]:
        for key, parts in self._rows.items():
            amount, codes = summed(parts)
            self._add_up(amount)
            yield (*key, *((self._constant or Attributions.cell(codes),) if attributed else ()), rounded(amount))

    def _add_up(self, amount: Decimal) -> None:
        if not self._constant:
            self._tally.sums["revenue"] = self._tally.sums.get("revenue", Decimal(0)) + amount


def summed(parts: Mapping[Key, Decimal]) -> tuple[Decimal, set[str]]:
    """Unite revenue as I-10 says: parts are (attribution, rest of the row, flag, location) with the sum of their rows.

    Each location is united by itself and they are added up; a flagged row whose twin is at another location adds its association alone.
    Where the twin is not in the file, one location has the row.
    """
    homes: dict[str, set[str]] = {}
    for _, rest, flag, location in parts:
        if flag != DUPLICATE:
            homes.setdefault(rest, set()).add(location)
    for _, rest, _, location in sorted(parts, key=lambda part: part[3]):
        homes.setdefault(rest, {location})
    codes: set[str] = set()
    own: dict[str, dict[Key, Decimal]] = {}
    for (attribution, rest, flag, location), amount in parts.items():
        if location in homes[rest]:
            own.setdefault(location, {})[attribution, rest, flag] = amount
        elif not attribution.startswith("?"):
            codes.add(attribution)
    total = Decimal(0)
    for rows in own.values():
        amount, of_location = united(rows, operator.add, max)
        total += amount
        codes |= of_location
    return total, codes


Claimed = tuple[str, str]
"""The month of the row that told, and the claim: the latest stands."""


_CLAIM = ("partner_id", "tenant_id", "association", "scope", "started_on")
_TOLD = "told"
_AT_ONCE = 100_000


class Claims:
    """Gathers associations by (partner, tenant, association, scope, start)."""

    def __init__(self, scratch: Path) -> None:
        self._rows: Gather[Claimed] = Gather(max, scratch)
        self._staging = Staging(scratch / f"claims-{id(self)}", ("tenant_id",))
        self._by_column = False

    def add(self, partner: str, tenant: str, association: str, scope: str, started_on: str, claim: str = "", *, month: str) -> None:
        """Note an association; `started_on` is ISO, empty where it is not known, and `month` such as `2026-10`."""
        self._rows.add((partner, tenant, association, scope, started_on), ("",), (month, claim))

    def add_columns(self, rows: pl.DataFrame) -> None:
        """Note associations: text but for `started_on`, a date or null; `claim` may be empty, and `month` is such as `2026-10`."""
        self._by_column = True
        told = rows.select(*_CLAIM, pl.concat_str("month", "claim").alias(_TOLD))
        self._staging.add(_latest(told).with_columns(pl.lit(0, dtype=pl.Int32).alias("month")))

    def output(self) -> Output:
        """Give the table."""
        columns = (*_CLAIM, "claim_id")
        if not self._by_column:
            return Output("associations", columns, self._listed())
        return Output("associations", columns, iter(()), frames=self._frames())

    def _listed(self) -> Iterator[tuple[object, ...]]:
        for (*key, started_on), parts in self._rows.items():
            _, claim = parts[("",)]
            yield (*key, started_on or None, claim or None)

    def _frames(self) -> Iterator[pl.DataFrame]:
        """Give what rows said singly and by column, together."""
        single = ((0, *key, "".join(parts[("",)])) for key, parts in self._rows.items())
        schema = {"month": pl.Int32(), **dict.fromkeys((*_CLAIM, _TOLD), pl.String())}
        while some := list(islice(single, _AT_ONCE)):
            rows = pl.DataFrame(some, schema=schema, orient="row")
            started = pl.when(pl.col("started_on") != "").then(pl.col("started_on")).str.to_date("%Y-%m-%d")
            self._staging.add(rows.with_columns(started.alias("started_on")))
        for month in self._staging.months:
            for part in range(self._staging.parts(month)):
                rows = _latest(self._staging.frame(month, part)).sort(_CLAIM, nulls_last=False)
                claim = pl.col(_TOLD).str.slice(len("2026-10"))
                yield rows.select(*_CLAIM, pl.when(claim != "").then(claim).alias("claim_id"))


def _latest(rows: pl.DataFrame) -> pl.DataFrame:
    """Give each association once: of what is told the latest month stands, then the larger claim."""
    return rows.group_by(_CLAIM).agg(pl.col(_TOLD).max())
