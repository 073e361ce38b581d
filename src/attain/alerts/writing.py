"""What a message says: alerts in lines by partner, as mail, as a card for Microsoft Teams, and as JSON that is signed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from attain.alerts.models import RuleKind
from attain.alerts.sight import visible
from attain.people.models import Consent, Member, OrganizationPartner
from attain.published.dates import dated

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from attain.alerts.models import Alert, Delivery
    from attain.people.models import Organization

LINES_IN_MAIL, LINES_IN_CARD, ALERTS_IN_JSON = 200, 20, 500
"""How much one message tells; the rest is counted and stands on the page of alerts. A card of Teams has 28 KB at most."""
LONGEST_LINE, LONGEST_TITLE = 400, 150
FOOTER = "Recomputed by Attain from your own files. What Partner Center shows is what Microsoft decides by."
VERSION = 1
SIGNATURE_VERSION = "v1"
_PAGES: dict[str, str] = {
    RuleKind.CERTIFICATE: "insights:skilling",
    RuleKind.RESTATED: "data:loads",
    RuleKind.UNRECOGNIZED: "plan:coverage",
}


@dataclass(frozen=True)
class Line:
    """One sentence of a message, with where it leads."""

    text: str
    url: str


@dataclass(frozen=True)
class Part:
    """The lines about one partner; without a name they are about all."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Message:
    """One message before it is put into the form of its channel. `more` counts the lines that were left out."""

    title: str
    parts: tuple[Part, ...]
    more: int
    url: str


@dataclass(frozen=True)
class Tellable:
    """What of a delivery may still be told: the first alerts, by partner, and how many there are in all."""

    alerts: Sequence[Alert]
    count: int

    @classmethod
    def of(cls, delivery: Delivery) -> Tellable:
        """Read the alerts of a delivery that its organization may see today."""
        rows = visible(delivery.organization).filter(deliveries=delivery)
        first = list(rows.order_by("partner_name", "partner_id", "kind", "pk")[:ALERTS_IN_JSON])
        return cls(first, len(first) if len(first) < ALERTS_IN_JSON else rows.count())


def sees_names(organization: Organization, recipient: str) -> bool:
    """Say whether a recipient is a member whose role may see people's names; the host of a webhook never is."""
    members = Member.objects.filter(organization=organization, user__email__iexact=recipient, user__is_active=True)
    return any(member.sees_names for member in members)


def message_of(delivery: Delivery, told: Tellable, names_of: Callable[[Collection[str]], Mapping[str, str]], most: int) -> Message:
    """Put a message together, of `most` lines. `names_of` gives people's names by id; it is asked only for who may see them."""
    organization = delivery.organization
    page = absolute(reverse("settings:alerts", args=[organization.slug]))
    if delivery.is_test:
        line = Line(f"This is a test of the channel {plain(delivery.channel_name)}. Alerts will look like this.", page)
        return Message(f"Attain: test of {plain(delivery.channel_name)}", (Part("", (line,)),), 0, page)
    alerts = told.alerts
    shown = names_of({person for alert in alerts for person in alert.people}) if sees_names(organization, delivery.recipient) else None
    links = _Links.of(organization, alerts)
    by_partner: dict[str, dict[tuple[str, str], list[Alert]]] = defaultdict(lambda: defaultdict(list))
    headings: dict[str, str] = {}
    for alert in alerts:
        headings[alert.partner_id] = plain(alert.partner_name or alert.partner_id)
        by_partner[alert.partner_id][alert.text, links.of_alert(alert)].append(alert)
    parts: list[Part] = []
    left, more = most, told.count
    for partner, own in by_partner.items():
        kept = list(own.items())[:left]
        if kept:
            parts.append(Part(headings[partner], tuple(Line(_line(text, same, shown), url) for (text, url), same in kept)))
        left -= len(kept)
        more -= sum(len(same) for _, same in kept)
    title = f"{told.count:,} alerts for {plain(organization.name)}"
    if not more and len(parts) == 1 and len(parts[0].lines) == 1:
        only = parts[0]
        title = plain(f"{only.heading}: {only.lines[0].text}" if only.heading else only.lines[0].text)[:LONGEST_TITLE]
    return Message(f"Attain: {title}", tuple(parts), more, page)


