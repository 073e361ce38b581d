"""Purchases and Microsoft's numbers: recorded, counted, withdrawn, written to the audit log; refused where they are wrong."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from attain.people.models import AuditEntry, Event
from attain.people.roles import Role
from attain.published.models import Publication
from attain.published.read import designation
from attain.recorded.models import Purchase, ReportedNumber
from tests.people.places import Places
from tests.web.membership.conftest import CONTOSO, DAY, NORTHWIND
from tests.web.membership.test_overview import text_of

OFFERS, REPORTED = f"/{NORTHWIND}/membership/offers/", f"/{NORTHWIND}/membership/reported/"


def test_a_recorded_purchase_counts_at_once_and_its_withdrawal_too(admin: Client, published: Publication) -> None:
    given = {"designation": "modern-work", "enrolled_on": "2026-11-20", "paid_on": "2026-11-20", "amount": "4700", "currency": "usd"}
    answer = admin.post(OFFERS, {**given, "reference": "PO 17"}, follow=True)
    assert "Modern Work is recorded." in answer.content.decode()
    row = designation(NORTHWIND, "modern-work", published)[1].row
    assert (row.status, row.anniversary) == ("enrolled", dt.date(2027, 11, 20))
    bought = Purchase.objects.get(partner_id=NORTHWIND)
    assert (bought.amount, bought.currency, bought.reference) == (Decimal(4700), "USD", "PO 17")
    entry = AuditEntry.objects.filter(event=Event.ENROLLED).latest("pk")
    assert (entry.partner_id, entry.detail) == (NORTHWIND, "Modern Work on 2026-11-20, PO 17")
    assert "4,700 USD" in text_of(admin, OFFERS)
    answer = admin.post(f"{OFFERS}{bought.pk}/withdraw/", follow=True)
    assert "The purchase no longer counts." in answer.content.decode()
    assert designation(NORTHWIND, "modern-work", published)[1].row.status == "qualified"
    assert "Withdrawn" in text_of(admin, OFFERS)
    assert AuditEntry.objects.filter(event=Event.ENROLLED).latest("pk").detail.startswith("withdrawn: ")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"enrolled_on": "2026-11-25"}, "25 Nov 2026 has not come yet. Name a day up to 24 Nov 2026."),
        ({"paid_on": "2027-01-01"}, "1 Jan 2027 has not come yet."),
        ({"anniversary": "2026-11-20"}, "20 Nov 2026 is not after 20 Nov 2026."),
        ({"amount": "12"}, "An amount has a currency. Name it by three letters, such as USD."),
        ({"currency": "dollars"}, "Enter a valid value."),
        ({"designation": "none"}, "Select a valid choice."),
    ],
)
def test_a_wrong_purchase_is_refused_with_its_reason(admin: Client, changed: dict[str, str], words: str) -> None:
    given = {"designation": "modern-work", "enrolled_on": "2026-11-20", **changed}
    assert words in admin.post(OFFERS, given).content.decode()
    assert not Purchase.objects.exists()


def test_the_same_purchase_is_not_recorded_twice(admin: Client) -> None:
    given = {"designation": "modern-work", "enrolled_on": "2026-11-20"}
    admin.post(OFFERS, given)
    assert "Withdraw it first." in admin.post(OFFERS, given).content.decode()
    assert Purchase.objects.count() == 1


def test_a_purchase_of_another_partner_is_not_withdrawn(admin: Client) -> None:
    bought = Purchase.objects.create(partner_id=CONTOSO, designation="security", enrolled_on=DAY, recorded_by="ada")
    assert admin.post(f"{OFFERS}{bought.pk}/withdraw/").status_code == 404
    bought.refresh_from_db()
    assert bought.withdrawn_at is None


def test_only_roles_that_may_record_a_purchase_withdraw_one(admin: Client, places: Places) -> None:
    bought = Purchase.objects.create(partner_id=CONTOSO, designation="security", enrolled_on=DAY, recorded_by="ada")
    viewer = Client()
    viewer.force_login(places.people[Role.EXECUTIVE_REPORT_VIEWER])
    assert viewer.post(f"/{CONTOSO}/membership/offers/{bought.pk}/withdraw/").status_code == 403


def test_a_number_that_differs_is_compared_and_one_that_agrees_says_so(admin: Client) -> None:
    typed = {"designation": "modern-work", "as_of": DAY.isoformat(), "points": "70.5"}
    answer = admin.post(REPORTED, typed, follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain == [(f"/{NORTHWIND}/membership/reconcile/?designation=modern-work", 302)]
    assert all(word in text for word in ("The number is recorded.", "70.5", "76", "+5.50", "Differs"))
    card = text_of(admin, f"/{NORTHWIND}/membership/").split("Modern Work</a>")[1]
    assert "70.50 on 24 Nov 2026" in card
    assert "+5.50 here" in card
    admin.post(REPORTED, {**typed, "points": "76"})
    assert ReportedNumber.objects.get().points == 76
    assert "Differs" not in text_of(admin, f"/{NORTHWIND}/membership/reconcile/?designation=modern-work")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"points": "100.5"}, "100.5: points are from 0 to 100."),
        ({"points": "-1"}, "\N{MINUS SIGN}1: points are from 0 to 100."),
        ({"as_of": "2026-11-25"}, "25 Nov 2026 has not come yet."),
        ({"metric": "advanced_certifications", "designation": "security"}, "no metric of security on 24 Nov 2026"),
        ({"track": "smb", "designation": "security", "as_of": "2024-03-01"}, "no track of security on 1 Mar 2024"),
    ],
)
def test_a_number_that_microsoft_cannot_have_shown_is_refused(admin: Client, changed: dict[str, str], words: str) -> None:
    given = {"designation": "modern-work", "as_of": DAY.isoformat(), "points": "70", **changed}
    text = admin.post(REPORTED, given).content.decode()
    assert words in text
    assert not ReportedNumber.objects.exists()
