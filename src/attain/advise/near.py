"""Near misses and what is at risk: for every condition of every metric, who is just below or just above, ranked by points.

Points are those that the metric would gain or lose on the track that counts if the one condition turned: floor, cap and options included.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from attain.advise.near_people import near_people
from attain.advise.trends import Month, series
from attain.engine.bounds import bounds, share_bound
from attain.explaining.states import UsagePart, usage_state
from attain.explaining.words import number, unit
from attain.scoring.conditions import MONEY_SCALE
from attain.scoring.units import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from attain.advise.columns import Columns, Record
    from attain.advise.hypothesis import Hypotheses
    from attain.advise.states import Standings
    from attain.advise.trends import Series
    from attain.explaining.entities import Key
    from attain.explaining.states import MetricState
    from attain.explaining.verdicts import Side, Verdict
    from attain.rulebook.catalog import Catalog
    from attain.rulebook.resolve import PoolRules
    from attain.scoring.pools import PoolPlan

ZERO = Fraction(0)
State = Literal["near_miss", "at_risk"]
Condition = Literal["threshold", "band_top", "active_share", "certificate"]
WITHIN = Fraction(1, 4)
"""How near counts as near, unless asked otherwise: a quarter of what the condition asks for."""
TREND_MONTHS = 3
EACH = 24
"""So many are kept for each condition and state of a pool: those with the least way to go."""


@dataclass(frozen=True)
class Near:
    """One customer (or its workload, or a person) near a condition.

    Attributes:
        condition: which one: the threshold or lower end of a band, the band's upper end, the active share, or a certificate's validity.
        value: what is judged: US dollars, paid licenses of the largest workload, active users, consumption value; days for a certificate.
        needed: what the condition asks for.
        distance: how much is missing, or how much may be lost before the condition fails.
        trend: the value now less three months ago; None where the facts do not tell.
        months: months up to the data month in which the condition stands as it does now, at most thirteen.
        points: what the metric gains (near miss) or loses (at risk, negative) if this alone turns; 0 where floor or cap hold it back.
    """

    state: State
    designation: str
    track: str
    metric: str
    part: str
    condition: Condition
    entity: str
    tenant_id: str
    name: str
    value: Fraction
    needed: Fraction
    distance: Fraction
    unit: str
    trend: Fraction | None
    months: int
    points: Fraction
    reason: str


@dataclass(frozen=True)
class NearList:
    """Near misses and what is at risk for one partner on one day, most points first, then the shortest way.

    Of those near one condition of one pool the `EACH` nearest are in `rows`, either way; `left_out` counts the others.
    """

    partner_id: str
    as_of: dt.date
    within: Fraction
    days: int
    rows: tuple[Near, ...]
    left_out: int = 0

    def of(self, state: State, designation: str | None = None) -> tuple[Near, ...]:
        """Give those in one state, of one designation if it is named."""
        return tuple(row for row in self.rows if row.state == state and designation in {None, row.designation})

    def matching(self, text: str, *, designation: str = "", state: str = "", condition: str = "", moves: bool = False) -> tuple[Near, ...]:
        """Give those whose customer or person has a text, of what else is named; with `moves` those that move points."""
        sought = text.casefold()
        return tuple(
            row
            for row in self.rows
            if sought in f"{row.name} {row.entity}".casefold()
            and designation in {"", row.designation}
            and state in {"", row.state}
            and condition in {"", row.condition}
            and (row.points != 0 or not moves)
        )


def near(hypotheses: Hypotheses, *, within: Fraction = WITHIN, days: int = 90) -> NearList:
    """List near misses and what is at risk: within that share of what a condition asks for, and certificates within so many days."""
    standings = hypotheses.standings
    found: list[Near] = []
    left_out = 0
    for designation, score in hypotheses.current.of.items():
        for state in standings.of(designation):
            for part in state.parts:
                if isinstance(part, UsagePart) and part.pool.rules.pool.window != "from_association":
                    looking = _Looking(hypotheses, standings, designation, score.selected, state, part, within)
                    found.extend(looking.rows())
                    left_out += looking.left_out
    found.extend(_of_people(hypotheses, days))
    ranked = sorted(
        found,
        key=lambda row: (-abs(row.points), row.distance / row.needed if row.needed else ZERO, row.designation, row.metric, row.entity),
    )
    return NearList(hypotheses.account, hypotheses.on, within, days, tuple(ranked), left_out)


def _of_people(hypotheses: Hypotheses, days: int) -> Iterator[Near]:
    for one in near_people(hypotheses, days):
        yield Near(
            state="near_miss" if one.points > 0 else "at_risk",
            designation=one.designation,
            track=hypotheses.current.of[one.designation].selected,
            metric=one.metric,
            part="",
            condition="certificate",
            entity=one.person,
            tenant_id="",
            name=one.name,
            value=Fraction(one.days),
            needed=Fraction(days),
            distance=Fraction(abs(one.days)),
            unit="days",
            trend=None,
            months=0,
            points=one.points,
            reason=one.reason,
        )


@dataclass(frozen=True)
class _Candidate:
    """An entity near a condition: its verdict as it would be if the condition turned."""

    key: Key
    condition: Condition
    value: Fraction
    needed: Fraction
    distance: Fraction
    turned: Verdict
    holds: Callable[[Month], bool]


class _Looking:
    """Looks through the entities of one pool."""

    def __init__(
        self,
        hypotheses: Hypotheses,
        standings: Standings,
        designation: str,
        track: str,
        state: MetricState,
        part: UsagePart,
        within: Fraction,
    ) -> None:
        self.hypotheses, self.standings, self.designation, self.track = hypotheses, standings, designation, track
        self.state, self.part, self.within = state, part, within
        self.rules: PoolRules = part.pool.rules
        self.left_out = 0
        self._known: dict[tuple[Fraction, ...], Fraction] = {}
        scale = MONEY_SCALE if self.rules.pool.measure in {"acr", "revenue", "consumption_value"} else 1
        limits = None if self.rules.qualifies_if is None else bounds(self.rules.qualifies_if, scale)
        self.low = None if limits is None or limits.low is None else Fraction(limits.low, scale)
        self.high = None if limits is None or limits.high is None else Fraction(limits.high, scale)
        self.share = None if self.rules.active_share is None else share_bound(self.rules.active_share)

    def rows(self) -> Iterator[Near]:
        """Give those near a condition, either way."""
        below: dict[Condition, list[_Candidate]] = {}
        above: dict[Condition, list[_Candidate]] = {}
        for key, verdict in self.part.verdicts.items():
            for one in self._below(key, verdict) if not verdict.now.counts else ():
                below.setdefault(one.condition, []).append(one)
            for one in self._above(key, verdict) if verdict.now.counts else ():
                above.setdefault(one.condition, []).append(one)
        if not below and not above:
            return
        self.left_out = sum(max(len(candidates) - EACH, 0) for side in (below, above) for candidates in side.values())
        nearest: list[tuple[State, _Candidate]] = []
        nearest.extend(("near_miss", one) for candidates in below.values() for one in _first(candidates))
        nearest.extend(("at_risk", one) for candidates in above.values() for one in _first(candidates))
        tenants = None if self.rules.pool.entity == "service" else {one.key[0] for _, one in nearest}
        months = series(self.standings.plan, self.part.pool, self.hypotheses.today, tenants)
        for state, one in nearest:
            yield self._row(state, one, months)

    def _below(self, key: Key, verdict: Verdict) -> Iterator[_Candidate]:
        """Find the one condition that fails, where it nearly holds and the others do."""
        now = verdict.now
        if verdict.excluded:
            return
        enough = self._inside(verdict)
        shared = self._reaches(now)
        if (
            self.low is not None
            and not enough
            and ZERO < now.judged < self.low
            and self.low - now.judged <= self.within * self.low
            # Seats that are bought for it lower the active share.
            and self._reaches(replace(now, paid=now.paid + self.low - now.judged))
        ):
            low = self.low
            amount = max(now.amount, low) if self._sums_what_it_judges() else now.amount
            turned = replace(verdict, now=replace(now, counts=True, judged=low, amount=amount))
            yield _Candidate(key, "threshold", now.judged, low, low - now.judged, turned, lambda month: month.judged >= low)
        elif enough and not shared and self.share is not None and now.paid > 0:
            needed = self._users_needed(now)
            if needed - now.active <= self.within * needed:
                amount = max(now.amount, needed) if self.rules.pool.measure == "active_users" else now.amount
                turned = replace(verdict, now=replace(now, counts=True, active=needed, amount=amount))
                yield _Candidate(key, "active_share", now.active, needed, needed - now.active, turned, self._month_reaches)

    def _above(self, key: Key, verdict: Verdict) -> Iterator[_Candidate]:
        """Find conditions that hold by little."""
        now = verdict.now
        turned = replace(verdict, now=replace(now, counts=False))
        if self.low is not None and self.low > 0 and now.judged - self.low <= self.within * self.low and self._inside(verdict):
            low = self.low
            yield _Candidate(key, "threshold", now.judged, low, now.judged - low, turned, lambda month: month.judged >= low)
        if self.high is not None and not self._stays(verdict) and ZERO <= self.high - now.judged <= self.within * self.high:
            high = self.high
            yield _Candidate(key, "band_top", now.judged, high, high - now.judged, turned, lambda month: month.judged <= high)
        if self.share is not None and now.paid > 0:
            needed = self._users_needed(now)
            if ZERO <= now.active - needed <= self.within * needed:
                yield _Candidate(key, "active_share", now.active, needed, now.active - needed, turned, self._month_reaches)

    def _inside(self, verdict: Verdict) -> bool:
        """Say whether the threshold or band is met now: for seats any workload may meet it."""
        judged = verdict.now.judged
        high = self.high is None or judged <= self.high
        return verdict.inside_now or verdict.now.counts or ((self.low is None or judged >= self.low) and high)

    def _stays(self, verdict: Verdict) -> bool:
        """Say whether growth over the band's upper end would be a promotion (I-4)."""
        rule = self.rules.qualifies_if
        then = verdict.then.judged
        return rule is not None and rule.promoted and (self.low is None or then >= self.low) and (self.high is None or then <= self.high)

    def _sums_what_it_judges(self) -> bool:
        return self.rules.pool.value == "sum" and self.rules.pool.table != "workload_usage"

    def _reaches(self, side: Side) -> bool:
        return self.share is None or side.active >= self._users_needed(side)

    def _users_needed(self, side: Side | Month) -> Fraction:
        """Give the least whole number of active users that reaches the share (I-5)."""
        assert self.share is not None
        exact = side.paid * self.share.numerator / self.share.denominator
        return Fraction(math.floor(exact) + 1 if self.share.strict else math.ceil(exact))

    def _month_reaches(self, month: Month) -> bool:
        return month.paid > 0 and month.active >= self._users_needed(month)

    def _row(self, state: State, one: _Candidate, months: Series) -> Near:
        pool: PoolPlan = self.part.pool
        tenant = one.key[0] if self.rules.pool.entity != "service" else ""
        measured = "active users" if one.condition == "active_share" else unit(self.rules.pool)
        return Near(
            state=state,
            designation=self.designation,
            track=self.track,
            metric=self.state.plan.rules.id,
            part=self.part.id if len(self.state.parts) > 1 else "",
            condition=one.condition,
            entity=entity_name(self.hypotheses.book.catalog, pool, one.key),
            tenant_id=tenant,
            name=self.hypotheses.customer_names.get(tenant, ""),
            value=one.value,
            needed=one.needed,
            distance=one.distance,
            unit=measured,
            trend=months.trend(one.key, TREND_MONTHS, _active if one.condition == "active_share" else _judged),
            months=months.since(one.key, one.holds),
            points=self._points(one),
            reason=_words(state, one, measured),
        )

    def _points(self, one: _Candidate) -> Fraction:
        """Work the metric out once more with the one verdict turned."""
        moved = (*self.part.verdicts[one.key].amounts, *one.turned.amounts)
        if moved not in self._known:
            self._known[moved] = self._worked_out(one)
        return self._known[moved]

    def _worked_out(self, one: _Candidate) -> Fraction:
        verdicts = {part.id: part.verdicts for part in self.state.parts if isinstance(part, UsagePart)}
        verdicts[self.part.id] = {**self.part.verdicts, one.key: one.turned}
        return usage_state(self.state.plan, verdicts, self.standings.plan.programme.increments).points - self.state.points


