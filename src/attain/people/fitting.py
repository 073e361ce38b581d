"""What is kept fits its column, on every database alike: what is too long PostgreSQL refuses and SQLite keeps, and some text neither takes.

Forms and endpoints say how long a text may be. This is said to whom gets past them: a command, an identity provider.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.signals import pre_save

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpRequest

NO_TEXT = re.compile("[\0\ud800-\udfff]")
"""NUL, which PostgreSQL does not take, and halves of characters, which nobody does."""


def connect() -> None:
    """Look at every row that is saved from now on; a second call changes nothing."""
    pre_save.connect(_saved, dispatch_uid="attain-fitting")


def refuse(instance: models.Model, only: Collection[str] | None = None) -> None:
    """Refuse a row of which a value does not fit its column: of all, or of the fields `only` names.

    Raises AttainError `does-not-fit` with the field.
    """
    for field in _looked_at(type(instance)):
        if only is None or field.name in only:
            fault, hint = _fault(field, getattr(instance, field.attname))
            if fault:
                raise AttainError("does-not-fit", f"{field.verbose_name} {fault}", field.name, hint)


def refuse_address(request: HttpRequest) -> None:
    """Refuse an address with a character that is no text: no page and no row is named like that. Raises AttainError `no-text`."""
    asked = [request.path_info, *request.GET, *(value for _, values in request.GET.lists() for value in values)]
    if holds_no_text(asked):
        message = "the address has a character that is no text, such as NUL"
        raise AttainError("no-text", message, hint="take it out: %00 stands for it")


def only_text(words: str) -> str:
    """Give words with a sign in the place of each character that is no text, for words that repeat what a file said."""
    return NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", words)


def holds_no_text(value: object) -> bool:
    """Say whether a text, or one in a list or an object, has a character that is no text."""
    if isinstance(value, str):
        return NO_TEXT.search(value) is not None
    if isinstance(value, dict):
        found: dict[object, object] = value  # pyright: ignore[reportUnknownVariableType] - of whatever JSON has
        return any(holds_no_text(one) for pair in found.items() for one in pair)
    if isinstance(value, list | tuple):
        several: list[object] | tuple[object, ...] = value  # pyright: ignore[reportUnknownVariableType] - of whatever JSON has
        return any(holds_no_text(one) for one in several)
    return False


def _saved(instance: models.Model, *, raw: bool = False, update_fields: Collection[str] | None = None, **_: object) -> None:
    # A backup is read as it was written.
    if not raw:
        refuse(instance, update_fields)


@cache
def _looked_at(model: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    kinds = (models.CharField, models.TextField, models.JSONField, models.IntegerField, models.DecimalField)
    return tuple(field for field in model._meta.concrete_fields if isinstance(field, kinds))


def _fault(field: models.Field[Any, Any], value: object) -> tuple[str, str]:
    """Say what is wrong with a value, and what to do; nothing where it fits, or where the database makes it."""
    if isinstance(field, models.DecimalField):
        return _digits(field, value) if isinstance(value, Decimal) else ("", "")
    if isinstance(field, models.IntegerField):
        least, most = BaseDatabaseOperations.integer_field_ranges[field.get_internal_type()]
        return ("", "") if not isinstance(value, int) or least <= value <= most else (f"is not between {least:,} and {most:,}", "check it")
    if holds_no_text(value):
        return "has a character that is no text, such as NUL", "take it out"
    if isinstance(field, models.CharField) and field.max_length and isinstance(value, str) and len(value) > field.max_length:
        return f"has {len(value):,} characters, more than {field.max_length:,}", "shorten it"
    return "", ""


def _digits(field: models.DecimalField[Any, Any], value: Decimal) -> tuple[str, str]:
    whole = field.max_digits - field.decimal_places
    if value.is_finite() and abs(value) < Decimal(10) ** whole:
        return "", ""
    return f"is no number of at most {whole} digits before the point", "check it"
