"""Two facts about when an association began: growth counts only from it (I-7), and a deployment that it found ready does not count (I-8).

Both look at every month from the baseline to the data month, so they gather rows per tenant and month first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from attain.engine.bounds import bounds, share_bound
from attain.engine.operators import PACK, amount, flag, inside, over, pack, per, promoted, reaches_share, unpack_month, unpack_value, within
from attain.scoring.scans import PARTNER, Join, Scan

if TYPE_CHECKING:
    from attain.engine.rows import Rows
    from attain.rulebook.model import Range
    from attain.rulebook.resolve import PoolRules
    from attain.scoring.conditions import Selection
    from attain.scoring.windows import TableWindow

TENANT = "tenant_id"


def exclude_already_deployed(scan: Scan, selection: Selection, limit: Range, window: TableWindow) -> str:
    """Add to `scan` a column that is 1 for tenants first associated after P whose active share in that month exceeded the limit (I-8).

    Tenants that were associated in P already, or never, have 0 or null.
    """
    share = share_bound(limit)
    key = ("already_deployed", selection, share)
    name = f"excluded{len(scan.nested)}" if key not in scan.nested else scan.nested[key].prefix
    if key in scan.nested:
        return name
    monthly = Scan(scan.table, (TENANT, "month"), prefix=name, months=set(range(window.baseline_month, window.data_month + 1)))
    kept = monthly.condition(selection, selection.expression())
    seen = monthly.largest((selection, "seen"), flag(kept))
    paid = monthly.total((selection, "paid"), amount(nw.col("paid_licenses"), kept))
    active = monthly.total((selection, "active"), amount(nw.col("active_users"), kept))

    def excluded(rows: Rows) -> Rows:
        reached = flag(reaches_share(nw.col(active), nw.col(paid), share))
        months = monthly.entities(rows).select(PARTNER, TENANT, **{name: pack(reached, nw.col(seen) == 1)})
        packed = nw.col(name)
        late = (unpack_month(packed) > window.baseline_month) & (unpack_value(packed) == 1)
        return per(months, (PARTNER, TENANT), minima=[name]).with_columns(flag(late).alias(name))

    scan.nested[key] = monthly
    scan.entity_joins[name] = Join((TENANT,), excluded)
    return name


def _bands(scan: Scan, window: TableWindow) -> Scan:
    """Give the scan per tenant and month that tells which tenants are in a band; joined to the rows of `scan`."""
    bands = scan.nested.get("bands")
    if bands is None:
        bands = Scan(scan.table, (TENANT, "month"), prefix="band", months=set(range(window.baseline_month, window.data_month + 1)))
        scan.nested["bands"] = bands
        scan.row_joins["bands"] = Join((TENANT, "month"), bands.entities)
    return bands


def _in_baseline_month(scan: Scan, bands: Scan, column: str, month: int) -> str:
    """Join to the entities of `scan` whether their tenant was in the band in `month`, and give that column's name."""
    name = f"{column}_then"

    def baseline(rows: Rows) -> Rows:
        return bands.entities(rows).filter(nw.col("month") == month).select(PARTNER, TENANT, **{name: nw.col(column)})

    scan.entity_joins[name] = Join((TENANT,), baseline)
    return name


def count_from_association(scan: Scan, selection: Selection, rules: PoolRules, window: TableWindow) -> dict[str, str]:
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
    bands = _bands(scan, window)
    kept = scan.condition(selection, selection.expression())
    kept_there = bands.condition(selection, selection.expression())
    in_band = bands.largest((selection, "in", limits.low, limits.high), flag(kept_there & inside(paid, limits)))
    is_inside = nw.col(in_band) == 1
    is_over = nw.col(bands.largest((selection, "over", limits.high), flag(kept_there & over(paid, limits)))) == 1
    key = (selection, limits)
    here = kept & within(now, now)
    columns = {
        "active_now": scan.total((key, "active"), amount(active, here)),
        "inside_now": scan.largest((key, "inside"), flag(here & is_inside)),
        "over_now": scan.largest((key, "over"), flag(here & is_over)),
        "first": scan.least((key, "first"), pack(active, kept & is_inside)),
    }
    judged_now = nw.col(columns["inside_now"]) == 1
    if limits.promoted:
        was_inside = nw.col(_in_baseline_month(scan, bands, in_band, then)).fill_null(0) == 1
        judged_now = promoted(judged_now, nw.col(columns["over_now"]) == 1, was_inside)
    never = PACK * (now + 1)
    first = nw.col(columns["first"]).fill_null(never)
    counts_now = scan.judge((key, "now"), flag(judged_now))
    # A tenant promoted in M and in the band in no earlier month of this row begins in M: no growth.
    began = nw.when(first == never).then(nw.col(columns["active_now"])).otherwise(unpack_value(first))
    baseline = scan.judge((key, "baseline"), began.cast(nw.Int64))
    in_baseline_month = unpack_month(first) == then
    counts_then = scan.judge((key, "then"), flag(judged_now | in_baseline_month))
    return columns | {"amount_now": columns["active_now"], "amount_then": baseline, "counts_now": counts_now, "counts_then": counts_then}
