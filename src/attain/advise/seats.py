"""Unused seats: bought against assigned against active, and what it gives to bring the active share to what a metric asks for."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from attain.advise.partner_facts import SEATS
from attain.engine.bounds import share_bound
from attain.explaining.states import UsagePart
from attain.explaining.words import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.advise.columns import Columns, Record
    from attain.advise.hypothesis import Hypotheses
    from attain.advise.partner_facts import PartnerFacts
    from attain.engine.bounds import ShareBound

ZERO = Fraction(0)
MOST_CUSTOMERS = 50
"""So many customers are raised, those with the fewest users to go."""


@dataclass(frozen=True)
class Seats:
    """One customer's workload in the data month. `unassigned` and `unused` seats are bought; the active share is measured on all bought.

    `assigned` is None where no file tells it: somebody uses a seat and nobody has one, or nobody has a seat of anything.
    """

    tenant_id: str
    customer: str
    workload: str
    name: str
    bought: int
    assigned: int | None
    active: int

    @property
    def unassigned(self) -> int | None:
        """Give the seats that nobody has; None where that is not known."""
        return None if self.assigned is None else max(self.bought - self.assigned, 0)

    @property
    def unused(self) -> int | None:
        """Give the seats that somebody has and does not use; None where that is not known."""
        return None if self.assigned is None else max(min(self.assigned, self.bought) - self.active, 0)

    @property
    def idle(self) -> int:
        """Give the seats that are bought and not used, whether somebody has them or not."""
        return max(self.bought - self.active, 0)

    @property
    def share(self) -> Fraction | None:
        """Give the active share; None without seats."""
        return Fraction(self.active, self.bought) if self.bought else None


@dataclass(frozen=True)
class ShareGoal:
    """What it takes for one customer to reach the active share of one metric, and what it gives.

    `bought` and `active` are summed over the workloads that the metric keeps and recognizes (I-5); `more_users` are missing. `points` are
    by designation on the track that counts, through the score, with the users put on the workload with most unused seats.
    """

    tenant_id: str
    customer: str
    designation: str
    metric: str
    part: str
    bought: int
    active: int
    more_users: int
    share_needed: str
    points: dict[str, Fraction]

    @property
    def gain(self) -> Fraction:
        """Give the points of all designations together."""
        return sum(self.points.values(), ZERO)


@dataclass(frozen=True)
class SeatUse:
    """Seats of one partner in its data month (None: the facts have no seats), and the goals worth most first.

    `short` customers are short of an active share; of many, only the `tried` ones with the fewest users to go have goals.
    """

    partner_id: str
    as_of: dt.date
    data_month: int | None
    seats: tuple[Seats, ...]
    goals: tuple[ShareGoal, ...]
    short: int = 0
    tried: int = 0

    @property
    def counts(self) -> tuple[int, int, int]:
        """Count all seats that are bought, known to be assigned, and active."""
        return (
            sum(one.bought for one in self.seats),
            sum(one.assigned or 0 for one in self.seats),
            sum(one.active for one in self.seats),
        )

    @property
    def untold(self) -> int:
        """Count the customers' workloads of which no file tells how many seats are assigned."""
        return sum(one.assigned is None for one in self.seats)

    def matching(self, text: str, *, idle: bool) -> tuple[Seats, ...]:
        """Give the seats whose customer or workload has a text; with `idle` those of which some are not assigned or not used."""
        sought = text.casefold()
        return tuple(
            one
            for one in self.seats
            if sought in f"{one.customer} {one.tenant_id} {one.name}".casefold() and (one.idle or one.unassigned or not idle)
        )


def seat_use(hypotheses: Hypotheses) -> SeatUse:
    """Compare seats bought, assigned and active, and try the active share that each metric of a track that counts asks for."""
    window = hypotheses.plan.windows.get(SEATS)
    if window is None:
        return SeatUse(hypotheses.account, hypotheses.on, None, (), ())
    frame = hypotheses.today.frames[SEATS].filter(month=window.data_month)
    customers = hypotheses.customer_names
    names, workloads = hypotheses.today.names["workload"], hypotheses.book.catalog.workloads
    summed = frame.group_by("tenant_id", "workload").agg(pl.col("paid_licenses", "assigned_licenses", "active_users").sum())
    # Facts have 0 for what a file leaves empty.
    any_assigned = bool(summed["assigned_licenses"].sum())
    seats: list[Seats] = []
    for row in summed.iter_rows(named=True):
        tenant, workload = str(row["tenant_id"]), names[int(row["workload"])]
        bought, has, active = (int(row[name] or 0) for name in ("paid_licenses", "assigned_licenses", "active_users"))
        assigned = has if has or (any_assigned and not active) else None
        seats.append(Seats(tenant, customers.get(tenant, ""), workload, workloads.name(workload), bought, assigned, active))
    ordered = sorted(seats, key=lambda one: (-one.idle, one.customer, one.tenant_id, one.name))
    shorts = sorted(_shorts(hypotheses), key=lambda one: (one.more, one.tenant, one.designation, one.metric, one.part.id))
    short = list(dict.fromkeys(one.tenant for one in shorts))
    tried = set(short[: hypotheses.affordable(MOST_CUSTOMERS)])
    made = _goals(hypotheses, [one for one in shorts if one.tenant in tried], window.data_month)
    goals = sorted(made, key=lambda goal: (-goal.gain, goal.more_users, goal.tenant_id, goal.designation))
    return SeatUse(hypotheses.account, hypotheses.on, window.data_month, tuple(ordered), tuple(goals), len(short), len(tried))


