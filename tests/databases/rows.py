"""Rows for every table, from what the models say of their fields: a model that is added later is filled too."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.apps import apps as every_app
from django.db import models

OURS = "attain."
AT = dt.datetime(2026, 11, 24, 9, 30, 15, 123456, tzinfo=dt.UTC)
TEXT = "Übergröße 'quoted' 東京 \U0001f4c8"
DOCUMENT = {"text": TEXT, "number": 9_007_199_254_740_993, "list": [None, True, []], "empty": {}}
# The first kind that a field is of counts: a date with a time is a date too.
VALUES: tuple[tuple[type[models.Field[Any, Any]], Any], ...] = (
    (models.BinaryField, bytes(range(256))),
    (models.JSONField, DOCUMENT),
    (models.DateTimeField, AT),
    (models.DateField, AT.date()),
    (models.TimeField, AT.time()),
    (models.UUIDField, uuid.UUID(int=2**128 - 1)),
    (models.BooleanField, True),
    (models.BigIntegerField, 2**62),
    (models.SmallIntegerField, 32_767),
    (models.IntegerField, 2_147_483_647),
)
# A token is of a person or of an organization, never of both.
FIXED: dict[str, dict[str, Any]] = {"token": {"organization": None, "role": ""}}


def our_labels() -> list[str]:
    """Name the apps of Attain that keep tables."""
    return [app.label for app in every_app.get_app_configs() if app.name.startswith(OURS) and any(app.get_models())]


def fill(found: Any, alias: str) -> int:
    """Write a row into every table of the models of `found` (an app registry), and give how many."""
    rows: dict[type[models.Model], models.Model] = {}
    waiting: list[type[models.Model]] = [model for label in our_labels() for model in found.get_app_config(label).get_models()]
    while waiting:
        ready = [model for model in waiting if all(other in rows or other is model for other in _needed(model))]
        assert ready, f"no order among {waiting}"
        for model in ready:
            values = {field.name: _value(field, rows) for field in model._meta.concrete_fields if not field.primary_key}
            values |= FIXED.get(model._meta.model_name or "", {})
            rows[model] = model._default_manager.using(alias).create(**values)
        waiting = [model for model in waiting if model not in rows]
    return len(rows)


def contents(found: Any, alias: str) -> dict[str, list[dict[str, Any]]]:
    """Give every row of every table of Attain, by model, in order of its key."""
    return {
        model._meta.label: list(model._default_manager.using(alias).order_by("pk").values())
        for label in our_labels()
        for model in found.get_app_config(label).get_models()
    }


def _needed(model: type[models.Model]) -> list[type[models.Model]]:
    return [field.related_model for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


def _value(field: Any, rows: dict[type[models.Model], models.Model]) -> Any:
    if isinstance(field, models.ForeignKey):
        return rows.get(field.related_model)
    if isinstance(field, models.DecimalField):
        return Decimal((0, (9,) * field.max_digits, -field.decimal_places))
    if isinstance(field, models.EmailField):
        return "ada@contoso.example"
    if isinstance(field, models.CharField | models.TextField):
        choices = [key for key, _ in field.choices or ()]
        return choices[0] if choices else TEXT[: field.max_length]
    return next(value for kind, value in VALUES if isinstance(field, kind))
