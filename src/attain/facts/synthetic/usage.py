"""Monthly rows of Azure usage, workload usage and workload revenue, one month at a time.

A *line* is what stays the same from month to month: link, subscription and service, or link and workload. Lines are laid out once, by
partner and tenant id (some hundred bytes each); a month's frame is computed from them in that order and handed to the writer, so that
memory does not grow with the months.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from attain.facts.synthetic.chance import Chance, guid
from attain.facts.synthetic.layout import UNIT
from attain.facts.synthetic.plan import DemoPlan
from attain.facts.synthetic.population import Population, association_sets
from attain.facts.synthetic.vocabulary import vocabulary

_SEASON = (97, 98, 103, 101, 100, 104, 96, 94, 101, 103, 104, 99)
"""Percent of a plain month, January first."""
_RAMP = (35, 60, 80, 92)
"""Percent reached in the first months of a customer."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one table (`frame`) and what a month needs to be computed from them."""

    plan: DemoPlan
    population: Population
    frame: pl.DataFrame


_NARROW = dict.fromkeys(("p", "t"), pl.Int32()) | dict.fromkeys(
    ("j", "w", "since", "until", "set", "start", "end", "rate", "share", "rise"), pl.Int16()
)
"""Columns of lines that are kept in few bytes; what is multiplied with them is wider."""


def _lines(plan: DemoPlan, population: Population, frame: pl.DataFrame, *extra: str) -> Lines:
    return Lines(
        plan, population, frame.select(*(pl.col(name).cast(kind) for name, kind in _NARROW.items() if name in frame.columns), *extra)
    )


