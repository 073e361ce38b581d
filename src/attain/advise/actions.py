"""Actions that may move a designation by a day: associations to set, certificates to earn, customers to take over a condition."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from attain.advise.ahead import refresh_day_of
from attain.advise.association_guide import easiest
from attain.advise.changes import AddAssociation, Certify, ChangeUsage
from attain.advise.near import near
from attain.advise.partner_facts import AZURE, CERTIFICATIONS, SEATS
from attain.advise.recognition import products
from attain.lifecycle.windows import next_refresh
from attain.scoring.windows import YEAR, first_day, latest_refreshed_month, month_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.advise.action_costs import ActionCosts, ActionKind, Takes
    from attain.advise.changes import Change
    from attain.advise.hypothesis import Hypotheses
    from attain.advise.near import Near

PEOPLE, NEWCOMERS, CUSTOMERS = 8, 4, 12
"""So many people, new people and customers a kind are thought of at most."""
WITHIN = Fraction(1, 2)


@dataclass(frozen=True)
class Action:
    """One thing to do. `group` is the customer or person it is about, `acts_on` the first day on which a score may show it."""

    kind: ActionKind
    group: str
    words: str
    changes: tuple[Change, ...]
    cost: Fraction
    days: int
    likelihood_percent: int
    acts_on: dt.date


def actions(future: Hypotheses, designation: str, start: dt.date, costs: ActionCosts) -> list[Action]:
    """List actions that, begun on `start`, act by the day of `future`, whose facts are those that are assumed for that day."""
    made = _Making(future, designation, start, costs)
    found = [*made.associations(), *made.certificates(), *made.customers()]
    return [action for action in found if action.acts_on <= future.on]


class _Making:
    def __init__(self, future: Hypotheses, designation: str, start: dt.date, costs: ActionCosts) -> None:
        self.future, self.designation, self.start, self.costs = future, designation, start, costs

    def _action(self, kind: ActionKind, group: str, words: str, changes: tuple[Change, ...], takes: Takes) -> Action:
        return Action(kind, group, words, changes, takes.cost_usd, takes.days, takes.likelihood_percent, self._acts_on(kind, takes.days))

    def _acts_on(self, kind: ActionKind, days: int) -> dt.date:
        """Give the refresh that shows it: for usage, that of the month in which it is done; certificates have their own."""
        done = self.start + dt.timedelta(days=days)
        day = refresh_day_of(self.future, done)
        if kind == "certify":
            return done + dt.timedelta(days=self.future.book.programme.on(done).skilling_refresh_days)
        refresh = next_refresh(day, done)
        while latest_refreshed_month(refresh, day) < month_number(done):
            refresh = next_refresh(day, refresh)
        return refresh

    def _done_month(self, takes: Takes) -> int:
        return month_number(self.start + dt.timedelta(days=takes.days))

    def associations(self) -> Iterator[Action]:
        by_tenant: dict[tuple[str, ActionKind], list[tuple[str, str, str]]] = defaultdict(list)
        names: dict[str, str] = {}
        for one in products(self.future):
            lacking = [lack for lack in one.lacks if lack.designation == self.designation]
            if lacking:
                code = easiest(lacking[0].eligible)
                kind: ActionKind = "link_csp" if code.startswith("csp") else "claim_cpor" if code.startswith("cpor") else "link_pal"
                by_tenant[one.tenant_id, kind].append((one.table, one.product, code))
                names[one.tenant_id] = one.customer or one.tenant_id
        for (tenant, kind), some in sorted(by_tenant.items())[: CUSTOMERS * 2]:
            takes = self.costs.of(kind)
            since = first_day(self._done_month(takes))
            changes = tuple(
                AddAssociation(
                    tenant=tenant,
                    association=code,
                    service=product if table == AZURE else None,
                    workload=None if table == AZURE else product,
                    since=since,
                )
                for table, product, code in dict.fromkeys(some)
            )
            codes = ", ".join(dict.fromkeys(code.upper() for _, _, code in some))
            yield self._action(kind, f"customer {tenant}", f"{codes} at {names[tenant]}", changes, takes)

    def certificates(self) -> Iterator[Action]:
        frame = self.future.today.frames.get(CERTIFICATIONS)
        if frame is None:
            return
        takes = self.costs.of("certify")
        done = self.start + dt.timedelta(days=takes.days)
        known = (
            frame.filter(pl.col("status") == "active", pl.col("person_id") != "").group_by("person_id").agg(pl.col("person_name").first())
        )
        people = sorted(known.iter_rows())[:PEOPLE] + [(f"New person {number}", None) for number in range(1, NEWCOMERS + 1)]
        retired = {term.code: term.retired_on for term in self.future.book.catalog.certifications.terms}
        wanted: dict[str, None] = {}
        for metrics in self.future.current.of[self.designation].plan.metrics.values():
            for metric in metrics:
                for step in metric.steps:
                    open_ = [code for code in step.rules.certificates if (ends := retired.get(code)) is None or ends >= done]
                    wanted |= dict.fromkeys(open_[:1])
        for person, name in people:
            for code in wanted:
                change = Certify(person=person, certification=code, earned_on=done)
                yield self._action("certify", f"person {person}", f"{name or person} earns {code}", (change,), takes)

    def customers(self) -> Iterator[Action]:
        seen: set[tuple[str, str]] = set()
        count: dict[str, int] = defaultdict(int)
        for row in near(self.future, within=WITHIN).of("near_miss", self.designation):
            if row.condition == "certificate" or not row.tenant_id or row.value <= 0:
                continue
            made = self._raise(row)
            if made is not None and (made.group, made.words) not in seen and count[made.kind] < CUSTOMERS:
                seen.add((made.group, made.words))
                count[made.kind] += 1
                yield made

    def _raise(self, row: Near) -> Action | None:
        called, group = row.name or row.tenant_id, f"customer {row.tenant_id}"
        if row.condition == "active_share":
            takes = self.costs.of("raise_active_share")
            percent = math.ceil(row.distance * 100 / row.value)
            change = ChangeUsage(tenant=row.tenant_id, percent=Fraction(percent), months=self._months(takes, SEATS))
            return self._action("raise_active_share", group, f"{percent}% more active users at {called}", (change,), takes)
        if row.unit in {"paid licenses", "seats"}:
            takes = self.costs.of("raise_seats")
            workload = self._largest_workload(row.tenant_id)
            if workload is None:
                return None
            seats = math.floor(row.needed) + 1
            change = ChangeUsage(tenant=row.tenant_id, workload=workload, seats=seats, months=self._months(takes, SEATS))
            return self._action("raise_seats", group, f"{seats} seats of {workload} at {called}", (change,), takes)
        takes = self.costs.of("raise_consumption")
        months = self._months(takes, AZURE)
        percent = math.ceil(row.distance * 100 * YEAR / (row.value * months))
        change = ChangeUsage(tenant=row.tenant_id, percent=Fraction(percent), months=months)
        return self._action("raise_consumption", group, f"{percent}% more consumption at {called}", (change,), takes)

    def _months(self, takes: Takes, table: str) -> int:
        window = self.future.plan.windows.get(table)
        last = month_number(self.future.on) - 1 if window is None else window.data_month
        return min(max(last - self._done_month(takes) + 1, 1), YEAR)

    def _largest_workload(self, tenant: str) -> str | None:
        window, frame = self.future.plan.windows.get(SEATS), self.future.today.frames.get(SEATS)
        if window is None or frame is None:
            return None
        rows = frame.filter(pl.col("tenant_id") == tenant, pl.col("month") == window.data_month).sort("paid_licenses", descending=True)
        return None if rows.is_empty() else self.future.today.names["workload"][int(rows["workload"][0])]
