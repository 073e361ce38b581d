"""From a pool's rules to columns of a scan: what an entity amounts to now and a year ago, and whether it counts.

Every function adds to a shared scan and returns a `PoolPlan` that names the columns; nothing runs here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import narwhals as nw

from attain.engine.bounds import Bounds, bounds, share_bound
from attain.engine.operators import amount, flag, inside, over, promoted, reaches_share, weigh, within
from attain.scoring.association_windows import count_from_association, exclude_already_deployed
from attain.scoring.conditions import MONEY_SCALE, Coding, Selection
from attain.scoring.scans import Scan

if TYPE_CHECKING:
    from collections.abc import Hashable

    from attain.rulebook.resolve import PoolRules
    from attain.scoring.windows import TableWindow


@dataclass(frozen=True)
class PoolPlan:
    """Where a pool's numbers stand: the scan, its verdict columns now and a year ago (None for a level), and columns that explain them."""

    rules: PoolRules
    track: str
    scan: str
    now: str
    then: str | None
    scale: int
    columns: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class Scans:
    """The scans of one plan by name, made when first asked for.

    With `any_association` they see unrecognized usage too: what would be there if an association recognized it.
    """

    coding: Coding
    windows: dict[str, TableWindow]
    any_association: bool = False
    by_name: dict[str, Scan] = field(default_factory=dict[str, Scan])

    def get(self, name: str, table: str, keys: tuple[str, ...], *, prefix: str = "", source: Scan | None = None) -> Scan:
        """Give the scan called `name`."""
        return self.by_name.setdefault(name, Scan(table, keys, prefix, source))

    def selection(self, rules: PoolRules) -> Selection:
        """Turn a pool's lists into row conditions on these facts."""
        return self.coding.selection(
            rules.pool.table,
            rules.recognized_by,
            services=rules.services,
            offers=rules.offers,
            workloads=rules.workloads,
            any_association=self.any_association,
        )


ENTITY_KEYS = {"tenant": ("tenant_id",), "tenant_workload": ("tenant_id", "workload"), "service": ("service",)}


def plan_amounts(scans: Scans, rules: PoolRules, track: str) -> PoolPlan:
    """Plan a pool judged on an amount per entity: ACR of a tenant or service, revenue or consumption value of a tenant's workload."""
    pool = rules.pool
    window = scans.windows[pool.table]
    scan_name = f"{pool.table}:{pool.entity}"
    scan = scans.get(scan_name, pool.table, ENTITY_KEYS[pool.entity])
    selection = scans.selection(rules)
    kept = scan.condition(selection, selection.expression())
    value, value_key = _measure(scans, rules)
    scale = 1 if pool.measure in {"active_users", "paid_licenses"} else MONEY_SCALE
    limits = None if rules.qualifies_if is None else bounds(rules.qualifies_if, scale)
    columns: dict[str, str] = {}

    def sum_over(first: int, last: int, role: str) -> nw.Expr:
        scan.months.update(range(first, last + 1))
        name = scan.total((selection, value_key, first, last), amount(value, kept & within(first, last)))
        columns[role] = name
        return nw.col(name)

    now_month, then_month = window.data_month, window.baseline_month
    if pool.window == "either_of_two_months":
        sides = {
            side: (sum_over(month, month, f"amount_{side}"), sum_over(month - 1, month - 1, f"earlier_{side}"))
            for side, month in (("now", now_month), ("then", then_month))
        }
        if limits is None:
            limits = Bounds()
        key: Hashable = (tuple(columns.values()), limits)
        now = scan.judge(("now", key), flag(inside(sides["now"][0], limits) | inside(sides["now"][1], limits)))
        then = scan.judge(("then", key), flag(inside(sides["then"][0], limits) | inside(sides["then"][1], limits)))
        columns |= {"counts_now": now, "counts_then": then}
        return _counted(scan, scan_name, rules, track, columns, scale)
    length = 12 if pool.window == "ttm" else 1
    amount_now = sum_over(now_month - length + 1, now_month, "amount_now")
    compares = pool.compare != "level"
    amount_then = sum_over(then_month - length + 1, then_month, "amount_then") if compares else None
    key = (tuple(columns.values()), limits)
    if limits is None:
        everything = scan.judge("everything", flag(nw.lit(True)))
        columns |= {"counts_now": everything, "counts_then": everything}
        return _counted(scan, scan_name, rules, track, columns, scale)
    inside_now = inside(amount_now, limits)
    inside_then = None if amount_then is None else inside(amount_then, limits)
    if limits.promoted and inside_then is not None:
        inside_now = promoted(inside_now, over(amount_now, limits), inside_then)
    columns["counts_now"] = scan.judge(("now", key), flag(inside_now))
    if inside_then is not None:
        columns["counts_then"] = scan.judge(("then", key), flag(inside_then))
    return _counted(scan, scan_name, rules, track, columns, scale)


