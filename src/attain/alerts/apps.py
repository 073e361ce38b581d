"""The Django app of alerts."""

from __future__ import annotations

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Rules, channels, alerts and their deliveries."""

    name = "attain.alerts"
    label = "alerts"
