"""A made-up market: a publication of rows for any number of resellers, and a distributor that sees each of the first in another way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from django.utils import timezone

from attain.people.joining import new_organization
from attain.people.models import Consent, Organization, OrganizationKind, OrganizationPartner
from attain.published.models import PortfolioRow, Publication, PublicationState, PublishedDesignation, PublishedPartner
from attain.published.resellers import Asked, Reseller, resellers
from attain.published.shapes import MICRO
from attain.rulebook.load import load_book

DAY = dt.date(2026, 11, 24)
DESIGNATIONS = (next(iter(load_book().designations)), "security")
OWN_ACCOUNT = "9000"
GOAL = int(load_book().programme.on(DAY).qualifying_total * MICRO)
UNCLAIMED = MICRO * 37 // 100
POINTS = MICRO * 1743 // 100
METRIC = "net_customer_adds"


@dataclass(frozen=True)
class Market:
    """A publication of made-up rows and a distributor: resellers 100 to 104, each seen in another way, and one of somebody else's."""

    publication: Publication
    distributor: Organization

    def ids(self, asked: Asked) -> list[str]:
        return [one.partner_id for one in self.list(asked)]

    def list(self, asked: Asked) -> list[Reseller]:
        found = resellers(self.publication, self.distributor, asked, DESIGNATIONS)
        shown = found[0 : found.count()]
        assert shown == list(found)
        return shown


DETAILED, TOTALED, EXPIRED, REVOKED, SERVED, FOREIGN = "100", "101", "102", "103", "104", "105"


def today() -> dt.date:
    """Give the day that consents are held against. Asked for in a test, not above it: a run may go on past midnight."""
    return timezone.now().date()


def yesterday() -> dt.date:
    """Give the last day of a consent that is over."""
    return today() - dt.timedelta(days=1)


def hold_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be noon of today, so that no day ends within a test."""
    now, noon = timezone.now, timezone.now().replace(hour=12, minute=0)
    ahead = noon - now()
    monkeypatch.setattr(timezone, "now", lambda: now() + ahead)


def publish(partners: list[str], served_by: dict[str, str]) -> Publication:
    """Publish rows made up for each partner and designation: the larger its number, the fewer points."""
    now = timezone.now()
    # What is published for the whole folder makes way until the test is taken back.
    Publication.objects.filter(state=PublicationState.CURRENT).update(state=PublicationState.EARLIER)
    publication = Publication.objects.create(
        day=DAY,
        store="made up",
        facts="0",
        rulebook="0",
        engine="polars",
        basis="acr",
        data_month="2026-10",
        state=PublicationState.CURRENT,
        started_at=now,
        claimed_at=now,
    )
    accounts = PublishedPartner.objects.bulk_create(
        PublishedPartner(
            publication=publication,
            partner_id=one,
            name=f"Reseller {one}",
            name_folded=f"reseller {one}",
            distributor_id=served_by.get(one, ""),
            day=DAY,
            facts="0",
            published_at=now,
        )
        for one in partners
    )
    PortfolioRow.objects.bulk_create(
        PortfolioRow(
            publication=publication,
            account=account,
            partner_id=account.partner_id,
            name=account.name,
            name_folded=account.name_folded,
            distributor_id=account.distributor_id,
            designation=designation,
            track="smb",
            total_micro=GOAL + (2 - place % 60) * MICRO,
            distance_micro=(place % 60 - 2) * MICRO,
            qualifies=place % 60 <= 2,
            complete=True,
            status="enrolled" if place % 60 <= 2 else "in_progress",
            next_date=DAY + dt.timedelta(days=place % 60),
            next_event="refresh",
            blocking="" if place % 60 <= 2 else METRIC,
            at_floor=0,
            at_risk_on=DAY + dt.timedelta(days=30 + place) if place % 60 <= 2 else None,
            unclaimed_micro=place % 7 * MICRO + UNCLAIMED,
            data_month="2026-10" if place % 2 else "2026-09",
            day=DAY,
            month_statuses="iie" if place % 60 <= 2 else "iii",
        )
        for place, account in enumerate(accounts)
        for designation in DESIGNATIONS
    )
    PublishedDesignation.objects.bulk_create(
        PublishedDesignation(
            publication=publication,
            account=account,
            designation="security",
            edition="2026-07",
            track="smb",
            selected_by="best",
            selected_why="",
            total_micro=GOAL,
            cap_micro=100 * MICRO,
            qualifies=True,
            complete=True,
            tracks=[["smb", GOAL, 100 * MICRO, True, True, "2026-10", [[METRIC, None, None, POINTS, 20 * MICRO, True, True, "2026-10"]]]],
            status="enrolled",
            status_name="",
            status_reason="",
            next_date=DAY,
            next_event="refresh",
            next_meaning="",
            window_start=DAY,
            window_end=DAY,
        )
        for account in accounts
    )
    return publication


def make_market(distributor: Organization | None = None) -> Market:
    """Make it, for a distributor that is there or a new one."""
    everyone = [DETAILED, TOTALED, EXPIRED, REVOKED, SERVED, FOREIGN, OWN_ACCOUNT]
    publication = publish(everyone, dict.fromkeys([EXPIRED, REVOKED, SERVED, DETAILED], OWN_ACCOUNT))
    distributor = distributor or new_organization("Wide World", OrganizationKind.DISTRIBUTOR)
    for partner, consent, until in (
        (OWN_ACCOUNT, Consent.OWN, None),
        (DETAILED, Consent.DETAIL, today()),
        (TOTALED, Consent.TOTALS, today()),
        (EXPIRED, Consent.DETAIL, yesterday()),
        (REVOKED, Consent.DETAIL, today()),
    ):
        OrganizationPartner.objects.create(organization=distributor, partner_id=partner, consent=consent, until=until)
    OrganizationPartner.objects.get(partner_id=REVOKED).delete()
    return Market(publication, distributor)
