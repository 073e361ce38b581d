"""Commands on the database that the environment names: two refreshes at once, and a database of a later version."""

from __future__ import annotations

import subprocess
from pathlib import Path

from django.apps import apps
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from attain.facts.synthetic import DemoPlan, write_demo
from tests.databases.conftest import EmptyDatabases
from tests.server.serving import ATTAIN, environment_for

DAY = "2026-11-24"
BUSY = 3


def test_of_two_refreshes_at_once_one_publishes(empty_databases: EmptyDatabases, tmp_path: Path) -> None:
    alias = empty_databases.make()
    write_demo(DemoPlan(6, 1, tenants=40, azure_rows=500, usage_rows=300, certificates=60), tmp_path / "facts")
    given = environment_for(tmp_path / "home", ATTAIN_DATABASE_URL=empty_databases.address(alias))
    command = [*ATTAIN, "refresh", "--store", str(tmp_path / "facts"), "--as-of", DAY]
    # The first makes the tables, so that two may meet at the work itself.
    made = subprocess.run([*ATTAIN, "alerts", "list"], env=given, check=False, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    both = [subprocess.Popen(command, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[0] for process in both]
    codes = sorted(process.returncode for process in both)
    # The second finds the first at work, or comes when it is done.
    assert codes in ([0, 0], [0, BUSY]), said
    assert sum("Published" in text for text in said) == 1, said
    publications = apps.get_model("published", "Publication")._base_manager.using(alias)
    assert list(publications.values_list("state", flat=True)) == ["current"]
    assert publications.get().partners == apps.get_model("published", "PublishedPartner")._base_manager.using(alias).count() > 0


def test_a_database_that_a_later_version_changed_is_refused(empty_databases: EmptyDatabases, tmp_path: Path) -> None:
    alias = empty_databases.make()
    recorder = MigrationRecorder(connections[alias])
    recorder.ensure_schema()
    recorder.record_applied("people", "9999_later")
    given = environment_for(tmp_path / "home", ATTAIN_DATABASE_URL=empty_databases.address(alias))
    for command in (["serve"], ["backup", "there"]):
        done = subprocess.run([*ATTAIN, *command], env=given, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 1
        assert "people 9999_later" in done.stderr
        assert "install that version" in done.stderr
