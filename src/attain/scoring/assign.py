"""Which track is assigned: by the segments of the customer base (Azure), or by workloads with large revenue (Business Applications)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from attain.engine.bounds import Bounds, bounds, share_bound
from attain.engine.operators import amount, flag, inside, per, within
from attain.scoring.conditions import MONEY_SCALE
from attain.scoring.scans import PARTNER, Gathered, Join, Scan, value_name

if TYPE_CHECKING:
    from attain.engine.bounds import ShareBound
    from attain.engine.rows import Rows
    from attain.rulebook.model import Assign
    from attain.scoring.pools import Scans

AZURE, REVENUE = "azure_usage", "workload_revenue"
ENTERPRISE, SMB = "enterprise", "smb"
WORKLOADS = "large_workloads"


@dataclass(frozen=True)
class SegmentAssignment:
    """Columns of the azure scan that decide: customers in the base, those in an smb segment, ACR of twelve months (None: not asked)."""

    base: str
    smb: str
    acr: str | None
    share: ShareBound
    acr_limits: Bounds | None
    table: str = AZURE

    def is_smb(self, values: pl.DataFrame) -> pl.Series:
        """Say per partner whether the smb track is assigned; an empty base is enterprise (I-12)."""
        base, smb = pl.col(self.base), pl.col(self.smb)
        left, right = smb * self.share.denominator, base * self.share.numerator
        condition = (base > 0) & ((left > right) if self.share.strict else (left >= right))
        if self.acr is not None and self.acr_limits is not None:
            condition = condition & _within(pl.col(self.acr), self.acr_limits)
        return values.select(condition.alias(SMB)).to_series()


@dataclass(frozen=True)
class RevenueAssignment:
    """Enterprise where the number of workloads with large revenue in both months lies in `limits` (I-9)."""

    scan: Scan
    large: str
    limits: Bounds
    column: str
    table: str = REVENUE

    def partners(self, gathered: Gathered) -> Rows:
        """Count per partner the distinct workloads for which some one tenant is large in both months."""
        entities = gathered.entities(self.scan).select(PARTNER, "workload", **{self.column: nw.col(self.large)})
        return per(per(entities, (PARTNER, "workload"), maxima=[self.column]), (PARTNER,), sums=[self.column])

    def is_smb(self, values: pl.DataFrame) -> pl.Series:
        """Say per partner whether the smb track is assigned."""
        return values.select((~_within(pl.col(self.column), self.limits)).alias(SMB)).to_series()


def _within(value: pl.Expr, limits: Bounds) -> pl.Expr:
    condition = pl.lit(value=True)
    if limits.low is not None:
        condition = condition & (value >= limits.low)
    if limits.high is not None:
        condition = condition & (value <= limits.high)
    return condition


def plan_segments(scans: Scans, assign: Assign, customers: Rows | None) -> SegmentAssignment:
    """Plan the assignment by segments. `customers` has tenant_id and segment; without it nobody is in an smb segment."""
    window = scans.windows[AZURE]
    scan = scans.get("azure_usage:tenant", AZURE, ("tenant_id",))
    selection = scans.coding.selection(AZURE, assign.recognized_by, offers=assign.offers)
    kept = scan.condition(selection, selection.expression())
    now = window.data_month

    def total(first: int) -> str:
        scan.months.update(range(first, now + 1))
        return scan.total((selection, "acr", first, now), amount(nw.col("acr"), kept & within(first, now)))

    present = nw.col(total(now)) > 0
    base = scan.verdict(("base", selection, now), flag(present))
    segments = tuple(assign.segments or ())
    if customers is not None:
        scan.entity_joins["customers"] = Join(("tenant_id",), customers, per_partner=False)
        smb = scan.verdict(("smb", selection, segments, now), flag(present & nw.col("segment").is_in(list(segments))))
    else:
        smb = scan.verdict(("smb", selection, (), now), flag(nw.col(total(now)) != nw.col(total(now))))
    acr = None
    if assign.acr is not None:
        whole_year = total(now - 11)
        acr = scan.verdict(("acr", whole_year), nw.col(whole_year))
    if assign.share is None:
        message = "an assignment by segments needs a share"
        raise ValueError(message)
    limits = None if assign.acr is None else bounds(assign.acr, MONEY_SCALE)
    names = [None if column is None else value_name("azure_usage:tenant", column) for column in (base, smb, acr)]
    return SegmentAssignment(names[0] or "", names[1] or "", names[2], share_bound(assign.share), limits)


def plan_revenue(scans: Scans, assign: Assign) -> RevenueAssignment:
    """Plan the assignment by workloads with revenue."""
    window = scans.windows[REVENUE]
    scan = scans.get("workload_revenue:tenant_workload", REVENUE, ("tenant_id", "workload"))
    selection = scans.coding.selection(REVENUE, assign.recognized_by, workloads=assign.workloads)
    kept = scan.condition(selection, selection.expression())
    if assign.revenue is None or assign.workload_count is None:
        message = "an assignment by revenue needs revenue and workload_count"
        raise ValueError(message)
    limits = bounds(assign.revenue, MONEY_SCALE)
    sides: list[nw.Expr] = []
    for month in (window.data_month, window.baseline_month):
        scan.months.add(month)
        name = scan.total((selection, "revenue", month, month), amount(nw.col("revenue"), kept & within(month, month)))
        sides.append(inside(nw.col(name), limits))
    large = scan.judge(("large", selection, limits, window.data_month), flag(sides[0] & sides[1]))
    return RevenueAssignment(scan, large, bounds(assign.workload_count), f"{WORKLOADS}_{large}")
