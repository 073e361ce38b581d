"""Fields that nobody may choose are sent beside every body and form: a body is refused for them, a form takes no notice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.db.models import Model
from django.test import Client

from attain.api.root import api
from attain.people.models import AuditEntry, Member, Organization, User
from attain.people.roles import Role
from tests.people.places import OTHER, OWN, RESELLER_DETAIL, RESELLER_TOTALS, Places
from tests.security.victim import ID, make_victim, snapshot

TENANT = "00000000-0000-4000-8000-000000000001"
HERE, THERE = "organizations/contoso", "portfolio/wide-world"
BODIES: dict[str, dict[str, Any]] = {
    f"partners/{OWN}/claims": {"claim_id": "C-1", "tenant_id": TENANT, "association": "cpor", "status": "submitted"},
    f"partners/{OWN}/purchases": {"designation": "security", "enrolled_on": "2026-01-05"},
    f"partners/{OWN}/reported-numbers": {"as_of": "2026-11-24", "designation": "security", "points": "46.67"},
    f"partners/{OWN}/scenarios": {"name": "One customer less", "changes": [{"do": "drop_customer", "tenant": TENANT}]},
    f"partners/{OWN}/evidence": {"designation": "security", "opened_on": "2026-11-20"},
    f"{HERE}/invitations": {"email": "new@contoso.example", "role": "learner"},
    f"{HERE}/alert-rules": {"kind": "first_qualified", "partner_id": OWN},
    f"{HERE}/alert-channels": {"name": "Us", "kind": "mail", "addresses": ["us@contoso.example"]},
    f"{THERE}/resellers/{RESELLER_DETAIL}/calls": {"called": True, "note": "asked"},
    f"{THERE}/segments": {"name": "North", "partners": [RESELLER_DETAIL]},
}
"""What is asked for, by where: everything that a body makes a row of."""
ELSEWHERE = {
    "it changes the row that its address names": ("/{claim}", "/{scenario}", "/{case}", "/{segment}", "/{rule}", "/{channel}", "/{member}"),
    "it makes no row of what it is told": (
        "/simulation",
        "/rule-change",
        "/path",
        "/held",
        "/erase",
        "/packs",
        "/progress",
        "/checks/{check}",
    ),
    "another test sends foreign partners and files": ("/imports", "/rulebooks"),
    "it names another organization on purpose, and its test says which": ("/consents", "/organizations", "/partners/{partner_id}"),
}
FORMS: dict[str, dict[str, Any]] = {
    f"/{OWN}/membership/offers/": {"designation": "security", "enrolled_on": "2026-01-05"},
    f"/{OWN}/plan/scenarios/save/": {"name": "s", "change": [f"drop_customer tenant={TENANT}"]},
    f"/{OWN}/plan/claims/new/": {"claim_id": "c1", "tenant_id": TENANT, "association": "cpor", "status": "draft"},
    "/settings/contoso/invitations/": {"email": "new@contoso.example", "role": "learner"},
    "/settings/account/tokens/": {"name": "mine", "scopes": ["read"], "days": "30"},
    f"/portfolio/wide-world/resellers/{RESELLER_DETAIL}/call/": {"note": "asked", "called": "on"},
    "/portfolio/wide-world/segments/save/": {"name": "North", "partners": RESELLER_DETAIL},
}
OWN_PARTNERS = {OWN, RESELLER_DETAIL, RESELLER_TOTALS, ""}
CHOSEN: dict[str, Any] = {
    "pk": ID + 7,
    "id": ID + 7,
    "partner": OTHER,
    "partner_id": OTHER,
    "partners": [OTHER],
    "role": Role.GLOBAL_ADMIN.value,
    "owner": "stranger@fabrikam.example",
    "email": "stranger@fabrikam.example",
    "password": "another password",
    "secret_digest": "0" * 64,
    **dict.fromkeys(("recorded_by", "saved_by", "opened_by", "made_by", "changed_by", "invited_by_name"), "somebody else"),
    **dict.fromkeys(("withdrawn_at", "removed_at", "accepted_at", "revoked_at", "used_at", "recorded_at"), "2020-01-01T00:00:00Z"),
    **dict.fromkeys(("is_superuser", "is_staff", "sees_all", "names_shown"), True),
}
"""What the sender adds, none of which it may choose; a field that a body or form does have keeps its own value."""
NEVER = {"organization", "organization_id", "owner", "user", "user_id", "is_superuser", "is_staff", "is_active", "sees_all", "pk", "id"} | {
    name for name in CHOSEN if name.endswith(("_by", "_at", "_digest"))
}


@pytest.fixture
def victim(served: Places, poisoned: Path) -> dict[str, Any]:
    make_victim(served, str(poisoned))
    return snapshot()


def rows() -> dict[str, Model]:
    """Give every row of what people record and set up, by model and id."""
    found: dict[str, Model] = {}
    for model in apps.get_models():
        if model.__module__.startswith("attain.") and ".published." not in model.__module__ and model is not AuditEntry:
            for row in model._default_manager.all():
                found[f"{model.__name__} {row.pk}"] = row
    return found


def as_they_stand(models: tuple[type[Model], ...]) -> str:
    told = json.loads(serializers.serialize("json", [row for model in models for row in model._default_manager.order_by("pk")]))
    for row in told:
        row["fields"].pop("last_login", None)
    return json.dumps(told)


def sender(served: Places, address: str) -> Client:
    client = Client()
    client.force_login(served.people[Role.DISTRIBUTOR_MANAGER if "wide-world" in address else Role.GLOBAL_ADMIN])
    return client


def check_made(served: Places, address: str, before: dict[str, Model], frozen: str, victim: dict[str, Any]) -> None:
    """Look at every row that is new: whose it is, and that nothing of it was chosen."""
    own = {served.partner.pk, served.distributor.pk}
    people = {user.pk for user in served.people.values()}
    actors = {user.email for user in served.people.values()}
    made = {name: row for name, row in rows().items() if name not in before}
    assert made, address
    for name, row in made.items():
        assert row.pk != ID + 7, name
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            where = (address, name, field.name, value)
            if field.related_model is Organization:
                assert value in own | {None}, where
            elif field.related_model is User:
                assert value in people | {None}, where
            elif field.name == "partner_id":
                assert value in OWN_PARTNERS, where
            elif field.name.endswith("_by") and isinstance(value, str):
                assert value in actors | {""}, where
            elif field.name in {"withdrawn_at", "removed_at", "accepted_at", "revoked_at", "used_at"}:
                assert value is None, where
            elif field.name == "role":
                assert value in {Role.LEARNER, ""}, where
            else:
                assert "2020-01-01" not in str(value), where
                assert str(value) != CHOSEN["secret_digest"], where
    assert as_they_stand((User, Organization, Member)) == frozen, address
    assert snapshot() == victim, address


def test_a_body_is_refused_for_a_field_that_it_does_not_have_and_nothing_is_made(served: Places, victim: dict[str, Any]) -> None:
    extra = {"organization": served.other.pk, "organization_id": served.other.pk, "user": served.stranger.pk, "user_id": served.stranger.pk}
    chosen = {**CHOSEN, **extra}
    for address, body in BODIES.items():
        client, before, frozen = sender(served, address), rows(), as_they_stand((User, Organization, Member))
        ask = client.put if address.endswith("/segments") else client.post
        for name in sorted(chosen.keys() - body.keys()):
            answer = ask(f"/api/v1/{address}", {**body, name: chosen[name]}, content_type="application/json")
            assert answer.status_code == 422, (address, name, answer.content)
            assert f"there is no field '{name}'" in answer.json()["detail"], (address, answer.content)
        assert rows().keys() == before.keys(), address
        answer = ask(f"/api/v1/{address}", body, content_type="application/json")
        assert answer.status_code in {200, 201, 202}, (address, answer.content)
        check_made(served, address, before, frozen, victim)


def test_fields_that_a_form_does_not_have_choose_nothing(served: Places, victim: dict[str, Any]) -> None:
    extra = {"organization": str(served.other.pk), "user": str(served.stranger.pk), "user_id": str(served.stranger.pk)}
    for address, form in FORMS.items():
        client, before, frozen = sender(served, address), rows(), as_they_stand((User, Organization, Member))
        answer = client.post(address, {**CHOSEN, **extra, **form})
        assert answer.status_code in {200, 302}, (address, answer.content)
        check_made(served, address, before, frozen, victim)


def test_no_body_of_the_interface_has_a_field_that_nobody_may_choose_and_each_is_tried() -> None:
    description: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="")))
    schemas = description["components"]["schemas"]
    tried = {_shape(address) for address in BODIES}
    known = tuple(end for ends in ELSEWHERE.values() for end in ends)
    asked = 0
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                asked += 1
                assert _fields(content["schema"], schemas, ()) & NEVER == set(), (method, path)
                assert path.strip("/") in tried or path.endswith(known), f"{method} {path}: add a body of it to BODIES"
    assert asked > 25


def _shape(address: str) -> str:
    for value, name in (
        (OWN, "{partner_id}"),
        (RESELLER_DETAIL, "{partner_id}"),
        ("/contoso", "/{organization}"),
        ("/wide-world", "/{organization}"),
    ):
        address = address.replace(value, name)
    return address


def _fields(schema: Any, schemas: dict[str, Any], seen: tuple[str, ...]) -> set[str]:
    """Give the names of all fields of a JSON schema, at whatever depth."""
    if isinstance(schema, list):
        return set().union(*(_fields(one, schemas, seen) for one in schema))
    if not isinstance(schema, dict):
        return set()
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    if name:
        return set() if name in seen else _fields(schemas[name], schemas, (*seen, name))
    own = set(schema.get("properties", {}))
    parts = [*schema.get("properties", {}).values(), *(schema.get(key, []) for key in ("anyOf", "oneOf", "allOf", "items"))]
    return own.union(*(_fields(part, schemas, seen) for part in parts))
