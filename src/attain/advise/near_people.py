"""Certificates near a condition: not linked, just expired or about to expire, each by what it would gain or lose through the score."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from attain.advise.certificate_days import last_day, may_be_earned
from attain.advise.partner_facts import CERTIFICATIONS
from attain.scoring.units import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.advise.hypothesis import Hypotheses
    from attain.advise.partner_facts import PartnerFacts

ZERO = Fraction(0)


@dataclass(frozen=True)
class NearCertificate:
    """One certificate and metric: `days` until it stops to count (negative: since it did; 0: it is not linked), and the points at stake."""

    designation: str
    metric: str
    person: str
    name: str
    certification: str
    days: int
    points: Fraction
    reason: str


def near_people(hypotheses: Hypotheses, days: int) -> Iterator[NearCertificate]:
    """Try each such certificate as the other way round; points are those of the metric on the track that counts today."""
    found = list(_candidates(hypotheses, days))
    scores = hypotheses.score_many([held for *_, held in found])
    for (person, name, code, left, reason, _), score in zip(found, scores, strict=True):
        for designation, before in hypotheses.current.of.items():
            after = score.of[designation].points[before.selected]
            for metric, points in before.points[before.selected].items():
                if after[metric] != points:
                    yield NearCertificate(designation, metric, person, name, code, left, after[metric] - points, reason)


def _candidates(hypotheses: Hypotheses, days: int) -> Iterator[tuple[str, str, str, int, str, PartnerFacts]]:
    today = hypotheses.today
    frame = today.frames.get(CERTIFICATIONS)
    if frame is None:
        return
    numbered = frame.with_row_index("#row").filter(pl.col("person_id") != "")
    for row in numbered.sort("person_id", "certification", "earned_on").iter_rows(named=True):
        code: str = today.names["certification"][int(row["certification"])]
        ends = last_day(hypotheses, code, row["expires_on"])
        left = 0 if ends is None else (ends - hypotheses.on).days
        this = pl.int_range(pl.len()) == row["#row"]
        person, name = str(row["person_id"]), str(row["person_name"] or "")
        if row["earned_on"] > hypotheses.on or row["status"] == "left":
            continue
        if row["status"] == "not_linked":
            if ends is None or ends >= hypotheses.on:
                held = frame.with_columns(pl.when(this).then(pl.lit("active")).otherwise("status").alias("status"))
                reason = f"{code} is not linked to the company: linking it is enough"
                yield person, name, code, 0, reason, today.with_frames({CERTIFICATIONS: held})
        elif ends is not None and 0 <= left <= days:
            held = frame.filter(~this)
            yield (
                person,
                name,
                code,
                left,
                f"{code} counts until {ends}, {counted(str(left), 'days')} more",
                today.with_frames({CERTIFICATIONS: held}),
            )
        elif (
            row["expires_on"] is not None
            and -days <= (row["expires_on"] - hypotheses.on).days < 0
            and may_be_earned(hypotheses, code, hypotheses.on)
        ):
            held = frame.with_columns(pl.when(this).then(None).otherwise("expires_on").alias("expires_on"))
            since = (row["expires_on"] - hypotheses.on).days
            yield (
                person,
                name,
                code,
                since,
                f"{code} expired on {row['expires_on']}: counts again if earned anew",
                today.with_frames({CERTIFICATIONS: held}),
            )
