"""Alerts of an organization: what was noticed, the channels that tell, and every delivery."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from attain.alerts.delivering import delivery_of, retry, try_channel
from attain.alerts.models import Attempt, Channel, Delivery
from attain.alerts.setting_up import MOST_ADDRESSES, ChannelAsked, channel_of, remove, save_channel, switch
from attain.alerts.sight import visible
from attain.api.access import endpoint_needs
from attain.api.alert_rules import RuleKindName
from attain.api.amounts import Clock, Word
from attain.api.bodies import Body
from attain.api.cursors import Paged, after, cursor
from attain.api.portfolio import Key, PartnerId, Slug, place_of
from attain.people.access import AttainRequest
from attain.people.roles import Access

router = Router(tags=["Alerts"])
ChannelKindName = Literal["mail", "teams", "webhook"]
PaceName = Literal["at_once", "daily", "weekly"]
StateName = Literal["waiting", "sending", "sent", "failed", "nothing_left"]
Name = Annotated[Word, StringConstraints(min_length=1, max_length=100)]
Url = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00-\x1f]*$")]
_ALERTS, _DELIVERIES = "alerts", "alert-deliveries"


class AlertShown(Schema):
    """Something that a rule noticed; it holds until `ended_at`. People are counted, never named."""

    id: int
    kind: str = Field(examples=["under"])
    rule: int
    partner_id: str
    partner_name: str
    designation: str
    metric: str
    day: dt.date
    text: str
    people: int
    noticed_at: dt.datetime
    ended_at: dt.datetime | None


class AlertPage(Schema):
    """A page of alerts, newest first; `next` is the cursor of the following page, empty on the last."""

    alerts: list[AlertShown]
    next: str


class AlertsAsked(Paged):
    """Which alerts are asked for."""

    kind: RuleKindName | None = Field(None, description="The kind of the rule; any unless given.")
    partner_id: PartnerId = Field("", description="The partner; any unless given.")


class Switched(Body):
    """Whether a channel is on."""

    active: bool


class ChannelShown(Schema):
    """A channel. Of a webhook the host is shown, never its address or its secret."""

    id: int
    name: str
    kind: str
    addresses: list[str]
    host: str
    pace: str
    digest_at: Clock
    digest_on: int = Field(description="Of weekly digests: 0 for Monday to 6 for Sunday.")
    zone: str
    quiet_from: Clock | None
    quiet_until: Clock | None
    active: bool

    @classmethod
    def of(cls, channel: Channel) -> ChannelShown:
        """Show a channel."""
        names = ("name", "kind", "addresses", "host", "pace", "digest_at", "digest_on", "zone", "quiet_from", "quiet_until", "active")
        return cls(id=channel.pk, **{name: getattr(channel, name) for name in names})


class ChannelSaved(ChannelShown):
    """A channel that was made or changed, and the secret that signs a webhook's messages where it is new: it is told this once."""

    secret: str


class Channels(Schema):
    """Every channel of an organization."""

    channels: list[ChannelShown]


class NewChannel(Body):
    """A channel to make, or as it is to be; `url` is left empty to keep the one that is there."""

    name: Name
    kind: ChannelKindName
    addresses: Annotated[list[Annotated[Word, StringConstraints(max_length=254)]], Field(default_factory=list, max_length=MOST_ADDRESSES)]
    url: Url = ""
    pace: PaceName = "at_once"
    digest_at: Clock = dt.time(8)
    digest_on: Annotated[int, Field(ge=0, le=6)] = 0
    zone: Annotated[Word, StringConstraints(max_length=60)] = Field("UTC", examples=["Europe/Berlin"])
    quiet_from: Clock | None = None
    quiet_until: Clock | None = None
    new_secret: bool = False


class AttemptShown(Schema):
    """One attempt: when, the answer's code, and what it means."""

    at: dt.datetime
    code: str
    words: str


class DeliveryShown(Schema):
    """A message to one recipient; `identity` is what the receiver knows it by, `due_at` when it is sent, or tried again."""

    id: int
    identity: str
    channel: int | None
    channel_name: str
    recipient: str
    is_test: bool
    state: str
    made_at: dt.datetime
    due_at: dt.datetime
    sent_at: dt.datetime | None
    attempts: int
    code: str
    words: str

    @classmethod
    def of(cls, found: Delivery) -> DeliveryShown:
        """Show a delivery."""
        names = ("channel_name", "recipient", "is_test", "state", "made_at", "due_at", "sent_at", "attempts", "code", "words")
        channel = None if found.channel is None else found.channel.pk
        return cls(id=found.pk, identity=str(found.identity), channel=channel, **{name: getattr(found, name) for name in names})


class DeliveryWhole(DeliveryShown):
    """A delivery with its attempts, oldest first."""

    tries: list[AttemptShown]


class DeliveryPage(Schema):
    """A page of deliveries, newest first; `next` is the cursor of the following page, empty on the last."""

    deliveries: list[DeliveryShown]
    next: str


class DeliveriesAsked(Paged):
    """Which deliveries are asked for."""

    state: StateName | None = Field(None, description="How the delivery stands; any unless given.")


class Tried(Schema):
    """What came of a test: one delivery for each recipient."""

    deliveries: list[DeliveryShown]


