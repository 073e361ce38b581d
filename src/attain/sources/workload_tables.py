"""Rows of `workload_usage`, `workload_revenue` and `associations` as reports tell of them, brought to one row a key (I-10)."""

from __future__ import annotations

import operator
from decimal import Decimal
from typing import TYPE_CHECKING

from attain.sources.attribution import DUPLICATE, Attributions, united
from attain.sources.gather import Gather
from attain.sources.intake import Output, rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from attain.sources.gather import Key
    from attain.sources.intake import Intake, Tally

Counts = tuple[int | None, int | None, int | None, int | None]
"""Paid licenses, assigned licenses, active users, capacity; None where the report does not say."""

_KEY = ("month", "partner_id", "tenant_id", "workload")
_COUNTS = ("paid_licenses", "assigned_licenses", "active_users", "capacity")


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

    def find(self, label: str) -> str | None:
        """Give the code of a label, None where it is no workload."""
        return self._catalog.match(label) if label else None

    def named(self, label: str) -> str:
        """Give the code of a label, or the label itself where it is unknown."""
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


class WorkloadUsage:
    """Gathers usage by (month, partner, tenant, workload). `constant` is the association of all rows, where they have one."""

    def __init__(self, scratch: Path, constant: str = "") -> None:
        self._rows: Gather[Counts] = Gather(add, scratch)
        self._constant = constant

    def add(self, key: Key, part: Key, cells: Counts) -> None:
        """Take in the counts of one row."""
        self._rows.add(key, part, cells)

    def output(self, attributed: bool) -> Output:
        """Give the table, with associations where the reports tell them."""
        return Output("workload_usage", (*_KEY, *(("associations",) if attributed else ()), *_COUNTS), self._united(attributed))

    def _united(self, attributed: bool) -> Iterator[tuple[object, ...]]:
        for key, parts in self._rows.items():
            cells, codes = united(parts, add, larger)
            yield (*key, *((self._constant or Attributions.cell(codes),) if attributed else ()), *cells)


class WorkloadRevenue:
    """Gathers revenue by (month, partner, tenant, workload).

    `constant` is the association of all rows, where they have one: they say again, of others, what other rows say.
    """

    def __init__(self, scratch: Path, tally: Tally, constant: str = "") -> None:
        self._rows: Gather[Decimal] = Gather(operator.add, scratch)
        self._tally, self._constant = tally, constant

    def add(self, key: Key, part: Key, amount: Decimal) -> None:
        """Take in the amount of one row; the part ends with the location."""
        self._rows.add(key, part, amount)

    def output(self, attributed: bool) -> Output:
        """Give the table, with associations where the reports tell them."""
        return Output("workload_revenue", (*_KEY, *(("associations",) if attributed else ()), "revenue_usd"), self._united(attributed))

    def _united(self, attributed: bool) -> Iterator[tuple[object, ...]]:
        for key, parts in self._rows.items():
            amount, codes = summed(parts)
            if not self._constant:
                self._tally.sums["revenue"] = self._tally.sums.get("revenue", Decimal(0)) + amount
            yield (*key, *((self._constant or Attributions.cell(codes),) if attributed else ()), rounded(amount))


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


class Claims:
    """Gathers associations by (partner, tenant, association, scope, start)."""

    def __init__(self, scratch: Path) -> None:
        self._rows: Gather[Claimed] = Gather(max, scratch)

    def add(self, partner: str, tenant: str, association: str, scope: str, started_on: str, claim: str = "", month: str = "") -> None:
        """Note an association; `started_on` is ISO, empty where it is not known."""
        self._rows.add((partner, tenant, association, scope, started_on), ("",), (month, claim))

    def output(self) -> Output:
        """Give the table."""
        columns = ("partner_id", "tenant_id", "association", "scope", "started_on", "claim_id")
        return Output("associations", columns, self._listed())

    def _listed(self) -> Iterator[tuple[object, ...]]:
        for (*key, started_on), parts in self._rows.items():
            _, claim = parts[("",)]
            yield (*key, started_on or None, claim or None)
