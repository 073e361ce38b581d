"""How accounts come to be: the first Global admin, invitations; and that an organization keeps a Global admin."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from attain.people.models import AuditEntry, Event, FirstRun, Invitation, Member, User
from attain.people.roles import SEES_NAMES, Role
from tests.people.places import OTHER, PASSWORD, Places

ACCOUNT = {"name": "Ada", "password": PASSWORD, "organization": "Contoso", "address": "ada@contoso.example"}


def test_a_new_server_leads_to_the_first_run_and_its_admin_sees_every_partner(db: None, client: Client) -> None:
    token = FirstRun.issue()
    assert client.get("/")["Location"] == "/start/"
    assert client.get(f"/start/?token={token}").context["form"].initial["token"] == token
    answer = client.post("/start/", {**ACCOUNT, "token": token})
    assert answer["Location"] == "/"
    member = Member.objects.get()
    assert (member.role, member.user.email, member.organization.sees_all) == (Role.GLOBAL_ADMIN, "ada@contoso.example", True)
    assert client.get("/1234567/membership/").status_code == 200
    assert AuditEntry.objects.filter(event=Event.FIRST_ADMIN).count() == 1


def test_a_wrong_or_used_token_makes_nobody(db: None) -> None:
    first, second = FirstRun.issue(), FirstRun.issue()
    assert "not the token" in Client().post("/start/", {**ACCOUNT, "token": first}).content.decode()
    assert "not the token" in Client().post("/start/", {**ACCOUNT, "token": "made up"}).content.decode()
    assert not User.objects.exists()
    Client().post("/start/", {**ACCOUNT, "token": second})
    again = Client().post("/start/", {**ACCOUNT, "token": second, "address": "eve@contoso.example"})
    assert again["Location"] == "/account/login/"
    assert User.objects.count() == 1


@pytest.mark.parametrize("password", ["short", "123456789012345", "password1234", "ada@contoso.example"])
def test_a_weak_password_is_refused(db: None, client: Client, password: str) -> None:
    client.post("/start/", {**ACCOUNT, "password": password, "token": FirstRun.issue()})
    assert not User.objects.exists()


def _invite(places: Places, role: Role = Role.PARTNER_ADMIN, email: str = "new@contoso.example") -> str:
    client = Client()
    client.force_login(places.people[Role.GLOBAL_ADMIN])
    answer = client.post("/settings/contoso/invitations/", {"email": email, "role": role})
    return answer.context["link"].removeprefix("http://testserver")


def test_an_invitation_makes_a_member_once(places: Places, client: Client) -> None:
    link = _invite(places)
    assert client.post(link, {"name": "New", "password": PASSWORD})["Location"] == "/"
    member = Member.objects.get(user__email="new@contoso.example")
    assert (member.organization, member.role) == (places.partner, Role.PARTNER_ADMIN)
    assert Client().get(link).status_code == 404
    assert AuditEntry.objects.filter(event__in=[Event.INVITED, Event.INVITATION_ACCEPTED], organization=places.partner).count() == 2


def test_the_link_is_kept_nowhere(places: Places) -> None:
    secret = _invite(places).split("/")[-2]
    assert not Invitation.objects.filter(secret_digest=secret).exists()
    assert not AuditEntry.objects.filter(detail__contains=secret).exists()


def test_an_invitation_ends(places: Places) -> None:
    expired, withdrawn, replaced = _invite(places, email="a@x.example"), _invite(places, email="b@x.example"), _invite(places)
    Invitation.objects.filter(email="a@x.example").update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    admin = Client()
    admin.force_login(places.people[Role.GLOBAL_ADMIN])
    admin.post(f"/settings/contoso/invitations/{Invitation.objects.get(email='b@x.example').pk}/withdraw/")
    newest = _invite(places)
    assert [Client().get(link).status_code for link in (expired, withdrawn, replaced, newest)] == [404, 404, 404, 200]


def test_an_invitation_is_for_the_address_it_names(places: Places, client: Client) -> None:
    client.force_login(places.nobody)
    assert client.post(_invite(places)).status_code == 409
    assert not Member.objects.filter(user=places.nobody).exists()
    client.post(_invite(places, Role.LEARNER, places.nobody.email))
    assert Member.objects.get(user=places.nobody).role == Role.LEARNER


def test_a_known_address_signs_in_to_join(places: Places, client: Client) -> None:
    link = _invite(places, Role.LEARNER, places.nobody.email)
    answer = client.post(link, {"name": "Mallory", "password": PASSWORD})
    assert "has an account here already" in answer.content.decode()
    assert not Member.objects.filter(user=places.nobody).exists()


def test_the_last_global_admin_stays(places: Places, client: Client) -> None:
    admin = Member.objects.get(user=places.people[Role.GLOBAL_ADMIN])
    client.force_login(admin.user)
    for answer in (
        client.post(f"/settings/contoso/people/{admin.pk}/role/", {"role": Role.LEARNER}, follow=True),
        client.post(f"/settings/contoso/people/{admin.pk}/remove/", follow=True),
    ):
        assert "is the last Global admin" in answer.content.decode()
    admin.refresh_from_db()
    assert admin.role == Role.GLOBAL_ADMIN


def test_a_role_changes_at_once_and_is_recorded(places: Places, client: Client) -> None:
    viewer = Client()
    viewer.force_login(places.people[Role.EXECUTIVE_REPORT_VIEWER])
    member = Member.objects.get(user=places.people[Role.EXECUTIVE_REPORT_VIEWER])
    client.force_login(places.people[Role.GLOBAL_ADMIN])
    refused = viewer.get("/1000001/membership/")
    assert refused.status_code == 403
    assert "Global admin or Partner admin" in refused.content.decode()
    client.post(f"/settings/contoso/people/{member.pk}/role/", {"role": Role.PARTNER_ADMIN})
    assert viewer.get("/1000001/membership/").status_code == 200
    entry = AuditEntry.objects.get(event=Event.ROLE_CHANGED)
    assert entry.detail == f"{member.user.email}: Executive report viewer to Partner admin, sees names"
    client.post(f"/settings/contoso/people/{member.pk}/remove/")
    assert viewer.get("/1000001/membership/").status_code == 404


def test_who_always_sees_names_has_no_box_to_tick_and_days_are_in_words(places: Places, client: Client) -> None:
    client.force_login(places.people[Role.GLOBAL_ADMIN])
    page = client.get("/settings/contoso/people/").content.decode()
    boxes = re.findall(r'name="names_shown"([^>]*)>', page)
    roles = re.findall(r'<option value="(\w+)" selected>', page)
    assert len(boxes) == len(roles) > len(SEES_NAMES)
    assert [box.split() for box in boxes] == [["checked", "disabled"] if role in SEES_NAMES else [] for role in roles]
    viewer = Member.objects.get(user=places.people[Role.EXECUTIVE_REPORT_VIEWER])
    client.post(f"/settings/contoso/people/{viewer.pk}/role/", {"role": viewer.role, "names_shown": "on"})
    assert 'name="names_shown" checked>' in client.get("/settings/contoso/people/").content.decode()
    entry = AuditEntry.objects.latest("pk")
    assert f"{entry.at:%-d %b %Y, %H:%M}" in client.get("/settings/contoso/audit/").content.decode()


def test_members_of_another_organization_are_out_of_reach(places: Places, client: Client) -> None:
    theirs = Member.objects.get(user=places.stranger)
    client.force_login(places.people[Role.GLOBAL_ADMIN])
    assert client.post(f"/settings/contoso/people/{theirs.pk}/role/", {"role": Role.LEARNER}).status_code == 404
    assert client.get("/settings/fabrikam/people/").status_code == 404
    assert client.get(f"/partners/?q={OTHER}").status_code == 200
    assert client.get(f"/partners/{OTHER}/").status_code == 404


def _password_link(client: Client, user: User) -> str:
    member = Member.objects.get(user=user, organization__slug="contoso")
    answer = client.post(f"/settings/contoso/people/{member.pk}/password/", follow=True)
    return str(answer.context["link"]).removeprefix("http://testserver")


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(places: Places, client: Client) -> None:
    user = places.people[Role.LEARNER]
    before = Client()
    before.force_login(user)
    client.force_login(places.people[Role.GLOBAL_ADMIN])
    link = _password_link(client, user)
    assert "too short" in Client().post(link, {"password": "short"}).content.decode()
    assert Client().post(link, {"password": "other rather long words"})["Location"] == "/account/login/"
    assert Client().get(link).status_code == 404
    assert before.get("/playbook/").status_code == 302
    assert Client().login(email=user.email, password="other rather long words")
    events = AuditEntry.objects.filter(event__in=[Event.PASSWORD_LINK, Event.PASSWORD_CHANGED]).values_list("event", "actor")
    assert set(events) == {(Event.PASSWORD_LINK, places.people[Role.GLOBAL_ADMIN].email), (Event.PASSWORD_CHANGED, user.email)}


def test_the_admin_of_one_organization_does_not_get_into_another(places: Places, client: Client) -> None:
    user = places.people[Role.LEARNER]
    Member.objects.create(organization=places.other, user=user, role=Role.GLOBAL_ADMIN)
    client.force_login(places.people[Role.GLOBAL_ADMIN])
    assert _password_link(client, user) == ""
    assert not AuditEntry.objects.filter(event=Event.PASSWORD_LINK).exists()


@pytest.mark.parametrize("link", ["/account/new-password/1/made-up/", "/account/new-password/1/abc-0123456789/"])
def test_a_made_up_link_opens_nothing(places: Places, client: Client, link: str) -> None:
    assert client.get(link).status_code == 404