def _first(candidates: list[_Candidate]) -> list[_Candidate]:
    return sorted(candidates, key=lambda one: (one.distance / one.needed, one.key))[:EACH]


def _judged(month: Month) -> Fraction:
    return month.judged


def _active(month: Month) -> Fraction:
    return month.active


def entity_name(catalog: Catalog, pool: PoolPlan, key: Key) -> str:
    """Call an entity by its tenant, or by the catalog's name of the workload or service."""
    kind = pool.rules.pool.entity
    if kind == "tenant":
        return key[0]
    return (catalog.services if kind == "service" else catalog.workloads).name(key[-1])


def _words(state: State, one: _Candidate, measured: str) -> str:
    has, needed, distance = counted(number(one.value), measured), number(one.needed), number(one.distance)
    if state == "near_miss":
        return f"{has} of {needed}: {distance} more and it counts"
    if one.condition == "band_top":
        return f"{has}, counts up to {needed}: {distance} more at most"
    return f"{has}, {needed} needed: counts with {distance} to spare"


COLUMNS: Columns = {
    "partner_id": "text",
    "as_of": "day",
    "state": "text",
    "designation": "text",
    "track": "text",
    "metric": "text",
    "part": "text",
    "condition": "text",
    "entity": "text",
    "tenant_id": "text",
    "name": "text",
    "value": "amount",
    "needed": "amount",
    "distance": "amount",
    "unit": "text",
    "trend": "amount",
    "months": "count",
    "points": "amount",
    "reason": "text",
}


def records(found: NearList) -> list[Record]:
    """Give the rows with `COLUMNS`."""
    shared: Record = {"partner_id": found.partner_id, "as_of": found.as_of}
    return [{**shared, **{name: getattr(row, name) for name in COLUMNS if name not in shared}} for row in found.rows]
