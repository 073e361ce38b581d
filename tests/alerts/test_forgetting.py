"""Alerts that are long over go, with the log of messages; what lasts or waits stays, however old."""

from __future__ import annotations

import datetime as dt

import pytest

from attain.alerts.forgetting import forget_alerts
from attain.alerts.models import Alert, Attempt, Delivery, DeliveryState, Rule, RuleKind
from tests.alerts.conftest import DAY, NOW, channel_of
from tests.people.places import Places

SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(("ended", "is_gone"), [(NOW - SECOND, True), (NOW, False), (NOW + SECOND, False), (None, False)])
def test_what_was_over_before_goes(ended: dt.datetime | None, is_gone: bool, places: Places) -> None:
    rule = Rule.objects.create(organization=places.partner, kind=RuleKind.UNDER)
    values = {"organization": places.partner, "day": DAY, "noticed_at": NOW - dt.timedelta(days=900)}
    Alert.objects.create(rule=rule, kind=RuleKind.UNDER, subject="", ended_at=ended, **values)
    assert forget_alerts(NOW) == (is_gone, 0)
    assert Alert.objects.exists() is not is_gone


@pytest.mark.parametrize("state", DeliveryState)
def test_messages_that_went_out_or_were_given_up_go(state: DeliveryState, places: Places) -> None:
    channel = channel_of(places.partner, addresses=["one@contoso.example"])
    for moment in (NOW - SECOND, NOW):
        made = Delivery.objects.create(
            organization=places.partner, channel=channel, channel_name="x", recipient="y", due_at=moment, made_at=moment, state=state
        )
        Attempt.objects.create(delivery=made)
    ended = state in {DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.NOTHING_LEFT}
    assert forget_alerts(NOW) == (0, ended)
    assert list(Delivery.objects.values_list("made_at", flat=True).order_by("made_at")) == ([NOW] if ended else [NOW - SECOND, NOW])


def test_what_a_message_waits_to_tell_stays(places: Places) -> None:
    rule = Rule.objects.create(organization=places.partner, kind=RuleKind.RESTATED)
    values = {"organization": places.partner, "day": DAY, "noticed_at": NOW - SECOND, "kind": RuleKind.RESTATED}
    waiting, other = (Alert.objects.create(rule=rule, subject=subject, **values) for subject in ("a", "b"))
    delivery = Delivery.objects.create(organization=places.partner, channel_name="x", recipient="y", due_at=NOW)
    delivery.alerts.set([waiting])
    assert forget_alerts(NOW) == (1, 0)
    assert Alert.objects.get() == waiting != other
    delivery.delete()
    assert forget_alerts(NOW) == (1, 0)


def test_nobody_is_sent_to_who_was_erased(places: Places) -> None:
    assert channel_of(places.partner, addresses=["erased-1a2b3c4d", "one@contoso.example"]).recipients == ["one@contoso.example"]
