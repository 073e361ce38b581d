"""Coverage of associations: what customers use, what nobody recognizes, the points that an association alone would add, and what is odd."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from attain.advise.applying import NAME_OF
from attain.advise.association_guide import association_guide, easiest
from attain.advise.claims import CLAIMED
from attain.advise.partner_facts import USAGE
from attain.advise.recognition import Product, products, shows_on
from attain.advise.record_checks import RecordCheck, record_checks
from attain.scoring.conditions import association_mask
from attain.scoring.windows import YEAR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attain.advise.association_guide import Setting
    from attain.advise.claims import Claim
    from attain.advise.columns import Columns, Record
    from attain.advise.hypothesis import Hypotheses
    from attain.advise.partner_facts import PartnerFacts
    from attain.scoring.exact import ExactScores

ZERO = Fraction(0)
MOST_CUSTOMERS = 50
"""So many customers at most are tried one by one, those with most usage; `together` has all of them."""
Points = dict[str, dict[str, Fraction]]
"""Designation -> track -> points of the total."""


@dataclass(frozen=True)
class Proposal:
    """One association that is missing for one product of a customer: what would do, and how the one proposed is set."""

    table: str
    product: str
    name: str
    association: str
    eligible: tuple[str, ...]
    setting: Setting


@dataclass(frozen=True)
class Unclaimed:
    """One customer's usage that is not recognized, and what its associations alone would add.

    `points` are the changes of the totals once the associations have been there for twelve months; `at_once` with the data month alone.
    Both are 0 where the usage is too small to count or a metric is full.
    """

    tenant_id: str
    customer: str
    proposals: tuple[Proposal, ...]
    points: Points
    at_once: Points
    best: Fraction
    """The points on the tracks that count today, all designations together."""


@dataclass(frozen=True)
class Coverage:
    """The whole answer for one partner on one day.

    Attributes:
        products: what every customer uses, with the associations on it.
        unclaimed: customers with usage that is not recognized, those that would add most first; of many, those with most of it.
        together: what all of it would add if every association were there; `together_at_once` with the data month alone.
        shows_on: when usage of the present month would count, if an association were set today.
        checks: what is odd in the records: twins, location ids, links without usage, claims.
    """

    partner_id: str
    as_of: dt.date
    products: tuple[Product, ...]
    unclaimed: tuple[Unclaimed, ...]
    together: Points
    together_at_once: Points
    shows_on: str
    checks: tuple[RecordCheck, ...]
    claims: tuple[Claim, ...]

    @property
    def unrecognized(self) -> tuple[Product, ...]:
        """Give the products of which something is not recognized."""
        return tuple(one for one in self.products if one.lacks)

    @property
    def lacking(self) -> int:
        """Count the customers with usage that is not recognized; `unclaimed` has no more of them than were tried."""
        return len({one.tenant_id for one in self.unrecognized})

    def matching(self, text: str, *, lacks: bool = False, association: str = "") -> tuple[Product, ...]:
        """Give the products whose customer or own name has a text; with `lacks` those of which something is not recognized.

        `association` is one of `GROUPS`, or `none` for products without any.
        """
        sought = text.casefold()
        return tuple(
            one
            for one in self.products
            if sought in f"{one.customer} {one.tenant_id} {one.name}".casefold()
            and (one.lacks or not lacks)
            and (not association or (not one.associations if association == "none" else bool(of_group(association, one.associations))))
        )


def of_group(group: str, codes: Sequence[str]) -> list[str]:
    """Give the associations that belong to a group."""
    return [code for code in codes if (code in CLAIMED if group == "cpor" else code == group)]


def coverage(hypotheses: Hypotheses, claims: Sequence[Claim] = ()) -> Coverage:
    """Show which associations cover what customers use, and what the missing ones would add; `claims` are those the user keeps."""
    every = products(hypotheses)
    lacking: dict[str, list[Product]] = {}
    for one in every:
        if one.lacks:
            lacking.setdefault(one.tenant_id, []).append(one)
    order = sorted(lacking, key=lambda tenant: (-sum((lack.amount for one in lacking[tenant] for lack in one.lacks), ZERO), tenant))
    tried = order[: hypotheses.affordable(MOST_CUSTOMERS)]
    proposals = {tenant: proposed(lacking[tenant]) for tenant in order}
    wanted = [[tenant] for tenant in tried] + [order]
    sides = [_recognized(hypotheses, {tenant: proposals[tenant] for tenant in some}, once) for some in wanted for once in (False, True)]
    scores = hypotheses.score_many(sides)
    gains = [_gains(hypotheses.current, score) for score in scores]
    found = [
        _unclaimed(hypotheses, lacking[tenant], proposals[tenant], gains[2 * place], gains[2 * place + 1])
        for place, tenant in enumerate(tried)
    ]
    return Coverage(
        partner_id=hypotheses.account,
        as_of=hypotheses.on,
        products=tuple(every),
        unclaimed=tuple(sorted(found, key=lambda one: (-one.best, one.customer, one.tenant_id))),
        together=gains[-2],
        together_at_once=gains[-1],
        shows_on=shows_on(hypotheses),
        checks=tuple(record_checks(hypotheses, every, claims)),
        claims=tuple(claim for claim in claims if claim.partner_id == hypotheses.account or claim.partner_id in _locations(hypotheses)),
    )


def _locations(hypotheses: Hypotheses) -> set[str]:
    return set(hypotheses.today.frames["locations"]["partner_id"].to_list())


def proposed(lacking: Sequence[Product]) -> tuple[Proposal, ...]:
    """Propose for each product the associations that together let every pool recognize it."""
    guide = association_guide()
    made: list[Proposal] = []
    for one in lacking:
        chosen: dict[str, tuple[str, ...]] = {}
        for lack in sorted(one.lacks, key=lambda lack: len(lack.eligible)):
            if not chosen.keys() & set(lack.eligible):
                chosen[easiest(lack.eligible)] = lack.eligible
        made += [Proposal(one.table, one.product, one.name, code, eligible, guide.of(code)) for code, eligible in chosen.items()]
    return tuple(made)


def _recognized(hypotheses: Hypotheses, proposals: Mapping[str, Sequence[Proposal]], at_once: bool) -> PartnerFacts:
    """Let usage carry what is proposed, for twelve months up to the data month, or in that alone."""
    held = hypotheses.today
    frames: dict[str, pl.DataFrame] = {}
    for table in USAGE:
        bits: dict[tuple[str, int], int] = {}
        for tenant, some in proposals.items():
            for one in some:
                if one.table == table:
                    key = (tenant, held.code(NAME_OF[table], one.product))
                    bits[key] = bits.get(key, 0) | association_mask([one.association])
        if not bits:
            continue
        kind, last = NAME_OF[table], hypotheses.plan.windows[table].data_month
        schema = {"tenant_id": pl.String(), kind: pl.Int32(), "#bits": pl.Int32()}
        added = pl.DataFrame([(*key, mask) for key, mask in bits.items()], schema=schema, orient="row")
        frame = held.frames[table]
        joined = frame.join(added, on=["tenant_id", kind], how="left", maintain_order="left")
        begins = pl.col("month") >= (last if at_once else last - YEAR + 1)
        mask = pl.when(begins).then(pl.col("associations") | pl.col("#bits").fill_null(0)).otherwise("associations")
        frames[table] = joined.with_columns(mask.cast(pl.Int32).alias("associations")).select(frame.columns)
    return held.with_frames(frames)


def _gains(before: ExactScores, after: ExactScores) -> Points:
    """Give what each track's total gains, where it does."""
    gains: Points = {}
    for name, score in after.of.items():
        for track, points in score.points.items():
            gain = sum(points.values(), ZERO) - sum(before.of[name].points[track].values(), ZERO)
            if gain:
                gains.setdefault(name, {})[track] = gain
    return gains


