"""Making and changing channels and rules, checked the same way whoever asks: a page, the REST interface or a command."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from attain.alerts.lookouts import DAYS_AHEAD
from attain.alerts.models import NAME_LENGTH, Alert, Channel, ChannelKind, Pace, Rule, RuleKind
from attain.alerts.outbound import check_url
from attain.alerts.sealing import sealed
from attain.alerts.told import about, condition
from attain.errors import AttainError, did_you_mean
from attain.people.audit import record
from attain.people.models import Event
from attain.people.models.secrets import new_secret
from attain.people.resellers import seen
from attain.published.shapes import MICRO, exact
from attain.rulebook.load import load_book

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpRequest

    from attain.people.access import Granted
    from attain.people.models import Organization

MOST_ADDRESSES = 50
MOST_CHANNELS = 50
MOST_RULES = 200
MOST_DAYS = 365
SECRET_PREFIX = "whsec_"
_PLACES = 6
_REGARDS_LESS: dict[str, frozenset[str]] = {
    RuleKind.STALE: frozenset({"partner_id", "designation"}),
    RuleKind.RESTATED: frozenset({"designation"}),
}
_BOUNDED: frozenset[str] = frozenset({RuleKind.UNDER, RuleKind.UNRECOGNIZED})
_FIELD_WORDS = {
    "partner_id": "partner",
    "designation": "designation",
    "metric": "metric",
    "bound": "number of points",
    "days": "number of days",
}


@dataclass(frozen=True)
class ChannelAsked:
    """A channel as somebody wants it. `url` is left empty to keep the one that is there; a webhook's secret is made, never typed."""

    name: str
    kind: str
    addresses: Sequence[str] = ()
    url: str = ""
    pace: str = Pace.AT_ONCE
    digest_at: dt.time = dt.time(8)
    digest_on: int = 0
    zone: str = "UTC"
    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None
    new_secret: bool = False

    @classmethod
    def of(cls, channel: Channel) -> ChannelAsked:
        """Give a channel as it is, to be changed in part; its address stays as long as none is said."""
        names = ("name", "kind", "addresses", "pace", "digest_at", "digest_on", "zone", "quiet_from", "quiet_until")
        return cls(**{name: getattr(channel, name) for name in names})


@dataclass(frozen=True)
class RuleAsked:
    """A rule as somebody wants it; `bound` in points, empty fields as `Rule` says."""

    kind: str
    partner_id: str = ""
    designation: str = ""
    metric: str = ""
    bound: Decimal | None = None
    days: int | None = None
    channels: Sequence[int] = field(default_factory=tuple[int, ...])

    @classmethod
    def of(cls, rule: Rule) -> RuleAsked:
        """Give a rule as it is, to be changed in part."""
        bound = None if rule.bound_micro is None else exact(rule.bound_micro)
        channels = [channel.pk for channel in rule.channels.all()]
        return cls(rule.kind, rule.partner_id, rule.designation, rule.metric, bound, rule.days, channels)


def fields_of(kind: str) -> frozenset[str]:
    """Name what a rule of a kind may say beyond its channels, by the fields of `RuleAsked`."""
    fields = {"partner_id", "designation"} - _REGARDS_LESS.get(kind, frozenset())
    fields |= {"bound"} if kind in _BOUNDED else set()
    fields |= {"days"} if kind in DAYS_AHEAD else set()
    return frozenset(fields | {"metric"} if RuleKind(kind) is RuleKind.UNDER else fields)


def rule_of(organization: Organization, key: int) -> Rule:
    """Find a rule by its number; raises AttainError `no-such-rule`."""
    found = Rule.objects.filter(organization=organization, pk=key).prefetch_related("channels").first()
    if found is None:
        raise AttainError("no-such-rule", f"there is no rule {key}", hint="it may have been removed")
    return found


def channel_of(organization: Organization, key: int) -> Channel:
    """Find a channel by its number; raises AttainError `no-such-channel`."""
    found = Channel.objects.filter(organization=organization, pk=key).first()
    if found is None:
        raise AttainError("no-such-channel", f"there is no channel {key}", hint="it may have been removed")
    return found


def channel_named(organization: Organization, name: str) -> Channel:
    """Find a channel by its name, whatever its capitals; raises AttainError `unknown-channel` with the nearest name."""
    every = Channel.objects.filter(organization=organization)
    found = every.filter(name__iexact=" ".join(name.split())).first()
    if found is None:
        known = list(every.values_list("name", flat=True))
        hint = did_you_mean(name, known) if known else "there is none yet"
        raise AttainError("unknown-channel", f"there is no channel {name!r}", "channel", hint)
    return found


