"""Settings > Alerts: channels and rules made, changed, tried, turned off and removed; what is refused is said at its field."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from attain.alerts.delivering import deliver_due
from attain.alerts.models import Channel, ChannelKind, Delivery, DeliveryState, Pace, Rule, RuleKind
from attain.alerts.noticing import notice
from attain.alerts.sealing import opened
from attain.people.models import AuditEntry, Event
from attain.people.roles import Role
from attain.published.models import Publication, PublishedDesignation
from attain.workspace import Workspace
from tests.alerts.conftest import NOW, channel_of
from tests.alerts.receivers import Hooks, Mails
from tests.people.places import OTHER, OWN, RESELLER_DETAIL, Places

pytestmark = pytest.mark.django_db
MAIL = {
    "name": "Team",
    "kind": "mail",
    "addresses": "one@contoso.example\ntwo@contoso.example, two@contoso.example",
    "pace": "daily",
    "digest_at": "07:30",
    "digest_on": "0",
    "zone": "Europe/Berlin",
    "quiet_from": "22:00",
    "quiet_until": "06:00",
}


def url(view: str, *args: object, place: str = "contoso") -> str:
    return reverse(f"settings:{view}", args=[place, *args])


@pytest.fixture
def admin(places: Places, client: Client) -> Client:
    client.force_login(places.people[Role.PARTNER_ADMIN])
    return client


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


class TestChannels:
    def test_a_mail_channel(self, admin: Client) -> None:
        assert admin.post(url("alert_channels"), MAIL).status_code == 302
        made = Channel.objects.get()
        assert made.addresses == ["one@contoso.example", "two@contoso.example"]
        assert (made.pace, f"{made.digest_at:%H:%M}", made.zone, f"{made.quiet_from:%H:%M}") == (
            Pace.DAILY,
            "07:30",
            "Europe/Berlin",
            "22:00",
        )
        page = page_of(admin, url("alert_channels"))
        assert "one@contoso.example, two@contoso.example" in page
        assert "Once a day, 07:30" in page
        assert "quiet 22:00 to 06:00, Europe/Berlin" in page
        entry = AuditEntry.objects.get(event=Event.ALERTS_CHANGED)
        assert entry.detail == "channel Team made: Mail to one@contoso.example, two@contoso.example"

    def test_the_secret_of_a_webhook_is_shown_once_and_its_address_never(self, admin: Client, hook: Hooks) -> None:
        answer = admin.post(url("alert_channels"), {**MAIL, "kind": "webhook", "url": hook.url, "addresses": ""})
        shown = re.findall(r"whsec_[\w-]+", answer.content.decode())
        made = Channel.objects.get()
        assert set(shown) == {opened(made.sealed_secret)}
        assert opened(made.sealed_url) == hook.url
        for address in (url("alert_channels"), url("alert_channel", made.pk), url("alert_deliveries")):
            page = page_of(admin, address)
            assert "whsec_" not in page
            assert "secret-part" not in page
        assert "secret-part" not in repr(list(AuditEntry.objects.values_list("detail")))

    def test_a_change_keeps_the_address_and_the_secret_unless_new_ones_are_asked_for(
        self, admin: Client, hook: Hooks, places: Places
    ) -> None:
        made = channel_of(places.partner, hook.url)
        change = {**MAIL, "kind": "webhook", "name": "Renamed", "addresses": ""}
        assert admin.post(url("alert_channel", made.pk), change).status_code == 302
        made.refresh_from_db()
        assert (made.name, opened(made.sealed_url), opened(made.sealed_secret)) == ("Renamed", hook.url, "whsec_test")
        answer = admin.post(url("alert_channel", made.pk), {**change, "url": f"{hook.url}2", "new_secret": "on"})
        made.refresh_from_db()
        assert opened(made.sealed_url) == f"{hook.url}2"
        assert opened(made.sealed_secret) != "whsec_test"
        assert opened(made.sealed_secret) in answer.content.decode()

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"name": "  "}, "This field is required"),
            ({"name": "Taken"}, "There is a channel &#x27;Taken&#x27; already."),
            ({"addresses": ""}, "The channel needs a mail address."),
            ({"addresses": "nobody"}, "&#x27;nobody&#x27; is no mail address."),
            ({"addresses": "a@b.example\r\nBcc: c@d.example"}, "&#x27;Bcc: c@d.example&#x27; is no mail address."),
            ({"zone": "Europe/Berlim"}, "Europe/Berlin"),
            ({"quiet_until": ""}, "Quiet hours have a beginning and an end."),
            ({"kind": "teams"}, "The channel needs an address."),
            ({"kind": "teams", "url": "http://hooks.contoso.example/"}, "it does not begin with https://"),
            ({"kind": "webhook", "url": "https://169.254.169.254/"}, "its host is in a network that is not public"),
            ({"kind": "pigeon"}, "Select a valid choice"),
        ],
    )
    def test_what_is_refused_is_said(self, values: dict[str, str], words: str, admin: Client, places: Places) -> None:
        channel_of(places.partner, addresses=["x@contoso.example"], name="Taken")
        answer = admin.post(url("alert_channels"), {**MAIL, **values})
        assert answer.status_code == 200
        assert words in answer.content.decode()
        assert Channel.objects.count() == 1

    def test_a_test_is_in_the_log_with_what_came_of_it(self, admin: Client, hook: Hooks, places: Places) -> None:
        made = channel_of(places.partner, hook.url)
        answer = admin.post(url("alert_channel_test", made.pk), follow=True)
        page = answer.content.decode()
        assert "The test reached 127.0.0.1." in page
        assert "Delivered" in page
        hook.answers = [(404, {})]
        page = admin.post(url("alert_channel_test", made.pk), follow=True).content.decode()
        assert "The test did not reach 127.0.0.1: Refused with 404." in page

    def test_off_on_and_removed_while_the_log_stays(self, admin: Client, hook: Hooks, places: Places) -> None:
        made = channel_of(places.partner, hook.url)
        admin.post(url("alert_channel_test", made.pk))
        admin.post(url("alert_channel_switch", made.pk))
        made.refresh_from_db()
        assert not made.active
        admin.post(url("alert_channel_switch", made.pk))
        made.refresh_from_db()
        assert made.active
        admin.post(url("alert_channel_removal", made.pk))
        assert not Channel.objects.exists()
        delivery = Delivery.objects.get()
        assert "Alerts" in page_of(admin, url("alert_delivery", delivery.pk))

    def test_another_organization_s_channels_rules_and_deliveries_are_not_there(self, admin: Client, hook: Hooks, places: Places) -> None:
        theirs = channel_of(places.other, hook.url)
        rule = Rule.objects.create(organization=places.other, kind=RuleKind.STALE)
        delivery = Delivery.objects.create(organization=places.other, channel_name="x", recipient="y", due_at=NOW)
        for view, key in (("alert_channel", theirs.pk), ("alert_rule", rule.pk), ("alert_delivery", delivery.pk)):
            assert admin.get(url(view, key)).status_code == 404
        for view, key in (
            ("alert_channel_test", theirs.pk),
            ("alert_channel_switch", theirs.pk),
            ("alert_channel_removal", theirs.pk),
            ("alert_rule", rule.pk),
            ("alert_rule_switch", rule.pk),
            ("alert_rule_removal", rule.pk),
            ("alert_delivery_retry", delivery.pk),
        ):
            assert admin.post(url(view, key)).status_code == 404
        assert hook.posted == []
        answer = admin.post(url("alert_rules"), {"kind": "stale", "channels": [theirs.pk]})
        assert "Select a valid choice" in answer.content.decode()


class TestRules:
    def test_a_rule_with_all_it_may_say(self, admin: Client, places: Places) -> None:
        channel = channel_of(places.partner, addresses=["x@contoso.example"])
        asked = {"kind": "under", "partner_id": "1000001", "what": "security net_customer_adds", "bound": "12.5", "channels": [channel.pk]}
        assert admin.post(url("alert_rules"), asked).status_code == 302
        made = Rule.objects.get()
        assert (made.designation, made.metric, made.bound_micro, made.days) == ("security", "net_customer_adds", 12_500_000, None)
        page = page_of(admin, url("alert_rules"))
        assert "under 12.5 points" in page
        assert "Security: Net customer adds" in page
        assert "Not yet" in page

    @pytest.mark.parametrize(
        ("kind", "words"),
        [("under", "under what qualifies"), ("at_risk", "60 days ahead"), ("renewal", "30 days ahead"), ("stale", "1 day overdue")],
    )
    def test_what_holds_unless_set_is_said(self, kind: str, words: str, admin: Client) -> None:
        admin.post(url("alert_rules"), {"kind": kind})
        assert words in page_of(admin, url("alert_rules"))

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"partner_id": OTHER}, f"Partner &#x27;{OTHER}&#x27; is not one of yours."),
            ({"bound": "0"}, "0 is no number of points."),
            ({"bound": "-1"}, "greater than or equal to 0"),
            ({"bound": "1000.5"}, "1000.5 is no number of points."),
            ({"days": "366"}, "less than or equal to 365"),
            ({"what": "security nothing"}, "Select a valid choice"),
            ({"days": "5"}, "A rule about points under a bound takes no number of days."),
            ({"kind": "stale", "partner_id": OWN}, "A rule about stale data takes no partner."),
            ({"kind": "at_risk", "what": "security net_customer_adds"}, "takes no metric."),
        ],
    )
    def test_what_is_refused_is_said(self, values: dict[str, str], words: str, admin: Client) -> None:
        answer = admin.post(url("alert_rules"), {"kind": "under", **values})
        assert words in answer.content.decode()
        assert not Rule.objects.exists()

    @pytest.mark.parametrize(
        ("kind", "fields"),
        [
            ("under", {"partner_id", "what", "bound"}),
            ("unrecognized", {"partner_id", "what", "bound"}),
            ("at_risk", {"partner_id", "what", "days"}),
            ("restated", {"partner_id"}),
            ("stale", {"days"}),
        ],
    )
    def test_a_change_asks_for_what_the_kind_takes_and_shows_what_there_is(
        self, kind: str, fields: set[str], admin: Client, places: Places
    ) -> None:
        mail, other = (channel_of(places.partner, addresses=["x@contoso.example"], name=name) for name in ("Mail", "Other"))
        made = Rule.objects.create(organization=places.partner, kind=kind)
        made.channels.set([other])
        page = page_of(admin, url("alert_rule", made.pk))
        shown = set(re.findall(r'name="(partner_id|what|bound|days)"', page))
        assert shown == fields
        assert re.findall(r'name="channels" value="(\d+)"[^>]* checked', page) == [str(other.pk)]
        assert admin.post(url("alert_rule", made.pk), {"kind": kind, "channels": [mail.pk, other.pk]}).status_code == 302
        assert made.channels.count() == 2

    def test_a_change_is_kept_and_in_the_audit_log(self, admin: Client, places: Places) -> None:
        made = Rule.objects.create(organization=places.partner, kind=RuleKind.UNDER, bound_micro=75_500_000)
        assert 'value="75.5"' in page_of(admin, url("alert_rule", made.pk))
        asked = {"kind": "under", "what": "security net_customer_adds", "bound": "12.5", "partner_id": OWN}
        assert admin.post(url("alert_rule", made.pk), asked).status_code == 302
        made.refresh_from_db()
        assert made.asks == {
            "partner_id": OWN,
            "designation": "security",
            "metric": "net_customer_adds",
            "bound_micro": 12_500_000,
            "days": None,
        }
        entry = AuditEntry.objects.get(event=Event.ALERTS_CHANGED)
        assert entry.detail == (
            "rule changed from All designations, under 75.5 points (no channel): "
            "Points under a bound, Security: Net customer adds, under 12.5 points (no channel)"
        )
        assert entry.partner_id == OWN

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"partner_id": OTHER}, "is not one of yours."),
            ({"bound": "0"}, "0 is no number of points."),
            ({"kind": "stale"}, "The kind of a rule stays as it is."),
        ],
    )
    def test_a_change_that_is_refused_changes_nothing(self, values: dict[str, str], words: str, admin: Client, places: Places) -> None:
        made = Rule.objects.create(organization=places.partner, kind=RuleKind.UNDER)
        answer = admin.post(url("alert_rule", made.pk), {"kind": "under", **values})
        assert words in answer.content.decode()
        made.refresh_from_db()
        assert (made.kind, made.partner_id, made.bound_micro) == ("under", "", None)
        assert not AuditEntry.objects.filter(event=Event.ALERTS_CHANGED).exists()

    def test_turned_on_again_it_does_not_tell_what_came_while_it_was_off(
        self, admin: Client, places: Places, workspace: Workspace, published: Publication
    ) -> None:
        made = Rule.objects.create(organization=places.partner, kind=RuleKind.FIRST_QUALIFIED)
        PublishedDesignation.objects.filter(publication=published).update(qualified_on=None)
        notice(workspace, NOW)
        admin.post(url("alert_rule_switch", made.pk))
        PublishedDesignation.objects.filter(publication=published).update(qualified_on=published.day)
        admin.post(url("alert_rule_switch", made.pk))
        done = notice(workspace, NOW)
        assert (done.alerts, done.silent) == (0, 6)

    def test_removed_it_takes_its_alerts_along(self, admin: Client, places: Places, workspace: Workspace, published: Publication) -> None:
        made = Rule.objects.create(organization=places.partner, kind=RuleKind.UNDER)
        PublishedDesignation.objects.filter(publication=published).update(total_micro=0)
        notice(workspace, NOW)
        page = page_of(admin, url("alerts"))
        assert page.count("Points under a bound") > 1
        admin.post(url("alert_rule_removal", made.pk))
        assert "No rule yet" in page_of(admin, url("alerts"))


def test_from_a_rule_to_a_mail_and_its_log(
    admin: Client, places: Places, mail: Mails, workspace: Workspace, published: Publication
) -> None:
    admin.post(url("alert_channels"), {**MAIL, "pace": "at_once", "quiet_from": "", "quiet_until": ""})
    admin.post(url("alert_rules"), {"kind": "under", "what": "security", "channels": [Channel.objects.get().pk]})
    PublishedDesignation.objects.filter(publication=published).update(total_micro=10_000_000)
    notice(workspace, NOW)
    assert deliver_due(NOW).sent == 2
    assert len(mail.taken) == 2
    page = page_of(admin, url("alerts"))
    assert "Security is at 10" in page
    assert "Holds" in page
    assert "Nothing fits" in page_of(admin, url("alerts") + "?kind=stale")
    page = page_of(admin, url("alert_deliveries") + "?state=sent")
    assert page.count("1 alert") == 2
    delivery = Delivery.objects.first()
    assert delivery is not None
    page = page_of(admin, url("alert_delivery", delivery.pk))
    assert "Security is at 10" in page
    assert "Try again" not in page


def test_what_was_given_up_is_tried_again_from_its_page(admin: Client, places: Places, hook: Hooks) -> None:
    channel = channel_of(places.partner, hook.url, kind=ChannelKind.TEAMS)
    delivery = Delivery.objects.create(
        organization=places.partner, channel=channel, channel_name="x", recipient="y", due_at=NOW, state=DeliveryState.FAILED
    )
    assert "Try again" in page_of(admin, url("alert_delivery", delivery.pk))
    admin.post(url("alert_delivery_retry", delivery.pk))
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.WAITING
    assert "There is nothing to try again." in admin.post(url("alert_delivery_retry", delivery.pk), follow=True).content.decode()


def test_a_distributor_s_rule_about_a_reseller(places: Places, client: Client) -> None:
    client.force_login(places.people[Role.DISTRIBUTOR_MANAGER])
    assert client.post(url("alert_rules", place="wide-world"), {"kind": "at_risk", "partner_id": RESELLER_DETAIL}).status_code == 302
    assert client.post(url("alert_rules", place="wide-world"), {"kind": "at_risk", "partner_id": OTHER}).status_code == 200
    assert Rule.objects.get().partner_id == RESELLER_DETAIL


def test_without_a_mail_server_the_page_says_so(admin: Client, settings: Settings) -> None:
    settings.MAIL_SERVER = None
    assert "ATTAIN_MAIL_HOST names no mail server" in page_of(admin, url("alert_channels"))
