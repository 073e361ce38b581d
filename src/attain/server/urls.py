"""The root of all URLs. Each says what it needs, or the server does not start."""

from __future__ import annotations

from django.urls import include, path

from attain.api.root import patterns
from attain.server.declared import declared

urlpatterns = declared([path("api/v1/", include((patterns(), "api"))), path("", include("attain.web.urls"))])

handler404 = "attain.server.not_found.not_found"
handler500 = "attain.web.faults.failed"
