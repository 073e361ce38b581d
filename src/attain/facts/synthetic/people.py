"""Certificates, association records and enrollments of the partners beside the cast."""

from __future__ import annotations

import datetime as dt

import polars as pl

from attain.facts.synthetic.chance import Chance, hex16
from attain.facts.synthetic.plan import DemoPlan
from attain.facts.synthetic.population import Population, association_sets, owner, shares
from attain.facts.synthetic.vocabulary import vocabulary

_TEAMS = ((0, 1, 2, 2, 3, 3, 3, 3), (0, 0, 0, 1, 1, 1, 1, 1), (0, 1, 1, 2, 2, 3, 3, 3), (0, 0, 0, 0, 0, 0, 0, 0), (0, 1, 2, 3, 4, 4, 4, 5))
"""How eight certificates in a row are spread over people."""
_YEAR = 365


def certifications(plan: DemoPlan, population: Population) -> pl.DataFrame:
    """Generate `certifications`: four in five renewed year by year, some expired or about to, exams taken while they could be."""
    chance = Chance(plan.seed)
    exams = vocabulary().certificates
    last = pl.Series([exam.last_exam or dt.date.max for exam in exams], dtype=pl.Date)
    first = pl.Series([exam.first_exam or dt.date(2000, 1, 1) for exam in exams], dtype=pl.Date)
    expiring = pl.Series([exam.expires for exam in exams])
    words = vocabulary().words
    as_of = pl.lit(plan.as_of)
    team = pl.lit(pl.Series([number for row in _TEAMS for number in row], dtype=pl.Int64))
    frame = (
        owner(shares(1_000_000_000 // (population.partners["rank"] + 20), plan.size("certificates")))
        .with_columns(block=pl.col("n") // 8)
        .with_columns(person=pl.col("block") * 8 + team.gather(chance.below(len(_TEAMS), "team", "block") * 8 + pl.col("n") % 8))
        .with_columns(
            exam=(pl.col("n") % 8 + chance.skewed(len(exams), "first exam", "p", "person")) % len(exams),
            age=chance.below(1200, "earned", "n"),
            word=chance.word("person", "p", "person"),
        )
        .with_columns(first=pl.lit(first).gather("exam"), last=pl.lit(last).gather("exam"))
        .with_columns(open=pl.min_horizontal("last", as_of))
        .with_columns(earned_on=pl.col("open") - pl.duration(days=pl.col("age")))
        .with_columns(earned_on=pl.max_horizontal("earned_on", "first"))
        .filter(pl.col("earned_on") <= as_of)
        .with_columns(
            renewals=pl.when(chance.below(10, "renewed", "n") < 8)
            .then(pl.max_horizontal((pl.col("open") - pl.col("earned_on")).dt.total_days() // _YEAR, 0))
            .otherwise(0)
        )
    )
    standing = chance.below(100, "standing", "n")
    return frame.select(
        partner_id=pl.lit(population.partners["partner_id"]).gather("p"),
        person_id=hex16(pl.col("word")),
        person_name=pl.concat_str(
            chance.pick(words.given, "given", "p", "person"), chance.pick(words.family, "family", "p", "person"), separator=" "
        ),
        certification=pl.lit(pl.Series([exam.name for exam in exams])).gather("exam"),
        earned_on="earned_on",
        expires_on=pl.when(pl.lit(expiring).gather("exam")).then(pl.col("earned_on") + pl.duration(days=(pl.col("renewals") + 1) * _YEAR)),
        status=pl.when(standing < 4).then(pl.lit("not_linked")).when(standing < 6).then(pl.lit("left")).otherwise(pl.lit("active")),
    ).sort("partner_id", "person_id", "certification", "earned_on")


def associations(plan: DemoPlan, population: Population) -> pl.DataFrame:
    """Generate `associations`: the codes of each link with the day each started and, where it did, ended."""
    chance = Chance(plan.seed)
    starts = pl.Series(plan.month_list(), dtype=pl.Date)
    ends = pl.Series([plan.month(plan.months - 1 - number) for number in range(plan.months)] + [None], dtype=pl.Date)
    codes = association_sets().select(
        pl.col("set").cast(pl.Int64),
        association=pl.concat_list(pl.col(column).str.split("+") for column in ("azure", "workload", "revenue")).list.unique(
            maintain_order=True
        ),
    )
    before = pl.lit(starts.first()) - pl.duration(days=chance.below(700, "associated before", "p", "t") + 1)
    claim = pl.lit("CL-") + (chance.below(9_000_000, "claim", "p", "t") + 1_000_000).cast(pl.String)
    return (
        population.links.filter(pl.col("since") < pl.col("until"))
        .join(codes, on="set", how="left", maintain_order="left")
        .explode("association")
        .filter(pl.col("association") != "")
        .select(
            partner_id=pl.lit(population.partners["partner_id"]).gather("p"),
            tenant_id=pl.lit(population.tenants["tenant_id"]).gather("t"),
            association="association",
            scope=pl.lit(""),
            started_on=pl.when(pl.col("since") == 0).then(before).otherwise(pl.lit(starts).gather("since")),
            ended_on=pl.lit(ends).gather("until") - pl.duration(days=1),
            claim_id=pl.when(pl.col("association").str.starts_with("cpor")).then(claim),
        )
    )


def enrollments(plan: DemoPlan, population: Population) -> pl.DataFrame:
    """Generate `enrollments`: one partner in six, in one to three designations that share an anniversary."""
    chance = Chance(plan.seed)
    names = vocabulary().designations
    listed = pl.lit(pl.Series("designation", names))
    paid = pl.lit(plan.as_of) - pl.duration(days=chance.below(390, "paid", "p"))
    track = pl.when(pl.col("rank") < pl.len() // 8).then(pl.lit("enterprise")).otherwise(pl.lit("smb"))
    return (
        population.partners.filter((pl.col("account") == "global") & (chance.below(6, "enrolled", "p") == 0))
        .with_columns(paid_on=paid, track=track, j=pl.int_ranges(0, chance.below(3, "designations", "p") + 1))
        .explode("j")
        .select(
            "partner_id",
            designation=listed.gather((pl.col("j") + chance.below(len(names), "designation", "p")) % len(names)),
            enrolled_on="paid_on",
            paid_on="paid_on",
            anniversary=pl.col("paid_on") + pl.duration(days=_YEAR),
            track="track",
        )
        .sort("partner_id", "designation")
    )
