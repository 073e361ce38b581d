"""One pass over a table for many pools: measures that pools share are computed once.

A scan keeps rows, gathers them per entity (a tenant, a tenant and workload, a service), judges each entity, and adds up per partner.
Stopped before the last stage it gives the rows behind a number. A scan may read the entities of another one instead of rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import narwhals as nw

from attain.engine.operators import per

if TYPE_CHECKING:
    from collections.abc import Hashable

    from attain.engine.rows import Rows

PARTNER = "partner_id"


def value_name(scan: str, column: str) -> str:
    """Name a scan's verdict column among the values of a partner."""
    return f"{scan}|{column}"


@dataclass
class Stage:
    """Named expressions of one stage, each computed once however many pools ask for it."""

    prefix: str
    names: dict[Hashable, str] = field(default_factory=dict["Hashable", str])
    columns: dict[str, nw.Expr] = field(default_factory=dict[str, nw.Expr])

    def add(self, key: Hashable, expression: nw.Expr) -> str:
        """Give the column name for `key`, adding `expression` under a new name the first time."""
        name = self.names.get(key)
        if name is None:
            name = f"{self.prefix}{len(self.names)}"
            self.names[key] = name
            self.columns[name] = expression
        return name


@dataclass(frozen=True)
class Join:
    """A `frame`, or `columns` of the entities of a `scan`, to be joined on `keys`, and on the partner unless `per_partner` is false."""

    keys: tuple[str, ...]
    frame: Rows | None = None
    scan: Scan | None = None
    columns: dict[str, None] = field(default_factory=dict[str, None])
    per_partner: bool = True

    def bring(self, column: str) -> str:
        """Ask for a column of the scan; gives its name."""
        self.columns[column] = None
        return column

    def onto(self, frame: Rows, gathered: Gathered) -> Rows:
        """Join it to the left `frame`."""
        keys = [PARTNER, *self.keys] if self.per_partner else list(self.keys)
        other = self.frame if self.scan is None else gathered.entities(self.scan).select(*keys, *self.columns)
        return frame if other is None else frame.join(other, on=keys, how="left")


@dataclass
class Gathered:
    """The entities of scans over the same `rows` of a table, each put together once, so that an engine sees what scans share.

    Rows that no condition keeps would add 0, and are left out unless `everything` is asked for.
    """

    rows: Rows
    everything: bool = False
    found: dict[int, Rows] = field(default_factory=dict[int, "Rows"])

    def entities(self, scan: Scan) -> Rows:
        """Give the entities of a scan."""
        if id(scan) not in self.found:
            self.found[id(scan)] = scan.gather(self)
        return self.found[id(scan)]


@dataclass
class Scan:
    """A table read once: `months` bound the rows; `keys` make the entity; verdicts are summed per partner.

    `row_joins` bring columns to the rows, `entity_joins` to the gathered entities. With `source` the rows are the entities of that scan.
    """

    table: str
    keys: tuple[str, ...]
    prefix: str = ""
    source: Scan | None = None
    months: set[int] = field(default_factory=set[int])
    row_joins: dict[str, Join] = field(default_factory=dict[str, Join])
    entity_joins: dict[str, Join] = field(default_factory=dict[str, Join])

    def __post_init__(self) -> None:
        """Make the stages, in the order in which they run."""
        self.conditions = Stage(f"{self.prefix}c")
        self.sums = Stage(f"{self.prefix}s")
        self.maxima = Stage(f"{self.prefix}m")
        self.minima = Stage(f"{self.prefix}n")
        self.judged = Stage(f"{self.prefix}j")
        self.verdicts = Stage(f"{self.prefix}v")

    def condition(self, key: Hashable, expression: nw.Expr) -> nw.Expr:
        """Name a row condition; the same key gives the same column."""
        return nw.col(self.conditions.add(key, expression))

    def total(self, key: Hashable, expression: nw.Expr) -> str:
        """Name a measure summed per entity."""
        return self.sums.add(key, expression)

    def largest(self, key: Hashable, expression: nw.Expr) -> str:
        """Name a measure of which an entity keeps the largest value."""
        return self.maxima.add(key, expression)

    def least(self, key: Hashable, expression: nw.Expr) -> str:
        """Name a measure of which an entity keeps the least value (null where none)."""
        return self.minima.add(key, expression)

    def judge(self, key: Hashable, expression: nw.Expr) -> str:
        """Name a column judged entity by entity from its measures (1 or 0)."""
        return self.judged.add(key, expression)

    def verdict(self, key: Hashable, expression: nw.Expr) -> str:
        """Name a column computed from judged columns, and summed per partner: what counts."""
        return self.verdicts.add(key, expression)

    def gather(self, gathered: Gathered) -> Rows:
        """Gather rows per partner and entity, with every measure, judgment and verdict."""
        kept = self._within_months(gathered.rows) if self.source is None else gathered.entities(self.source)
        if self.conditions.columns:
            kept = kept.with_columns(**self.conditions.columns)
            if not gathered.everything:
                kept = kept.filter(nw.any_horizontal(*self.conditions.columns, ignore_nulls=False))
        for join in self.row_joins.values():
            kept = join.onto(kept, gathered)
        measures = {**self.sums.columns, **self.maxima.columns, **self.minima.columns}
        kept = kept.select(PARTNER, *self.keys, **measures)
        frame = per(kept, (PARTNER, *self.keys), self.sums.columns, self.maxima.columns, self.minima.columns)
        for join in self.entity_joins.values():
            frame = join.onto(frame, gathered)
        if self.judged.columns:
            frame = frame.with_columns(**self.judged.columns)
        return frame.with_columns(**self.verdicts.columns) if self.verdicts.columns else frame

    def _within_months(self, rows: Rows) -> Rows:
        months = sorted(self.months)
        month = nw.col("month")
        contiguous = months[-1] - months[0] + 1 == len(months)
        return rows.filter((month >= months[0]) & (month <= months[-1]) if contiguous else month.is_in(months))

    def entities(self, rows: Rows) -> Rows:
        """Gather `rows`, already restricted to the partners asked for, and leave out none: the rows behind a number."""
        return Gathered(rows, everything=True).entities(self)

    def partners(self, gathered: Gathered) -> Rows:
        """Add up what counts, one row a partner."""
        return per(gathered.entities(self), (PARTNER,), self.verdicts.columns)
