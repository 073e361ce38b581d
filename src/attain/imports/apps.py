"""The Django app of imports."""

from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Imports asked for over the web."""

    name = "attain.imports"
    label = "imports"
