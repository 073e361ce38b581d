"""Every customer of a partner held against every condition of the tracks that count: who meets which, and why or why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from attain.engine.backends import PolarsBackend
from attain.explaining.entities import Entities
from attain.rulebook.words import value_words
from attain.scoring.plan import make_plan
from attain.scoring.run import DEFAULTS, resolve_accounts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from attain.engine.backends import Backend
    from attain.explaining.verdicts import Verdict
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen
    from attain.scoring.plan import Plan
    from attain.scoring.pools import PoolPlan

Meets = Literal["counts", "lost", "near", "unrecognized", "no", ""]
"""How a customer stands to a condition: it counts; it counted a year ago; it is a near miss; an association alone is missing; it does not;
or nothing of it is there (empty)."""
RANK: tuple[Meets, ...] = ("counts", "near", "unrecognized", "lost", "no", "")
"""Of several parts of one customer, the first of these says how it stands."""


@dataclass(frozen=True)
class Criterion:
    """One condition that customers are held against: a pool of a metric on the track that counts. `condition` says it in words."""

    designation: str
    designation_name: str
    track: str
    metric: str
    metric_name: str
    pool: str
    pool_name: str
    condition: str

    @property
    def key(self) -> str:
        """Name it within all designations."""
        return f"{self.designation}.{self.metric}.{self.pool}"


@dataclass(frozen=True)
class Part:
    """What one customer is under one condition: as a whole, or with one workload (`workload` names it)."""

    workload: str
    verdict: Verdict = field(repr=False)

    @property
    def meets(self) -> Meets:
        """Say how it stands."""
        verdict = self.verdict
        if verdict.now.counts:
            return "counts"
        if verdict.near_miss:
            return "near"
        if verdict.unrecognized:
            return "unrecognized"
        return "lost" if verdict.then.counts and verdict.plan.rules.pool.compare != "level" else "no"

    @property
    def reason(self) -> str:
        """Say why, with both numbers."""
        return self.verdict.reason()


@dataclass(frozen=True)
class Customer:
    """One customer: its tenant, how it is called (empty: unknown), and its parts under each condition, by the key of that."""

    tenant_id: str
    name: str
    parts: Mapping[str, tuple[Part, ...]]

    def meets(self, criterion: str) -> Meets:
        """Say how it stands to a condition."""
        found = {part.meets for part in self.parts.get(criterion, ())}
        for meets in RANK:
            if meets in found:
                return meets
        return ""

    def counted_before(self, criterion: str) -> bool:
        """Say whether any part of it counted a year ago."""
        return any(part.verdict.then.counts for part in self.parts.get(criterion, ()))

    def reason(self, criterion: str) -> str:
        """Say why it stands so; empty where nothing of it is there."""
        meets = self.meets(criterion)
        return next((part.reason for part in self.parts.get(criterion, ()) if part.meets == meets), "")


@dataclass(frozen=True)
class Eligibility:
    """All customers of one partner on one day, by name then tenant, and the conditions in the rulebook's order.

    `gaps` names what the facts lack for any of them.
    """

    partner_id: str
    as_of: dt.date
    criteria: tuple[Criterion, ...]
    customers: tuple[Customer, ...]
    gaps: tuple[str, ...]

    def of(self, tenant_id: str) -> Customer | None:
        """Find a customer; None where the partner has none with this tenant."""
        return next((customer for customer in self.customers if customer.tenant_id == tenant_id), None)

    def matching(self, text: str, *, criterion: str = "", meets: str = "") -> tuple[Customer, ...]:
        """Give the customers whose name or tenant has a text: those that stand so to the condition, or to any; or have usage under it."""
        sought = text.casefold()
        keys = [criterion] if criterion else [one.key for one in self.criteria]
        return tuple(
            one
            for one in self.customers
            if sought in f"{one.name} {one.tenant_id}".casefold()
            and (any(one.meets(key) == meets for key in keys) if meets else not criterion or one.meets(criterion))
        )

    def counts(self, criterion: str) -> dict[Meets, int]:
        """Count the customers by how they stand to a condition."""
        found: dict[Meets, int] = dict.fromkeys(RANK, 0)
        for customer in self.customers:
            found[customer.meets(criterion)] += 1
        return found


def eligibility(
    book: Book,
    facts: Facts,
    as_of: dt.date,
    *,
    partner: str,
    tracks: Mapping[str, str],
    designations: Sequence[str] | None = None,
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> Eligibility:
    """Hold every customer of a partner against the conditions of `tracks`, the track that counts of each designation.

    Conditions on services as a whole, and growth that asks nothing of a customer, are left out. Raises AttainError for an unknown partner
    or designation.
    """
    engine: Backend = backend or PolarsBackend()
    account = resolve_accounts(facts, [partner])[0]
    plan = make_plan(book, facts, as_of, designations=designations, options=options)
    found = list(_criteria(book, plan, tracks))
    metrics = [
        metric
        for planned in plan.designations
        for metric in planned.metrics.get(tracks.get(planned.rules.designation.id, ""), ())
        if metric.is_scored and metric.pools
    ]
    entities = Entities(plan, facts, account, engine, book, metrics)
    parts: dict[str, dict[str, list[Part]]] = {}
    for criterion, pool in found:
        for key, verdict in entities.verdicts(pool).items():
            workload = "" if len(key) == 1 else entities.entity_name(pool, key)
            parts.setdefault(key[0], {}).setdefault(criterion.key, []).append(Part(workload, verdict))
    names = entities.customer_names
    customers = [
        Customer(tenant, names.get(tenant), {criterion: tuple(some) for criterion, some in own.items()}) for tenant, own in parts.items()
    ]
    customers.sort(key=lambda customer: (not customer.name, customer.name.casefold(), customer.tenant_id))
    gaps = dict.fromkeys(str(gap) for metric in metrics for gap in metric.gaps)
    return Eligibility(account, as_of, tuple(criterion for criterion, _ in found), tuple(customers), tuple(gaps))


def _criteria(book: Book, plan: Plan, tracks: Mapping[str, str]) -> Iterator[tuple[Criterion, PoolPlan]]:
    for planned in plan.designations:
        designation = planned.rules.designation
        track = tracks.get(designation.id, "")
        for metric in planned.metrics.get(track, ()):
            if not metric.is_scored:
                continue
            for pool in metric.pools:
                rules = pool.rules
                asks = rules.qualifies_if is not None or rules.active_share is not None
                if rules.pool.entity == "service" or not asks:
                    continue
                yield (
                    Criterion(
                        designation.id,
                        designation.name,
                        track,
                        metric.rules.metric.id,
                        metric.rules.metric.name,
                        rules.pool.id,
                        rules.pool.name,
                        _condition(book, pool),
                    ),
                    pool,
                )


def _condition(book: Book, pool: PoolPlan) -> str:
    rules = pool.rules
    asked = (("qualifies_if", rules.qualifies_if), ("active_share", rules.active_share), ("already_deployed", rules.already_deployed))
    words = {name: value_words(name, value, rules.pool, book.catalog) for name, value in asked if value is not None}
    if "active_share" in words:
        words["active_share"] += " of users active"
    said = " and ".join(words[name] for name in ("qualifies_if", "active_share") if name in words)
    return f"{said}; left out if {words['already_deployed']}" if "already_deployed" in words else said
