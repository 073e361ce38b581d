"""What tests do to what is published, what they put into messages, and what they read of what came of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from attain.alerts.models import Alert, Channel, Delivery, DeliveryState, Rule, RuleKind
from attain.published.models import PortfolioRow, Publication, PublishedDesignation
from tests.people.places import OWN

SECURITY = "security"
DAY = dt.date(2026, 11, 24)
NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def told(rule: Rule) -> list[str]:
    return [alert.text for alert in Alert.objects.filter(rule=rule, ended_at=None, silent=False).order_by("pk")]


def change(publication: Publication, partner: str = OWN, designation: str = SECURITY, **values: Any) -> None:
    """Change what is published of a designation, in both rows that tell of it."""
    rows = PublishedDesignation.objects.filter(publication=publication, account__partner_id=partner, designation=designation)
    names = {field.name for field in PublishedDesignation._meta.get_fields()}
    assert rows.update(**{name: value for name, value in values.items() if name in names}) == 1 or not names & values.keys()
    narrow = {field.name for field in PortfolioRow._meta.get_fields()}
    kept = {name: value for name, value in values.items() if name in narrow}
    if kept:
        PortfolioRow.objects.filter(publication=publication, partner_id=partner, designation=designation).update(**kept)


def queue(channel: Channel, *alerts: dict[str, Any], due: dt.datetime = NOW) -> list[Delivery]:
    """Put alerts into a message to each recipient of a channel."""
    rule = Rule.objects.create(organization=channel.organization, kind=RuleKind.UNDER)
    made = [
        Alert.objects.create(
            **{
                "rule": rule,
                "organization": channel.organization,
                "kind": RuleKind.UNDER,
                "partner_id": OWN,
                "partner_name": "Contoso",
                "designation": "security",
                "subject": str(number),
                "text": f"Security is at {number} of 100 points, under 70.",
                "day": DAY,
                **alert,
            }
        )
        for number, alert in enumerate(alerts or ({},))
    ]
    deliveries: list[Delivery] = []
    for recipient in channel.recipients:
        delivery = Delivery.objects.create(
            organization=channel.organization, channel=channel, channel_name=channel.name, recipient=recipient, due_at=due
        )
        delivery.alerts.set(made)
        deliveries.append(delivery)
    return deliveries


def state_of(delivery: Delivery) -> DeliveryState:
    delivery.refresh_from_db()
    return DeliveryState(delivery.state)
