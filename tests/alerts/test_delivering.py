"""Deliveries: sent once, tried again ever more seldom, given up, and tried anew by hand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from pytest_django import Settings

from attain.alerts import delivering as module
from attain.alerts import outbound
from attain.alerts.delivering import CLAIM_LASTS, FIRST_PAUSE, LONGEST_PAUSE, TRIES, deliver_due, pause, retry, try_channel
from attain.alerts.models import Attempt, Channel, Delivery, DeliveryState, Rule
from attain.errors import AttainError
from attain.people.models import Consent, OrganizationPartner
from tests.alerts.conftest import NOW, channel_of
from tests.alerts.receivers import Hooks, Mails
from tests.alerts.standing import queue, state_of
from tests.people.places import RESELLER_DETAIL, RESELLER_TOTALS, Places

pytestmark = pytest.mark.django_db
Make = Callable[..., Rule]
MINUTE = dt.timedelta(minutes=1)


class TestTries:
    def test_what_is_due_is_sent_once(self, places: Places, hook: Hooks) -> None:
        channel = channel_of(places.partner, hook.url)
        (delivery,) = queue(channel)
        (later,) = queue(channel, due=NOW + MINUTE)
        assert deliver_due(NOW).sent == 1
        assert deliver_due(NOW).sent == 0
        assert len(hook.posted) == 1
        assert (state_of(delivery), delivery.sent_at, delivery.attempts, delivery.code) == (DeliveryState.SENT, NOW, 1, "200")
        assert state_of(later) is DeliveryState.WAITING
        assert [(one.code, one.words) for one in Attempt.objects.filter(delivery=delivery)] == [("200", "Delivered")]

    @pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 599])
    def test_what_may_do_later_is_tried_again(self, status: int, places: Places, hook: Hooks) -> None:
        (delivery,) = queue(channel_of(places.partner, hook.url))
        hook.answers = [(status, {})]
        assert deliver_due(NOW).again == 1
        assert state_of(delivery) is DeliveryState.WAITING
        assert delivery.due_at == NOW + FIRST_PAUSE
        assert deliver_due(NOW + FIRST_PAUSE - dt.timedelta(seconds=1)).sent == 0
        assert deliver_due(NOW + FIRST_PAUSE).sent == 1
        assert [one.code for one in Attempt.objects.filter(delivery=delivery)] == [str(status), "200"]
        identities = {posted.headers["Attain-Delivery"] for posted in hook.posted}
        assert identities == {str(delivery.identity)}, "a receiver can tell that it is the same"

    @pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 410, 413])
    def test_what_will_not_do_is_given_up_at_once(self, status: int, places: Places, hook: Hooks) -> None:
        (delivery,) = queue(channel_of(places.partner, hook.url))
        hook.answers = [(status, {"Location": hook.url})]
        assert deliver_due(NOW).failed == 1
        assert (state_of(delivery), delivery.code) == (DeliveryState.FAILED, str(status))
        assert len(hook.posted) == 1

    def test_it_is_given_up_after_so_many_tries_and_may_be_tried_anew_by_hand(self, places: Places, hook: Hooks) -> None:
        (delivery,) = queue(channel_of(places.partner, hook.url))
        hook.answers = [(500, {})] * TRIES
        now = NOW
        for number in range(TRIES):
            done = deliver_due(now)
            assert (done.again, done.failed) == ((1, 0) if number < TRIES - 1 else (0, 1))
            delivery.refresh_from_db()
            now = delivery.due_at
        assert state_of(delivery) is DeliveryState.FAILED
        assert deliver_due(now + dt.timedelta(days=30)).sent == 0
        retry(delivery, now)
        assert deliver_due(now).sent == 1
        assert Attempt.objects.filter(delivery=delivery).count() == TRIES + 1
        with pytest.raises(AttainError, match="nothing to try again"):
            retry(delivery, now)

    @pytest.mark.parametrize(
        ("attempts", "asked", "expected"),
        [
            (1, None, FIRST_PAUSE),
            (2, None, FIRST_PAUSE * 2),
            (5, None, FIRST_PAUSE * 16),
            (30, None, LONGEST_PAUSE),
            (1, 30, FIRST_PAUSE),
            (1, 60, FIRST_PAUSE),
            (1, 3600, dt.timedelta(hours=1)),
            (1, 86_400, dt.timedelta(days=1)),
            (1, 10**9, dt.timedelta(days=1)),
        ],
    )
    def test_the_pause_doubles_or_is_what_the_receiver_asks(self, attempts: int, asked: int | None, expected: dt.timedelta) -> None:
        assert pause(attempts, asked) == expected

    def test_retry_after_is_heeded(self, places: Places, hook: Hooks) -> None:
        (delivery,) = queue(channel_of(places.partner, hook.url))
        hook.answers = [(429, {"Retry-After": "600"})]
        deliver_due(NOW)
        delivery.refresh_from_db()
        assert delivery.due_at == NOW + dt.timedelta(minutes=10)

    def test_a_try_waits_for_the_end_of_quiet_hours(self, places: Places, hook: Hooks) -> None:
        channel = channel_of(places.partner, hook.url, quiet_from=dt.time(9, 1), quiet_until=dt.time(12))
        (delivery,) = queue(channel)
        hook.answers = [(500, {})]
        deliver_due(NOW)
        delivery.refresh_from_db()
        assert delivery.due_at == NOW.replace(hour=12)

    def test_no_answer_and_nobody_there_are_tried_again(self, places: Places, hook: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outbound, "READ_SECONDS", 0.1)
        hook.wait = 0.5
        (delivery,) = queue(channel_of(places.partner, hook.url))
        assert deliver_due(NOW).again == 1
        delivery.refresh_from_db()
        assert (delivery.code, delivery.words) == ("", "no answer in time")

    def test_an_address_that_has_come_to_lead_inside_is_given_up(self, places: Places, hook: Hooks, settings: Settings) -> None:
        (delivery,) = queue(channel_of(places.partner, "https://127.0.0.1/x"))
        settings.WEBHOOK_HOSTS = []
        assert deliver_due(NOW).failed == 1
        delivery.refresh_from_db()
        assert "a network that is not public" in delivery.words
        assert hook.posted == []

    def test_what_another_process_sends_is_left_alone_until_it_is_dead(self, places: Places, hook: Hooks) -> None:
        (delivery,) = queue(channel_of(places.partner, hook.url))
        Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.SENDING, claim="elsewhere:7:x", claimed_at=NOW, attempts=1)
        assert deliver_due(NOW + CLAIM_LASTS).sent == 0
        assert deliver_due(NOW + CLAIM_LASTS + dt.timedelta(seconds=1)).sent == 1
        assert state_of(delivery) is DeliveryState.SENT

    def test_killed_while_sending_it_is_sent_again_under_the_same_id(
        self, places: Places, hook: Hooks, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (delivery,) = queue(channel_of(places.partner, hook.url))
        kept = module._end

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(module, "_end", killed)
        with pytest.raises(KeyboardInterrupt):
            deliver_due(NOW)
        monkeypatch.setattr(module, "_end", kept)
        assert state_of(delivery) is DeliveryState.SENDING
        assert deliver_due(NOW + MINUTE).sent == 0
        assert deliver_due(NOW + CLAIM_LASTS + MINUTE).sent == 1
        assert {posted.headers["Attain-Delivery"] for posted in hook.posted} == {str(delivery.identity)}

    def test_what_the_server_cannot_do_is_logged_and_tried_again(
        self, places: Places, hook: Hooks, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        (delivery,) = queue(channel_of(places.partner, hook.url))

        def broken(*_: object) -> None:
            raise RuntimeError("no such thing")

        monkeypatch.setattr(module, "send", broken)
        assert deliver_due(NOW).again == 1
        assert f"delivery {delivery.pk}" in caplog.text

    def test_a_channel_that_is_gone_or_off_gets_nothing(self, places: Places, hook: Hooks) -> None:
        channel = channel_of(places.partner, hook.url)
        (first,) = queue(channel)
        Channel.objects.update(active=False)
        assert deliver_due(NOW).failed == 1
        (second,) = queue(channel)
        channel.delete()
        assert deliver_due(NOW).failed == 1
        assert (state_of(first), state_of(second)) == (DeliveryState.FAILED, DeliveryState.FAILED)
        assert hook.posted == []

    def test_a_consent_that_ended_meanwhile_takes_its_alerts_along(self, places: Places, hook: Hooks) -> None:
        channel = channel_of(places.distributor, hook.url)
        (both,) = queue(channel, {"partner_id": RESELLER_TOTALS}, {"partner_id": RESELLER_DETAIL})
        (one,) = queue(channel, {"partner_id": RESELLER_TOTALS}, due=NOW - MINUTE)
        OrganizationPartner.objects.filter(organization=places.distributor, consent=Consent.TOTALS).delete()
        deliver_due(NOW)
        assert state_of(both) is DeliveryState.SENT
        assert [alert["partner_id"] for alert in json.loads(hook.posted[0].body)["alerts"]] == [RESELLER_DETAIL]
        assert state_of(one) is DeliveryState.NOTHING_LEFT
        assert len(hook.posted) == 1


class TestChannelTest:
    def test_it_goes_out_at_once_whatever_the_hour(self, places: Places, hook: Hooks) -> None:
        channel = channel_of(places.partner, hook.url, quiet_from=dt.time(0), quiet_until=dt.time(23, 59), active=False)
        (delivery,) = try_channel(channel, NOW)
        assert (delivery.state, delivery.is_test) == (DeliveryState.SENT, True)
        assert json.loads(hook.posted[0].body)["kind"] == "test"

    def test_it_is_not_tried_again_by_itself(self, places: Places, hook: Hooks) -> None:
        hook.answers = [(500, {})]
        (delivery,) = try_channel(channel_of(places.partner, hook.url), NOW)
        assert (delivery.state, delivery.words) == (DeliveryState.FAILED, "Refused with 500")

    def test_by_mail(self, places: Places, mail: Mails) -> None:
        (delivery,) = try_channel(channel_of(places.partner, addresses=["one@contoso.example"]), NOW)
        assert delivery.state == DeliveryState.SENT
        assert "This is a test of the channel Alerts." in mail.taken[0][2].get_content()