def _unclaimed(
    hypotheses: Hypotheses, lacking: Sequence[Product], proposals: tuple[Proposal, ...], points: Points, at_once: Points
) -> Unclaimed:
    best = sum(
        (gain for name, tracks in points.items() for track, gain in tracks.items() if track == hypotheses.current.of[name].selected), ZERO
    )
    return Unclaimed(lacking[0].tenant_id, lacking[0].customer, proposals, points, at_once, best)


COLUMNS: Columns = {
    "partner_id": "text",
    "as_of": "day",
    "tenant_id": "text",
    "customer": "text",
    "table": "text",
    "product": "text",
    "associations": "text",
    "recorded": "text",
    "amount": "amount",
    "seats": "amount",
    "unrecognized_in": "text",
    "missing": "text",
    "points": "amount",
}


def records(found: Coverage) -> list[Record]:
    """Give one row a customer and product, with `COLUMNS`; `points` are those of the customer's missing associations together."""
    best = {one.tenant_id: one.best for one in found.unclaimed}
    return [
        {
            "partner_id": found.partner_id,
            "as_of": found.as_of,
            "tenant_id": one.tenant_id,
            "customer": one.customer,
            "table": one.table,
            "product": one.product,
            "associations": "+".join(one.associations),
            "recorded": "+".join(one.recorded),
            "amount": one.amount,
            "seats": one.seats,
            "unrecognized_in": "+".join(dict.fromkeys(lack.designation for lack in one.lacks)),
            "missing": "+".join(each.association for each in proposed([one])),
            "points": best.get(one.tenant_id) if one.lacks else None,
        }
        for one in found.products
    ]
