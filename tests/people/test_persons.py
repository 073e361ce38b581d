"""What is held on one person over the pages and the REST interface: found, taken away, erased; scores stay, and the log names nobody."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client
from django.utils import timezone

from attain.people.joining import new_organization
from attain.people.models import AuditEntry, Event, Token, TokenScope, User
from attain.people.roles import Role
from attain.published.erased import forget_when_erased, look, tell_erased
from attain.published.persons import Asking, erase_person, find_person
from attain.published.worked_out import worked_out
from attain.store.erasing import ids_of
from attain.store.store import Store
from attain.workspace import Workspace
from tests.people.places import Places, member_of
from tests.sources.folders import training
from tests.store.test_people import deliver

NAME = "Ada Byron"
COUNTS = "Microsoft Certified: Identity and Access Administrator Associate"
"""Earns points of its own, without another certificate."""
PAGE, API = "/settings/operator/personal-data/", "/api/v1/organizations/operator/personal-data/"
DAY = dt.date(2026, 6, 30)


@pytest.fixture
def store(tmp_path: Path, settings: Any) -> Store:
    """A store that names two certified people, served."""
    store = Store.create(tmp_path / "store")
    other = training(IndividualFirstName="Bo", IndividualLastName="Lee", CorpEmail="bo@contoso.example", MCPID="MC-2")
    deliver(store, "one.csv", [training(), training(TrainingTitle=COUNTS), other])
    settings.STORE = str(store.place.local)
    return store


@pytest.fixture
def operator(places: Places) -> User:
    return member_of(new_organization("Operator", sees_all=True), Role.GLOBAL_ADMIN, "operator")


@pytest.fixture
def admin(operator: User) -> Client:
    client = Client()
    client.force_login(operator)
    return client


def _scores(store: Store) -> pl.DataFrame:
    return Workspace.open(store.place.local).score(DAY).frame.sort(pl.all().exclude("facts_digest", "facts", "load"))


def _named(store: Store) -> list[Path]:
    return [path for path in store.place.local.rglob("*") if path.is_file() and b"Byron" in path.read_bytes()]


def _log() -> str:
    return json.dumps(list(AuditEntry.objects.values("actor", "detail", "partner_id")))


def test_a_certified_person_is_found_taken_away_and_erased_and_every_score_stays(store: Store, admin: Client) -> None:
    before = _scores(store)
    assert before.filter(pl.col("metric").str.contains("certifications") & (pl.col("points") != 0)).height
    found = admin.post(PAGE, {"who": "ada byron"}).content.decode()
    assert "the name of a certified person" in found
    assert "Every score stays as it is" in found
    taken = admin.post(f"{PAGE}export/", {"who": NAME})
    assert taken["Content-Disposition"].startswith("attachment")
    assert len(taken.json()["store"]["certificates"]) == 2
    assert admin.post(f"{PAGE}erase/", {"who": NAME}).status_code == 200
    assert _named(store), "nothing is erased before it is said to be meant"
    done = admin.post(f"{PAGE}erase/", {"who": NAME, "sure": "on"}, follow=True).content.decode()
    assert "Certificates count as before" in done
    assert _named(store) == []
    assert _scores(store).equals(before)
    assert admin.post(PAGE, {"who": "Bo Lee"}).context["found"].ids
    events = list(AuditEntry.objects.filter(organization__slug="operator").values_list("event", flat=True))
    assert (events.count(Event.PERSON_EXPORTED), events.count(Event.PERSON_ERASED)) == (1, 1)
    assert "Byron" not in _log()


def test_an_account_is_taken_away_and_erased_and_leaves_a_mark(places: Places, admin: Client) -> None:
    person = places.people[Role.LEARNER]
    held = admin.post(f"{PAGE}export/", {"who": person.email.upper()}).json()
    assert {"people.User", "people.Member"} <= set(held["database"])
    assert person.password not in json.dumps(held)
    done = admin.post(f"{PAGE}erase/", {"who": person.email, "sure": "on"}, follow=True).content.decode()
    mark = AuditEntry.objects.get(event=Event.PERSON_ERASED).detail
    assert mark in done
    assert not User.objects.filter(pk=person.pk).exists()
    assert person.email not in _log()


def test_nobody_the_last_admin_and_oneself_are_refused_with_a_reason(places: Places, operator: User, admin: Client) -> None:
    unknown = admin.post(PAGE, {"who": "nobody@nowhere.example"})
    assert "Nobody has an account under" in unknown.content.decode()
    assert "found" not in unknown.context
    last = places.people[Role.GLOBAL_ADMIN]
    refused = admin.post(f"{PAGE}erase/", {"who": last.email, "sure": "on"}).content.decode()
    assert "only Global admin of Contoso" in refused
    own = admin.post(f"{PAGE}erase/", {"who": operator.email, "sure": "on"}).content.decode()
    assert "Nobody is erased by their own account" in own
    assert User.objects.filter(pk__in=[last.pk, operator.pk]).count() == 2


def test_a_name_and_an_account_that_may_not_go_both_stay(store: Store, places: Places, admin: Client) -> None:
    """Somebody of both kinds is erased whole or not at all."""
    last = places.people[Role.GLOBAL_ADMIN]
    User.objects.filter(pk=last.pk).update(email=(one := ids_of(store, NAME)[0]))
    refused = admin.post(f"{PAGE}erase/", {"who": one, "sure": "on"})
    assert refused.context["found"].user == last
    assert "only Global admin" in refused.content.decode()
    assert _named(store)


def test_what_commands_did_is_read_by_the_organization_that_sees_every_partner_alone(places: Places, admin: Client) -> None:
    erase_person(find_person(places.people[Role.LEARNER].email), Asking(actor="attain person erase"))
    assert "attain person erase" in admin.get("/settings/operator/audit/").content.decode()
    other = Client()
    other.force_login(places.people[Role.GLOBAL_ADMIN])
    assert "attain person erase" not in other.get("/settings/contoso/audit/").content.decode()


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}export/", f"{PAGE}erase/"])
def test_only_a_global_admin_of_the_organization_that_sees_every_partner_gets_there(places: Places, operator: User, path: str) -> None:
    person = places.people[Role.LEARNER]
    for user, status in (
        (places.people[Role.GLOBAL_ADMIN], 404),
        (member_of(new_organization("Second", sees_all=True), Role.PARTNER_ADMIN), 404),
        (places.nobody, 404),
    ):
        client = Client()
        client.force_login(user)
        assert client.post(path, {"who": person.email, "sure": "on"}).status_code == status
    client = Client()
    client.force_login(places.people[Role.GLOBAL_ADMIN])
    assert client.post(path.replace("operator", "contoso"), {"who": person.email, "sure": "on"}).status_code == 403
    assert User.objects.filter(pk=person.pk).exists()


def _call(user: User, path: str, body: dict[str, Any], scopes: tuple[TokenScope, ...] = (TokenScope.READ, TokenScope.PEOPLE)) -> Any:
    _, secret = Token.issue("test", scopes=list(scopes), expires_at=timezone.now() + dt.timedelta(days=1), by=user)
    return Client().post(f"{API}{path}", body, content_type="application/json", headers={"Authorization": f"Bearer {secret}"})


def test_the_rest_interface_gives_and_erases_the_same(store: Store, operator: User) -> None:
    before = _scores(store)
    held = _call(operator, "held", {"who": NAME})
    assert held.status_code == 200
    assert len(held.json()["store"]["certificates"]) == 2
    assert _call(operator, "erase", {"who": NAME, "sure": False}).json()["code"] == "not-sure"
    assert _call(operator, "erase", {"who": NAME, "sure": True}, (TokenScope.READ,)).status_code == 403
    assert _named(store)
    done = _call(operator, "erase", {"who": NAME, "sure": True}).json()
    assert (done["mark"], done["load"]) == ("", 2)
    assert _named(store) == []
    assert _scores(store).equals(before)
    assert _call(operator, "held", {"who": NAME}).json()["code"] == "unknown-person"
    assert _call(operator, "erase", {"who": operator.email, "sure": True}).json()["code"] == "erases-oneself"
    assert "Byron" not in _log()


def test_what_is_in_memory_is_forgotten_after_an_erasure_in_another_process(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    forgotten: list[str] = []
    forget_when_erased(lambda: forgotten.append("all"))
    look()
    forgotten.clear()
    worked_out("who holds it", lambda: "Ada Byron")
    assert worked_out("who holds it", lambda: "nobody") == "Ada Byron"
    assert forgotten == []
    (tmp_path / "erased").write_bytes(b"")
    assert worked_out("who holds it", lambda: "nobody") == "nobody"
    assert forgotten == ["all"]
    tell_erased()
    assert worked_out("who holds it", lambda: "somebody") == "somebody"
