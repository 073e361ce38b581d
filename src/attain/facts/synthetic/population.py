"""Partners, customers and the links between them, beside the cast.

Partners follow Zipf's law in the number of their customers, customers Pareto's in size. A customer joins at some month and may leave;
a link (a partner, a customer) has its own associations, which may begin later, end, or be missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from attain.facts.synthetic.chance import Chance, guid
from attain.facts.synthetic.plan import DemoPlan
from attain.facts.synthetic.vocabulary import vocabulary

LARGEST = 2000
_FIRST_ID, _LAST_ID = 1_100_000, 9_900_000
_WEIGHT = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Population:
    """The synthetic part of a demo, sorted by partner and tenant id.

    `partners`: p, rank and the contract's columns. `tenants`: t, p, word, tenant_id, size, start, end (month numbers).
    `links`: p, t, since, until (month numbers: the associations hold before `until`) and set (a row of `association_sets`).
    """

    partners: pl.DataFrame
    tenants: pl.DataFrame
    links: pl.DataFrame


def association_sets() -> pl.DataFrame:
    """List the association sets: `set` (a number), `kind` of partner, and the sets on `azure`, `workload` and `revenue` rows."""
    rows = [(kind, *sets) for kind, choices in vocabulary().associations.items() for sets in choices]
    return pl.DataFrame(rows, schema=["kind", "azure", "workload", "revenue"], orient="row").with_row_index("set")


def shares(weights: pl.Series, total: int) -> pl.Series:
    """Cut `total` into whole parts in proportion to integer `weights`, exactly; returns the cumulative ends."""
    reached = weights.cum_sum()
    whole = int(weights.sum()) or 1
    return pl.Series("end", [total * int(part) // whole for part in reached], dtype=pl.Int64)


def owner(ends: pl.Series) -> pl.DataFrame:
    """Number the things that `shares` hands out: columns p (who), n (the thing)."""
    counts = ends.diff().fill_null(ends.first() if len(ends) else 0)
    return (
        pl.DataFrame({"p": pl.int_range(0, len(ends), dtype=pl.Int64, eager=True).repeat_by(counts).explode(empty_as_null=False)})
        .with_row_index("n")
        .with_columns(pl.col("n").cast(pl.Int64))
    )


def populate(plan: DemoPlan) -> Population:
    """Generate partners, customers and links of a plan, beside the cast."""
    chance = Chance(plan.seed)
    partners = _partners(plan, chance)
    tenants = _tenants(plan, chance, partners)
    links = _links(plan, chance, partners, tenants)
    return Population(partners, tenants, links)


def _partners(plan: DemoPlan, chance: Chance) -> pl.DataFrame:
    words = vocabulary().words
    step = (_LAST_ID - _FIRST_ID) // max(plan.others, 1)
    base = pl.DataFrame({"p": pl.int_range(0, plan.others, dtype=pl.Int64, eager=True)}).with_columns(
        rank=chance.word("partner rank", "p").rank("ordinal").cast(pl.Int64) - 1,
        number=pl.lit(_FIRST_ID) + pl.col("p") * step + chance.below(step, "partner id", "p"),
        country=chance.pick(vocabulary().countries, "partner country", "p"),
    )
    kind = (
        pl.when(pl.col("rank") % 97 == 1)
        .then(pl.lit("distributor"))
        .when(pl.col("rank") % 9 == 3)
        .then(pl.lit("direct"))
        .otherwise(pl.lit("reseller"))
    )
    location = (kind == "reseller") & (pl.col("rank") >= 5) & (chance.below(100, "location", "p") < 7)
    base = base.with_columns(
        partner_id=pl.col("number").cast(pl.String),
        name=pl.concat_str(
            chance.pick(words.first, "partner first", "p"), chance.pick(words.partner, "partner second", "p"), separator=" "
        ),
        kind=kind,
        account=pl.when(location).then(pl.lit("location")).otherwise(pl.lit("global")),
    )
    heads = base.filter((pl.col("account") == "global") & (pl.col("kind") == "reseller")).sort("rank").select("partner_id", "name")
    distributors = base.filter(pl.col("kind") == "distributor").sort("rank")["partner_id"]
    is_location = pl.col("account") == "location"
    if len(heads):
        head = chance.skewed(len(heads), "global account", "p")
        base = base.with_columns(
            global_id=pl.when(is_location).then(pl.lit(heads["partner_id"]).gather(head)),
            name=pl.when(is_location)
            .then(pl.concat_str(pl.lit(heads["name"]).gather(head), pl.col("country"), separator=" "))
            .otherwise("name"),
        )
    else:
        base = base.with_columns(global_id=pl.lit(None, dtype=pl.String))
    if len(distributors):
        served = (pl.col("kind") == "reseller") & (chance.below(10, "has distributor", "p") < 7)
        which = pl.lit(distributors).gather(chance.skewed(len(distributors), "distributor", "p"))
        return base.with_columns(distributor_id=pl.when(served).then(which))
    return base.with_columns(distributor_id=pl.lit(None, dtype=pl.String))


def _tenants(plan: DemoPlan, chance: Chance, partners: pl.DataFrame) -> pl.DataFrame:
    owned = owner(shares(_WEIGHT // (partners["rank"] + 3), plan.size("tenants"))).rename({"n": "t"})
    start = pl.when(chance.below(100, "join", "t") < 55).then(0).otherwise(chance.below(plan.months, "join month", "t"))
    stay = chance.below(pl.lit(plan.months) - pl.col("start"), "leave month", "t")
    return owned.with_columns(word=chance.word("tenant", "t"), size=chance.heavy(LARGEST, "size", "t"), start=start).with_columns(
        tenant_id=guid(pl.col("word")),
        end=pl.when(chance.below(100, "leave", "t") < 14).then(pl.col("start") + stay).otherwise(plan.months - 1),
    )


def customers(plan: DemoPlan, population: Population) -> pl.DataFrame:
    """Generate `customers`: names, countries and segments of the tenants; one in sixteen has no segment."""
    chance = Chance(plan.seed)
    words = vocabulary().words
    name = (
        chance.pick(words.first, "customer first", "t"),
        chance.pick(words.first, "customer second", "t"),
        chance.pick(words.customer, "customer trade", "t"),
    )
    number = chance.below(1000, "domain", "t").cast(pl.String)
    reach = pl.col("size") * 10 + chance.below(60, "segment", "t")
    segment = pl.when(reach < 100).then(pl.lit("smb")).when(reach < 300).then(pl.lit("smc_corporate")).otherwise(pl.lit("enterprise"))
    home = pl.lit(population.partners["country"]).gather("p")
    abroad = chance.pick(vocabulary().countries, "customer country", "t")
    return population.tenants.select(
        "tenant_id",
        name=pl.concat_str(*name, chance.pick(words.form, "customer form", "t"), separator=" "),
        tpid=(pl.lit(10_000_000) + pl.col("t") * 80 + chance.below(80, "tpid", "t")).cast(pl.String),
        domain=pl.concat_str(*(part.str.to_lowercase() for part in name), number, separator="-") + pl.lit(".example"),
        country=pl.when(chance.below(10, "abroad", "t") < 9).then(home).otherwise(abroad),
        segment=pl.when(chance.below(100, "segment known", "t") >= 6).then(segment),
    )


def _links(plan: DemoPlan, chance: Chance, partners: pl.DataFrame, tenants: pl.DataFrame) -> pl.DataFrame:
    places = partners.select("p", "partner_id")
    bosses = partners.select(
        "p",
        boss=pl.col("distributor_id").replace_strict(places["partner_id"], places["p"], default=None, return_dtype=pl.Int64),
        head=pl.col("global_id").replace_strict(places["partner_id"], places["p"], default=None, return_dtype=pl.Int64),
    )
    own = tenants.select("p", "t")
    # One in twenty-five customers is seen by the reseller's distributor too, one in fifty by the global account of the location.
    shared = own.join(bosses, on="p", how="left", maintain_order="left").with_columns(
        pl.when(chance.below(25, "shared", "t") == 0).then("boss"), pl.when(chance.below(50, "twice", "t") == 0).then("head")
    )
    extra = [shared.select(p=pl.col(column), t="t").drop_nulls() for column in ("boss", "head")]
    kinds = (
        association_sets()
        .group_by("kind", maintain_order=True)
        .agg(first_set=pl.col("set").min().cast(pl.Int64), sets=pl.len().cast(pl.Int64))
    )
    late = chance.below(100, "association late", "p", "t") < 12
    ended = chance.below(100, "association ended", "p", "t") < 4
    return (
        pl.concat([own, *extra])
        .unique(["p", "t"], keep="first", maintain_order=True)
        .with_columns(word=pl.lit(tenants["word"]).gather("t"), kind=pl.lit(partners["kind"]).gather("p"))
        .join(kinds, on="kind", how="left", maintain_order="left")
        .with_columns(
            set=pl.col("first_set") + chance.skewed(pl.col("sets"), "association set", "p", "t"),
            since=pl.when(late).then(chance.below(plan.months, "association since", "p", "t")).otherwise(0),
            until=pl.when(ended).then(chance.below(plan.months, "association until", "p", "t")).otherwise(plan.months),
        )
        .sort("p", "word")
        .select("p", "t", "since", "until", "set")
    )
