"""The Django app of progress in lessons."""

from __future__ import annotations

from django.apps import AppConfig


class LearningConfig(AppConfig):
    """Progress in lessons."""

    name = "attain.learning"
    label = "learning"