@dataclass(frozen=True)
class _Short:
    """A customer in the band of a metric whose active share is too low."""

    tenant: str
    designation: str
    metric: str
    part: UsagePart
    bought: int
    active: int
    more: int
    share: ShareBound


def _goals(hypotheses: Hypotheses, tried: list[_Short], month: int) -> Iterator[ShareGoal]:
    scores = hypotheses.score_many([_raised(hypotheses, one, month) for one in tried])
    customers = hypotheses.customer_names
    for one, score in zip(tried, scores, strict=True):
        gains: dict[str, Fraction] = {}
        for name, before in hypotheses.current.of.items():
            gain = sum(score.of[name].points[before.selected].values(), ZERO) - sum(before.points[before.selected].values(), ZERO)
            if gain:
                gains[name] = gain
        percent = number(Fraction(one.share.numerator * 100, one.share.denominator))
        needed = f"more than {percent}%" if one.share.strict else f"{percent}%"
        yield ShareGoal(
            one.tenant,
            customers.get(one.tenant, ""),
            one.designation,
            one.metric,
            one.part.id,
            one.bought,
            one.active,
            one.more,
            needed,
            gains,
        )


def _shorts(hypotheses: Hypotheses) -> Iterator[_Short]:
    standings = hypotheses.standings
    for designation in hypotheses.current.of:
        for state in standings.of(designation):
            for part in state.parts:
                if not isinstance(part, UsagePart) or part.pool.rules.active_share is None:
                    continue
                share = share_bound(part.pool.rules.active_share)
                for key, verdict in part.verdicts.items():
                    now = verdict.now
                    exact = now.paid * share.numerator / share.denominator
                    needed = math.floor(exact) + 1 if share.strict else math.ceil(exact)
                    inside = verdict.inside_now or part.pool.rules.qualifies_if is None
                    if not now.counts and not verdict.excluded and inside and now.paid > 0 and now.active < needed:
                        bought, active = int(now.paid), int(now.active)
                        yield _Short(key[0], designation, state.plan.rules.id, part, bought, active, needed - active, share)


def _raised(hypotheses: Hypotheses, one: _Short, month: int) -> PartnerFacts:
    """Put the missing users on the kept workload of the customer with most unused seats."""
    frame = hypotheses.today.frames[SEATS]
    selection = hypotheses.plan.scans.selection(one.part.pool.rules).filter()
    numbered = frame.with_row_index("#row").filter(pl.col("tenant_id") == one.tenant, pl.col("month") == month)
    kept: pl.DataFrame = nw.from_native(numbered).filter(selection).to_native()
    unused = (pl.col("paid_licenses") - pl.col("active_users")).alias("#unused")
    row = int(kept.sort(unused, "#row", descending=[True, False])["#row"][0])
    here = pl.int_range(pl.len()) == row
    active = pl.when(here).then(pl.col("active_users") + one.more).otherwise("active_users").alias("active_users")
    return hypotheses.today.with_frames({SEATS: frame.with_columns(active)})


SEAT_COLUMNS: Columns = {
    "partner_id": "text",
    "as_of": "day",
    "tenant_id": "text",
    "customer": "text",
    "workload": "text",
    "bought": "count",
    "assigned": "count",
    "active": "count",
    "unassigned": "count",
    "unused": "count",
}
GOAL_COLUMNS: Columns = {
    "partner_id": "text",
    "as_of": "day",
    "tenant_id": "text",
    "customer": "text",
    "designation": "text",
    "metric": "text",
    "part": "text",
    "bought": "count",
    "active": "count",
    "more_users": "count",
    "share_needed": "text",
    "gain": "amount",
}


def seat_records(found: SeatUse) -> list[Record]:
    """Give one row a customer and workload, with `SEAT_COLUMNS`."""
    shared: Record = {"partner_id": found.partner_id, "as_of": found.as_of}
    return [{**shared, **{name: getattr(one, name) for name in SEAT_COLUMNS if name not in shared}} for one in found.seats]


def goal_records(found: SeatUse) -> list[Record]:
    """Give one row a customer and metric whose active share is too low, with `GOAL_COLUMNS`."""
    shared: Record = {"partner_id": found.partner_id, "as_of": found.as_of}
    return [{**shared, **{name: getattr(one, name) for name in GOAL_COLUMNS if name not in shared}} for one in found.goals]
