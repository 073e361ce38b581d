"""Databases of their own for tests that change tables, of the kind that the tests run on or the other."""

from __future__ import annotations

import os
from collections.abc import Generator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections
from django.db.utils import load_backend
from pytest_django import DjangoDbBlocker

from attain.server import environment
from tests.settings import ASKED_FOR


class EmptyDatabases:
    """Makes empty databases and gives their aliases; all are gone after the test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._made: list[str] = []

    def make(self) -> str:
        """Make one of the kind that the tests run on: SQLite as a server uses it, or another of the same PostgreSQL."""
        return self._made_from(ASKED_FOR)

    def make_other(self) -> str:
        """Make a SQLite on a run on PostgreSQL. A run on SQLite has no other kind, so it gives one more of its own."""
        return self._made_from("")

    def address(self, alias: str) -> str:
        """Give the address of one that was made, as `ATTAIN_DATABASE_URL` takes it."""
        name = str(connections[alias].settings_dict["NAME"])
        return urlsplit(ASKED_FOR)._replace(path=f"/{name}").geturl() if connections[alias].vendor == "postgresql" else f"sqlite:///{name}"

    def _made_from(self, address: str) -> str:
        alias = f"empty{next(self._numbers)}"
        found = environment.database(self._folder / alias, {"ATTAIN_DATABASE_URL": address})
        (self._folder / alias).mkdir()
        if address:
            # Tests run at the same time share one PostgreSQL.
            found["NAME"] = f"{alias}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
            self._execute(f"create database {found['NAME']}")
        settings: dict[str, Any] = {**connection.settings_dict, "OPTIONS": {}, **found}
        connections[alias] = load_backend(found["ENGINE"]).DatabaseWrapper(settings, alias)
        self._made.append(alias)
        return alias

    def close(self) -> None:
        """Remove what was made."""
        for alias in self._made:
            on_server, name = connections[alias].vendor == "postgresql", connections[alias].settings_dict["NAME"]
            connections[alias].close()
            del connections[alias]
            if on_server:
                self._execute(f"drop database {name}")

    def _execute(self, statement: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)


@pytest.fixture
def empty_databases(tmp_path: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Generator[EmptyDatabases]:
    made = EmptyDatabases(tmp_path)
    with django_db_blocker.unblock():
        try:
            yield made
        finally:
            made.close()


@pytest.fixture
def empty_database(empty_databases: EmptyDatabases) -> str:
    return empty_databases.make()
