"""Counts that are kept: used again while they hold, and never after a consent, a row or the day changed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attain.people.models import Consent, Organization, OrganizationPartner
from attain.published.calls import Asked as CallsAsked
from attain.published.calls import Words, call_list
from attain.published.cohorts import cohorts
from attain.published.models import PortfolioRow, Publication
from attain.published.others import others
from attain.published.resellers import SORTS, Asked, resellers
from attain.rulebook.load import load_book
from tests.published.market import DAY, DESIGNATIONS, DETAILED, OWN_ACCOUNT, TOTALED, Market, hold_noon, make_market, today

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.web, pytest.mark.django_db]
SEEN = 3
"""Resellers whose totals the distributor of the market sees."""
SERVED = 3
"""Those it serves without consent."""


@pytest.fixture
def market(db: None, monkeypatch: pytest.MonkeyPatch) -> Market:
    hold_noon(monkeypatch)
    return make_market()


def counted(market: Market) -> dict[str, int]:
    """Count in each way that keeps its counts."""
    place, of = market.distributor, market.publication
    words = Words.of(load_book(), DAY)
    found = {
        f"{sort} {level}": sum(
            resellers(of, place, Asked(designation="security", sort=sort, consent=level), DESIGNATIONS).statuses.values()
        )
        for sort in SORTS
        for level in ("", "detail")
    }
    return found | {
        "listed": resellers(of, place, Asked(designation="security"), DESIGNATIONS).count(),
        "every": resellers(of, place, Asked(), DESIGNATIONS).count(),
        "cohorts": sum(one.size for one in cohorts(of, place, "security").cohorts),
        "others": others(of, place, DESIGNATIONS, ("in_progress",)).total,
        "calls": len({one.reseller.partner_id for one in call_list(of, place, CallsAsked(), words)[0:100]}),
        "calls counted": call_list(of, place, CallsAsked(), words).count(),
    }


def anew(market: Market) -> dict[str, int]:
    """Count where nothing can be kept: under stamps that nothing was counted under."""
    Publication.objects.get(pk=market.publication.pk).save()
    return counted(market)


def _give_less(consent: OrganizationPartner) -> None:
    consent.consent = str(Consent.TOTALS)
    consent.save()


def _end(consent: OrganizationPartner) -> None:
    OrganizationPartner.objects.filter(pk=consent.pk).update(until=timezone.now().date() - dt.timedelta(days=1))


def _revoke_all(consent: OrganizationPartner) -> None:
    OrganizationPartner.objects.filter(organization=consent.organization, partner_id=consent.partner_id).delete()


CHANGES: dict[str, Callable[[OrganizationPartner], object]] = {
    "revoked": OrganizationPartner.delete,
    "revoked with a query": _revoke_all,
    "given less": _give_less,
    "ended": _end,
    "another level with a query": lambda one: OrganizationPartner.objects.filter(pk=one.pk).update(consent=str(Consent.TOTALS)),
    "given to another": lambda one: OrganizationPartner.objects.filter(pk=one.pk).update(
        organization=Organization.objects.create(name="Another", slug="another")
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_consent_that_changed_a_moment_ago_is_counted_as_it_is(market: Market, change: str) -> None:
    before = counted(market)
    assert before["distance "] == before["listed"] - SERVED == before["cohorts"] == SEEN
    CHANGES[change](OrganizationPartner.objects.get(organization=market.distributor, partner_id=DETAILED))
    after = counted(market)
    assert after != before
    assert after["distance detail"] == before["distance detail"] - 1 == 0
    assert after == anew(market)


def test_a_consent_given_is_counted_at_once(market: Market) -> None:
    before = counted(market)
    OrganizationPartner.objects.bulk_create(
        [OrganizationPartner(organization=market.distributor, partner_id="104", consent=Consent.TOTALS)]
    )
    after = counted(market)
    assert (after["distance "], after["others"]) == (before["distance "] + 1, before["others"] - 1)
    OrganizationPartner.objects.create(organization=market.distributor, partner_id="105", consent=Consent.DETAIL)
    assert counted(market)["distance detail"] == before["distance detail"] + 1
    assert counted(market) == anew(market)


def test_what_was_read_before_a_consent_changed_does_not_bring_its_counts_back(market: Market) -> None:
    organization, publication = Organization.objects.get(pk=market.distributor.pk), Publication.objects.get(pk=market.publication.pk)
    before = counted(market)
    OrganizationPartner.objects.get(organization=organization, partner_id=DETAILED).delete()
    PortfolioRow.objects.filter(partner_id=TOTALED).delete()
    after = counted(market)
    organization.name = "Renamed"
    organization.save()
    publication.save()
    assert counted(market) == after != before


def test_rows_published_anew_are_counted_as_they_are(market: Market) -> None:
    assert counted(market)["calls counted"]
    PortfolioRow.objects.filter(partner_id__in=[DETAILED, TOTALED, OWN_ACCOUNT]).update(status="in_progress", qualifies=False, at_floor=3)
    found = resellers(market.publication, market.distributor, Asked(designation="security"), DESIGNATIONS)
    assert found.statuses == {"in_progress": SEEN}
    row = PortfolioRow.objects.get(partner_id=DETAILED, designation="security")
    row.status = "qualified"
    row.save()
    assert counted(market) == anew(market)
    found = resellers(market.publication, market.distributor, Asked(designation="security"), DESIGNATIONS)
    assert found.statuses == {"in_progress": SEEN - 1, "qualified": 1}
    row.delete()
    assert counted(market)["distance "] == SEEN - 1
    assert counted(market) == anew(market)


def test_a_consent_ends_with_its_day_though_nothing_is_written(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    OrganizationPartner.objects.filter(organization=market.distributor, partner_id=TOTALED).update(until=None)
    OrganizationPartner.objects.filter(organization=market.distributor, partner_id=DETAILED).update(until=today())
    assert counted(market)["distance "] == SEEN
    later = timezone.now() + dt.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert counted(market)["distance "] == SEEN - 1


def test_counts_that_hold_are_not_counted_again(market: Market) -> None:
    first = counted(market)
    with CaptureQueriesContext(connection) as queries:
        assert counted(market) == first
    of_rows = [one["sql"] for one in queries if 'FROM "published_portfoliorow"' in one["sql"]]
    assert [sql for sql in of_rows if '"published_portfoliorow"."id" IN' not in sql] == []
    assert not any("COUNT(" in one["sql"] for one in queries)
