"""What plans promise against the naive scorer: the steps done by hand on rows of the contract, months held by hand, scored on the day.

Nothing of `attain.advise` or of the engine takes part in the recomputation.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import attain
from attain.advise.action_costs import ActionCosts, ActionKind
from attain.advise.actions import actions
from attain.advise.changes import AddAssociation, Certify, Change, ChangeUsage, RenewCertificate
from attain.advise.cheapest import assumed_on, search, total_of
from attain.advise.choices import choices
from attain.advise.hypothesis import Hypotheses
from attain.advise.plans import Action, CheapPlan
from tests.advise.drawn import drawn_tables
from tests.advise.exhaustive import WORTH, few_of, lenient_book
from tests.advise.test_cheapest import LATEST
from tests.oracle.months import latest_allowed, month_name, month_of
from tests.oracle.names import name_key
from tests.oracle.rollup import Facts, Row
from tests.oracle.scorer import score
from tests.scoring.disk import write_facts

LINKS: frozenset[ActionKind] = frozenset({"link_pal", "link_dpor", "link_csp", "claim_cpor"})
OTHERS: frozenset[ActionKind] = frozenset({"certify", "renew", "raise_seats", "raise_active_users", "raise_consumption"})
USAGE = ("azure_usage", "workload_usage", "workload_revenue")
REFRESH_DAY = 20


class ByHand:
    """Facts of the contract on a day to come, of one account, with some changes made to their rows."""

    def __init__(self, tables: Facts, account: str, on: date, by: date, changes: Iterable[Change]) -> None:
        self.own = {row["partner_id"] for row in tables["partners"] if account in (row["partner_id"], row["global_id"])}
        self.account, self.on, self.by = account, on, by
        self.tables: Facts = {name: [dict(row) for row in rows] for name, rows in tables.items()}
        self.tables["certifications"] = [row for row in self.tables["certifications"] if row["earned_on"] <= on]
        for table in USAGE:
            if table in self.tables:
                self.tables[table] = list(self._held(self.tables[table]))
        for change in changes:
            self._make(change)

    def total(self, designation: str) -> tuple[Fraction, str]:
        """The points of the track that counts, and its name."""
        rows = score(self.tables, self.by, designation=designation)
        return next(
            (row["points"], row["track"])
            for row in rows
            if (row["partner_id"], row["metric"], row["selected"]) == (self.account, "total", True)
        )

    def _held(self, rows: list[Row]) -> Iterator[Row]:
        """Keep what is known on the day, and repeat the last month in each that follows."""
        scored = [row for row in rows if row.get("basis") in {None, "", "acr"} and month_of(row["month"]) < month_of(self.on)]
        yield from scored
        last = max((month_of(row["month"]) for row in scored), default=None)
        for month in range(last + 1, latest_allowed(self.by, REFRESH_DAY) + 1) if last is not None else ():
            yield from ({**row, "month": month_name(month)} for row in scored if month_of(row["month"]) == last)

    def _make(self, change: Change) -> None:
        if isinstance(change, AddAssociation):
            self._associate(change)
            return
        if isinstance(change, ChangeUsage):
            self._raise(change)
            return
        assert isinstance(change, Certify | RenewCertificate)
        rows = self.tables["certifications"]
        mine = [
            row
            for row in rows
            if (row["person_id"], name_key(row["certification"])) == (change.person, name_key(change.certification))
            and row["partner_id"] in self.own
        ]
        if isinstance(change, RenewCertificate):
            newest = max(row["earned_on"] for row in mine)
            for row in (row for row in mine if row["earned_on"] == newest):
                row |= {"expires_on": change.expires_on, "status": "active"}
            return
        self.tables["certifications"] = [row for row in rows if not (row in mine and row["earned_on"] == change.earned_on)]
        days = {"earned_on": change.earned_on, "expires_on": change.expires_on, "status": "active"}
        named = {"person_id": change.person, "person_name": "", "certification": change.certification}
        self.tables["certifications"].append({"partner_id": self.account, **named, **days})

    def _associate(self, change: AddAssociation) -> None:
        assert change.since
        for row in self._used(change, month_of(change.since)):
            row["associations"] = frozenset({*row["associations"], change.association})

    def _raise(self, change: ChangeUsage) -> None:
        assert change.months
        for row in self._used(change, latest_allowed(self.by, REFRESH_DAY) - change.months + 1):
            if change.percent is not None:
                # Amounts are of ten-thousandths of a dollar, rounded half-even.
                row["acr_usd"] = Decimal(round(Fraction(row["acr_usd"] or 0) * (100 + change.percent) * 100)).scaleb(-4)
            if "paid_licenses" in row and change.seats is not None:
                row["paid_licenses"] = change.seats
            if "active_users" in row and change.active_users is not None:
                row["active_users"] = change.active_users

    def _used(self, change: AddAssociation | ChangeUsage, first: int) -> Iterator[Row]:
        """Give the rows of the customer's service or workload from a month on."""
        tables = ("azure_usage",) if change.service else ("workload_usage", "workload_revenue")
        catalog = lenient_book().catalog
        name = catalog.services.name(change.service) if change.service else catalog.workloads.name(change.workload or "")
        for row in (row for table in tables for row in self.tables.get(table, ())):
            mine = row["partner_id"] in self.own and row["tenant_id"] == change.tenant
            named = name_key(row.get("service") or row.get("workload")) == name_key(name)
            if mine and named and month_of(row["month"]) >= first:
                yield row


