"""Migrations on a database that holds rows: back one at a time, and forward again, with every row that a table can still hold."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from tests.databases.rows import contents, fill, our_labels


def _executor(alias: str) -> MigrationExecutor:
    return MigrationExecutor(connections[alias])


def _models(alias: str) -> Any:
    """Give the models as the migrations that were applied leave them."""
    executor = _executor(alias)
    return executor.loader.project_state(list(executor.loader.applied_migrations)).apps


def _ours_in_order(alias: str) -> list[tuple[str, str]]:
    """List the migrations of Attain, in the order in which they are applied."""
    executor = _executor(alias)
    every = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    return [(migration.app_label, migration.name) for migration, _ in every if migration.app_label in our_labels()]


def _same_where_both_have_it(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]], step: object) -> None:
    for model in before.keys() & after.keys():
        columns = [set(rows[0]) for rows in (before[model], after[model]) if rows]
        assert len(columns) == 2, (step, model)
        both = columns[0] & columns[1]
        assert both, (step, model)
        kept = [[{name: row[name] for name in both} for row in rows] for rows in (before[model], after[model])]
        assert kept[0] == kept[1], (step, model)


def test_rows_outlive_every_step_back_and_forward(empty_database: str) -> None:
    call_command("migrate", database=empty_database, verbosity=0)
    assert fill(apps, empty_database) == len(contents(apps, empty_database)) > 15
    written = contents(apps, empty_database)
    graph = MigrationLoader(None).graph
    firsts = {key for key in graph.root_nodes() if key[0] in our_labels()}
    steps = [key for key in _ours_in_order(empty_database) if key not in firsts]
    assert len(steps) >= 4
    last = written
    for app, name in reversed(steps):
        node = graph.node_map[(app, name)]
        (before,) = [parent.key for parent in node.parents if parent.key[0] == app]
        _executor(empty_database).migrate([before])
        found = contents(_models(empty_database), empty_database)
        _same_where_both_have_it(last, found, f"back from {app} {name}")
        last = found
    for app, name in steps:
        executor = _executor(empty_database)
        executor.migrate([(app, name)])
        found = contents(_models(empty_database), empty_database)
        _same_where_both_have_it(last, {model: rows for model, rows in found.items() if model in last}, f"forward to {app} {name}")
        last = {model: rows for model, rows in found.items() if model in last}
    # Back and forth they are the tables of the models again: a row of each can be written.
    assert set(contents(apps, empty_database)) == set(written)
    call_command("flush", database=empty_database, verbosity=0, interactive=False)
    assert fill(apps, empty_database) == len(written)


@pytest.mark.usefixtures("db")
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
