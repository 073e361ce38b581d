"""The rows behind one pool in the order in which they are shown, put in words a few at a time.

Who has very many customers must not wait for the words on the last before the first is shown: what orders the rows are whole numbers, and
these are compared for all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

import polars as pl

from attain.explaining.result import ExplainedRow
from attain.explaining.verdicts import scale_of

if TYPE_CHECKING:
    from attain.explaining.entities import Entities, Key
    from attain.explaining.verdicts import Verdict
    from attain.scoring.pools import PoolPlan

AT_ONCE = 512
"""How many rows are put in words at a time."""
_HERE, _SEEN = "here ", "seen "
"""How columns begin: as the score sees usage, and as if every association were recognized."""
_BEFORE = "before"


@dataclass(frozen=True)
class Order:
    """By what rows are ordered: a column that pages sort by, or (empty) what moved most first.

    Rows that are equal in a column stand as they would without it.
    """

    by: str = ""
    descending: bool = False


FIRST_MOVED = Order()


class Parts(Protocol):
    """The whole numbers behind rows in their order, some at a time."""

    def __len__(self) -> int:
        """Count the rows."""
        ...

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Give `AT_ONCE` rows at a time."""
        ...


@dataclass(frozen=True)
class InMemory:
    """All of them in memory."""

    frame: pl.DataFrame

    def __len__(self) -> int:
        """Count the rows."""
        return self.frame.height

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Give `AT_ONCE` rows at a time."""
        return self.frame.iter_slices(AT_ONCE)


@dataclass(frozen=True)
class PoolRows:
    """The rows of a pool, or of some of its customers, in an order.

    `labels` are their pool and option, `then_total` is what growth is a share of: the sum over all of the pool.
    """

    entities: Entities
    pool: PoolPlan
    labels: tuple[str, str]
    keys: tuple[str, ...]
    parts: Parts
    then_total: Fraction | None

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.parts)

    def __iter__(self) -> Iterator[ExplainedRow]:
        """Give the rows in order, each put in words when it is asked for or shortly before."""
        for part in self.parts:
            keys = list(part.select(self.keys).iter_rows())
            tenants = [key[0] if self._has_tenants else "" for key in keys]
            names = self.entities.customer_names.of(tenants)
            numbers = zip(keys, tenants, _records(part, _HERE), _records(part, _SEEN), strict=True)
            for key, tenant, here, seen in numbers:
                yield self._row(key, self.entities.verdict(self.pool, here, seen), tenant, names.get(tenant, ""))

    @property
    def _has_tenants(self) -> bool:
        return has_tenants(self.pool)

    def _row(self, key: Key, verdict: Verdict, tenant: str, name: str) -> ExplainedRow:
        now, then = verdict.now, verdict.then
        rules = self.pool.rules.pool
        before, after = (then.judged, now.judged) if rules.value == "count" else (then.amount, now.amount)
        has_then = rules.compare != "level"
        change = verdict.change
        return ExplainedRow(
            pool=self.labels[0],
            option=self.labels[1],
            entity=self.entities.entity_name(self.pool, key),
            tenant_id=tenant,
            name=name,
            before=before if has_then else None,
            after=after,
            counted_before=then.counts if has_then else None,
            counted_after=now.counts,
            change=change,
            points=self._points(change),
            reason=verdict.reason(),
            near_miss=verdict.near_miss,
            unrecognized=verdict.unrecognized,
        )

    def _points(self, change: Fraction) -> Fraction | None:
        rules = self.pool.rules
        if self.then_total is None:
            return change * rules.max_points / rules.full_marks
        return change * 100 / self.then_total * rules.max_points / rules.full_marks if self.then_total > 0 else None


def has_tenants(pool: PoolPlan) -> bool:
    """Say whether customers are the entities of a pool, or their workloads."""
    return pool.rules.pool.entity != "service"


def pool_rows(
    entities: Entities, pool: PoolPlan, labels: tuple[str, str], order: Order = FIRST_MOVED, then_total: Fraction | None = None
) -> PoolRows:
    """Find the rows of a pool and put them in order: by how much they moved, then by what there is now, then by name; or by another one.

    `then_total` is given where the entities are those of some customers only.
    """
    rules = pool.rules.pool
    here, seen = entities.planned(pool, seen=False), entities.planned(pool, seen=True)
    keys = entities.key_columns(here)
    found, everything = (
        entities.frame((is_seen, plan.scan)).select(*keys.values(), *_columns(plan, prefix))
        for is_seen, plan, prefix in ((False, here, _HERE), (True, seen, _SEEN))
    )
    both = found.join(everything, on=list(keys), how="full", coalesce=True, nulls_equal=True)
    now, then, *all_seen = (_Numbers.of(plan, prefix, side) for plan, prefix in ((here, _HERE), (seen, _SEEN)) for side in ("now", "then"))
    after, before = (now.judged, then.judged) if rules.value == "count" else (now.amount, then.amount)
    change = now.added(rules.value) - then.added(rules.value) if rules.compare != "level" else now.added(rules.value)
    found = (
        both.with_columns(before.alias(_BEFORE))
        .filter(pl.any_horizontal(*(one.anything for one in (now, then, *all_seen))))
        .with_columns(
            change.alias("change"),
            change.abs().alias("moved"),
            after.alias("after"),
            _called(entities, pool, both, list(keys)[-1]).alias("named"),
        )
    )
    total = None
    if rules.compare == "percent":
        total = then_total if then_total is not None else Fraction(int(found[_BEFORE].sum()), scale_of(here, "then"))
    ordered = _in_order(entities, pool, found, list(keys), order, total).drop(_BEFORE, "change", "moved", "after", "named")
    return PoolRows(entities, pool, labels, tuple(keys), InMemory(ordered), total)


def _in_order(
    entities: Entities, pool: PoolPlan, found: pl.DataFrame, keys: list[str], order: Order, total: Fraction | None
) -> pl.DataFrame:
    """Sort whole numbers as their rows are: a pool's points go with its change, and what is empty in all of its rows orders none."""
    names, falling = ["moved", "after", "named", *keys], [True, True, False, *(False for _ in keys)]
    if not order.by:
        return found.sort(names, descending=[one != order.descending for one in falling])
    if order.by == "name":
        found = found.with_columns(_folded(entities, pool, found, keys[0]))
        by = ["folded", "named"]
    elif (order.by == "before" and pool.rules.pool.compare == "level") or (order.by == "points" and total is not None and total <= 0):
        by = list[str]()
    else:
        by = ["change" if order.by == "points" else order.by]
    return found.sort(*by, *names, descending=[*(order.descending for _ in by), *falling]).drop("folded", strict=False)


