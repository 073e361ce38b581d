"""Whether the server is up (`/health/live`) and can answer (`/health/ready`), for a proxy, a load balancer or a container's keeper.

Asked on whatever address the asker has, without a session: so it is answered before hosts are checked and HTTPS is asked for. Strangers
learn one word; the log says what is missing.
"""

from __future__ import annotations

import threading
import time
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse, HttpResponseNotAllowed

from attain.errors import AttainError
from attain.store.place import Place, is_store
from attain.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

LIVE, READY = "/health/live", "/health/ready"
LASTS_SECONDS = 2.0
"""How long an answer counts: many askers cost the database no more than one."""
_log = structlog.get_logger("attain.health")


def missing() -> str:
    """Say what keeps the server from answering, nothing where all is there: the database, its tables, the facts that are served."""
    try:
        behind = migrations_missing()
    except DatabaseError:
        return "the database does not answer"
    if behind:
        return f"{behind} migrations are not applied"
    try:
        return _store_missing(str(settings.STORE))
    except (AttainError, OSError) as error:
        return f"the store cannot be read ({error.code if isinstance(error, AttainError) else error.strerror})"


def migrations_missing() -> int:
    """Count the migrations that the database lacks. Raises DatabaseError where it does not answer."""
    return len(_known() - set(MigrationRecorder(connection).applied_migrations()))


class HealthMiddleware:
    """Answers questions about health, and passes every other request on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._lock = threading.Lock()
        self._asked = -LASTS_SECONDS
        self._missing: str = ""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or pass the request on."""
        path = request.path_info.removesuffix("/")
        if path not in {LIVE, READY}:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        lacking = path == READY and self._lacking()
        status = HTTPStatus.SERVICE_UNAVAILABLE if lacking else HTTPStatus.OK
        word = "not ready" if lacking else "ready" if path == READY else "live"
        return HttpResponse(f"{word}\n", status=status, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})

    def _lacking(self) -> str:
        with self._lock:
            now = time.monotonic()
            if now - self._asked >= LASTS_SECONDS:
                found = missing()
                if found != self._missing:
                    _log.warning("not ready" if found else "ready again", reason=found)
                self._asked, self._missing = time.monotonic(), found
            return self._missing


def _store_missing(source: str) -> str:
    if not source:
        return ""
    if is_store(source):
        Store.open(source).loads.newest()
        return ""
    place = Place.of(source)
    return "" if not place.remote and place.local.is_dir() else "the store is not there"


@cache
def _known() -> frozenset[tuple[str, str]]:
    """Name every migration of this version."""
    loader = MigrationLoader(None)
    replaced = {old for migration in loader.replacements.values() for old in migration.replaces}
    return frozenset(set(loader.disk_migrations) - replaced)
