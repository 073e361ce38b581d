"""Facts published once for the tests of a folder, and taken back after its last test."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attain.published.models import Publication
from attain.published.publish import publish, remove

if TYPE_CHECKING:
    import datetime as dt

    from pytest_django import DjangoDbBlocker

    from attain.workspace import Workspace


@contextmanager
def published_once(workspace: Workspace, day: dt.date, source: str, blocker: DjangoDbBlocker) -> Generator[Publication]:
    """Publish every partner on a day; all that is published goes at the end."""
    with blocker.unblock():
        publication = publish(workspace, day, source).publication
    yield publication
    with blocker.unblock():
        for found in Publication.objects.all():
            remove(found)
