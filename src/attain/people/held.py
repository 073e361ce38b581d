"""What the database holds on a person with an account, given whole to take away, and taken out again.

Every table is looked through by what its columns are, so that a new one is not forgotten: rows that belong to the account, and texts that
hold its address.
"""

from __future__ import annotations

import json
import re
import secrets
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from attain.errors import AttainError, did_you_mean
from attain.people.audit import record
from attain.people.models import AuditEntry, Event, Member, Organization, User
from attain.people.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

Row = dict[str, Any]
SECRET_FIELDS = frozenset(
    {"password", "secret_digest", "token", "token_secret", "data", "session_data", "session_key", "sealed_url", "sealed_secret"}
)
"""Fields that are no one's to take away: they would let in whoever holds the file."""
_TEXTS = (models.CharField, models.TextField, models.JSONField)
_LEFT_OUT = frozenset({"contenttypes", "auth", "sessions", "published"})
"""Apps without texts about accounts; sessions are found by what is in them."""
_SHORTEST_NAME = 5


def account_of(email: str) -> User:
    """Find the account of a mail address. Raises AttainError `unknown-account`."""
    found = User.objects.filter(email__iexact=email.strip()).first()
    if found is None:
        near = did_you_mean(email, list(User.objects.values_list("email", flat=True)[:1000]))
        raise AttainError("unknown-account", f"nobody has an account under {email!r}", "person", near)
    return found


def held_on(user: User) -> dict[str, list[Row]]:
    """Give every row about a person by table: those of the account, those that name its address; secrets are left out."""
    found: dict[str, list[Row]] = {}
    for model in _models():
        rows = [
            _plain(row) for row in model._default_manager.filter(_about(model, user)).order_by("pk").values() if _is_about(model, row, user)
        ]
        if rows:
            found[model._meta.label] = rows
    sessions = [{"expire_date": session.expire_date.isoformat()} for session in _sessions(user)]
    return found | ({"sessions.Session": sessions} if sessions else {})


def keep_an_admin(user: User) -> None:
    """Raise AttainError `last-admin` where an organization would be left without a Global admin if somebody were erased."""
    for place in Organization.objects.filter(members__user=user, members__role=Role.GLOBAL_ADMIN):
        if not Member.objects.filter(organization=place, role=Role.GLOBAL_ADMIN, user__is_active=True).exclude(user=user).exists():
            hint = "make somebody else a Global admin first"
            raise AttainError("last-admin", f"{user.email} is the only Global admin of {place}", str(place), hint)


@transaction.atomic
def erase(user: User, request: HttpRequest | None = None, actor: str = "", organization: Organization | None = None) -> str:
    """Take an account out of the database, and give the mark that stands in its place from now on.

    The account goes with its memberships, tokens, sessions and lesson progress. What it did stays in the audit log and beside what it
    recorded, under the mark; network addresses go. The entry of the audit log stands in `organization`. Raises AttainError `last-admin`
    where an organization would be left without a Global admin.
    """
    keep_an_admin(user)
    mark = f"erased-{secrets.token_hex(4)}"
    AuditEntry.objects.filter(Q(user=user) | Q(actor__iexact=user.email)).update(address="")
    for model in _models():
        if model is not User:
            _replace(model, user, mark)
    for session in _sessions(user):
        session.delete()
    user.delete()
    record(Event.PERSON_ERASED, request, organization=organization, detail=mark, actor=actor)
    return mark


def _models() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if model._meta.app_label not in _LEFT_OUT and model._meta.managed:
            yield model


def _texts(model: type[models.Model]) -> list[str]:
    fields = model._meta.concrete_fields
    return [field.name for field in fields if isinstance(field, _TEXTS) and not field.choices and field.name not in SECRET_FIELDS]


def _about(model: type[models.Model], user: User) -> Q:
    about = Q(pk=user.pk) if model is User else Q(pk__in=[])
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.related_model is User:
            about |= Q(**{field.name: user})
    for name in _texts(model):
        about |= Q(**{f"{name}__icontains": user.email})
    return about


def _is_about(model: type[models.Model], row: Row, user: User) -> bool:
    """Say whether a row is about the person, and not one whose address only holds the same letters."""
    owned = (field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey) and field.related_model is User)
    if (model is User and row["id"] == user.pk) or any(row[field.attname] == user.pk for field in owned):
        return True
    sought = _as_a_word([user.email])
    return any(sought.search(json.dumps(row[name], ensure_ascii=False, default=str)) for name in _texts(model))


def _as_a_word(texts: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.+-])(?:{'|'.join(map(re.escape, texts))})(?![\w-])", re.IGNORECASE)


def _replace(model: type[models.Model], user: User, mark: str) -> None:
    """Put the mark in the place of the address wherever a text holds it; out of lists of addresses it is taken."""
    words = [user.email] + ([user.name] if len(user.name) >= _SHORTEST_NAME and model is AuditEntry else [])
    sought = _as_a_word(words)
    for name in _texts(model):
        about = Q(**{f"{name}__icontains": user.email})
        if len(words) > 1:
            about |= Q(**{f"{name}__icontains": user.name})
        for row in model._default_manager.filter(about).iterator(500):
            old: object = getattr(row, name)
            new = _without(old, sought, mark)
            if new != old:
                model._default_manager.filter(pk=row.pk).update(**{name: new})


def _without(value: Any, sought: re.Pattern[str], mark: str) -> Any:
    if isinstance(value, str):
        return sought.sub(mark, value)
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return [_without(item, sought, mark) for item in items if not (isinstance(item, str) and sought.fullmatch(item))]
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value)
        return {name: _without(item, sought, mark) for name, item in pairs.items()}
    return value


def _sessions(user: User) -> Iterator[Session]:
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator(500):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            yield session


def _plain(row: Row) -> Row:
    return {name: json.loads(json.dumps(value, default=str)) for name, value in row.items() if name not in SECRET_FIELDS}