def kinds_of(tables: Facts) -> frozenset[ActionKind]:
    """What can be done by hand: no association is set on a row that has no cell for it."""
    has_cells = all(row["associations"] is not None for table in USAGE for row in tables.get(table, ()))
    return LINKS | OTHERS if has_cells else OTHERS


def by_hand(action: Action) -> bool:
    """Say whether an action can be done by hand: revenue that is set to a sum would have to be shared out among rows."""
    return not any(isinstance(change, ChangeUsage) and change.revenue_usd is not None for change in action.changes)


def plans_of(
    held: Hypotheses, designation: str, by: date, kinds: frozenset[ActionKind], drawn: random.Random
) -> Iterator[tuple[Fraction, CheapPlan]]:
    """Plans of a few actions for a little more than there is, and for all that they give."""
    future = assumed_on(held, designation, by)
    able = [action for action in actions(future, designation, held.on, ActionCosts()) if action.kind in kinds and by_hand(action)]
    found = few_of(able, drawn, 8)
    weighed = choices(future, designation, found)
    before = total_of(future.current.of[designation])
    for more in (Fraction(1, 100), Fraction(5), Fraction(12)):
        plans, _ = search(future, designation, weighed, before + more, WORTH)
        yield from ((before + more, plan) for plan in plans)


def _changes(some: Iterable[Action]) -> list[Change]:
    return [change for action in some for change in action.changes]


@pytest.mark.parametrize(("designation", "edition"), LATEST)
def test_plans_give_what_they_promise_and_need_each_of_their_steps(designation: str, edition: str, tmp_path: Path) -> None:
    followed = 0
    for seed in (11, 12):
        tables, on = drawn_tables(designation, edition, seed)
        facts = attain.load(write_facts(tables, tmp_path / str(seed)))
        drawn = random.Random(seed)
        by = on + timedelta(days=drawn.choice([90, 180]))
        held = Hypotheses(lenient_book(), facts, "P0000", on, designations=[designation])
        for target, plan in plans_of(held, designation, by, kinds_of(tables), drawn):
            done = ByHand(tables, held.account, on, by, _changes(plan.actions))
            assert done.total(designation) == (plan.total, plan.track)
            assert plan.total >= target
            for action in plan.actions:
                fewer = [one for one in plan.actions if one is not action]
                assert ByHand(tables, held.account, on, by, _changes(fewer)).total(designation)[0] < target, action.words
            followed += 1
    assert followed
