"""What is kept of a person's way through the lessons."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from attain.people.models import User


class LessonProgress(models.Model):
    """One person's progress in one lesson of a designation's course.

    `answers` holds the last answer to each check, by its number: `[what was answered, whether it was right]`. `done_at` is empty until the
    person says that the lesson is done.
    """

    user: models.ForeignKey[User, User] = models.ForeignKey(User, models.CASCADE, related_name="lessons")
    designation: models.CharField[str, str] = models.CharField(max_length=40)
    lesson: models.CharField[str, str] = models.CharField(max_length=10)
    opened_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now)
    seen_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now)
    done_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)
    answers: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[LessonProgress]] = models.Manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "designation", "lesson"], name="progress_once_a_lesson")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "-seen_at"], name="progress_last_seen")]

    def __str__(self) -> str:
        return f"{self.designation} {self.lesson} of {self.user}"
