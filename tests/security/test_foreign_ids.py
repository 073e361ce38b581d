"""Another partner's data is asked for through every id that an address, a query or a body can hold: nothing shows, nothing changes."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client
from django.urls import get_resolver

from attain.people.models import Invitation, Member, OrganizationPartner, Token, User
from attain.people.roles import Access, Role
from attain.recorded.models import CporClaim, Purchase, SavedScenario
from attain.server.declared import Page, pages
from tests.people.places import OTHER, OWN, Places
from tests.security.victim import ID, SECRET, make_victim, snapshot

TEXTS = {"provider_id": "organization", "secret": "no-such-secret", "designation": "security", "code": "security", "kind": "csv"}
IDS: tuple[str, ...] = (
    "scenario",
    "partner",
    "partner_id",
    "organization",
    "member",
    "user",
    "token",
    "claim",
    "run",
    "load",
    "segment",
    "consent",
    "q",
    "id",
)
LEAVES = {"account_logout"}


def _address(page: Page, partner_id: str, organization: str) -> str:
    known = {**TEXTS, "partner_id": partner_id, "organization": organization}
    route = page.route
    for part in page.parts:
        start = route.index("<")
        stop = route.index(">", start)
        route = route[:start] + known.get(part, str(ID)) + route[stop + 1 :]
    return f"/{route}"


PAGES = [page for page in pages(get_resolver().url_patterns) if page.name not in LEAVES]
HOLDING_IDS = [page for page in PAGES if {*page.parts} - {*TEXTS, "partner_id", "organization"}]


@pytest.fixture
def victim(served: Places, poisoned: Path) -> dict[str, Any]:
    make_victim(served, str(poisoned))
    return snapshot()


@pytest.fixture
def theirs(poisoned: Path) -> set[str]:
    """Names of customers that the other partner has and the attacker has not."""
    usage = pl.concat([pl.read_parquet(path, columns=["partner_id", "tenant_id"]) for path in (poisoned / "azure_usage").glob("*.parquet")])
    tenants = {partner: set(usage.filter(pl.col("partner_id") == partner)["tenant_id"].to_list()) for partner in (OWN, OTHER)}
    only = pl.read_parquet(poisoned / "customers.parquet").filter(pl.col("tenant_id").is_in(tenants[OTHER] - tenants[OWN]))
    assert only.height
    return {*only["name"].to_list(), *only["tenant_id"].to_list()}


def _text(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return html.unescape(content.decode(errors="replace")) + str(answer.headers)


def test_no_id_in_an_address_leads_to_what_is_another_s(served: Places, admin: Client, victim: dict[str, Any], theirs: set[str]) -> None:
    assert len(victim) > 10
    assert len(HOLDING_IDS) > 20
    for page in PAGES:
        for partner_id, organization in ((OWN, served.partner.slug), (OTHER, served.other.slug)):
            address = _address(page, partner_id, organization)
            for method in page.methods or ("GET", "POST"):
                answer: Any = admin.generic(method, address)
                where = (method, address, answer.status_code)
                assert answer.status_code < 500, where
                text = _text(answer)
                assert SECRET not in text, where
                assert not any(name in text for name in theirs), where
    assert snapshot() == victim


def test_no_id_in_a_query_or_a_body_leads_to_what_is_another_s(
    served: Places, admin: Client, victim: dict[str, Any], theirs: set[str]
) -> None:
    own = [page for page in PAGES if page not in HOLDING_IDS]
    for page in own:
        address = _address(page, OWN, served.partner.slug)
        for value in (str(ID), OTHER, served.other.slug):
            asked = dict.fromkeys(IDS, value)
            for answer in (admin.get(address, asked), *([admin.post(address, asked)] if value == OTHER else [])):
                where = (address, asked, answer.status_code)
                assert answer.status_code < 500, where
                text = _text(answer)
                assert SECRET not in text, where
                assert not any(name in text for name in theirs), where
    assert snapshot() == victim


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DISTRIBUTOR_MANAGER])
def test_fields_that_a_form_does_not_have_change_nothing(served: Places, victim: dict[str, Any], role: Role) -> None:
    """Mass assignment: whatever a request adds to a form, the row gets what the form asks for and the person may give."""
    client, user, place = Client(), served.people[role], served.partner
    client.force_login(user)
    extra = {
        "organization": str(served.other.pk),
        "partner_id": OTHER,
        "user": str(served.stranger.pk),
        "pk": str(ID),
        "id": str(ID),
        "email": user.email,
        "role": Role.GLOBAL_ADMIN,
        "sees_all": "on",
        "names_shown": "on",
        "is_active": "",
        "is_staff": "on",
        "is_superuser": "on",
        "password": "another password",
        "recorded_by": "somebody else",
        "saved_by": "somebody else",
        "created_by": str(served.stranger.pk),
        "withdrawn_at": "2026-01-01",
        "removed_at": "2026-01-01",
    }
    client.post("/settings/account/", {**extra, "name": "New Name"})
    after = User.objects.get(pk=user.pk)
    assert (after.name, after.email, after.is_active, after.password) == ("New Name", user.email, True, user.password)
    client.post("/settings/account/tokens/", {**extra, "name": "mine", "scopes": ["read"], "days": "30"})
    mine = Token.objects.get(name="mine")
    assert (mine.user, mine.organization, mine.role) == (user, None, "")
    client.post(f"/{OWN}/membership/offers/", {**extra, "designation": "security", "enrolled_on": "2026-01-05"})
    client.post(f"/{OWN}/plan/scenarios/save/", {**extra, "name": "s", "change": ["drop_customer tenant=Nobody"]})
    client.post(f"/{OWN}/plan/claims/new/", {**extra, "claim_id": "c1", "tenant_id": str(ID), "association": "cpor", "status": "draft"})
    for made in (*Purchase.objects.exclude(pk=ID), *CporClaim.objects.exclude(pk=ID)):
        assert (made.partner_id, made.recorded_by) == (OWN, user.email)
    for scenario in SavedScenario.objects.exclude(pk=ID):
        assert (scenario.organization, scenario.partner_id, scenario.saved_by, scenario.removed_at) == (place, OWN, user.email, None)
    client.post(f"/settings/{place.slug}/invitations/", {**extra, "email": "x@contoso.example"})
    assert {one.organization for one in Invitation.objects.filter(email="x@contoso.example")} <= {place}
    member = Member.objects.get(user=user, organization=place)
    client.post(f"/settings/{place.slug}/people/{member.pk}/role/", extra)
    kept = Member.objects.get(pk=member.pk)
    assert (kept.organization, kept.user) == (place, user)
    assert kept.role == role  # nobody but a Global admin gives a role, and that one has it already
    assert not place.sees_all
    assert not OrganizationPartner.objects.filter(organization=place, partner_id=OTHER).exists()
    assert snapshot() == victim


def test_the_victim_sees_its_own_rows(served: Places, victim: dict[str, Any]) -> None:
    """The mark does show to whom it belongs, so that its absence elsewhere means something."""
    client = Client()
    client.force_login(served.stranger)
    slug = served.other.slug
    for address in (f"/settings/{slug}/people/", f"/settings/{slug}/tokens/", f"/settings/{slug}/invitations/", f"/settings/{slug}/audit/"):
        assert SECRET in _text(client.get(address)), address
    assert SECRET in _text(client.get(f"/{OTHER}/membership/offers/"))
    assert SECRET in _text(client.get(f"/{OTHER}/data/imports/{ID}/"))
    assert {page.access for page in HOLDING_IDS} > {Access.PEOPLE, Access.DATA, Access.PLAN}
