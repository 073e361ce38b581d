"""The Django app of the web workspace."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, components and what they are styled with."""

    name = "attain.web"
    label = "web"