def _measure(scans: Scans, rules: PoolRules) -> tuple[nw.Expr, Hashable]:
    measure = rules.pool.measure
    if measure == "acr":
        return nw.col("acr"), measure
    if measure == "revenue":
        return nw.col("revenue"), measure
    if measure == "consumption_value":
        weights = scans.coding.weights(rules.rates or {})
        return weigh(weights), weights
    return nw.col(measure), measure


def _counted(scan: Scan, scan_name: str, rules: PoolRules, track: str, columns: dict[str, str], scale: int) -> PoolPlan:
    """Name what counts per entity on each side: 1 for a count, the amount for a sum."""
    names: list[str | None] = []
    for side in ("now", "then"):
        counts = columns.get(f"counts_{side}")
        if counts is None:
            names.append(None)
        elif rules.pool.value == "count":
            names.append(scan.verdict(("count", counts), nw.col(counts)))
        else:
            measured = columns[f"amount_{side}"]
            names.append(scan.verdict(("sum", counts, measured), amount(nw.col(measured), nw.col(counts) == 1)))
    now, then = names
    if now is None:
        message = f"{rules.path} has no current side"
        raise ValueError(message)
    return PoolPlan(rules, track, scan_name, now, then, scale if rules.pool.value == "sum" else 1, columns)


def plan_tenants(scans: Scans, rules: PoolRules, track: str) -> PoolPlan:
    """Plan a pool of Microsoft 365 tenants, judged on the paid licenses of any kept workload and on the active share (I-4, I-5, I-8)."""
    pool = rules.pool
    window = scans.windows[pool.table]
    scan_name = "workload_usage:tenant"
    scan = scans.get(scan_name, pool.table, ENTITY_KEYS["tenant"])
    selection = scans.selection(rules)
    kept = scan.condition(selection, selection.expression())
    limits = None if rules.qualifies_if is None else bounds(rules.qualifies_if)
    share = None if rules.active_share is None else share_bound(rules.active_share)
    paid = nw.col("paid_licenses")
    columns: dict[str, str] = {}
    judged: dict[str, nw.Expr] = {}
    for side, month in (("now", window.data_month), ("then", window.baseline_month)):
        scan.months.add(month)
        here = kept & within(month, month)
        columns[f"paid_{side}"] = scan.total((selection, "paid", month), amount(paid, here))
        columns[f"amount_{side}"] = scan.total((selection, "active", month), amount(nw.col("active_users"), here))
        columns[f"largest_{side}"] = scan.largest((selection, "largest", month), amount(paid, here))
        if limits is None:
            columns[f"seen_{side}"] = scan.largest((selection, "seen", month), flag(here))
            judged[side] = nw.col(columns[f"seen_{side}"]) == 1
        else:
            columns[f"inside_{side}"] = scan.largest((selection, month, limits.low, limits.high), flag(here & inside(paid, limits)))
            judged[side] = nw.col(columns[f"inside_{side}"]) == 1
    if limits is not None and limits.promoted:
        # A tenant over the band in one workload and inside it in another counts by the latter, so the largest workload tells.
        judged["now"] = promoted(judged["now"], over(nw.col(columns["largest_now"]), limits), judged["then"])
    if share is not None:
        for side, condition in judged.items():
            reached = reaches_share(nw.col(columns[f"amount_{side}"]), nw.col(columns[f"paid_{side}"]), share)
            judged[side] = condition & reached
    if rules.already_deployed is not None:
        columns["excluded"] = exclude_already_deployed(scans, scan, selection, rules.already_deployed, window)
        judged["now"] = judged["now"] & (nw.col(columns["excluded"]).fill_null(0) == 0)
    for side, condition in judged.items():
        key = (side, selection, limits, share, window.data_month, columns.get("excluded"))
        columns[f"counts_{side}"] = scan.judge(key, flag(condition))
    return _counted(scan, scan_name, rules, track, columns, 1)


def plan_from_association(scans: Scans, rules: PoolRules, track: str) -> PoolPlan:
    """Plan a pool whose usage counts only from the association on (I-7): per tenant and workload, active users against their baseline."""
    scan_name = "workload_usage:from_association"
    scan = scans.get(scan_name, rules.pool.table, ENTITY_KEYS["tenant_workload"])
    columns = count_from_association(scans, scan, scans.selection(rules), rules, scans.windows[rules.pool.table])
    return _counted(scan, scan_name, rules, track, columns, 1)


def plan_pool(scans: Scans, rules: PoolRules, track: str) -> PoolPlan:
    """Plan a pool by its window, table and entity."""
    pool = rules.pool
    if pool.window == "from_association":
        return plan_from_association(scans, rules, track)
    if pool.table == "workload_usage" and pool.entity == "tenant":
        return plan_tenants(scans, rules, track)
    return plan_amounts(scans, rules, track)
