"""The Django app of progress in lessons."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings


class LearningConfig(AppConfig):
    """Progress in lessons."""

    name = "attain.learning"
    label = "learning"

    def ready(self) -> None:
        """Read the lessons of one's own, so that a server with a fault in them does not start."""
        if settings.PLAYBOOK:
            from attain.playbook.course import load_playbook  # noqa: PLC0415 - most servers have none, and start sooner without it

            load_playbook(settings.PLAYBOOK)
