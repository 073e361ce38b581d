"""Setting up organizations: from the organization that sees every partner, by its Global admin alone."""

from __future__ import annotations

import pytest
from django.test import Client

from attain.people.joining import new_organization
from attain.people.models import AuditEntry, Event, Member, Organization, OrganizationPartner
from attain.people.roles import Role
from tests.people.places import PASSWORD, Places, member_of


@pytest.fixture
def operator(places: Places) -> Client:
    client = Client()
    client.force_login(member_of(new_organization("Operator", sees_all=True), Role.GLOBAL_ADMIN, "operator"))
    return client


def test_an_organization_is_made_with_its_admin_and_sees_the_partners_it_is_given(operator: Client) -> None:
    form = {"name": "Tailspin", "kind": "partner", "email": "tara@tailspin.example"}
    link = operator.post("/settings/operator/organizations/", form).context["link"].removeprefix("http://testserver")
    made = Organization.objects.get(slug="tailspin")
    operator.post(f"/settings/operator/organizations/{made.pk}/", {"partner_id": "1000004", "consent": "own"})
    tara = Client()
    tara.post(link, {"name": "Tara", "password": PASSWORD})
    assert Member.objects.get(user__email="tara@tailspin.example").role == Role.GLOBAL_ADMIN
    assert tara.get("/1000004/membership/").status_code == 200
    partner = OrganizationPartner.objects.get(organization=made)
    operator.post(f"/settings/operator/organizations/{made.pk}/partners/{partner.pk}/remove/")
    assert tara.get("/1000004/membership/").status_code == 404
    events = AuditEntry.objects.filter(organization=made).values_list("event", flat=True)
    assert {Event.ORGANIZATION_MADE, Event.INVITED, Event.PARTNER_CHANGED} <= set(events)


def test_a_global_admin_gives_its_own_organization_no_partner(places: Places, client: Client) -> None:
    client.force_login(places.people[Role.GLOBAL_ADMIN])
    address = f"/settings/contoso/organizations/{places.partner.pk}/"
    assert client.post(address, {"partner_id": "1000002", "consent": "own"}).status_code == 403
    assert "Organizations" not in client.get("/settings/contoso/people/").content.decode()
    assert client.get("/1000002/membership/").status_code == 404


def test_another_role_of_the_operator_sets_up_nothing(places: Places, client: Client) -> None:
    client.force_login(member_of(new_organization("Operator", sees_all=True), Role.PARTNER_ADMIN))
    assert client.get("/settings/operator/organizations/").status_code == 403
