"""What a newer file replaces: the slices of a table that it covers, by family of sources."""

from __future__ import annotations

from dataclasses import dataclass

from attain.facts.families import group_of
from attain.facts.schema import TABLES


@dataclass(frozen=True, slots=True)
class Slice:
    """What a file covers in a table: the values of `columns` it holds and, with `between`, the range of that column for each of them.

    With `fills`, a cell that the newer row leaves empty keeps what the older row said.
    """

    columns: tuple[str, ...]
    between: str = ""
    fills: bool = False


WORKLOAD = TABLES["workload_usage"].key
_LINKS = Slice(("tenant_id", "scope", "started_on"))
# No file says when a claim or a subscription ended: one that a newer file does not list stays
_CLAIMS = Slice(("partner_id", "tenant_id", "association", "scope"))
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
    "distributor": {
        "azure_usage": Slice(("month", "partner_id", "basis")),
        **{table: Slice(("month", "partner_id")) for table in ("workload_usage", "workload_revenue")},
        "associations": _CLAIMS,
    },
    "insights": {
        **{table: Slice(("month", "partner_id")) for table in ("azure_usage", "workload_usage", "workload_revenue")},
        "certifications": Slice(("partner_id",), "earned_on"),
        "associations": _CLAIMS,
    },
    "skilling": {"certifications": Slice(("partner_id",))},
    # Each identity has a link of its own, told apart by its first day
    "partner_admin_links": {"associations": Slice(("partner_id", "tenant_id", "started_on"))},
    "reported": {"reported_scores": Slice(TABLES["reported_scores"].key)},
    "assigned": {"associations": Slice(TABLES["associations"].key)},
}
"""By family of sources, or a group of families, and table."""


def slice_of(family: str, table: str) -> Slice | None:
    """Give the slice that a newer file of a family replaces in a table; None where it replaces nothing."""
    return SLICES.get(family, SLICES.get(group_of(family), {})).get(table)
