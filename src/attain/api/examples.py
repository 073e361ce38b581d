"""Examples of what goes in and out, made from the schemas: a field's own example, else one by what it holds or how it is called."""

from __future__ import annotations

from typing import Any

Described = dict[str, Any]
NAMES: dict[str, Any] = {
    "actor": "ada@contoso.example (nightly)",
    "address": "203.0.113.7",
    "association": "pal",
    "category": "performance",
    "certification": "SC-200",
    "claim": 7,
    "country": "US",
    "customer": "Adventure Works",
    "data_month": "2026-10",
    "designation": "security",
    "designation_name": "Security",
    "edition": "2026-07",
    "edition_after": "2026-07",
    "edition_before": "2026-07",
    "email": "ada@contoso.example",
    "entity": "00000000-0000-4000-8000-000000000001",
    "facts": "f0c5a1e2",
    "hint": "did you mean security?",
    "id": 7,
    "invitation": 7,
    "load": 3,
    "member": 7,
    "metric": "net_customer_adds",
    "metric_name": "Net customer adds",
    "name": "Contoso",
    "next": "",
    "note": "",
    "number": 3,
    "organization": "contoso",
    "partner_id": "1000001",
    "person": "Ada Lovelace",
    "pool": "azure",
    "product": "sentinel",
    "purchase": 7,
    "reason": "counts: 1,250.00 USD is at least what is asked for",
    "recorded_by": "ada@contoso.example (nightly)",
    "rulebook": "5b1f0c9d",
    "saved_by": "ada@contoso.example (nightly)",
    "scenario": 7,
    "sentence": "One customer more than a year ago.",
    "source": "ms-security#metrics",
    "standing": "official",
    "state": "done",
    "tenant_id": "00000000-0000-4000-8000-000000000001",
    "token": 7,
    "track": "enterprise",
    "track_after": "enterprise",
    "track_before": "enterprise",
    "unit": "USD",
    "url": "https://learn.microsoft.com/partner-center/",
    "workload": "teams",
}
"""Examples of fields by their names, where they have none of their own."""
FORMATS = {"date": "2026-11-24", "date-time": "2026-11-24T09:30:00Z", "time": "09:30:00", "binary": "the file"}


def example_of(schema: Described, schemas: Described, name: str = "") -> Any:
    """Make an example of a JSON schema; `schemas` are those that it refers to by name, `name` is the field that it describes."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, name)
    if schema.get("examples"):
        return schema["examples"][0]
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example_of(next(one for one in schema[key] if one.get("type") != "null"), schemas, name)
    return _by_type(schema, schemas, name)


def _by_type(schema: Described, schemas: Described, name: str) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, schemas, name)
    if kind == "array":
        return [example_of(schema.get("items", {}), schemas, name.removesuffix("s"))]
    if kind == "boolean":
        return True
    if kind in {"integer", "number"}:
        known = NAMES.get(name)
        return known if isinstance(known, int) else max(schema.get("minimum", 1), 1)
    if "format" in schema:
        return FORMATS.get(schema["format"], "")
    known = NAMES.get(name)
    return known if isinstance(known, str) else ""


def _object(schema: Described, schemas: Described, name: str) -> Described:
    properties: dict[str, Described] | None = schema.get("properties")
    if properties is not None:
        shown = [field for field, inner in properties.items() if _is_shown(field, inner, schema)]
        return {field: example_of(properties[field], schemas, field) for field in shown}
    values: Described | bool | None = schema.get("additionalProperties")
    return {"security": example_of(values, schemas, name)} if isinstance(values, dict) else {}


def _is_shown(field: str, inner: Described, schema: Described) -> bool:
    """Say whether a field stands in an example: those that must, and those with an example of their own."""
    return field in schema.get("required", ()) or bool(inner.get("examples"))
