"""Setting up organizations over the interface, from the one that sees every partner; and what a distributor's resellers learn."""

from __future__ import annotations

import pytest
from django.test import Client

from attain.learning.models import LessonProgress
from attain.people.joining import new_organization
from attain.people.models import AuditEntry, Consent, Event, Organization, OrganizationPartner, TokenScope
from attain.people.roles import Role
from attain.published.models import Publication
from tests.api.calling import Caller
from tests.people.places import OWN, Places, member_of

PLACES = "/organizations/operator/organizations"


@pytest.fixture
def operator(places: Places) -> Caller:
    admin = member_of(new_organization("Operator", sees_all=True), Role.GLOBAL_ADMIN, "operator")
    return Caller(
        Places(places.partner, places.distributor, places.other, {Role.GLOBAL_ADMIN: admin}, places.stranger, places.nobody),
        Role.GLOBAL_ADMIN,
        (TokenScope.READ, TokenScope.PEOPLE),
    )


def test_an_organization_is_made_and_sees_the_partners_it_is_given(operator: Caller) -> None:
    made = operator.post(PLACES, {"name": "Tailspin", "kind": "partner", "email": "tara@tailspin.example"})
    assert made.status_code == 201
    assert Client().get(made.json()["link"].removeprefix("http://testserver")).status_code == 200
    place = Organization.objects.get(slug="tailspin")
    listed = {one["organization"]: one for one in operator.get(PLACES).json()["organizations"]}
    assert (listed["tailspin"]["id"], listed["operator"]["sees_all"], listed["contoso"]["partners"]) == (place.pk, True, 1)
    seen = f"{PLACES}/{place.pk}/partners"
    assert operator.send("PUT", f"{seen}/1000004", {"consent": "own"}).status_code == 200
    assert [one["partner_id"] for one in operator.get(seen).json()["partners"]] == ["1000004"]
    endless = operator.send("PUT", f"{seen}/1000003", {"consent": "totals"})
    assert (endless.status_code, endless.json()["where"]) == (400, "until")
    assert operator.send("PUT", f"{seen}/1000003", {"consent": "totals", "until": "2099-12-31"}).json()["until"] == "2099-12-31"
    assert operator.send("PUT", f"{seen}/10~2F4", {"consent": "own"}).json()["partner_id"] == "10/4"
    assert operator.send("DELETE", f"{seen}/10~2F4").status_code == 200
    assert operator.send("DELETE", f"{seen}/1000004").status_code == 200
    assert operator.send("DELETE", f"{seen}/1000004").status_code == 404
    assert operator.get(f"{PLACES}/999999/partners").status_code == 404
    entries = AuditEntry.objects.filter(organization=place, event=Event.PARTNER_CHANGED)
    assert {entry.actor for entry in entries} == {"operator@operator.example (test)"}
    assert entries.count() == 5


def test_nobody_else_sets_up_organizations(places: Places, operator: Caller) -> None:
    own = Caller(places, Role.GLOBAL_ADMIN, (TokenScope.READ, TokenScope.PEOPLE))
    assert own.get("/organizations/contoso/organizations").status_code == 403
    assert own.get(PLACES).status_code == 404
    body = {"name": "Tailspin", "email": "tara@tailspin.example"}
    assert operator.post(PLACES, body, scopes=(TokenScope.READ,)).json()["code"] == "no-role"
    assert not Organization.objects.filter(name="Tailspin").exists()


def test_what_a_reseller_that_consented_learns_is_told(served: Publication, places: Places) -> None:
    manager = Caller(places, Role.DISTRIBUTOR_MANAGER)
    learner = places.people[Role.LEARNER]
    LessonProgress.objects.create(user=learner, designation="security", lesson="2.1")
    assert manager.get("/portfolio/wide-world/learning").json() == {"resellers": [], "others": None, "fewest": 10}
    OrganizationPartner.objects.create(organization=places.distributor, partner_id=OWN, name="Contoso", consent=Consent.TOTALS)
    [line] = manager.get("/portfolio/wide-world/learning").json()["resellers"]
    assert (line["partner_id"], line["designation"], line["people"], line["lessons"]) == (OWN, "security", 1, 0)
    assert (line["now"]["day"], line["now"]["metrics"]) == (served.day.isoformat(), {})
    OrganizationPartner.objects.filter(organization=places.distributor, partner_id=OWN).update(consent=Consent.DETAIL)
    [line] = manager.get("/portfolio/wide-world/learning").json()["resellers"]
    assert line["now"]["metrics"]