def _spread(plan: DemoPlan, chance: Chance, population: Population, rows: int, most: int, name: str) -> pl.DataFrame:
    """Give each link its number of lines, so that their active months add up to about `rows`, larger customers more; at most `most`."""
    tenants = population.tenants
    links = population.links.with_columns(
        pl.lit(tenants[column]).gather("t").alias(column) for column in ("size", "start", "end")
    ).with_columns(stay=pl.col("end") - pl.col("start") + 1, weight=pl.min_horizontal(pl.col("size"), 24) + 3)
    scale = int((links["weight"] * links["stay"]).sum()) or 1
    wanted = pl.lit(rows) * pl.col("weight") * 64 // scale
    count = ((wanted + chance.below(64, f"{name} lines", "t")) // 64).clip(0, most)
    return (
        links.with_columns(count=count)
        .filter(pl.col("count") > 0)
        .with_columns(j=pl.int_ranges(0, pl.col("count"), dtype=pl.Int64))
        .explode("j")
        .drop("stay", "weight")
        .with_columns(start=pl.min_horizontal("end", pl.col("start") + pl.when(pl.col("j") % 4 == 3).then(pl.col("j") % 5).otherwise(0)))
    )


def azure_lines(plan: DemoPlan, population: Population) -> Lines:
    """Lay out subscriptions and services: within a subscription one service of each group, so that keys never repeat."""
    chance = Chance(plan.seed)
    groups = vocabulary().service_groups
    services = pl.Series("service", [service for group in groups for service in group.services])
    sizes = [len(group.services) for group in groups]
    firsts = [sum(sizes[:number]) for number in range(len(sizes))]
    offers = vocabulary().offers
    rare = chance.pick(offers.others, "offer", "t", "s")
    frame = (
        _spread(plan, chance, population, plan.size("azure_rows"), 600, "azure")
        .with_columns(s=pl.col("j") // len(groups), group=(pl.col("j") + chance.below(len(groups), "group", "t")) % len(groups))
        .with_columns(
            service=pl.lit(services).gather(
                pl.lit(pl.Series(firsts)).gather("group") + chance.skewed(pl.lit(pl.Series(sizes)).gather("group"), "service", "t", "j")
            ),
            offer=pl.when(chance.below(90, "offer rare", "t", "s") == 0).then(rare).otherwise(pl.lit(offers.ordinary)),
            base=pl.lit(pl.Series([group.price * UNIT for group in groups])).gather("group")
            * pl.col("size")
            * (chance.below(120, "price", "t", "j") + 15)
            // 100,
            rate=chance.below(40, "growth", "t", "j") - 10,
            subscription=chance.word("subscription", "t", "s"),
        )
    )
    subscriptions = (
        frame.select("t", "s", "subscription").unique(maintain_order=True).with_columns(subscription_id=guid(pl.col("subscription")))
    )
    frame = frame.drop("size", "count", "group", "subscription").join(
        subscriptions.drop("subscription"), on=["t", "s"], how="left", maintain_order="left"
    )
    return _lines(plan, population, frame, "subscription_id", "service", "offer", "base")


def workload_lines(plan: DemoPlan, population: Population) -> Lines:
    """Lay out workloads of each link: neighbors in the list of workloads, the most used ones first."""
    return _workloads(plan, population, plan.size("usage_rows"), vocabulary().workloads, "usage")


def revenue_lines(plan: DemoPlan, population: Population) -> Lines:
    """Lay out business application workloads with revenue: an eighth as many rows as workload usage."""
    return _workloads(plan, population, plan.size("usage_rows") // 8, vocabulary().revenue_workloads, "revenue")


def _workloads(plan: DemoPlan, population: Population, rows: int, names: tuple[str, ...], name: str) -> Lines:
    chance = Chance(plan.seed)
    listed = pl.Series("workload", names)
    frame = (
        _spread(plan, chance, population, rows, len(names), name)
        .with_columns(w=(pl.col("j") + chance.skewed(len(names), f"{name} first", "t")) % len(names))
        .with_columns(
            workload=pl.lit(listed).gather("w"),
            scale=(pl.col("size") * 6 + chance.below(7, f"{name} scale", "t")) * (chance.below(70, f"{name} part", "t", "w") + 40) // 100,
            rate=chance.below(30, f"{name} growth", "t", "w") - 9,
            share=chance.below(75, f"{name} share", "t", "w") * 10 + 50,
            rise=chance.below(26, f"{name} rise", "t", "w") - 4,
        )
    )
    return _lines(plan, population, frame, "workload", "scale")


def _month(lines: Lines, number: int, associations: str) -> tuple[dt.date, pl.DataFrame]:
    """Keep the lines active in one month; add month, ids, the association set of that month and `age` in months."""
    population = lines.population
    sets = association_sets()[associations]
    month = lines.plan.month(lines.plan.months - 1 - number)
    linked = (pl.col("since") <= number) & (pl.col("until") > number)
    frame = lines.frame.filter((pl.col("start") <= number) & (pl.col("end") >= number)).with_columns(
        month=pl.lit(month),
        number=pl.lit(number, dtype=pl.Int64),
        age=pl.lit(number, dtype=pl.Int64) - pl.col("start"),
        partner_id=pl.lit(population.partners["partner_id"]).gather("p"),
        tenant_id=pl.lit(population.tenants["tenant_id"]).gather("t"),
        associations=pl.when(linked).then(pl.lit(sets).gather("set")).otherwise(pl.lit("")),
    )
    return month, frame


def _ramp() -> pl.Expr:
    """Percent of its level that a line has reached: full from the start for customers that were there before the first month."""
    early = pl.lit(pl.Series([*_RAMP, 100], dtype=pl.Int64)).gather(pl.min_horizontal(pl.col("age"), len(_RAMP)))
    return pl.when(pl.col("start") == 0).then(pl.lit(100, dtype=pl.Int64)).otherwise(early)


def azure_months(lines: Lines) -> Iterator[tuple[dt.date, pl.DataFrame]]:
    """Give month after month the rows of `azure_usage`, `acr_usd` in ten-thousandths: growth, season, ramp-up, noise and a few credits."""
    chance = Chance(lines.plan.seed)
    for number in range(lines.plan.months):
        month, frame = _month(lines, number, "azure")
        noise = chance.below(21, "noise", "t", "j", "number") + 90
        level = pl.col("base") * (pl.col("rate") * pl.col("age") + 1000) // 1000
        amount = level * noise * _SEASON[month.month - 1] // 10_000 * _ramp() // 100
        credit = chance.below(900, "credit", "t", "j", "number") == 0
        yield (
            month,
            frame.select(
                "month",
                "partner_id",
                "tenant_id",
                "subscription_id",
                "service",
                "offer",
                "associations",
                acr_usd=pl.when(credit).then(-(amount // 8)).otherwise(amount),
                basis=pl.lit("acr"),
            ),
        )


def workload_months(lines: Lines) -> Iterator[tuple[dt.date, pl.DataFrame]]:
    """Give month after month the rows of `workload_usage`: seats grow, the active share rises; some cells are empty, as in real files."""
    chance = Chance(lines.plan.seed)
    by_capacity = pl.col("workload").is_in(vocabulary().capacity_workloads)
    for number in range(lines.plan.months):
        month, frame = _month(lines, number, "workload")
        paid = pl.max_horizontal(pl.col("scale") * (pl.col("rate") * pl.col("age") + 1000) // 1000, 1)
        share = (pl.col("share") + pl.col("rise") * pl.col("age")).clip(0, 1020) * (chance.below(11, "use", "t", "w", "number") + 90) // 100
        unknown = chance.below(20_000, "unknown", "t", "w", "number") == 0
        yield (
            month,
            frame.with_columns(paid=paid)
            .select(
                "month",
                "partner_id",
                "tenant_id",
                "workload",
                "associations",
                paid_licenses="paid",
                assigned_licenses=pl.col("paid") * (chance.below(21, "assigned", "t", "w") + 80) // 100,
                active_users=pl.when(~unknown).then(pl.col("paid") * share * _ramp() // 100_000),
                capacity=pl.when(by_capacity).then(pl.col("scale") * 900 + pl.col("age") * 250).otherwise(0),
            )
            .sort("partner_id", "tenant_id", "workload"),
        )


def revenue_months(lines: Lines) -> Iterator[tuple[dt.date, pl.DataFrame]]:
    """Give month after month the rows of `workload_revenue`, `revenue_usd` in ten-thousandths."""
    chance = Chance(lines.plan.seed)
    for number in range(lines.plan.months):
        month, frame = _month(lines, number, "revenue")
        price = (chance.below(60, "seat price", "w") + 20) * UNIT
        level = pl.col("scale") * price * (pl.col("rate") * pl.col("age") + 1000) // 1000
        amount = level * (chance.below(9, "bill", "t", "w", "number") + 96) // 100
        yield (
            month,
            frame.select("month", "partner_id", "tenant_id", "workload", "associations", revenue_usd=amount * _ramp() // 100).sort(
                "partner_id", "tenant_id", "workload"
            ),
        )