def _folded(entities: Entities, pool: PoolPlan, found: pl.DataFrame, tenant: str) -> pl.Series:
    """Fold what rows are called by: the customer's name, else the entity."""
    called = found["named"].to_list()
    if has_tenants(pool):
        tenants = found[tenant].to_list()
        names = entities.customer_names.of(tenants)
        called = [names.get(one) or entity for one, entity in zip(tenants, called, strict=True)]
    return pl.Series("folded", [one.casefold() for one in called], dtype=pl.String)


@dataclass(frozen=True)
class _Numbers:
    """What `attain.explaining.verdicts.Side` holds, of one side of every entity at once, as whole numbers."""

    counts: pl.Expr
    amount: pl.Expr
    judged: pl.Expr
    paid: pl.Expr
    active: pl.Expr

    @classmethod
    def of(cls, plan: PoolPlan, prefix: str, name: str) -> _Numbers:
        """Name the columns of one side, as `side` reads them of one row."""

        def read(role: str) -> pl.Expr:
            column = plan.columns.get(f"{role}_{name}")
            return pl.lit(0, pl.Int64) if column is None else pl.col(f"{prefix}{column}").fill_null(0).cast(pl.Int64)

        amount = judged = read("amount")
        if plan.rules.pool.window == "either_of_two_months":
            amount = judged = pl.max_horizontal(amount, read("earlier"))
        elif f"largest_{name}" in plan.columns:
            judged = read("largest")
        return cls(read("counts") == 1, amount, judged, read("paid"), read("amount"))

    @property
    def anything(self) -> pl.Expr:
        """Say whether there is anything at all."""
        return pl.any_horizontal(*(one != 0 for one in (self.judged, self.amount, self.paid, self.active)))

    def added(self, value: str) -> pl.Expr:
        """Give what an entity adds: 1 or its amount, where it counts."""
        return pl.when(self.counts).then(pl.lit(1, pl.Int64) if value == "count" else self.amount).otherwise(0)


def _called(entities: Entities, pool: PoolPlan, rows: pl.DataFrame, last: str) -> pl.Expr:
    """Call every entity as its row does."""
    if pool.rules.pool.entity == "tenant":
        return pl.col(last)
    codes = rows[last].unique().to_list()
    return pl.col(last).replace_strict(codes, [entities.entity_name(pool, (code,)) for code in codes], return_dtype=pl.String)


def _columns(plan: PoolPlan, prefix: str) -> Iterator[pl.Expr]:
    """Take the columns of one pool, under names of their own."""
    return (pl.col(column).alias(f"{prefix}{column}") for column in dict.fromkeys(plan.columns.values()))


def _records(part: pl.DataFrame, prefix: str) -> Iterator[dict[str, int | None]]:
    """Give the columns that begin so, row by row under the names that a plan knows."""
    columns = [column for column in part.columns if column.startswith(prefix)]
    names = [column.removeprefix(prefix) for column in columns]
    return (dict(zip(names, values, strict=True)) for values in part.select(columns).iter_rows())
