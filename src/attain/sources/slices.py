"""What a newer file replaces: the slices of a table that it covers, by family of sources, and which family gives way to which (I-10)."""

from __future__ import annotations

from dataclasses import dataclass

from attain.facts.schema import TABLES


@dataclass(frozen=True, slots=True)
class Slice:
    """What a file covers in a table: the values of `columns` it holds and, with `between`, the range of that column for each of them.

    With `fills`, a cell that the newer row leaves empty keeps what the older row said.
    """

    columns: tuple[str, ...]
    between: str = ""
    fills: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """Families, or groups of them, that are better than another, and the columns by which they tell a row of the worse one."""

    better: tuple[str, ...]
    cut: Slice

    def includes(self, family: str) -> bool:
        """Say whether a family is one of the better ones."""
        return family in self.better or group_of(family) in self.better


def group_of(family: str) -> str:
    """Give the group of a family: `insights` of `insights_office_usage`."""
    return family.partition("_")[0]


WORKLOAD = TABLES["workload_usage"].key
_LINKS = Slice(("tenant_id", "scope", "started_on"))
_BY_KEY = {
    "workload_usage": Slice(WORKLOAD, fills=True),
    "workload_revenue": Slice(WORKLOAD),
    "associations": _LINKS,
}
SLICES: dict[str, dict[str, Slice]] = {
    # Cost files are cut by subscription: two customers' files of one month stand beside each other
    "cost": {"azure_usage": Slice(("month", "subscription_id", "basis")), "associations": _LINKS},
    # An invoice is never issued anew, and a tenant's own reports tell of that tenant alone
    "billing": _BY_KEY,
    "distributor": {"azure_usage": Slice(("month", "partner_id", "basis")), **_BY_KEY},
    "insights": {
        **{table: Slice(("month", "partner_id")) for table in ("azure_usage", "workload_usage", "workload_revenue")},
        "certifications": Slice(("partner_id",), "earned_on"),
        # No file says when a claim or a subscription ended: one that a newer file does not list stays
        "associations": Slice(("partner_id", "tenant_id", "association", "scope")),
    },
    "skilling": {"certifications": Slice(("partner_id",))},
    # Each identity has a link of its own, told apart by its first day
    "partner_admin_links": {"associations": Slice(("partner_id", "tenant_id", "started_on"))},
    "reported": {"reported_scores": Slice(TABLES["reported_scores"].key)},
    "assigned": {"associations": Slice(TABLES["associations"].key)},
}
"""By family of sources, or a group of families, and table."""
WAYS: dict[str, dict[str, Way]] = {
    family: {table: Way(groups, Slice(WORKLOAD)) for table in ("workload_usage", "workload_revenue")}
    for family, groups in (("billing", ("insights", "distributor")), ("distributor", ("insights",)))
}
# A sum of what a usage file tells in detail
WAYS["distributor"]["azure_usage"] = Way(("cost",), Slice(("month", "partner_id", "basis")))
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
    WAYS[_family] = {"workload_usage": Way(_usage, Slice(WORKLOAD)), "workload_revenue": Way(_revenue, Slice(WORKLOAD))}
# The skilling page names no ids: people would count twice beside those of the report
WAYS["skilling"] = {"certifications": Way(("insights",), Slice(("partner_id",)))}


def slice_of(family: str, table: str) -> Slice | None:
    """Give the slice that a newer file of a family replaces in a table; None where it replaces nothing."""
    return SLICES.get(family, SLICES.get(group_of(family), {})).get(table)


def yields_to(family: str, table: str) -> Way | None:
    """Say to which families the rows of a family give way in a table; None where to none."""
    return WAYS.get(family, {}).get(table)