@router.get("/organizations/{organization}/alerts", response=AlertPage, summary="What was noticed")
@endpoint_needs(Access.ALERTS)
def list_alerts(request: AttainRequest, organization: Slug, asked: Query[AlertsAsked]) -> AlertPage:
    """List what the rules noticed."""
    rows = visible(place_of(request)).filter(silent=False).order_by("-pk")
    rows = rows.filter(kind=asked.kind) if asked.kind else rows
    rows = rows.filter(partner_id=asked.partner_id) if asked.partner_id else rows
    if (key := after(_ALERTS, asked.cursor)) is not None:
        rows = rows.filter(pk__lt=key[0])
    found = list(rows.select_related("rule")[: asked.limit + 1])
    shown = [
        AlertShown(
            id=one.pk,
            kind=one.kind,
            rule=one.rule.pk,
            partner_id=one.partner_id,
            partner_name=one.partner_name,
            designation=one.designation,
            metric=one.metric,
            day=one.day,
            text=one.text,
            people=len(one.people),
            noticed_at=one.noticed_at,
            ended_at=one.ended_at,
        )
        for one in found[: asked.limit]
    ]
    return AlertPage(alerts=shown, next=cursor(_ALERTS, shown[-1].id) if len(found) > asked.limit else "")


@router.get("/organizations/{organization}/alert-channels", response=Channels, summary="Channels of alerts")
@endpoint_needs(Access.ALERTS)
def list_alert_channels(request: AttainRequest, organization: Slug) -> Channels:
    """List the channels."""
    return Channels(channels=[ChannelShown.of(one) for one in Channel.objects.filter(organization=place_of(request))])


@router.post("/organizations/{organization}/alert-channels", response={201: ChannelSaved}, summary="Make a channel")
@endpoint_needs(Access.SET_ALERTS)
def make_alert_channel(request: AttainRequest, organization: Slug, asked: NewChannel) -> Status[ChannelSaved]:
    """Make a channel. A token needs the scope to plan."""
    return Status(HTTPStatus.CREATED, _saved(*save_channel(request.granted, request, ChannelAsked(**asked.model_dump()))))


@router.put("/organizations/{organization}/alert-channels/{channel}", response=ChannelSaved, summary="Change a channel")
@endpoint_needs(Access.SET_ALERTS)
def change_alert_channel(request: AttainRequest, organization: Slug, channel: Key, asked: NewChannel) -> ChannelSaved:
    """Change a channel; its kind stays."""
    return _saved(*save_channel(request.granted, request, ChannelAsked(**asked.model_dump()), channel_of(place_of(request), channel)))


@router.patch("/organizations/{organization}/alert-channels/{channel}", response=ChannelShown, summary="Turn a channel on or off")
@endpoint_needs(Access.SET_ALERTS)
def switch_alert_channel(request: AttainRequest, organization: Slug, channel: Key, asked: Switched) -> ChannelShown:
    """Turn a channel on or off."""
    found = channel_of(place_of(request), channel)
    switch(request.granted, request, found, active=asked.active)
    return ChannelShown.of(found)


@router.delete("/organizations/{organization}/alert-channels/{channel}", response={204: None}, summary="Remove a channel")
@endpoint_needs(Access.SET_ALERTS)
def remove_alert_channel(request: AttainRequest, organization: Slug, channel: Key) -> HttpResponse:
    """Remove a channel; the log of its deliveries stays."""
    remove(request.granted, request, channel_of(place_of(request), channel))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@router.post("/organizations/{organization}/alert-channels/{channel}/test", response=Tried, summary="Send a test")
@endpoint_needs(Access.SET_ALERTS)
def test_alert_channel(request: AttainRequest, organization: Slug, channel: Key) -> Tried:
    """Send a test by a channel at once, and say what came of it."""
    return Tried(deliveries=[DeliveryShown.of(one) for one in try_channel(channel_of(place_of(request), channel))])


@router.get("/organizations/{organization}/alert-deliveries", response=DeliveryPage, summary="Deliveries of alerts")
@endpoint_needs(Access.ALERTS)
def list_alert_deliveries(request: AttainRequest, organization: Slug, asked: Query[DeliveriesAsked]) -> DeliveryPage:
    """List the deliveries."""
    rows = Delivery.objects.filter(organization=place_of(request)).select_related("channel").order_by("-pk")
    rows = rows.filter(state=asked.state) if asked.state else rows
    if (key := after(_DELIVERIES, asked.cursor)) is not None:
        rows = rows.filter(pk__lt=key[0])
    found = list(rows[: asked.limit + 1])
    shown = [DeliveryShown.of(one) for one in found[: asked.limit]]
    return DeliveryPage(deliveries=shown, next=cursor(_DELIVERIES, shown[-1].id) if len(found) > asked.limit else "")


@router.get("/organizations/{organization}/alert-deliveries/{delivery}", response=DeliveryWhole, summary="One delivery")
@endpoint_needs(Access.ALERTS)
def show_alert_delivery(request: AttainRequest, organization: Slug, delivery: Key) -> DeliveryWhole:
    """Show one delivery with its attempts."""
    found = delivery_of(place_of(request), delivery)
    tries = [AttemptShown(at=one.at, code=one.code, words=one.words) for one in Attempt.objects.filter(delivery=found)]
    return DeliveryWhole(**DeliveryShown.of(found).model_dump(), tries=tries)


@router.post("/organizations/{organization}/alert-deliveries/{delivery}/retry", response=DeliveryShown, summary="Try a delivery again")
@endpoint_needs(Access.SET_ALERTS)
def retry_alert_delivery(request: AttainRequest, organization: Slug, delivery: Key) -> DeliveryShown:
    """Let a delivery that was given up be tried anew, within a minute."""
    retry(delivery_of(place_of(request), delivery))
    return DeliveryShown.of(delivery_of(place_of(request), delivery))


def _saved(channel: Channel, secret: str) -> ChannelSaved:
    return ChannelSaved(**ChannelShown.of(channel).model_dump(), secret=secret)