@transaction.atomic
def save_channel(granted: Granted, request: HttpRequest | None, asked: ChannelAsked, channel: Channel | None = None) -> tuple[Channel, str]:
    """Make a channel, or change the one given; gives the secret that signs a webhook's messages where it is new, to be shown once.

    Raises AttainError with the field that is at fault.
    """
    place = _place(granted)
    name = " ".join(asked.name.split())
    if not name or len(name) > NAME_LENGTH:
        raise AttainError("bad-name", "a channel needs a name of at most 100 characters", "name")
    others = Channel.objects.filter(organization=place).exclude(pk=channel.pk if channel else None)
    if others.filter(name__iexact=name).exists():
        raise AttainError("name-taken", f"there is a channel {name!r} already", "name", "take another name")
    if channel is None and others.count() >= MOST_CHANNELS:
        raise AttainError("too-many", f"an organization has at most {MOST_CHANNELS} channels", "", "remove one first")
    kind = _one_of(asked.kind, ChannelKind.values, "kind", "kind of channel")
    if channel is not None and channel.kind != kind:
        raise AttainError("bad-kind", "the kind of a channel stays as it is", "kind", "make another channel")
    found = channel or Channel(organization=place, kind=kind, made_by=granted.principal.actor)
    found.name = name
    _set_hours(found, asked)
    secret = ""
    if ChannelKind(kind) is ChannelKind.MAIL:
        found.addresses = _addresses(asked.addresses)
    else:
        if asked.url.strip():
            found.host = check_url(asked.url)
            found.sealed_url = sealed(asked.url.strip())
        elif not found.sealed_url:
            raise AttainError("webhook-address", "the channel needs an address", "url", "paste the one that the receiver gave you")
        if ChannelKind(kind) is ChannelKind.WEBHOOK and (asked.new_secret or not found.sealed_secret):
            secret = new_secret(SECRET_PREFIX)
            found.sealed_secret = sealed(secret)
    found.save()
    where = ", ".join(found.addresses) if ChannelKind(kind) is ChannelKind.MAIL else found.host
    _audit(granted, request, f"channel {name} {'changed' if channel else 'made'}: {ChannelKind(kind).label} to {where}")
    return found, secret


@transaction.atomic
def save_rule(granted: Granted, request: HttpRequest | None, asked: RuleAsked, rule: Rule | None = None) -> Rule:
    """Make a rule, or change the one given, whose kind stays; raises AttainError with the field that is at fault.

    A rule that comes to ask for something else begins anew: what it noticed is over, and what holds under the new words is told.
    Channels alone are changed without that.
    """
    place = _place(granted)
    kind = _one_of(asked.kind, RuleKind.values, "kind", "kind of rule")
    if rule is None and Rule.objects.filter(organization=place).count() >= MOST_RULES:
        raise AttainError("too-many", f"an organization has at most {MOST_RULES} rules", "", "remove one first")
    if rule is not None and rule.kind != kind:
        raise AttainError("bad-kind", "the kind of a rule stays as it is", "kind", "make another rule")
    for name, words in _FIELD_WORDS.items():
        if getattr(asked, name) not in {"", None} and name not in fields_of(kind):
            label = str(RuleKind(kind).label).lower()
            raise AttainError("not-asked", f"a rule about {label} takes no {words}", name, "leave it empty")
    partner_id = asked.partner_id.strip()
    among = seen(place)
    if partner_id and among is not None and not among.filter(partner_id=partner_id).exists():
        raise AttainError("unknown-partner", f"partner {partner_id!r} is not one of yours", "partner_id", "leave it empty for all of them")
    designation, metric = _what(asked)
    bound = _bound(asked)
    if asked.days is not None and not 0 <= asked.days <= MOST_DAYS:
        raise AttainError("bad-days", f"{asked.days} days are too many or too few", "days", f"take a number from 0 to {MOST_DAYS}")
    channels = list(Channel.objects.filter(organization=place, pk__in=list(asked.channels)))
    if len(channels) != len(set(asked.channels)):
        raise AttainError("unknown-channel", "there is no such channel", "channels", "take one of your channels")
    # Held until the end, so that no look in another process goes by words that are half the old ones.
    found = Rule(organization=place, kind=kind, made_by=granted.principal.user)
    if rule is not None:
        found = Rule.objects.select_for_update().get(pk=rule.pk)
    before, words = found.asks, "rule made"
    if rule is not None:
        words = f"rule changed from {words_of(found, found.channels.all())}"
    found.partner_id, found.designation, found.metric, found.bound_micro = partner_id, designation, metric, bound
    found.days = asked.days
    if rule is not None and found.asks != before:
        found.looked_at = found.looked_on = found.load = None
        Alert.objects.filter(rule=found, ended_at=None).update(ended_at=timezone.now())
    found.save()
    found.channels.set(channels)
    _audit(granted, request, f"{words}: {found}, {words_of(found, channels)}", partner_id)
    return found


