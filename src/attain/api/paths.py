"""The cheapest path: the actions of least cost after which a designation reaches a target by a day."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from django.http import HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from attain.advise.action_costs import ActionCosts
from attain.advise.actions import Action
from attain.advise.cheapest import aim_of
from attain.advise.outlook import NOT_AN_ENTITLEMENT
from attain.advise.plans import CheapPlan, Paths
from attain.advise.scenario import change_fields
from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Day, Word
from attain.api.bodies import Body
from attain.api.changes import ChangeMade
from attain.api.working import WORKED_OUT, About, Working, working
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.rulebook.leaf import Exact

router = Router(tags=["Cheapest path"])


class PathAsked(Body):
    """What is to be reached, by when, and what actions take."""

    designation: Word = Field(examples=["security"])
    target: Annotated[Exact, Field(ge=0)] | None = Field(None, description="Points to reach; what qualifies unless given.")
    by: Day | None = Field(None, description="The day; half a year on unless given.", examples=["2027-03-31"])
    costs: ActionCosts = Field(
        default_factory=ActionCosts,
        description="What actions take at your place; the defaults where a kind is left out.",
        examples=[{"certify": {"cost_usd": "600", "days": 60, "likelihood_percent": 70}}],
    )


class ActionShown(Schema):
    """One action: what it takes, and the day from which it shows; `changes` simulate it on the facts assumed for the target's day."""

    kind: str = Field(examples=["certify"])
    tenant_id: str
    words: str
    cost_usd: Amount
    days: int
    likelihood_percent: int
    acts_on: dt.date
    changes: list[ChangeMade]

    @classmethod
    def of(cls, found: Action) -> ActionShown:
        """Show an action."""
        names = ("kind", "tenant_id", "words", "days", "likelihood_percent", "acts_on")
        said: dict[str, object] = {name: getattr(found, name) for name in names}
        return cls.model_validate(said | {"cost_usd": found.cost, "changes": [change_fields(change) for change in found.changes]})


class BeforeAfter(Schema):
    """Points without the plan and with it."""

    before: Amount
    after: Amount


class PlanShown(Schema):
    """A plan, played through the score: no plan of these actions costs less than `bound_usd`, and `optimal` where that is its cost."""

    track: str
    total: Amount
    metrics: dict[str, BeforeAfter]
    cost_usd: Amount
    bound_usd: Amount
    optimal: bool
    likelihood_percent: int
    worth_it: bool
    actions: list[ActionShown]

    @classmethod
    def of(cls, found: CheapPlan) -> PlanShown:
        """Show a plan."""
        names = ("track", "total", "optimal", "likelihood_percent", "worth_it")
        said: dict[str, object] = {name: getattr(found, name) for name in names}
        metrics = {name: {"before": found.metrics_before.get(name, "0"), "after": points} for name, points in found.metrics.items()}
        costs = {"cost_usd": found.cost, "bound_usd": found.bound}
        ordered = sorted(found.actions, key=lambda action: (action.acts_on, action.words))
        return cls.model_validate(said | costs | {"metrics": metrics, "actions": [ActionShown.of(action) for action in ordered]})


class PathsShown(Schema):
    """The cheapest plan first, then others that each do without a kind of action of those before; `proven`: there is none cheaper.

    `notes` say what the facts do not cover on the day; where there are any, what reaches the target would not be shown as qualified.
    """

    as_of: dt.date
    designation: str
    name: str
    by: dt.date
    target: Amount
    track_before: str
    before: Amount
    considered: int
    fee_usd: Amount
    worth_usd: Amount
    proven: bool
    disclaimer: str
    notes: list[str]
    plans: list[PlanShown]

    @classmethod
    def of(cls, found: Paths) -> PathsShown:
        """Show the plans."""
        names = ("as_of", "designation", "name", "by", "target", "track_before", "before", "proven")
        said: dict[str, object] = {name: getattr(found, name) for name in names}
        said |= {"fee_usd": found.fee, "worth_usd": found.worth, "considered": len(found.considered), "disclaimer": NOT_AN_ENTITLEMENT}
        return cls.model_validate(said | {"notes": list(found.notes), "plans": [PlanShown.of(plan) for plan in found.plans]})


@router.post(
    "/partners/{partner_id}/path", response={200: PathsShown, 202: Working}, summary="Cheapest path", openapi_extra={WORKED_OUT: True}
)
@endpoint_needs(Access.INSIGHTS)
def cheapest_path(request: AttainRequest, partner_id: str, asked: PathAsked, response: HttpResponse) -> PathsShown | Status[Working]:
    """Find the cheapest actions after which a designation reaches its target by a day. Nothing is kept."""
    about = About.of(request, partner_id)
    code, costs = about.designation(asked.designation), asked.costs
    # What cannot be reached is refused before anything is worked out.
    aim_of(about.standing.workspace.book, about.standing.overview.partner.day, target=asked.target, by=asked.by)
    found = about.answer(
        ("path", asked.target, asked.by, costs.model_dump_json()),
        lambda advice: advice.plan(code, target=asked.target, by=asked.by, costs=costs),
        designation=code,
    )
    return working(response) if found is None else PathsShown.of(found)
