"""Bodies of requests: a field that they do not have is refused, in every operation."""

from __future__ import annotations

import json
from typing import Any

from attain.api.root import api
from tests.api.calling import Caller

PARTNER = "/partners/1000001"
CLAIM = {"claim_id": "C-1", "tenant_id": "00000000-0000-4000-8000-000000000001", "association": "cpor", "status": "submitted"}


def test_a_field_that_a_body_does_not_have_is_refused_with_the_nearest_one(caller: Caller) -> None:
    answer = caller.post(f"{PARTNER}/claims", {**CLAIM, "expires": "2027-01-05"})
    said = answer.json()
    assert (answer.status_code, said["code"]) == (422, "not-valid")
    assert said["detail"] == "there is no field 'expires'; did you mean expires_on?"
    assert caller.get(f"{PARTNER}/claims").json()["claims"] == []
    assert caller.post(f"{PARTNER}/claims", {**CLAIM, "expires_on": "2027-01-05"}).status_code == 201


def test_a_name_that_is_near_to_none_is_refused_with_all_there_are(caller: Caller) -> None:
    body = caller.post(f"{PARTNER}/purchases", {"zzz": 1}).json()
    assert any("there is no field 'zzz'; known: designation, " in fault["detail"] for fault in body["faults"]), body


def test_every_body_of_the_interface_refuses_what_it_does_not_know() -> None:
    description: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="")))
    schemas = description["components"]["schemas"]
    bodies: set[str] = set()
    for operations in description["paths"].values():
        for operation in operations.values():
            _reach(operation.get("requestBody", {}).get("content", {}).get("application/json", {}), schemas, bodies)
    objects = {name for name in bodies if schemas[name].get("type") == "object"}
    assert len(objects) > 30
    assert {name for name in objects if schemas[name].get("additionalProperties") is not False} == set()


def _reach(part: Any, schemas: dict[str, Any], seen: set[str]) -> None:
    """Add the names of all schemas that a part of the description leads to."""
    if isinstance(part, list):
        for one in part:
            _reach(one, schemas, seen)
    elif isinstance(part, dict):
        name = str(part.get("$ref", "")).rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            _reach(schemas[name], schemas, seen)
        for one in part.values():
            _reach(one, schemas, seen)
