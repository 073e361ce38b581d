"""That the tests run on the database that was asked for, and what every database must keep exactly."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from tests.databases.cluster import OLDEST
from tests.databases.rows import AT, DOCUMENT, TEXT, contents, fill
from tests.settings import ASKED_FOR


@pytest.mark.usefixtures("db")
def test_it_is_the_one_that_was_asked_for() -> None:
    assert connection.vendor == ("postgresql" if ASKED_FOR else "sqlite")
    if ASKED_FOR:
        assert connection.pg_version // 10_000 >= OLDEST  # pyright: ignore[reportAttributeAccessIssue] - of PostgreSQL alone


@pytest.mark.usefixtures("db")
def test_every_table_gives_back_what_it_was_given() -> None:
    fill(apps, "default")
    found = contents(apps, "default")
    (partner,) = found["published.PublishedPartner"]
    assert (partner["name"], partner["best_micro"], partner["published_at"], partner["day"]) == (TEXT, 2**62, AT, AT.date())
    assert partner["badges"] == DOCUMENT
