"""Members, invitations, tokens and the audit log over the interface: for Global admins, and with a scope of their own to change them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from attain.people.models import AuditEntry, Event, Invitation, Member, Token, TokenScope
from attain.people.roles import Role
from tests.api.calling import Caller
from tests.people.places import PASSWORD, Places

PEOPLE = "/organizations/contoso"
CHANGING = (TokenScope.READ, TokenScope.PEOPLE)
ACTOR = "global_admin@contoso.example (test)"


@pytest.fixture
def admin(places: Places) -> Caller:
    return Caller(places, Role.GLOBAL_ADMIN, CHANGING)


def member(places: Places, role: Role) -> Member:
    return Member.objects.get(organization=places.partner, user=places.people[role])


def test_members_come_page_by_page(admin: Caller, places: Places) -> None:
    page = admin.get(f"{PEOPLE}/members?limit=2").json()
    found = list(page["members"])
    while page["next"]:
        page = admin.get(f"{PEOPLE}/members?limit=2&cursor={page['next']}").json()
        found += page["members"]
    known = list(Member.objects.filter(organization=places.partner))
    assert [(one["id"], one["role"], one["sees_names"]) for one in found] == [(one.pk, one.role, one.sees_names) for one in known]
    assert len(known) > 2


def test_a_role_is_changed_and_that_is_in_the_audit_log(admin: Caller, places: Places) -> None:
    viewer = member(places, Role.EXECUTIVE_REPORT_VIEWER)
    answer = admin.send("PUT", f"{PEOPLE}/members/{viewer.pk}", {"role": "executive_report_viewer", "names_shown": True})
    assert (answer.status_code, answer.json()["sees_names"]) == (200, True)
    [entry] = AuditEntry.objects.filter(event=Event.ROLE_CHANGED)
    assert (entry.actor, entry.user, entry.organization) == (ACTOR, places.people[Role.GLOBAL_ADMIN], places.partner)
    entries = admin.get(f"{PEOPLE}/audit?event=role_changed").json()["entries"]
    assert [(one["actor"], one["detail"]) for one in entries] == [(ACTOR, entry.detail)]


def test_the_last_global_admin_stays(admin: Caller, places: Places) -> None:
    own = member(places, Role.GLOBAL_ADMIN)
    for answer in (
        admin.send("PUT", f"{PEOPLE}/members/{own.pk}", {"role": "learner"}),
        admin.send("DELETE", f"{PEOPLE}/members/{own.pk}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "last-admin")
    assert member(places, Role.GLOBAL_ADMIN).role == Role.GLOBAL_ADMIN


def test_a_member_is_removed_and_one_elsewhere_is_not_there(admin: Caller, places: Places) -> None:
    learner = member(places, Role.LEARNER)
    assert admin.send("DELETE", f"{PEOPLE}/members/{learner.pk}").status_code == 200
    assert not Member.objects.filter(pk=learner.pk).exists()
    elsewhere = Member.objects.get(user=places.stranger)
    assert admin.send("DELETE", f"{PEOPLE}/members/{elsewhere.pk}").status_code == 404
    assert admin.send("PUT", f"{PEOPLE}/members/{elsewhere.pk}", {"role": "learner"}).status_code == 404


def test_an_invitation_lets_in_until_it_is_withdrawn(admin: Caller, places: Places) -> None:
    made = admin.post(f"{PEOPLE}/invitations", {"email": "New@contoso.example", "role": "learner"})
    assert made.status_code == 201
    path = made.json()["link"].removeprefix("http://testserver")
    assert Client().get(path).status_code == 200
    [listed] = admin.get(f"{PEOPLE}/invitations").json()["invitations"]
    assert (listed["email"], listed["role"]) == ("new@contoso.example", "learner")
    assert path.split("/")[2] not in admin.get(f"{PEOPLE}/invitations").content.decode()
    assert admin.send("DELETE", f"{PEOPLE}/invitations/{listed['id']}").status_code == 200
    assert admin.get(f"{PEOPLE}/invitations").json()["invitations"] == []
    assert not Invitation.open().exists()
    assert admin.post(f"{PEOPLE}/invitations", {"email": "nobody", "role": "learner"}).status_code == 422


def test_tokens_are_listed_without_their_secret_and_revoked(admin: Caller, places: Places) -> None:
    expires = timezone.now() + dt.timedelta(days=1)
    by = places.people[Role.GLOBAL_ADMIN]
    made, secret = Token.issue(
        "nightly", scopes=[TokenScope.READ], expires_at=expires, by=by, organization=places.partner, role=Role.PARTNER_ADMIN
    )
    answer = admin.get(f"{PEOPLE}/tokens")
    assert [(one["id"], one["role"]) for one in answer.json()["tokens"]] == [(made.pk, "partner_admin")]
    assert secret not in answer.content.decode()
    assert made.secret_digest not in answer.content.decode()
    assert admin.send("DELETE", f"{PEOPLE}/tokens/{made.pk}").status_code == 200
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert admin.send("DELETE", f"{PEOPLE}/tokens/{made.pk}").status_code == 404


def test_ones_own_tokens_are_listed_and_revoked(places: Places) -> None:
    caller = Caller(places, Role.LEARNER, (TokenScope.READ,))
    [own] = caller.get("/me/tokens").json()["tokens"]
    other = Caller(places, Role.PARTNER_ADMIN, (TokenScope.READ,)).get("/me/tokens").json()["tokens"][0]
    assert own["id"] != other["id"]
    assert caller.send("DELETE", f"/me/tokens/{other['id']}").status_code == 404
    assert caller.send("DELETE", f"/me/tokens/{own['id']}").status_code == 200
    assert caller.get("/me").status_code == 401


CHANGES: list[tuple[str, str, Any]] = [
    ("PUT", "members/{member}", {"role": "learner"}),
    ("DELETE", "members/{member}", None),
    ("POST", "invitations", {"email": "new@contoso.example", "role": "learner"}),
    ("DELETE", "invitations/1", None),
    ("DELETE", "tokens/1", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
@pytest.mark.parametrize("scopes", [(TokenScope.READ,), (TokenScope.READ, TokenScope.IMPORT, TokenScope.PLAN), (TokenScope.PEOPLE,)])
def test_a_token_without_the_scope_changes_no_people(
    places: Places, method: str, path: str, body: Any, scopes: tuple[TokenScope, ...]
) -> None:
    caller = Caller(places, Role.GLOBAL_ADMIN, scopes)
    before = list(Member.objects.values_list("pk", "role"))
    answer = caller.send(method, f"{PEOPLE}/{path.format(member=member(places, Role.LEARNER).pk)}", body)
    assert (answer.status_code, answer.json()["code"]) == (403, "no-role")
    assert list(Member.objects.values_list("pk", "role")) == before
    assert not Invitation.objects.exists()


def test_a_session_needs_no_scope_but_the_form_token(places: Places) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.login(username=places.people[Role.GLOBAL_ADMIN].email, password=PASSWORD)
    body = {"email": "new@contoso.example", "role": "learner"}
    address = "/api/v1/organizations/contoso/invitations"
    assert client.post(address, body, content_type="application/json").status_code == 403
    assert not Invitation.objects.exists()


def test_the_audit_log_is_filtered_and_paged(admin: Caller, places: Places) -> None:
    for number in range(5):
        AuditEntry.objects.create(event=Event.EXPORTED, organization=places.partner, actor=f"a{number}@contoso.example")
    AuditEntry.objects.create(event=Event.EXPORTED, organization=places.other, actor="stranger@fabrikam.example")
    old = AuditEntry.objects.create(event=Event.EXPORTED, organization=places.partner, actor="old@contoso.example")
    AuditEntry.objects.filter(pk=old.pk).update(at=timezone.now() - dt.timedelta(days=30))
    page = admin.get(f"{PEOPLE}/audit?event=exported&limit=2").json()
    found = list(page["entries"])
    while page["next"]:
        page = admin.get(f"{PEOPLE}/audit?event=exported&limit=2&cursor={page['next']}").json()
        found += page["entries"]
    assert [one["actor"] for one in found] == [*(f"a{number}@contoso.example" for number in (4, 3, 2, 1, 0)), "old@contoso.example"]
    assert [one["actor"] for one in admin.get(f"{PEOPLE}/audit?who=a3").json()["entries"]] == ["a3@contoso.example"]
    since = timezone.now().date() - dt.timedelta(days=1)
    assert len(admin.get(f"{PEOPLE}/audit?event=exported&since={since}").json()["entries"]) == 5
