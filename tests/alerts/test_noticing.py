"""Whom rules regard, which messages what they notice goes into, and that nothing is noticed twice after a restart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from attain.alerts import noticing as module
from attain.alerts.models import Alert, Delivery, Pace, Rule, RuleKind
from attain.alerts.noticing import notice
from attain.alerts.setting_up import RuleAsked, save_rule
from attain.people.access import Granted
from attain.people.models import Consent, Organization, OrganizationPartner
from attain.people.principal import Grant, Principal
from attain.people.roles import Access, Role
from attain.published.models import PortfolioRow, Publication, PublishedDesignation, PublishedPartner
from attain.published.shapes import exact
from attain.workspace import Workspace
from tests.alerts.conftest import DAY, NOW, channel_of
from tests.alerts.standing import SECURITY, change, told
from tests.people.places import OWN, RESELLER_DETAIL, RESELLER_TOTALS, Places

pytestmark = pytest.mark.django_db
Make = Callable[..., Rule]
LATER = NOW + dt.timedelta(hours=1)


def changed(rule: Rule, places: Places, **values: Any) -> None:
    """Change a rule as its organization's Partner admin does."""
    role = Role.DISTRIBUTOR_MANAGER if rule.organization == places.distributor else Role.PARTNER_ADMIN
    request = RequestFactory().post("/")
    request.user = places.people[role]
    granted = Granted(Principal(places.people[role]), Access.SET_ALERTS, Grant(rule.organization, role, sees_names=False))
    save_rule(granted, request, replace(RuleAsked.of(rule), **values), rule)


def test_without_rules_nothing_is_looked_at(workspace: Workspace, published: Publication) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert notice(workspace, NOW).rules == 0
    assert len(queries) <= 2


def test_a_rule_that_is_off_says_nothing_and_an_earlier_day_teaches_nothing(
    workspace: Workspace, published: Publication, rule: Make, goal: int
) -> None:
    change(published, total_micro=goal - 1)
    rule(RuleKind.UNDER, active=False)
    rule(RuleKind.UNDER, looked_on=DAY + dt.timedelta(days=1))
    assert notice(workspace, NOW).alerts == 0
    rule(RuleKind.UNDER, looked_on=DAY)
    assert notice(workspace, NOW).alerts == 1


class TestWhoIsSeen:
    def test_a_rule_regards_the_partners_of_its_organization(
        self, workspace: Workspace, published: Publication, rule_of: Make, places: Places
    ) -> None:
        PublishedDesignation.objects.filter(publication=published).update(total_micro=0)
        made = rule_of(places.distributor, RuleKind.UNDER)
        notice(workspace, NOW)
        assert set(Alert.objects.filter(rule=made).values_list("partner_id", flat=True)) == {RESELLER_TOTALS, RESELLER_DETAIL}

    def test_what_is_more_than_totals_regards_those_alone_whose_details_are_seen(
        self, workspace: Workspace, published: Publication, rule_of: Make, places: Places
    ) -> None:
        notice(workspace, NOW)
        made = [
            rule_of(places.distributor, RuleKind.CERTIFICATE, days=365),
            rule_of(places.distributor, RuleKind.UNDER, designation=SECURITY, metric="net_customer_adds", bound_micro=10**9),
        ]
        notice(workspace, NOW)
        partners = set(Alert.objects.filter(rule__in=made).values_list("partner_id", flat=True))
        assert partners == {RESELLER_DETAIL}

    def test_the_reason_of_a_total_names_metrics_only_to_who_sees_details(
        self, workspace: Workspace, published: Publication, rule_of: Make, places: Places
    ) -> None:
        PublishedDesignation.objects.filter(publication=published).update(total_micro=0, change_cause="Net customer adds down 5")
        rule_of(places.distributor, RuleKind.UNDER, designation=SECURITY)
        notice(workspace, NOW)
        texts = {alert.partner_id: alert.text for alert in Alert.objects.all()}
        assert "Net customer adds" in texts[RESELLER_DETAIL]
        assert "Net customer adds" not in texts[RESELLER_TOTALS]

    def test_a_consent_that_is_over_shows_nothing(
        self, workspace: Workspace, published: Publication, rule_of: Make, places: Places
    ) -> None:
        yesterday = dt.datetime.now(tz=dt.UTC).date() - dt.timedelta(days=1)
        OrganizationPartner.objects.filter(organization=places.distributor, consent=Consent.TOTALS).update(until=yesterday)
        PublishedDesignation.objects.filter(publication=published).update(total_micro=0)
        rule_of(places.distributor, RuleKind.UNDER)
        notice(workspace, NOW)
        assert set(Alert.objects.values_list("partner_id", flat=True)) == {RESELLER_DETAIL}

    def test_a_rule_about_one_partner(self, workspace: Workspace, published: Publication, rule_of: Make, places: Places) -> None:
        PublishedDesignation.objects.filter(publication=published).update(total_micro=0)
        rule_of(places.distributor, RuleKind.UNDER, partner_id=RESELLER_TOTALS)
        rule_of(places.distributor, RuleKind.UNDER, partner_id=OWN)
        notice(workspace, NOW)
        assert set(Alert.objects.values_list("partner_id", flat=True)) == {RESELLER_TOTALS}


