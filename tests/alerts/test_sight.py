"""A consent that ended, or tells less, hides what was noticed while it held: in messages, on pages and over the REST interface."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.test import Client
from django.urls import reverse

from attain.alerts.delivering import deliver_due
from attain.alerts.models import DeliveryState
from attain.alerts.noticing import notice
from attain.alerts.sight import visible
from attain.people.models import Consent, OrganizationPartner
from attain.people.roles import Role
from attain.published.models import Publication, PublishedDesignation
from attain.workspace import Workspace
from tests.alerts.conftest import Make, channel_of
from tests.alerts.receivers import Hooks
from tests.alerts.standing import DAY, NOW, queue, state_of
from tests.people.places import RESELLER_DETAIL, RESELLER_TOTALS, Places

pytestmark = pytest.mark.django_db
DETAIL, TOTALS = {"partner_id": RESELLER_DETAIL, "in_detail": True}, {"partner_id": RESELLER_DETAIL}


def texts(places: Places) -> set[tuple[str, bool]]:
    return set(visible(places.distributor).values_list("partner_id", "in_detail"))


def consent(places: Places, partner: str, **values: object) -> None:
    assert OrganizationPartner.objects.filter(organization=places.distributor, partner_id=partner).update(**values) == 1


def test_what_is_seen_follows_the_consent_of_today(places: Places, hook: Hooks) -> None:
    queue(channel_of(places.distributor, hook.url), DETAIL, TOTALS, {"partner_id": ""})
    everything = {(RESELLER_DETAIL, True), (RESELLER_DETAIL, False), ("", False)}
    today = dt.datetime.now(tz=dt.UTC).date()
    assert texts(places) == everything
    consent(places, RESELLER_DETAIL, until=today)
    assert texts(places) == everything
    consent(places, RESELLER_DETAIL, consent=Consent.TOTALS)
    assert texts(places) == everything - {(RESELLER_DETAIL, True)}
    consent(places, RESELLER_DETAIL, until=today - dt.timedelta(days=1))
    assert texts(places) == {("", False)}


def test_a_message_tells_what_may_be_told_when_it_goes_out(places: Places, hook: Hooks) -> None:
    (delivery,) = queue(channel_of(places.distributor, hook.url), DETAIL, TOTALS)
    consent(places, RESELLER_DETAIL, consent=Consent.TOTALS)
    assert deliver_due(NOW).sent == 1
    assert len(json.loads(hook.posted[0].body)["alerts"]) == 1
    assert state_of(delivery) is DeliveryState.SENT


def test_pages_show_no_more_than_messages(places: Places, hook: Hooks, client: Client) -> None:
    (delivery,) = queue(
        channel_of(places.distributor, hook.url), {**DETAIL, "text": "told in detail"}, {**TOTALS, "text": "told as a total"}
    )
    consent(places, RESELLER_DETAIL, consent=Consent.TOTALS)
    client.force_login(places.people[Role.DISTRIBUTOR_MANAGER])
    slug = places.distributor.slug
    for address in (reverse("settings:alerts", args=[slug]), reverse("settings:alert_delivery", args=[slug, delivery.pk])):
        page = client.get(address).content.decode()
        assert "told as a total" in page
        assert "told in detail" not in page


def test_the_reason_of_a_total_is_a_detail(workspace: Workspace, published: Publication, rule_of: Make, places: Places) -> None:
    PublishedDesignation.objects.filter(publication=published).update(total_micro=0, change_cause="Net customer adds down 5")
    rule_of(places.distributor, "under", designation="security")
    notice(workspace, NOW)
    assert texts(places) == {(RESELLER_DETAIL, True), (RESELLER_TOTALS, False)}
    assert published.day == DAY
