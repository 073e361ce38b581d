"""What Prometheus may read at `/metrics`, with the token of `ATTAIN_METRICS_TOKEN`; without one there is no such page.

Requests are counted by the route of their page, never by its address. What tells of the data is read from the database when asked.
"""

from __future__ import annotations

import os
import secrets
from importlib.metadata import version
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count
from django.http import HttpResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.gc_collector import GCCollector
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from attain.imports.models import UNFINISHED, ImportRun, ImportState
from attain.published.models import Publication, PublicationState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponseBase
    from prometheus_client import Metric

PATH = "/metrics"
SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The folder in which several workers keep their counts for each other."""
_CONTENT = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0)

_own = CollectorRegistry()
requests = Counter("attain_requests", "Requests answered.", ("method", "route", "status"), registry=_own)
seconds = Histogram("attain_request_seconds", "Time until an answer began.", ("route",), buckets=_SECONDS, registry=_own)


class DataCollector(Collector):
    """Tells of the data: the day that is published, and imports by their state."""

    def collect(self) -> Iterable[Metric]:
        """Ask the database, with one query for each kind."""
        built = GaugeMetricFamily("attain_build_info", "The version of Attain.", labels=["version"])
        built.add_metric([version("attain")], 1)
        yield built
        current = Publication.objects.filter(state=PublicationState.CURRENT).first()
        if current is not None:
            age = (timezone.now().date() - current.day).days
            yield GaugeMetricFamily("attain_published_day_age_days", "Days since the day that is published.", value=age)
            yield GaugeMetricFamily("attain_published_partners", "Partners that are published.", value=current.partners)
            if current.finished_at is not None:
                at = current.finished_at.timestamp()
                yield GaugeMetricFamily("attain_published_timestamp_seconds", "When it was published.", value=at)
        counts = dict(ImportRun.objects.values_list("state").annotate(rows=Count("pk")).order_by())
        imports = GaugeMetricFamily("attain_imports", "Imports that wait, are at work, or ended.", labels=["state"])
        for state in ImportState:
            imports.add_metric([state.value], counts.get(state.value, 0))
        yield imports
        waiting = ImportRun.objects.filter(state__in=UNFINISHED).order_by("created_at").values_list("created_at", flat=True).first()
        waited = 0.0 if waiting is None else (timezone.now() - waiting).total_seconds()
        yield GaugeMetricFamily("attain_import_waiting_seconds", "How long the oldest import that has not ended waits.", value=waited)


class MetricsMiddleware:
    """Answers `/metrics` to whoever has the token, and passes every other request on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or pass the request on."""
        if request.path_info != PATH or not settings.METRICS_TOKEN:
            return self.get_response(request)
        given = request.headers.get("Authorization", "").encode()
        if not secrets.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
            return HttpResponse("the token of ATTAIN_METRICS_TOKEN is asked for\n", status=401, headers={"WWW-Authenticate": "Bearer"})
        return HttpResponse(exposition(), content_type=_CONTENT, headers={"Cache-Control": "no-store"})


def exposition() -> bytes:
    """Give all figures in the text format of Prometheus; those of all workers where they share a folder."""
    registry = CollectorRegistry()
    if os.environ.get(SHARED):
        MultiProcessCollector(registry)
    else:
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
    registry.register(DataCollector())
    return generate_latest(registry) + (b"" if os.environ.get(SHARED) else generate_latest(_own))