@transaction.atomic
def switch(granted: Granted, request: HttpRequest | None, one: Channel | Rule, *, active: bool) -> None:
    """Turn a channel or a rule on or off. What a rule would have told while it was off is noted when it is turned on, and not told."""
    one.active = active
    one.save(update_fields=["active"])
    if isinstance(one, Rule) and active:
        Rule.objects.filter(pk=one.pk).update(looked_at=None, load=None)
    _audit(granted, request, f"{_called(one)} turned {'on' if active else 'off'}")


@transaction.atomic
def remove(granted: Granted, request: HttpRequest | None, one: Channel | Rule) -> None:
    """Remove a channel or a rule; what was delivered stays in the log."""
    _audit(granted, request, f"{_called(one)} removed")
    one.delete()


def words_of(rule: Rule, channels: Iterable[Channel]) -> str:
    """Say in a few words what a rule regards, when it speaks, and by which channels it tells."""
    words = ", ".join(part for part in (about(rule, load_book()), condition(rule)) if part)
    return f"{words} ({', '.join(channel.name for channel in channels) or 'no channel'})"


def _called(one: Channel | Rule) -> str:
    return f"channel {one.name}" if isinstance(one, Channel) else f"rule {one}"


def _set_hours(channel: Channel, asked: ChannelAsked) -> None:
    channel.pace = _one_of(asked.pace, Pace.values, "pace", "pace")
    channel.zone = _one_of(asked.zone, available_timezones(), "zone", "time zone")
    if (asked.quiet_from is None) != (asked.quiet_until is None):
        missing = "quiet_from" if asked.quiet_from is None else "quiet_until"
        raise AttainError("bad-hours", "quiet hours have a beginning and an end", missing, "say both, or neither")
    if not 0 <= asked.digest_on <= 6:
        raise AttainError("bad-day", f"{asked.digest_on} is no day of the week", "digest_on", "take 0 for Monday to 6 for Sunday")
    channel.quiet_from, channel.quiet_until = asked.quiet_from, asked.quiet_until
    channel.digest_at, channel.digest_on = asked.digest_at, asked.digest_on


def _addresses(asked: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(one.strip() for one in asked if one.strip()))
    if not found:
        raise AttainError("no-address", "the channel needs a mail address", "addresses")
    if len(found) > MOST_ADDRESSES:
        raise AttainError("too-many", f"a channel has at most {MOST_ADDRESSES} addresses", "addresses", "use an address of a group")
    for one in found:
        try:
            validate_email(one)
        except ValidationError:
            raise AttainError("bad-address", f"{one!r} is no mail address", "addresses", "write one a line") from None
    return found


def _what(asked: RuleAsked) -> tuple[str, str]:
    """Check the designation and metric that a rule regards."""
    book = load_book()
    designation = book.designation(asked.designation.strip()).id if asked.designation.strip() else ""
    metric = asked.metric.strip()
    if metric:
        if not designation:
            raise AttainError("bad-metric", "a metric belongs to a designation", "designation", "name the designation")
        known = [one.id for one in book.designations[designation].metrics]
        if metric not in known:
            raise AttainError("unknown-metric", f"{designation} has no metric {metric!r}", "metric", did_you_mean(metric, known))
    return designation, metric


def _bound(asked: RuleAsked) -> int | None:
    if asked.bound is None:
        return None
    exact = asked.bound.normalize()
    exponent = exact.as_tuple().exponent
    if not exact.is_finite() or exact <= 0 or not isinstance(exponent, int) or -exponent > _PLACES or exact > 1000:
        raise AttainError("bad-bound", f"{asked.bound} is no number of points", "bound", "take a number above 0, such as 75 or 72.5")
    return int(exact * MICRO)


def _one_of(asked: str, known: Sequence[str] | set[str], where: str, what: str) -> str:
    if asked in known:
        return asked
    raise AttainError("unknown-choice", f"there is no {what} {asked!r}", where, did_you_mean(asked, known))


def _place(granted: Granted) -> Organization:
    assert granted.grant is not None, "an access to an organization comes with a grant"
    return granted.grant.organization


def _audit(granted: Granted, request: HttpRequest | None, detail: str, partner_id: str = "") -> None:
    principal = granted.principal
    record(
        Event.ALERTS_CHANGED,
        request,
        organization=_place(granted),
        partner_id=partner_id,
        detail=detail,
        user=principal.user,
        actor=principal.actor,
    )