def _line(text: str, same: Sequence[Alert], shown: Mapping[str, str] | None) -> str:
    """Write a sentence once for all alerts that say it: with the people's names for who may see them, else with their number."""
    people = [person for alert in same for person in alert.people]
    told = dated(plain(text))
    if not people:
        return told
    names = sorted(plain(shown[person]) for person in people if person in shown) if shown else []
    if len(names) == len(people):
        return f"{', '.join(names)}: {told}"
    return f"{told} It is held by {len(people):,} {'person' if len(people) == 1 else 'people'}."


@dataclass(frozen=True)
class _Links:
    """Finds the page about an alert: of the partner where it is the organization's own, else the one that lists its resellers."""

    organization: Organization
    own: frozenset[str]

    @classmethod
    def of(cls, organization: Organization, alerts: Sequence[Alert]) -> _Links:
        partners = {alert.partner_id for alert in alerts}
        if organization.sees_all:
            return cls(organization, frozenset(partners))
        rows = OrganizationPartner.objects.filter(organization=organization, partner_id__in=partners, consent=Consent.OWN)
        return cls(organization, frozenset(rows.values_list("partner_id", flat=True)))

    def of_alert(self, alert: Alert) -> str:
        partner = alert.partner_id
        if not partner:
            return absolute(reverse("settings:alerts", args=[self.organization.slug]))
        if partner not in self.own:
            return absolute(reverse("portfolio:reseller", args=[self.organization.slug, partner]))
        if alert.kind in _PAGES:
            return absolute(reverse(_PAGES[alert.kind], args=[partner]))
        if alert.metric:
            return absolute(reverse("membership:details", args=[partner, alert.designation, alert.metric]))
        return absolute(reverse("membership:designation", args=[partner, alert.designation]))


def absolute(path: str) -> str:
    """Give the whole address of a page of this server (`ATTAIN_URL`)."""
    return f"{settings.URL}{path}"


def plain(text: str) -> str:
    """Make one short line of a text that comes from a file: no line breaks or control characters."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}\N{HORIZONTAL ELLIPSIS}"


def as_text(message: Message) -> str:
    """Write a message as the text of a mail."""
    blocks: list[str] = []
    for part in message.parts:
        lines = [part.heading] if part.heading else []
        lines += [f"- {line.text}\n  {line.url}" for line in part.lines]
        blocks.append("\n".join(lines))
    if message.more:
        blocks.append(f"And {message.more:,} more:\n{message.url}")
    blocks.append(f"--\n{FOOTER}\nAlerts and channels: {message.url}")
    return "\n\n".join(blocks) + "\n"


def as_card(message: Message) -> dict[str, Any]:
    """Write a message as a workflow of Microsoft Teams takes it: an Adaptive Card. Texts are runs, in which no markup works."""
    body: list[dict[str, Any]] = [_run(message.title.removeprefix("Attain: "), weight="Bolder", size="Medium")]
    for part in message.parts:
        if part.heading:
            body.append({**_run(part.heading, weight="Bolder"), "separator": True})
        body.extend(_run(line.text) for line in part.lines)
    if message.more:
        body.append(_run(f"And {message.more:,} more in Attain."))
    body.append(_run(FOOTER, isSubtle=True, size="Small"))
    first = message.parts[0].lines[0].url if len(message.parts) == 1 and len(message.parts[0].lines) == 1 else message.url
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": "Open Attain", "url": first}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [attachment]}


def _run(text: str, **how: object) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **how}]}


def as_json(delivery: Delivery, told: Tellable, sent_at: int) -> bytes:
    """Write a delivery as the JSON that a webhook gets. People are counted, never named."""
    organization = delivery.organization
    links = _Links.of(organization, told.alerts)
    alerts = [
        {
            "id": alert.pk,
            "kind": alert.kind,
            "partner_id": alert.partner_id,
            "partner_name": alert.partner_name,
            "designation": alert.designation,
            "metric": alert.metric,
            "day": alert.day.isoformat(),
            "text": alert.text,
            "people": len(alert.people),
            "url": links.of_alert(alert),
        }
        for alert in told.alerts
    ]
    content = {
        "version": VERSION,
        "id": str(delivery.identity),
        "kind": "test" if delivery.is_test else "alerts",
        "sent_at": sent_at,
        "organization": organization.slug,
        "alerts": alerts,
        "more": told.count - len(alerts),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def signature(secret: str, sent_at: int, body: bytes) -> str:
    """Sign a body and the moment it is sent: HMAC with SHA-256 over the seconds, a dot, and the body."""
    return f"{SIGNATURE_VERSION}={hmac.new(secret.encode(), f'{sent_at}.'.encode() + body, hashlib.sha256).hexdigest()}"
