"""The application that Granian, or any other WSGI server, runs: `attain.server.wsgi:application`."""

from __future__ import annotations

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attain.server.settings")

application = get_wsgi_application()
# Read now what would else be read with the first request: a page without a rule of access stops the server before it serves.
_ = get_resolver().url_patterns
# What is due is sent beside the requests: digests and retries wait for nobody's cron.
import_module("attain.alerts.background").start()
