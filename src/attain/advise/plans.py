"""What a search for the cheapest path finds: plans of actions, what each costs and reaches, and the same as plain JSON."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.advise.scenario import Scenario, change_fields
from attain.scoring.rationals import cut
from attain.scoring.result import MICRO_PLACES

if TYPE_CHECKING:
    from attain.advise.action_costs import ActionKind
    from attain.advise.changes import Change
    from attain.advise.columns import Columns, Record

NOT_AN_ENTITLEMENT = (
    "A plan by Attain on the assumptions named, usage held until then. It is not Microsoft's number and entitles to nothing."
)


INCOMPLETE = "The facts lack months or tables that are needed: the points are not certain, and the score would not be shown as qualified."


@dataclass(frozen=True)
class Action:
    """One thing to do.

    Attributes:
        group: the customer or person that it is about.
        lever: what it moves there; of the actions with one lever at most one is taken (they are levels of the same).
        tenant_id: the customer; empty where it is about a person.
        changes: what it does to the facts, from the month or day on which it is done where the action was made for a day to come.
        cost: US dollars, exact.
        acts_on: the first day on which a score may show it.
        to_be_found: true where it asks for a person whom the facts do not have.
    """

    kind: ActionKind
    group: str
    lever: str
    tenant_id: str
    words: str
    changes: tuple[Change, ...]
    cost: Fraction
    days: int
    likelihood_percent: int
    acts_on: dt.date
    to_be_found: bool = False


@dataclass(frozen=True)
class CheapPlan:
    """Actions that reach the target, borne out by the score.

    Attributes:
        track: the track that counts with them; `total` and `metrics` (before: `metrics_before`) are its exact points on the day.
        cost: of all of them. `bound` is the least that any plan of these actions must cost; `optimal` is true where that is the cost.
        likelihood: that all of them come off, if each does without regard to the others; shown, not optimized.
        worth_it: false where the cost is more than the result is worth.
    """

    actions: tuple[Action, ...]
    track: str
    total: Fraction
    metrics: dict[str, Fraction]
    metrics_before: dict[str, Fraction]
    cost: Fraction
    bound: Fraction
    optimal: bool
    likelihood: Fraction
    worth_it: bool

    @property
    def scenario(self) -> Scenario:
        """Give the changes as a scenario, to play on the facts that are assumed for the day."""
        return Scenario(changes=tuple(change for action in self.actions for change in action.changes))

    @property
    def kinds(self) -> frozenset[ActionKind]:
        """Name the kinds of action."""
        return frozenset(action.kind for action in self.actions)

    @property
    def likelihood_percent(self) -> int:
        """Give the likelihood in whole percent, cut."""
        return math.floor(self.likelihood * 100)

    @property
    def gap(self) -> Fraction:
        """Give the share of the cost by which a cheaper plan might exist: 0 where none can."""
        return (self.cost - self.bound) / self.cost if self.cost else Fraction(0)


@dataclass(frozen=True)
class Paths:
    """The cheapest plan first, then others that each do without at least one kind of action of every plan before.

    Attributes:
        before: the total on the day `by` with no action.
        considered: the actions that were made and act by then.
        worth: what the result is worth in US dollars: what the user says, else the programme's yearly `fee`.
        proven: false where the search gave up before it could say that there is no cheaper, or no further, plan.
        notes: what the facts do not cover on the day (I-11); where there are any, what reaches the target would not be shown as qualified.
    """

    partner_id: str
    designation: str
    name: str
    as_of: dt.date
    by: dt.date
    target: Fraction
    track_before: str
    before: Fraction
    considered: tuple[Action, ...]
    fee: Fraction
    worth: Fraction
    plans: tuple[CheapPlan, ...]
    proven: bool
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Give all of it as plain values: amounts are decimals cut at six places, days ISO dates, changes as a scenario file has them."""
        return {
            "partner_id": self.partner_id,
            "designation": self.designation,
            "name": self.name,
            "as_of": self.as_of.isoformat(),
            "by": self.by.isoformat(),
            "target": amount(self.target),
            "track_before": self.track_before,
            "before": amount(self.before),
            "considered": len(self.considered),
            "fee_usd": amount(self.fee),
            "worth_usd": amount(self.worth),
            "proven": self.proven,
            "note": NOT_AN_ENTITLEMENT,
            "notes": list(self.notes),
            "plans": [_plan_json(plan) for plan in self.plans],
        }