class TestChanged:
    def test_one_that_asks_for_something_else_begins_anew(
        self, workspace: Workspace, published: Publication, rule: Make, goal: int, places: Places
    ) -> None:
        change(published, total_micro=goal - 1)
        made = rule(RuleKind.UNDER)
        assert notice(workspace, NOW).alerts == 1
        changed(made, places, bound=exact(goal) + 5)
        assert not Alert.objects.filter(ended_at=None).exists()
        assert notice(workspace, LATER).alerts == 1
        assert [f"under {exact(goal) + 5}." in text for text in told(made)] == [True]
        assert notice(workspace, LATER).alerts == 0

    def test_what_it_no_longer_regards_is_over(self, workspace: Workspace, published: Publication, rule_of: Make, places: Places) -> None:
        PublishedDesignation.objects.filter(publication=published).update(total_micro=0)
        made = rule_of(places.distributor, RuleKind.UNDER)
        notice(workspace, NOW)
        changed(made, places, partner_id=RESELLER_TOTALS)
        notice(workspace, LATER)
        assert set(Alert.objects.filter(ended_at=None).values_list("partner_id", flat=True)) == {RESELLER_TOTALS}

    def test_other_channels_alone_tell_nothing_twice(
        self, workspace: Workspace, published: Publication, rule: Make, goal: int, places: Places
    ) -> None:
        change(published, total_micro=goal - 1)
        made = rule(RuleKind.UNDER)
        notice(workspace, NOW)
        other = channel_of(places.partner, addresses=["other@contoso.example"], name="Other")
        changed(made, places, channels=[other.pk])
        assert notice(workspace, LATER).alerts == 0
        assert list(made.channels.all()) == [other]
        assert len(told(made)) == 1

    def test_first_qualified_days_from_before_the_change_are_no_news(
        self, workspace: Workspace, published: Publication, rule: Make, places: Places
    ) -> None:
        change(published, qualified_on=DAY)
        made = rule(RuleKind.FIRST_QUALIFIED, designation="")
        notice(workspace, NOW)
        changed(made, places, designation=SECURITY)
        done = notice(workspace, LATER)
        assert (done.alerts, done.silent) == (0, 1)

    def test_a_look_that_began_before_the_change_tells_nothing_by_the_old_words(
        self,
        workspace: Workspace,
        published: Publication,
        rule: Make,
        goal: int,
        places: Places,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        change(published, total_micro=goal - 1)
        made = rule(RuleKind.UNDER)
        real = module.findings

        def meanwhile(*args: Any) -> Any:
            found = real(*args)
            changed(made, places, bound=exact(goal - 1))
            return found

        monkeypatch.setattr(module, "findings", meanwhile)
        notice(workspace, NOW)
        made.refresh_from_db()
        assert (Alert.objects.count(), made.looked_at, made.looked_on) == (0, None, None)


class TestMessages:
    def test_all_of_one_look_goes_into_one_message_for_each_recipient(
        self, workspace: Workspace, published: Publication, rule_of: Make, places: Places
    ) -> None:
        PublishedDesignation.objects.filter(publication=published).update(total_micro=0)
        PortfolioRow.objects.filter(publication=published).update(at_risk_on=DAY)
        mail = channel_of(places.distributor, addresses=["a@wide.example", "b@wide.example"])
        rule_of(places.distributor, RuleKind.UNDER, mail)
        rule_of(places.distributor, RuleKind.AT_RISK, mail)
        alerts = notice(workspace, NOW).alerts
        assert alerts == 2 * 2 * 6
        assert sorted(Delivery.objects.values_list("recipient", flat=True)) == ["a@wide.example", "b@wide.example"]
        assert {delivery.alerts.count() for delivery in Delivery.objects.all()} == {alerts}

    def test_a_digest_gathers_until_its_hour(self, workspace: Workspace, published: Publication, rule: Make, goal: int) -> None:
        made = rule(RuleKind.UNDER)
        made.channels.update(pace=Pace.DAILY, digest_at=dt.time(17))
        change(published, total_micro=goal - 1)
        notice(workspace, NOW)
        change(published, total_micro=goal)
        notice(workspace, LATER)
        change(published, total_micro=goal - 1)
        notice(workspace, LATER)
        found = Delivery.objects.get()
        assert found.due_at == NOW.replace(hour=17)
        assert found.alerts.count() == 2
        change(published, total_micro=goal)
        notice(workspace, LATER)
        change(published, total_micro=goal - 1)
        notice(workspace, NOW.replace(hour=18))
        assert sorted(Delivery.objects.values_list("due_at", flat=True)) == [
            NOW.replace(hour=17),
            NOW.replace(hour=17) + dt.timedelta(days=1),
        ]

    def test_a_channel_that_is_off_gets_nothing(self, workspace: Workspace, published: Publication, rule: Make, goal: int) -> None:
        made = rule(RuleKind.UNDER)
        made.channels.update(active=False)
        change(published, total_micro=goal - 1)
        assert notice(workspace, NOW).alerts == 1
        assert not Delivery.objects.exists()


def test_broken_off_anywhere_it_goes_on_where_it_ended_and_says_nothing_twice(
    workspace: Workspace, published: Publication, rule_of: Make, everybody: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before and after each step of writing, over and over, the same alerts and messages come out as without."""
    PublishedDesignation.objects.filter(publication=published).update(total_micro=0)
    monkeypatch.setattr(module, "LOT", 2)
    mail = channel_of(everybody, addresses=["team@contoso.example"])
    made = rule_of(everybody, RuleKind.UNDER, mail)
    steps = ("_alert", "_queue", "_gathering", "_keep", "findings")
    kept: dict[str, Any] = {name: getattr(module, name) for name in steps}

    class Killed(BaseException):
        """As if the process ended here."""

    killed = 0
    for name in steps:
        for after in (False, True):
            calls = 0

            def once(*args: Any, name: str = name, after: bool = after, **kwargs: Any) -> Any:
                nonlocal calls
                calls += 1
                if calls == 2 and not after:
                    raise Killed
                result = kept[name](*args, **kwargs)
                if calls == 2:
                    raise Killed
                return result

            monkeypatch.setattr(module, name, once)
            try:
                notice(workspace, NOW)
            except Killed:
                killed += 1
            monkeypatch.setattr(module, name, kept[name])
    assert killed >= 4
    assert notice(workspace, NOW).alerts == 0 or Alert.objects.filter(rule=made).count() > 0
    partners = PublishedPartner.objects.filter(publication=published).count()
    assert Alert.objects.filter(rule=made).count() == partners * 6
    assert sum(delivery.alerts.count() for delivery in Delivery.objects.all()) == partners * 6
    assert Delivery.objects.count() == 1
    assert notice(workspace, LATER).alerts == 0


def test_how_many_queries_it_takes_does_not_depend_on_how_many_partners(
    workspace: Workspace, published: Publication, rule_of: Make, everybody: Organization, places: Places
) -> None:
    counts: dict[str, list[int]] = {}
    for kind in RuleKind:
        for partner in (OWN, ""):
            made = rule_of(everybody, kind, partner_id=partner)
            with CaptureQueriesContext(connection) as queries:
                notice(workspace, NOW)
            counts.setdefault(kind, []).append(len(queries))
            made.delete()
    for kind, (one, every) in counts.items():
        # Findings are written some hundred at a time.
        assert every <= one + 8, (kind, one, every)
