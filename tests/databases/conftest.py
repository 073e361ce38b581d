"""A database of its own for a test that changes tables, of the kind that the tests run on."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from attain.server import environment

ALIAS = "empty"
DATABASE = "attain_empty"


@pytest.fixture
def empty_database(tmp_path: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Generator[str]:
    """Make an empty database and give its alias: SQLite as a server uses it, or another of the same PostgreSQL."""
    with django_db_blocker.unblock():
        own: Any = connection.copy(ALIAS)
        if connection.vendor == "postgresql":
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"create database {DATABASE}")
            own.settings_dict["NAME"] = DATABASE
        else:
            own.settings_dict.update(environment.database(tmp_path, {}))
        connections[ALIAS] = own
        try:
            yield ALIAS
        finally:
            own.close()
            del connections[ALIAS]
            if connection.vendor == "postgresql":
                with connection._nodb_cursor() as cursor:
                    cursor.execute(f"drop database {DATABASE}")
