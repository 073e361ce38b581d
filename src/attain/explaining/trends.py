"""What the usage behind the scores does month by month: customers kept, won and lost, Azure consumed revenue, active users."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

import narwhals as nw

from attain.engine.backends import PolarsBackend
from attain.facts.schema import BASES
from attain.scoring.assign import AZURE
from attain.scoring.plan import make_plan
from attain.scoring.run import DEFAULTS, resolve_accounts
from attain.scoring.scans import PARTNER
from attain.scoring.windows import YEAR, month_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from attain.engine.backends import Backend
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.conditions import Selection
    from attain.scoring.options import Chosen
    from attain.scoring.plan import Plan

SEATS = "workload_usage"
MONEY_PLACES = 4
MEASURES = {AZURE: "acr", SEATS: "active_users"}
"""The usage tables that are followed, and what is added up of each."""


@dataclass(frozen=True)
class TrendMonth:
    """One month (`2026-10`) of one table.

    `customers` have usage in it. Held against the same month a year before, `existing` had some then as well, `added` had none, and `lost`
    had some then and have none now; None where that month is not in the facts. `amount` is US dollars of Azure, or active users.
    """

    month: str
    customers: int
    existing: int | None
    added: int | None
    lost: int | None
    amount: Decimal


@dataclass(frozen=True)
class Trend:
    """The months of one table, oldest first, without those that the facts do not cover."""

    table: str
    months: tuple[TrendMonth, ...]


@dataclass(frozen=True)
class Trends:
    """The usage of one partner that some designations recognize on the tracks that count."""

    partner_id: str
    designations: tuple[str, ...]
    of: dict[str, Trend] = field(default_factory=dict[str, Trend])


def trends(
    book: Book,
    facts: Facts,
    as_of: dt.date,
    *,
    partner: str,
    tracks: Mapping[str, str],
    designations: Sequence[str] | None = None,
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> Trends:
    """Follow the usage that any pool of `designations` (all unless named) keeps and recognizes, up to the data month of `as_of`.

    Whether a customer's usage is enough to count is not asked. `tracks` is the track that counts of each designation. Raises AttainError
    for an unknown partner or designation.
    """
    engine: Backend = backend or PolarsBackend()
    account = resolve_accounts(facts, [partner])[0]
    plan = make_plan(book, facts, as_of, designations=designations, options=options)
    found: dict[str, Trend] = {}
    for table, selections in _selections(plan, tracks).items():
        if table in facts.tables and selections:
            found[table] = _trend(plan, facts, engine, table, account, selections)
    return Trends(account, tuple(planned.rules.designation.id for planned in plan.designations), found)


def _selections(plan: Plan, tracks: Mapping[str, str]) -> dict[str, set[Selection]]:
    found: dict[str, set[Selection]] = {table: set() for table in MEASURES}
    for planned in plan.designations:
        for metric in planned.metrics.get(tracks.get(planned.rules.designation.id, ""), ()):
            for pool in metric.pools:
                if pool.rules.pool.table in found:
                    found[pool.rules.pool.table].add(plan.scans.selection(pool.rules))
    return found


def _trend(plan: Plan, facts: Facts, engine: Backend, table: str, account: str, selections: set[Selection]) -> Trend:
    window = plan.windows[table]
    measure = MEASURES[table]
    rows = engine.scan(facts.files(table)).filter(nw.col(PARTNER) == account, nw.col("month") <= window.data_month)
    if table == AZURE:
        rows = rows.filter(nw.col("basis") == BASES.index(plan.basis))
    kept = nw.any_horizontal(*(selection.filter() for selection in selections), ignore_nulls=True)
    by_tenant = rows.filter(kept).group_by("month", "tenant_id").agg(nw.col(measure).sum())
    tenants: dict[int, set[str]] = {}
    amounts: dict[int, int] = {}
    for month, tenant, amount in engine.collect(by_tenant).select("month", "tenant_id", measure).iter_rows():
        if amount:
            tenants.setdefault(month, set()).add(tenant)
        amounts[month] = amounts.get(month, 0) + int(amount or 0)
    places = MONEY_PLACES if table == AZURE else 0
    months = [_month(month, tenants, amounts, window.covered, places) for month in sorted(window.covered)]
    return Trend(table, tuple(months))


def _month(month: int, tenants: Mapping[int, set[str]], amounts: Mapping[int, int], covered: frozenset[int], places: int) -> TrendMonth:
    now = tenants.get(month, set[str]())
    amount = Decimal(amounts.get(month, 0)).scaleb(-places)
    if month - YEAR not in covered:
        return TrendMonth(month_text(month), len(now), None, None, None, amount)
    then = tenants.get(month - YEAR, set[str]())
    return TrendMonth(month_text(month), len(now), len(now & then), len(now - then), len(then - now), amount)
