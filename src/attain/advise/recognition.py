"""Usage of one partner product by product: the associations on it, and which designations do not recognize it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from attain.advise.applying import AMOUNTS, NAME_OF
from attain.advise.partner_facts import ASSOCIATIONS, AZURE, SEATS, USAGE, of_basis
from attain.facts.schema import ASSOCIATIONS as CODES
from attain.scoring.conditions import MONEY_SCALE
from attain.scoring.windows import YEAR, first_day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from attain.advise.hypothesis import Hypotheses
    from attain.advise.partner_facts import PartnerFacts
    from attain.rulebook.load import Book
    from attain.rulebook.resolve import PoolRules
    from attain.scoring.conditions import Selection
    from attain.scoring.plan import MetricPlan, Plan

ZERO = Fraction(0)


@dataclass(frozen=True)
class Looked:
    """One partner on one day, as far as recognition needs it: `metrics` are those that are looked at, by designation."""

    book: Book
    on: dt.date
    today: PartnerFacts
    plan: Plan
    metrics: Mapping[str, Sequence[MetricPlan]]
    customer_names: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Lack:
    """Usage that no eligible association recognizes for a metric: how much, and which would do. `pool` is empty where options count."""

    designation: str
    metric: str
    pool: str
    eligible: tuple[str, ...]
    amount: Fraction


@dataclass(frozen=True)
class Product:
    """One customer's use of one service or workload.

    Attributes:
        table: azure_usage, workload_usage or workload_revenue.
        product: the catalog code, or an unknown name as spelled; `name` is how the catalog calls it.
        associations: those on the usage of the data month (of Azure: of the last month with usage in the last twelve).
        recorded: those that the associations table has for it on the day, beside what the usage carries.
        amount: ACR of twelve months, active users or revenue of the data month.
        seats: paid licenses of the data month; 0 where there are none.
        lacks: pools (or metrics with options) on the tracks that count for which some of it is not recognized.
    """

    tenant_id: str
    customer: str
    table: str
    product: str
    name: str
    associations: tuple[str, ...]
    recorded: tuple[str, ...]
    amount: Fraction
    seats: Fraction
    lacks: tuple[Lack, ...] = field(default=())


def products(hypotheses: Hypotheses, *, every_track: bool = False) -> list[Product]:
    """List what the partner's customers use, with the associations on it and what is not recognized, by customer and product.

    What is not recognized is told for the tracks that count, or for every track.
    """
    metrics = {
        name: [metric for track in (list(score.points) if every_track else [score.selected]) for metric in score.metrics(track)]
        for name, score in hypotheses.current.of.items()
    }
    looked = Looked(hypotheses.book, hypotheses.on, hypotheses.today, hypotheses.plan, metrics, hypotheses.customer_names)
    return sorted(products_of(looked), key=lambda one: (one.customer or one.tenant_id, one.tenant_id, one.table, one.name))


def products_of(looked: Looked) -> list[Product]:
    """List what a partner's customers use, as `products`, table by table."""
    return [product for table in USAGE if table in looked.plan.windows for product in _of_table(looked, table)]


def _of_table(looked: Looked, table: str) -> Iterator[Product]:
    held, plan = looked.today, looked.plan
    last = plan.windows[table].data_month
    first = last - YEAR + 1 if table == AZURE else last
    frame = held.frames[table]
    rows = (of_basis(frame, plan.basis) if table == AZURE else frame).filter(pl.col("month").is_between(first, last))
    kind = NAME_OF[table]
    keys = [kind, "offer"] if table == AZURE else [kind]
    sums = [pl.col(name).sum() for name in AMOUNTS[table]]
    summed = rows.group_by("tenant_id", *keys, "associations").agg(*sums, pl.col("month").max())
    pools = list(_pools(looked, table))
    catalog = looked.book.catalog
    names = catalog.services if table == AZURE else catalog.workloads
    customers = looked.customer_names
    recorded = _recorded(looked)
    for (tenant, code), parts in sorted(summed.partition_by("tenant_id", kind, as_dict=True).items()):
        product = held.names[kind][int(code)]
        latest = parts.filter(pl.col("month") == pl.col("month").max())
        made = parts.to_dicts()
        lacks = tuple(lack for pool in pools if (lack := _lack(pool, made, table)) is not None)
        yield Product(
            tenant_id=str(tenant),
            customer=customers.get(str(tenant), ""),
            table=table,
            product=product,
            name=names.name(product),
            associations=codes_of(_union(latest["associations"].to_list())),
            recorded=tuple(sorted(recorded.get((str(tenant), ""), set()) | recorded.get((str(tenant), names.fold(product)), set()))),
            amount=sum((_amount(row, table) for row in made), ZERO),
            seats=Fraction(sum(int(row["paid_licenses"] or 0) for row in made)) if table == SEATS else ZERO,
            lacks=lacks,
        )


