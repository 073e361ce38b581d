"""Azure usage that nobody is known to own: by subscription, so that it can be assigned."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from attain.errors import misspelled
from attain.facts.money import to_dollars
from attain.facts.schema import BASES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from attain.facts.facts import Facts

TABLE = "unassigned"
ALIKE = 8
"""So many letters at the begin or the end of an id are those of another one where it may be a slip of it."""


@dataclass(frozen=True, slots=True)
class Unassigned:
    """The rows of one subscription and basis without a partner or a tenant: what they say of either, their months and their amount."""

    subscription_id: str
    partner_id: str
    tenant_id: str
    basis: str
    first_month: str
    last_month: str
    rows: int
    usd: Decimal


def unassigned(facts: Facts) -> list[Unassigned]:
    """List the unassigned usage by subscription, the largest amount first."""
    if "azure_usage" not in facts.tables:
        return []
    key = ("subscription_id", "partner_id", "tenant_id", "basis")
    found = (
        facts.scan(TABLE)
        .group_by(key)
        .agg(pl.col("month").min().alias("first"), pl.col("month").max().alias("last"), pl.len().alias("rows"), pl.col("acr").sum())
        .sort([pl.col("acr").abs(), *(pl.col(name) for name in key)], descending=[True, *(False for _ in key)])
        .collect()
    )
    found = found.with_columns(to_dollars(found["acr"]))
    return [
        Unassigned(
            subscription_id=row["subscription_id"] or "",
            partner_id=row["partner_id"] or "",
            tenant_id=row["tenant_id"] or "",
            basis=BASES[int(row["basis"])],
            first_month=_month(row["first"]),
            last_month=_month(row["last"]),
            rows=row["rows"],
            usd=row["acr"],
        )
        for row in found.iter_rows(named=True)
    ]


@dataclass(frozen=True, slots=True)
class _Link:
    """An association with a scope: of which global account and tenant, and its days (None: open)."""

    scope: str
    partner_id: str
    tenant_id: str
    started_on: dt.date | None
    ended_on: dt.date | None

    @property
    def days(self) -> str:
        if self.started_on is None:
            return f"until {self.ended_on}" if self.ended_on else "at any time"
        return f"from {self.started_on}" + (f" to {self.ended_on}" if self.ended_on else "")

    def misses(self, first: str, last: str) -> bool:
        """Say whether it has no active day in the months `first` to `last`."""
        return (self.started_on is not None and f"{self.started_on:%Y-%m}" > last) or (
            self.ended_on is not None and f"{self.ended_on:%Y-%m}" < first
        )


def unfit_links(facts: Facts, found: Sequence[Unassigned]) -> list[str]:
    """Say of subscriptions in `found`, in their order, why an association that names them, or nearly does, gives them no owner.

    A line for each subscription of which an association tells: its days are others, it contradicts the rows or another one, or no usage
    has the id that it names, which is a slip of this one.
    """
    subscriptions = {one.subscription_id: one for one in reversed(found) if one.subscription_id}
    known = frozenset(subscriptions)
    links = _links(facts, list(subscriptions))
    lines: list[str] = []
    for one in found:
        if subscriptions.pop(one.subscription_id, None) is not None:
            exact = [link for link in links if link.scope == one.subscription_id]
            said = _unfit(exact, one) if exact else _slip(facts, [link for link in links if link.scope not in known], one)
            lines += [f"{one.subscription_id}: {said}"] if said else []
    return lines


def _links(facts: Facts, subscriptions: Sequence[str]) -> list[_Link]:
    """Read the associations whose scope begins or ends as one of some subscriptions does."""
    if "associations" not in facts.tables or not subscriptions:
        return []
    begins, ends = {one[:ALIKE] for one in subscriptions}, {one[-ALIKE:] for one in subscriptions}
    scope = pl.col("scope")
    columns = ("scope", "partner_id", "tenant_id", "started_on", "ended_on")
    near = scope.str.slice(0, ALIKE).is_in(list(begins)) | scope.str.slice(-ALIKE).is_in(list(ends))
    return [_Link(*row) for row in facts.scan("associations").filter(near).select(columns).unique().sort(columns).collect().iter_rows()]


def _unfit(links: Sequence[_Link], one: Unassigned) -> str:
    """Say why associations that name a subscription do not fit its rows; empty where that is not plain."""
    fitting = [link for link in links if not link.misses(one.first_month, one.last_month)]
    if not fitting:
        link = links[0]
        return f"the association with partner {link.partner_id} holds {link.days}, the usage is of {_months(one)}"
    tenants = sorted({link.tenant_id for link in fitting})
    if len(tenants) > 1:
        return f"associations name it for several tenants, {' and '.join(tenants)}: end all but those of one"
    link = fitting[0]
    for what, own, other in (("partner", one.partner_id, link.partner_id), ("tenant", one.tenant_id, link.tenant_id)):
        if own and own not in {getattr(each, f"{what}_id") for each in fitting}:
            return f"an association says {what} {other}, the rows say {own}"
    return ""


def _slip(facts: Facts, links: Sequence[_Link], one: Unassigned) -> str:
    """Name an association of which the scope is a slip of a subscription: no usage of its partner has it."""
    meant = misspelled(one.subscription_id, {link.scope for link in links})
    for link in links:
        if link.scope == meant and link.scope not in facts.azure_detail(link.partner_id)["subscription_id"].to_list():
            return f"no association names it; one with partner {link.partner_id} names {meant}, which no usage has: a slip?"
    return ""


def _months(one: Unassigned) -> str:
    return one.first_month if one.first_month == one.last_month else f"{one.first_month} to {one.last_month}"


def _month(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
