"""Calling the interface as somebody, with a token."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from attain.people.models import Token, TokenScope
from attain.people.roles import Role
from tests.people.places import Places

EVERY_SCOPE = (TokenScope.READ, TokenScope.IMPORT, TokenScope.PLAN)


@dataclass
class Caller:
    """Calls as a person of a role."""

    places: Places
    role: Role = Role.PARTNER_ADMIN
    scopes: tuple[TokenScope, ...] = EVERY_SCOPE
    _secrets: dict[tuple[Role, tuple[TokenScope, ...]], str] = field(default_factory=dict[tuple[Role, tuple[TokenScope, ...]], str])

    def headers(self, role: Role | None = None, scopes: tuple[TokenScope, ...] | None = None) -> dict[str, str]:
        key = (role or self.role, self.scopes if scopes is None else scopes)
        if key not in self._secrets:
            expires = timezone.now() + dt.timedelta(days=1)
            _, self._secrets[key] = Token.issue("test", scopes=list(key[1]), expires_at=expires, by=self.places.people[key[0]])
        return {"Authorization": f"Bearer {self._secrets[key]}"}

    def get(self, path: str, role: Role | None = None, scopes: tuple[TokenScope, ...] | None = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Client().get(f"/api/v1{path}", headers={**self.headers(role, scopes), **named})

    def post(self, path: str, body: object, role: Role | None = None, scopes: tuple[TokenScope, ...] | None = None, **headers: str) -> Any:
        return self.send("POST", path, body, role, scopes, **headers)

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        role: Role | None = None,
        scopes: tuple[TokenScope, ...] | None = None,
        **headers: str,
    ) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = "" if body is None else json.dumps(body)
        return Client().generic(
            method, f"/api/v1{path}", data, content_type="application/json", headers={**self.headers(role, scopes), **named}
        )

    def upload(self, path: str, data: dict[str, Any], role: Role | None = None, scopes: tuple[TokenScope, ...] | None = None) -> Any:
        return Client().post(f"/api/v1{path}", data, headers=self.headers(role, scopes))