@dataclass(frozen=True)
class _Counted:
    """What recognizes usage for one metric: a pool, or options of which one is enough."""

    designation: str
    metric: str
    pool: str
    options: tuple[tuple[PoolRules, Selection], ...]


def _pools(looked: Looked, table: str) -> Iterator[_Counted]:
    for name, metrics in looked.metrics.items():
        for metric in metrics:
            pools = [(pool.rules, looked.plan.scans.selection(pool.rules)) for pool in metric.pools if pool.rules.pool.table == table]
            if metric.rules.metric.combine == "best" and pools:
                yield _Counted(name, metric.rules.id, "", tuple(pools))
            else:
                yield from (_Counted(name, metric.rules.id, rules.pool.id, ((rules, selection),)) for rules, selection in pools)


def _lack(counted: _Counted, rows: list[dict[str, int]], table: str) -> Lack | None:
    """Find how much of a product a metric keeps and does not recognize, under any of its options."""
    amount = ZERO
    eligible: dict[str, None] = {}
    for row in rows:
        found = [group for rules, selection in counted.options for group in _groups(rules, selection, row)]
        if found and not any(row["associations"] in masks for _, masks in found):
            amount += _amount(row, table) if table != SEATS else Fraction(max(row["paid_licenses"] or 0, row["active_users"] or 0))
            eligible |= dict.fromkeys(code for codes, _ in found for code in codes)
    return Lack(counted.designation, counted.metric, counted.pool, tuple(eligible), amount) if amount > 0 else None


def _groups(rules: PoolRules, selection: Selection, row: dict[str, int]) -> Iterator[tuple[tuple[str, ...], tuple[int, ...]]]:
    """Give the associations that a pool takes for a row, and the masks with one of them; nothing where it does not keep the row."""
    if all((row[column] in codes) != all_but for column, codes, all_but in selection.kept):
        for group, (codes, masks) in zip(rules.recognized_by, selection.groups, strict=True):
            if codes is None or row["workload"] in codes:
                yield group.associations, masks


def _amount(row: dict[str, int], table: str) -> Fraction:
    if table == SEATS:
        return Fraction(row["active_users"] or 0)
    return Fraction(row[AMOUNTS[table][0]] or 0, MONEY_SCALE)


def codes_of(mask: int) -> tuple[str, ...]:
    """Give the associations of a bit mask, in the order of the contract."""
    return tuple(code for bit, code in enumerate(CODES) if mask >> bit & 1)


def _union(masks: list[int]) -> int:
    united = 0
    for mask in masks:
        united |= mask
    return united


def _recorded(looked: Looked) -> dict[tuple[str, str], set[str]]:
    """Give the associations on record on the day, by tenant and folded scope (empty: all)."""
    frame = looked.today.frames.get(ASSOCIATIONS)
    found: dict[tuple[str, str], set[str]] = {}
    if frame is None:
        return found
    on, fold = looked.on, looked.book.catalog.workloads.fold
    for tenant, code, scope, started, ended in frame.select("tenant_id", "association", "scope", "started_on", "ended_on").iter_rows():
        if (started is None or started <= on) and (ended is None or ended >= on):
            found.setdefault((tenant, fold(scope or "")), set()).add(code)
    return found


def shows_on(hypotheses: Hypotheses) -> str:
    """Give the first day on which usage of the present month counts: the refresh of the next one, as an ISO date."""
    rules = hypotheses.plan.programme
    day = hypotheses.options.refresh_day or rules.refresh_day
    month = hypotheses.on.year * YEAR + hypotheses.on.month
    start = first_day(month)
    last = (first_day(month + 1) - start).days
    return start.replace(day=min(day, last)).isoformat()
