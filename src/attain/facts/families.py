"""Families of sources, and which gives way to which where several tell of the same (I-10): for facts folders and stores alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

CONTRACT = "contract"
"""The family of the user's own tables."""
DISTRIBUTOR = "distributor"
"""The family of what an indirect provider's reports say of its resellers."""
ORDER = (
    *(
        "customer_names",
        CONTRACT,
        "insights",
        "insights_dynamics_usage",
        "insights_power_bi_usage",
        "insights_subscriptions",
        "insights_customers",
    ),
    *(DISTRIBUTOR, "skilling", "billing", "cost"),
)
"""Whose name of a partner or customer is taken first. A family that is not named stands with its group, or comes last."""
_DETAIL = ("subscription_id", "offer")
_VAGUE = pl.col("subscription_id").is_null()


@dataclass(frozen=True, slots=True)
class Way:
    """Families, or groups of them, that are better than another, and the columns by which they tell a row of the worse one.

    With `vague`, a row without a subscription speaks of all that a tenant uses of a service: it meets every row of that service, whatever
    subscription or offer that one names.
    """

    better: tuple[str, ...]
    columns: tuple[str, ...]
    vague: bool = False

    def among(self, families: Iterable[str]) -> list[str]:
        """Give those of `families` that are better."""
        return [family for family in families if family in self.better or group_of(family) in self.better]


def group_of(family: str) -> str:
    """Give the group of a family: `insights` of `insights_office_usage`."""
    return family.partition("_")[0]


def _by_key(table: str, *better: str) -> Way:
    if table == "certifications":
        # sources know people by other ids: they would count twice side by side
        return Way(better, ("partner_id",))
    return Way(better, TABLES[table].key, vague=table == "azure_usage")


_BY_WORKLOAD = ("workload_usage", "workload_revenue")
_WAYS: dict[tuple[str, str], tuple[Way, ...]] = {
    **{("billing", table): (_by_key(table, "insights", DISTRIBUTOR),) for table in (*_BY_WORKLOAD, "associations")},
    **{(DISTRIBUTOR, table): (_by_key(table, "insights"),) for table in (*_BY_WORKLOAD, "associations")},
    # reseller performance is a sum of what usage and cost files tell in detail
    (DISTRIBUTOR, "azure_usage"): (_by_key("azure_usage", "insights"), Way(("cost",), ("month", "partner_id", "basis"))),
    ("cost", "associations"): (_by_key("associations", "insights", DISTRIBUTOR),),
    ("skilling", "certifications"): (_by_key("certifications", "insights"),),
}
# Of a partner's own reports those win that Microsoft scores; products and seats are a second look
_USAGE = ("insights_business_usage", "insights_office_usage", "insights_cpor_usage", "insights_ems_usage")
_SEATS = ("insights_dynamics_usage", "insights_power_bi_usage")
_REVENUE = ("insights_business_revenue",)
for _family, _usage, _revenue in (
    ("insights_dynamics_usage", _USAGE, ()),
    ("insights_power_bi_usage", _USAGE, ()),
    ("insights_subscriptions", (*_USAGE, *_SEATS), _REVENUE),
    ("insights_customers", (*_USAGE, *_SEATS, "insights_subscriptions"), (*_REVENUE, "insights_subscriptions")),
):
    _WAYS[_family, "workload_usage"] = (_by_key("workload_usage", *_usage),)
    _WAYS[_family, "workload_revenue"] = (_by_key("workload_revenue", *_revenue),)


def yields_to(family: str, table: str) -> tuple[Way, ...]:
    """Say to which families the rows of a family give way in a table. The user's own word stands above every source."""
    if family == CONTRACT:
        return ()
    own = [_by_key(table, CONTRACT)]
    if table == "associations" and family != "assigned":
        own.append(_by_key(table, "assigned"))
    return (*own, *_WAYS.get((family, table), ()))


def left_over(rows: pl.LazyFrame, told: pl.LazyFrame, way: Way) -> pl.LazyFrame:
    """Leave out of `rows` those that the rows of a better family, `told`, tell of. Both hold the columns of the way."""
    columns = list(way.columns)
    left = rows.join(told.select(columns).unique(), on=columns, how="anti", nulls_equal=True, maintain_order="left")
    if not way.vague:
        return left
    wide = [name for name in columns if name not in _DETAIL]
    services = told.group_by(wide).agg(_VAGUE.any().alias("#whole")).with_columns(pl.lit(value=True).alias("#told"))
    met = left.join(services, on=wide, how="left", nulls_equal=True, maintain_order="left")
    outdone = pl.col("#whole").fill_null(value=False) | (_VAGUE & pl.col("#told").fill_null(value=False))
    return met.filter(~outdone).drop("#whole", "#told")


def place_of(family: str) -> int:
    """Give the place of a family in ORDER."""
    named = next((name for name in (family, group_of(family)) if name in ORDER), None)
    return len(ORDER) if named is None else ORDER.index(named)
