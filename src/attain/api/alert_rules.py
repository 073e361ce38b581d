"""Rules of alerts: what an organization wants to hear of."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated, Literal

from django.db import transaction
from django.http import HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from attain.alerts.models import Rule
from attain.alerts.setting_up import MOST_CHANNELS, MOST_DAYS, RuleAsked, remove, rule_of, save_rule, switch
from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Word, maybe_micro
from attain.api.bodies import Body
from attain.api.portfolio import Key, PartnerId, Slug, place_of
from attain.people.access import AttainRequest
from attain.people.roles import Access

router = Router(tags=["Alerts"])
RuleKindName = Literal["first_qualified", "under", "at_risk", "certificate", "renewal", "unrecognized", "restated", "stale"]
Bound = Annotated[Decimal, Field(gt=0, le=1000, max_digits=10, decimal_places=4)]
Days = Annotated[int, Field(ge=0, le=MOST_DAYS)]


class RuleShown(Schema):
    """A rule; `bound` null is what qualifies, `days` null is what docs/alerts.md says of the kind."""

    id: int
    kind: str
    partner_id: str = Field(description="Empty: every partner that the organization sees.")
    designation: str
    metric: str
    bound: Amount | None
    days: int | None
    channels: list[int]
    active: bool
    looked_on: dt.date | None

    @classmethod
    def of(cls, rule: Rule) -> RuleShown:
        """Show a rule."""
        return cls(
            id=rule.pk,
            kind=rule.kind,
            partner_id=rule.partner_id,
            designation=rule.designation,
            metric=rule.metric,
            bound=maybe_micro(rule.bound_micro),
            days=rule.days,
            channels=sorted(channel.pk for channel in rule.channels.all()),
            active=rule.active,
            looked_on=rule.looked_on,
        )


class Rules(Schema):
    """Every rule of an organization."""

    rules: list[RuleShown]


class RuleFields(Body):
    """What a rule looks for and by which channels it tells."""

    partner_id: PartnerId = Field("", description="Empty: every partner that the organization sees.")
    designation: Annotated[Word, StringConstraints(max_length=40)] = Field("", description="Empty: all of them.")
    metric: Annotated[Word, StringConstraints(max_length=60)] = Field("", description="For `under` alone; empty: the total.")
    bound: Bound | None = Field(None, description="In points.")
    days: Days | None = None
    channels: Annotated[list[Key], Field(default_factory=list, max_length=MOST_CHANNELS)]


class NewRule(RuleFields):
    """A rule to make."""

    kind: RuleKindName


class ChangedRule(RuleFields):
    """What is to change of a rule; what is not said stays. Null for `bound` or `days` takes what holds unless set."""

    active: bool = Field(True, description="Off, it looks for nothing; what came meanwhile is not told.")


@router.get("/organizations/{organization}/alert-rules", response=Rules, summary="Rules of alerts")
@endpoint_needs(Access.ALERTS)
def list_alert_rules(request: AttainRequest, organization: Slug) -> Rules:
    """List the rules."""
    rows = Rule.objects.filter(organization=place_of(request)).prefetch_related("channels")
    return Rules(rules=[RuleShown.of(rule) for rule in rows])


@router.post("/organizations/{organization}/alert-rules", response={201: RuleShown}, summary="Make a rule")
@endpoint_needs(Access.SET_ALERTS)
def make_alert_rule(request: AttainRequest, organization: Slug, asked: NewRule) -> Status[RuleShown]:
    """Make a rule. A token needs the scope to plan."""
    return Status(HTTPStatus.CREATED, RuleShown.of(save_rule(request.granted, request, RuleAsked(**asked.model_dump()))))


@router.patch("/organizations/{organization}/alert-rules/{rule}", response=RuleShown, summary="Change a rule, or turn it on or off")
@endpoint_needs(Access.SET_ALERTS)
def change_alert_rule(request: AttainRequest, organization: Slug, rule: Key, asked: ChangedRule) -> RuleShown:
    """Change what is said of a rule; its kind stays. One that comes to ask for something else begins anew."""
    found = rule_of(place_of(request), rule)
    given = asked.model_dump(exclude_unset=True)
    active = given.pop("active", found.active)
    with transaction.atomic():
        if given:
            save_rule(request.granted, request, replace(RuleAsked.of(found), **given), found)
        if active != found.active:
            switch(request.granted, request, rule_of(place_of(request), rule), active=active)
    return RuleShown.of(rule_of(place_of(request), rule))


@router.delete("/organizations/{organization}/alert-rules/{rule}", response={204: None}, summary="Remove a rule")
@endpoint_needs(Access.SET_ALERTS)
def remove_alert_rule(request: AttainRequest, organization: Slug, rule: Key) -> HttpResponse:
    """Remove a rule with what it noticed."""
    remove(request.granted, request, rule_of(place_of(request), rule))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
