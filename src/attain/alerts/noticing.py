"""Holding rules against what is published: what is new becomes an alert, once, and goes into the next message of each channel.

Partners are taken in lots. Of each lot the alerts, and their places in messages, are written together: broken off anywhere, the next look
goes on where this one ended, and finds nothing twice.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from attain.alerts.hours import due
from attain.alerts.lookouts import HAPPENS, Finding, Looked, Lot, findings, needs_detail, stale, with_first_days
from attain.alerts.models import Alert, Delivery, DeliveryState, Rule, RuleKind
from attain.facts.added import below
from attain.people.resellers import in_detail, seen
from attain.published.models import PublishedPartner
from attain.published.read import current
from attain.recorded.rows import with_records
from attain.store.facts import StoreFacts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from django.db.models import QuerySet

    from attain.alerts.models import Channel
    from attain.published.models import Publication
    from attain.workspace import Workspace

LOT = 2000
"""Partners looked at together."""
_SAVED_AT_ONCE = 500


@dataclass
class Noticed:
    """How much was noticed: rules that looked, alerts that are told, and those that are only noted."""

    rules: int = 0
    alerts: int = 0
    silent: int = 0


def notice(workspace: Workspace, now: dt.datetime | None = None) -> Noticed:
    """Hold every active rule against the current publication, with the facts that it was made from.

    A rule that looked at a later day already is left alone: nothing new is learned from an earlier one. Nothing is sent here.
    """
    publication, told = current(), Noticed()
    rules = Rule.objects.filter(active=True)
    if publication is None or not rules.exists():
        return told
    looked, moment = Looked.of(with_records(workspace), publication), now or timezone.now()
    for rule in rules.select_related("organization").prefetch_related("channels"):
        if rule.looked_on is None or rule.looked_on <= publication.day:
            _hold(rule, looked, moment, told)
    return told


def _hold(rule: Rule, looked: Looked, now: dt.datetime, told: Noticed) -> None:
    told.rules += 1
    facts = below(looked.workspace.facts)
    newest = facts.load if isinstance(facts, StoreFacts) else 0
    if rule.load is None:
        # What was told anew before the rule was there is no news.
        rule.load = newest
        Rule.objects.filter(pk=rule.pk, load=None).update(load=newest)
    if RuleKind(rule.kind) is RuleKind.STALE:
        _keep(rule, looked, [""], stale(rule, looked), now, told)
    else:
        for lot in _lots(rule, looked.publication):
            _keep(rule, looked, [partner.partner_id for partner in lot.partners], findings(rule, looked, lot), now, told)
    _unchanged(rule).update(looked_at=rule.looked_at or now, looked_on=looked.day, load=max(newest, rule.load))


def _unchanged(rule: Rule) -> QuerySet[Rule]:
    """Find a rule again as long as it asks for what it did: one that was changed meanwhile begins anew with the next look."""
    return Rule.objects.filter(pk=rule.pk, **rule.asks)


def _lots(rule: Rule, publication: Publication) -> Iterator[Lot]:
    """Give the partners that a rule regards and its organization may see today, by id."""
    rows = PublishedPartner.objects.filter(publication=publication).order_by("partner_id")
    among = seen(rule.organization, detail=needs_detail(rule))
    if among is not None:
        rows = rows.filter(partner_id__in=among)
    if rule.partner_id:
        rows = rows.filter(partner_id=rule.partner_id)
    last = ""
    while found := list(rows.filter(partner_id__gt=last)[:LOT]):
        last = found[-1].partner_id
        yield Lot(found, in_detail(rule.organization, [partner.partner_id for partner in found]))


def _keep(rule: Rule, looked: Looked, partners: Sequence[str], found: Collection[Finding], now: dt.datetime, told: Noticed) -> None:
    """Write what is new of some partners, end what no longer holds, and put what is told into messages: all of it or nothing."""
    with transaction.atomic():
        # One process at a time holds this rule; SQLite lets one write at a time anyway.
        if not _unchanged(rule).select_for_update().filter(active=True).exists():
            return
        lasting = {
            (one.partner_id, one.designation, one.subject): one
            for one in Alert.objects.filter(rule=rule, ended_at=None, partner_id__in=list(partners)).defer("text")
        }
        holding = {(one.partner_id, one.designation, one.subject): one for one in found}
        over = [one.pk for key, one in lasting.items() if key not in holding and RuleKind(rule.kind) is not RuleKind.RESTATED]
        new: list[Finding] = []
        for key, one in holding.items():
            before = lasting.get(key)
            if before is None:
                new.append(one)
            elif one.amount is not None and before.amount is not None and one.amount != before.amount:
                if one.amount > before.amount:
                    over.append(before.pk)
                    new.append(one)
                else:
                    Alert.objects.filter(pk=before.pk).update(amount=one.amount)
        for start in range(0, len(over), _SAVED_AT_ONCE):
            Alert.objects.filter(pk__in=over[start : start + _SAVED_AT_ONCE]).update(ended_at=now)
        if RuleKind(rule.kind) is RuleKind.FIRST_QUALIFIED and new:
            new = with_first_days(looked, new)
        silent = rule.looked_at is None and rule.kind in HAPPENS
        made = Alert.objects.bulk_create((_alert(rule, looked.day, one, now, silent=silent) for one in new), _SAVED_AT_ONCE)
        if silent:
            told.silent += len(made)
        elif made:
            told.alerts += len(made)
            _queue(rule.channels.all(), made, now)


def _alert(rule: Rule, day: dt.date, one: Finding, now: dt.datetime, *, silent: bool) -> Alert:
    return Alert(
        rule=rule,
        organization=rule.organization,
        kind=rule.kind,
        partner_id=one.partner_id,
        partner_name=one.partner_name,
        designation=one.designation,
        metric=one.metric,
        subject=one.subject,
        amount=one.amount,
        text=one.text,
        people=list(one.people),
        in_detail=one.in_detail or needs_detail(rule),
        day=day,
        silent=silent,
        noticed_at=now,
    )


def _queue(channels: Collection[Channel], alerts: Sequence[Alert], now: dt.datetime) -> None:
    """Put alerts into the message of each recipient that is next to go out."""
    for channel in channels:
        if not channel.active:
            continue
        for recipient in channel.recipients:
            delivery = _gathering(channel, recipient, now)
            links = [Delivery.alerts.through(delivery_id=delivery.pk, alert_id=alert.pk) for alert in alerts]
            Delivery.alerts.through.objects.bulk_create(links, _SAVED_AT_ONCE, ignore_conflicts=True)


def _gathering(channel: Channel, recipient: str, now: dt.datetime) -> Delivery:
    open_to = Delivery.objects.select_for_update().filter(
        channel=channel, recipient=recipient, state=DeliveryState.WAITING, attempts=0, is_test=False, due_at__gte=now
    )
    moment = due(channel, now)
    found = open_to.filter(due_at=moment).first()
    return found or Delivery.objects.create(
        organization=channel.organization,
        channel=channel,
        channel_name=channel.name,
        recipient=recipient,
        due_at=moment,
        made_at=now,
    )
