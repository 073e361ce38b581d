"""The Django app of the read model."""

from __future__ import annotations

from django.apps import AppConfig


class PublishedConfig(AppConfig):
    """Scores and statuses as pages read them."""

    name = "attain.published"
    label = "published"
