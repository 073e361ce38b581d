"""Working off what is due: each delivery is claimed, sent once, and tried again later where that may do, ever more seldom."""

from __future__ import annotations

import datetime as dt
import logging
import os
import secrets
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from attain.alerts.hours import after_quiet_hours
from attain.alerts.models import Attempt, Delivery, DeliveryState
from attain.alerts.sending import Outcome, send
from attain.alerts.writing import Tellable
from attain.errors import AttainError
from attain.explaining.ending import names_of
from attain.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from attain.alerts.models import Channel
    from attain.people.models import Organization

TRIES = 8
FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=6)
LONGEST_ASKED = dt.timedelta(days=1)
"""A receiver that asks to wait longer is tried again after this time all the same."""
CLAIM_LASTS = dt.timedelta(minutes=5)
"""A process that has not said how its attempt ended for so long is taken for dead."""
ME = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
_log = logging.getLogger(__name__)


@dataclass
class Delivered:
    """How many deliveries were sent, are tried again later, and were given up."""

    sent: int = 0
    again: int = 0
    failed: int = 0


def deliver_due(now: dt.datetime | None = None, organization: Organization | None = None) -> Delivered:
    """Send what is due, oldest first, each once; of one organization where it is named."""
    told = Delivered()
    moment = now or timezone.now()
    _take_back(moment)
    due = Delivery.objects.filter(state=DeliveryState.WAITING, due_at__lte=moment)
    if organization is not None:
        due = due.filter(organization=organization)
    for key in list(due.order_by("due_at", "pk").values_list("pk", flat=True)):
        delivery = _claimed(key, moment)
        if delivery is not None:
            _attempt(delivery, told, moment if now is not None else None)
    return told


def try_channel(channel: Channel, now: dt.datetime | None = None) -> list[Delivery]:
    """Send a test to every recipient of a channel at once, whatever the hour, and give what came of it. It is not tried again by itself."""
    moment = now or timezone.now()
    made: list[Delivery] = []
    for recipient in channel.recipients:
        delivery = Delivery.objects.create(
            organization=channel.organization,
            channel=channel,
            channel_name=channel.name,
            recipient=recipient,
            is_test=True,
            state=DeliveryState.SENDING,
            claim=ME,
            claimed_at=moment,
            attempts=1,
            made_at=moment,
            due_at=moment,
        )
        _attempt(delivery, Delivered(), now)
        delivery.refresh_from_db()
        made.append(delivery)
    return made


def delivery_of(organization: Organization, key: int) -> Delivery:
    """Find a delivery by its number; raises AttainError `no-such-delivery`."""
    found = Delivery.objects.filter(organization=organization, pk=key).select_related("channel").first()
    if found is None:
        raise AttainError("no-such-delivery", f"there is no delivery {key}")
    return found


def retry(delivery: Delivery, now: dt.datetime | None = None) -> None:
    """Let a delivery that was given up be tried anew. Raises AttainError `not-failed` where it was not, or its channel is gone."""
    found = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.FAILED).exclude(channel=None)
    if not found.update(state=DeliveryState.WAITING, attempts=1, due_at=now or timezone.now()):
        raise AttainError(
            "not-failed", "there is nothing to try again", hint="only what was given up is tried again, while its channel is there"
        )


def _take_back(now: dt.datetime) -> None:
    """Let deliveries whose process is gone be tried again: under the same identity, by which a receiver knows a second one."""
    lost = Delivery.objects.filter(state=DeliveryState.SENDING, claimed_at__lt=now - CLAIM_LASTS)
    lost.filter(is_test=False).update(state=DeliveryState.WAITING, words="The server stopped while it was sent", claim="")
    lost.filter(is_test=True).update(state=DeliveryState.FAILED, words="The server stopped while it was sent", claim="")


def _claimed(key: int, now: dt.datetime) -> Delivery | None:
    with transaction.atomic():
        taken = Delivery.objects.filter(pk=key, state=DeliveryState.WAITING).update(
            state=DeliveryState.SENDING, claim=ME, claimed_at=now, attempts=F("attempts") + 1
        )
    return Delivery.objects.select_related("channel", "organization").get(pk=key) if taken else None


def _attempt(delivery: Delivery, told: Delivered, now: dt.datetime | None) -> None:
    channel = delivery.channel
    told_of = Tellable.of(delivery)
    if channel is None or not (channel.active or delivery.is_test):
        _end(delivery, Outcome(sent=False, code="", words="The channel is gone or off"), told, now)
    elif not told_of.count and not delivery.is_test:
        mine = Delivery.objects.filter(pk=delivery.pk, claim=ME)
        mine.update(state=DeliveryState.NOTHING_LEFT, words="The partners are no longer seen, or the rules are gone", claim="")
    else:
        try:
            outcome = send(delivery, channel, told_of, names_of_people)
        except Exception:
            _log.exception("delivery %s", delivery.pk)
            outcome = Outcome(sent=False, code="", words="The server failed; its log says why", again=True)
        _end(delivery, outcome, told, now)


def _end(delivery: Delivery, outcome: Outcome, told: Delivered, now: dt.datetime | None) -> None:
    """Write down what came of an attempt, and when the next one is due."""
    moment = now or timezone.now()
    values: dict[str, object] = {"code": outcome.code, "words": outcome.words, "claim": ""}
    if outcome.sent:
        values |= {"state": DeliveryState.SENT, "sent_at": moment}
        told.sent += 1
    elif outcome.again and delivery.attempts < TRIES and not delivery.is_test:
        later = moment + pause(delivery.attempts, outcome.after)
        values |= {"state": DeliveryState.WAITING, "due_at": after_quiet_hours(delivery.channel, later) if delivery.channel else later}
        told.again += 1
    else:
        values |= {"state": DeliveryState.FAILED}
        told.failed += 1
    with transaction.atomic():
        Attempt.objects.create(delivery=delivery, at=moment, code=outcome.code, words=outcome.words)
        Delivery.objects.filter(Q(pk=delivery.pk) & Q(claim=ME)).update(**values)


def pause(attempts: int, asked: int | None) -> dt.timedelta:
    """Give how long to wait after so many attempts: twice as long each time, or as long as the receiver asked, within bounds."""
    own = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    return own if asked is None else min(max(own, dt.timedelta(seconds=min(asked, int(LONGEST_ASKED.total_seconds())))), LONGEST_ASKED)


def names_of_people(people: Collection[str]) -> Mapping[str, str]:
    """Look the names of people up in the facts that are served; none where there are no facts, or they hold no names."""
    if not people or not settings.STORE:
        return {}
    try:
        facts = Workspace.open(settings.STORE).facts
    except AttainError:
        return {}
    return names_of(facts, people)
