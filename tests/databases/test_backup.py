"""Backups of a database that has a row in every table: into either kind of database, from any version, all or nothing."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections

from attain.errors import AttainError
from attain.server.backup.manifest import NAME, Backup
from attain.server.backup.restoring import restore
from attain.server.backup.rows import LEFT_OUT, bring_to, models_as_applied, read_rows
from attain.server.backup.taking import take
from attain.store.store import Store
from tests.databases.conftest import EmptyDatabases
from tests.databases.rows import OURS, fill

pytestmark = pytest.mark.django_db
"""The database of the tests is looked at beside those that are made here."""


def _silent(_text: str) -> None:
    """Tell nobody."""


def _contents(alias: str) -> dict[str, list[dict[str, Any]]]:
    """Give every row that a backup holds, of every app."""
    found = models_as_applied(alias).items()
    rows = {label: list(model._base_manager.using(alias).order_by("pk").values()) for label, model in found}
    # PostgreSQL gives bytes as a view, which is equal to nothing but itself.
    return {
        label: [{name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()} for row in table]
        for label, table in rows.items()
    }


def _filled(alias: str) -> str:
    call_command("migrate", database=alias, verbosity=0)
    fill(apps, alias)
    return alias


def test_every_row_comes_back_in_either_kind_of_database(empty_databases: EmptyDatabases, tmp_path: Path) -> None:
    source, other, same = _filled(empty_databases.make()), empty_databases.make_other(), empty_databases.make()
    written = _contents(source)
    ours = [model._meta.label for app in apps.get_app_configs() if app.name.startswith(OURS) for model in app.get_models()]
    assert len(ours) > 15
    assert all(len(written[label]) == 1 for label in ours)
    assert LEFT_OUT & written.keys() == set()
    # From one kind into the other, and from that one back.
    for before, after in ((source, other), (other, same)):
        made = take(tmp_path / f"backup-{before}", "", _silent, alias=before)
        assert (made.folder.stat().st_mode & 0o777) == 0o700
        assert restore(Backup.open(made.folder), "", _silent, alias=after) is None
        assert _contents(after) == written
    for target in (other, same):
        # A new row gets a key that none of those has.
        organization = apps.get_model("people", "Organization")
        assert organization._base_manager.using(target).create(name="New", slug="new").pk > 1


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(empty_databases: EmptyDatabases, tmp_path: Path) -> None:
    source, target = empty_databases.make(), empty_databases.make()
    bring_to(source, [("people", "0002_alter_auditentry_event"), ("sessions", "0001_initial")])
    organization = models_as_applied(source)["people.Organization"]
    organization._base_manager.using(source).create(name="Contoso", slug="contoso", kind="partner")
    made = take(tmp_path / "backup", "", _silent, alias=source)
    assert "published.Publication" not in made.manifest.rows
    restore(made, "", _silent, alias=target)
    assert apps.get_model("people", "Organization")._base_manager.using(target).get().name == "Contoso"
    assert apps.get_model("people", "OrganizationPartner")._base_manager.using(target).count() == 0


def test_a_backup_of_a_later_version_is_refused(empty_databases: EmptyDatabases, tmp_path: Path) -> None:
    made = take(tmp_path / "backup", "", _silent, alias=_filled(empty_databases.make()))
    target = empty_databases.make()
    for app, name in (("people", "9999_later"), ("otherapp", "0001_initial")):
        later = made.manifest.model_copy(update={"migrations": [*made.manifest.migrations, (app, name)]})
        with pytest.raises(AttainError, match="install") as refused:
            restore(Backup(made.folder, later), "", _silent, alias=target)
        assert refused.value.code == "database-newer"
    path = made.folder / NAME
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(AttainError, match="format is 2"):
        Backup.open(made.folder)
    path.write_text("{}")
    with pytest.raises(AttainError, match="cannot be read"):
        Backup.open(made.folder)
    path.unlink()
    with pytest.raises(AttainError, match="no whole backup"):
        Backup.open(made.folder)


def test_nothing_is_restored_over_rows_or_from_a_broken_backup(empty_databases: EmptyDatabases, tmp_path: Path) -> None:
    source, target = _filled(empty_databases.make()), empty_databases.make()
    made = take(tmp_path / "backup", "", _silent, alias=source)
    with pytest.raises(AttainError, match="holds rows"):
        restore(made, "", _silent, alias=source)
    with pytest.raises(AttainError, match="it is there already"):
        take(tmp_path / "backup", "", _silent, alias=source)
    (rows,) = (made.folder / "database").glob("people.Organization.*")
    whole = rows.read_bytes()
    for content in (whole[:-1], bytes([*whole[:-1], whole[-1] ^ 1]), None):
        rows.unlink()
        if content is not None:
            rows.write_bytes(content)
        with pytest.raises(AttainError, match=r"people\.Organization") as refused:
            restore(made, "", _silent, alias=target)
        assert refused.value.code == "backup-broken"
        assert connections[target].introspection.table_names() == []


@pytest.mark.parametrize(
    ("table", "column", "value", "fault"),
    [
        ("people.Organization", "slug", "x" * 300, "slug has 300 characters, more than"),
        ("people.Organization", "name", "a\0b", "name has a character that is no text, such as NUL"),
        ("people.AuditEntry", "detail", "a\0b", "detail has a character that is no text, such as NUL"),
    ],
)
def test_what_a_database_does_not_take_is_named(
    empty_databases: EmptyDatabases, tmp_path: Path, table: str, column: str, value: str, fault: str
) -> None:
    """SQLite keeps what is over a bound of PostgreSQL: there it comes back, here the row is named and nothing is kept."""
    source, target = _filled(empty_databases.make_other()), empty_databases.make()
    row = apps.get_model(table)._base_manager.using(source).get()
    apps.get_model(table)._base_manager.using(source).update(**{column: value})
    made = take(tmp_path / "backup", "", _silent, alias=source)
    if connections[target].vendor == "sqlite":
        restore(made, "", _silent, alias=target)
        assert getattr(apps.get_model(table)._base_manager.using(target).get(), column) == value
        return
    with pytest.raises(AttainError) as refused:
        restore(made, "", _silent, alias=target)
    assert (refused.value.code, refused.value.where) == ("does-not-fit", f"{table}, key {row.pk}, column {column}")
    assert refused.value.message.startswith(fault)
    assert "PostgreSQL does not take it" in refused.value.message
    apps.get_model(table)._base_manager.using(source).update(**{column: getattr(row, column)})
    restore(take(tmp_path / "mended", "", _silent, alias=source), "", _silent, alias=target)
    assert apps.get_model(table)._base_manager.using(target).count() == 1


def test_an_empty_database_is_no_backup(empty_databases: EmptyDatabases, tmp_path: Path) -> None:
    with pytest.raises(AttainError, match="nothing in it"):
        take(tmp_path / "backup", "", _silent, alias=empty_databases.make())
    assert list(tmp_path.glob("backup*")) == []


def test_rows_are_put_back_all_or_none(empty_databases: EmptyDatabases, tmp_path: Path) -> None:
    made = take(tmp_path / "backup", "", _silent, alias=_filled(empty_databases.make()))
    target = empty_databases.make()
    bring_to(target, made.manifest.migrations)
    (made.folder / "database" / "recorded.Purchase.jsonl.gz").unlink()
    with pytest.raises(FileNotFoundError):
        read_rows(target, made.folder / "database", ("", ""))
    assert {len(rows) for rows in _contents(target).values()} == {0}


def test_a_store_goes_along_and_rows_follow_it(empty_databases: EmptyDatabases, tmp_path: Path) -> None:
    source, target = empty_databases.make(), empty_databases.make()
    call_command("migrate", database=source, verbosity=0)
    old, new = str(tmp_path / "old"), str(tmp_path / "new")
    store = Store.create(old)
    runs = apps.get_model("imports", "ImportRun")
    for place in (old, "/elsewhere"):
        runs._base_manager.using(source).create(store=place, partner_id="1", folder="f", state="done")
    made = take(tmp_path / "backup", old, _silent, alias=source)
    assert made.manifest.store is not None
    assert (made.manifest.store.id, made.manifest.store.loads) == (store.identity, 0)
    with pytest.raises(AttainError, match="--store"):
        restore(made, "", _silent, alias=target)
    with pytest.raises(AttainError, match="is a store already"):
        restore(made, old, _silent, alias=target)
    shutil.rmtree(old)
    found = restore(made, new, _silent, alias=target)
    assert found is not None
    assert found.identity == store.identity
    assert list(runs._base_manager.using(target).order_by("pk").values_list("store", flat=True)) == [new, "/elsewhere"]


def test_it_is_of_one_moment_while_others_write(empty_databases: EmptyDatabases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that are written while the backup reads are in all of its tables or in none, and nobody has to wait."""
    from attain.server.backup import rows

    source = empty_databases.make()
    call_command("migrate", database=source, verbosity=0)
    organizations, runs = apps.get_model("people", "Organization"), apps.get_model("imports", "ImportRun")
    kept, written = rows._kept, threading.Event()
    other: Any = connections[source].copy("other")
    other.inc_thread_sharing()

    def write() -> None:
        # Like another process: a connection of its own.
        connections["other"] = other
        try:
            for number in range(3):
                made = organizations._base_manager.using("other").create(name="N", slug=f"n{number}")
                runs._base_manager.using("other").create(store="s", partner_id="1", folder="f", organization_id=made.pk)
        finally:
            other.close()
            written.set()

    def slowly(field: Any, value: Any) -> Any:
        if not written.is_set():
            thread = threading.Thread(target=write)
            thread.start()
            thread.join(20)
            assert written.is_set(), "the writer had to wait"
        return kept(field, value)

    organizations._base_manager.using(source).create(name="First", slug="first")
    monkeypatch.setattr(rows, "_kept", slowly)
    made = take(tmp_path / "backup", "", _silent, alias=source)
    assert written.is_set()
    assert organizations._base_manager.using(source).count() == 4
    assert (made.manifest.rows["people.Organization"], made.manifest.rows["imports.ImportRun"]) == (1, 0)
    assert json.loads((made.folder / NAME).read_text())["rows"]["people.Organization"] == 1
