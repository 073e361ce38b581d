"""The Django app of what people recorded."""

from __future__ import annotations

from django.apps import AppConfig


class RecordedConfig(AppConfig):
    """Purchases and Microsoft's numbers."""

    name = "attain.recorded"
    label = "recorded"