@dataclass(frozen=True)
class Recommendation:
    """One thing to do by itself, for a designation page.

    Attributes:
        points: what the total of today gains if it were in place; where it `protects`, what it would lose without.
        deadline: the last day to begin so that it shows by `by` (None: too late); where it protects, the last day to have done it.
        action: its changes have no date of their own: played as a scenario on today's facts they gain `points`.
    """

    action: Action
    metric: str
    points: Fraction
    deadline: dt.date | None
    by: dt.date
    protects: bool = False

    @property
    def scenario(self) -> Scenario:
        """Give its changes as a scenario for the simulator, under its own words."""
        return Scenario(name=self.action.words, changes=self.action.changes)

    def to_json(self) -> dict[str, object]:
        """Give it as plain values, as `Paths.to_json` does."""
        return {
            **action_json(self.action),
            "metric": self.metric,
            "points": amount(self.points),
            "deadline": None if self.deadline is None else self.deadline.isoformat(),
            "by": self.by.isoformat(),
            "protects": self.protects,
        }


def action_json(action: Action) -> dict[str, object]:
    """Give an action as plain values."""
    return {
        "kind": action.kind,
        "tenant_id": action.tenant_id,
        "words": action.words,
        "cost_usd": amount(action.cost),
        "days": action.days,
        "likelihood_percent": action.likelihood_percent,
        "acts_on": action.acts_on.isoformat(),
        "changes": [change_fields(change) for change in action.changes],
    }


def amount(value: Fraction) -> Decimal:
    """Give an exact number as a decimal, cut at six places."""
    return Decimal(cut(value)).scaleb(-MICRO_PLACES)


def _plan_json(plan: CheapPlan) -> dict[str, object]:
    return {
        "track": plan.track,
        "total": amount(plan.total),
        "metrics": {
            metric: {"before": amount(plan.metrics_before.get(metric, Fraction(0))), "after": amount(points)}
            for metric, points in plan.metrics.items()
        },
        "cost_usd": amount(plan.cost),
        "bound_usd": amount(plan.bound),
        "optimal": plan.optimal,
        "likelihood": amount(plan.likelihood),
        "worth_it": plan.worth_it,
        "actions": [action_json(action) for action in plan.actions],
    }


PLAN_COLUMNS: Columns = {
    "partner_id": "text",
    "as_of": "day",
    "designation": "text",
    "target": "amount",
    "by": "day",
    "plan": "count",
    "track": "text",
    "total": "amount",
    "plan_cost_usd": "amount",
    "optimal": "yes",
    "likelihood": "amount",
    "worth_it": "yes",
    "kind": "text",
    "tenant_id": "text",
    "action": "text",
    "cost_usd": "amount",
    "days": "count",
    "likelihood_percent": "count",
    "acts_on": "day",
}
RECOMMENDATION_COLUMNS: Columns = {
    "partner_id": "text",
    "as_of": "day",
    "designation": "text",
    "metric": "text",
    "kind": "text",
    "tenant_id": "text",
    "action": "text",
    "points": "amount",
    "protects": "yes",
    "cost_usd": "amount",
    "days": "count",
    "likelihood_percent": "count",
    "deadline": "day",
    "by": "day",
}


def _action_record(action: Action) -> Record:
    return {
        "kind": action.kind,
        "tenant_id": action.tenant_id,
        "action": action.words,
        "cost_usd": action.cost,
        "days": action.days,
        "likelihood_percent": action.likelihood_percent,
        "acts_on": action.acts_on,
    }


def plan_records(found: Paths) -> list[Record]:
    """Give one row an action of each plan, with `PLAN_COLUMNS`."""
    return [
        {
            "partner_id": found.partner_id,
            "as_of": found.as_of,
            "designation": found.designation,
            "target": found.target,
            "by": found.by,
            "plan": place,
            "track": plan.track,
            "total": plan.total,
            "plan_cost_usd": plan.cost,
            "optimal": plan.optimal,
            "likelihood": plan.likelihood,
            "worth_it": plan.worth_it,
            **_action_record(action),
        }
        for place, plan in enumerate(found.plans, 1)
        for action in plan.actions
    ]


def recommendation_records(partner: str, as_of: dt.date, found: dict[str, tuple[Recommendation, ...]]) -> list[Record]:
    """Give one row a recommendation of each designation, with `RECOMMENDATION_COLUMNS`."""
    rows: list[Record] = []
    for designation, some in found.items():
        for one in some:
            known: Record = {
                "partner_id": partner,
                "as_of": as_of,
                "designation": designation,
                "metric": one.metric,
                "points": one.points,
                "protects": one.protects,
                "deadline": one.deadline,
                "by": one.by,
                **_action_record(one.action),
            }
            rows.append({name: known[name] for name in RECOMMENDATION_COLUMNS})
    return rows
