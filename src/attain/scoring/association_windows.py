"""Two facts about when an association began: growth counts only from it (I-7), and a deployment that it found ready does not count (I-8).

Both look at every month from the baseline to the data month, so rows are gathered per tenant and month first, once for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from attain.engine.bounds import bounds, share_bound
from attain.engine.operators import PACK, amount, flag, inside, over, pack, promoted, reaches_share, unpack_month, unpack_value, within
from attain.scoring.scans import Join

if TYPE_CHECKING:
    from attain.rulebook.model import Range
    from attain.rulebook.resolve import PoolRules
    from attain.scoring.conditions import Selection
    from attain.scoring.pools import Scans
    from attain.scoring.scans import Scan
    from attain.scoring.windows import TableWindow

TENANT = "tenant_id"


def _monthly(scans: Scans, table: str, window: TableWindow) -> Scan:
    """Give the scan per tenant and month."""
    scan = scans.get(f"{table}:tenant_month", table, (TENANT, "month"), prefix="m_")
    scan.months.update(range(window.baseline_month, window.data_month + 1))
    return scan


def _over_months(scans: Scans, table: str, window: TableWindow) -> Scan:
    """Give the scan that looks over the months of each tenant."""
    return scans.get(f"{table}:tenant_months", table, (TENANT,), prefix="o_", source=_monthly(scans, table, window))


def exclude_already_deployed(scans: Scans, scan: Scan, selection: Selection, limit: Range, window: TableWindow) -> str:
    """Join to `scan` a column that is 1 for tenants first associated after P whose active share in that month exceeded the limit (I-8).

    Tenants that were associated in P already, or never, have 0 or null.
    """
    share = share_bound(limit)
    now, then = window.data_month, window.baseline_month
    monthly, over_months = _monthly(scans, scan.table, window), _over_months(scans, scan.table, window)
    kept = monthly.condition(selection, selection.expression())
    seen = monthly.largest((selection, "seen"), flag(kept))
    paid = monthly.total((selection, "paid"), amount(nw.col("paid_licenses"), kept))
    active = monthly.total((selection, "active"), amount(nw.col("active_users"), kept))
    reached = flag(reaches_share(nw.col(active), nw.col(paid), share))
    key = (selection, share, then, now)
    first = over_months.least(key, pack(reached, (nw.col(seen) == 1) & within(then, now)))
    late = (unpack_month(nw.col(first)) > then) & (unpack_value(nw.col(first)) == 1)
    excluded = over_months.judge(key, flag(late))
    return scan.entity_joins.setdefault("months", Join((TENANT,), scan=over_months)).bring(excluded)


def count_from_association(scans: Scans, scan: Scan, selection: Selection, rules: PoolRules, window: TableWindow) -> dict[str, str]:
    """Add to `scan` (per tenant and workload) the active users now and the baseline of I-7, and give the columns' names.

    Now counts where in M the row carries the option's association and the tenant is in the band (with promotion). The baseline is the
    active users in the earliest month from P on in which both held (before M without promotion).
    A row that qualified in P and not in M is lost.
    """
    limits = None if rules.qualifies_if is None else bounds(rules.qualifies_if)
    if limits is None:
        message = f"{rules.path}: counting from the association on needs a band"
        raise ValueError(message)
    now, then = window.data_month, window.baseline_month
    paid, active = nw.col("paid_licenses"), nw.col("active_users")
    scan.months.update(range(then, now + 1))
    bands = _monthly(scans, scan.table, window)
    kept = scan.condition(selection, selection.expression())
    kept_there = bands.condition(selection, selection.expression())
    in_band = bands.largest((selection, "in", limits.low, limits.high), flag(kept_there & inside(paid, limits)))
    over_band = bands.largest((selection, "over", limits.high), flag(kept_there & over(paid, limits)))
    of_month = scan.row_joins.setdefault("month", Join((TENANT, "month"), scan=bands))
    is_inside, is_over = nw.col(of_month.bring(in_band)) == 1, nw.col(of_month.bring(over_band)) == 1
    key = (selection, limits, then, now)
    here = kept & within(now, now)
    columns = {
        "active_now": scan.total((key, "active"), amount(active, here)),
        "inside_now": scan.largest((key, "inside"), flag(here & is_inside)),
        "over_now": scan.largest((key, "over"), flag(here & is_over)),
        "first": scan.least((key, "first"), pack(active, kept & is_inside & within(then, now))),
    }
    judged_now = nw.col(columns["inside_now"]) == 1
    if limits.promoted:
        over_months = _over_months(scans, scan.table, window)
        was_inside = over_months.largest((in_band, then), flag((nw.col(in_band) == 1) & within(then, then)))
        was_inside = scan.entity_joins.setdefault("months", Join((TENANT,), scan=over_months)).bring(was_inside)
        judged_now = promoted(judged_now, nw.col(columns["over_now"]) == 1, nw.col(was_inside).fill_null(0) == 1)
    never = PACK * (now + 1)
    first = nw.col(columns["first"]).fill_null(never)
    counts_now = scan.judge((key, "now"), flag(judged_now))
    # A tenant promoted in M and in the band in no earlier month of this row begins in M: no growth.
    began = nw.when(first == never).then(nw.col(columns["active_now"])).otherwise(unpack_value(first))
    baseline = scan.judge((key, "baseline"), began.cast(nw.Int64))
    in_baseline_month = unpack_month(first) == then
    counts_then = scan.judge((key, "then"), flag(judged_now | in_baseline_month))
    return columns | {"amount_now": columns["active_now"], "amount_then": baseline, "counts_now": counts_now, "counts_then": counts_then}
