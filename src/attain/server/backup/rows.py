"""The rows of a database as files, and back: the models as the migrations that were applied left them, so that any version can be read.

A table is a gzipped file of JSON lines: the names of its columns, then a list of values for each row. Dates, decimals and bytes are text
that the fields read back exactly.
"""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import json
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.management.color import no_style
from django.db import DataError, OperationalError, connections, models, transaction
from django.db.migrations.executor import MigrationExecutor

from attain.errors import AttainError
from attain.people.fitting import refuse
from attain.server.versions import refuse_newer

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable, Iterator
    from pathlib import Path

    from django.db.backends.base.base import BaseDatabaseWrapper

    from attain.server.versions import Migration

SUFFIX = ".jsonl.gz"
LEFT_OUT = frozenset({"sessions.Session"})
"""Sessions would let whoever has the backup in; everybody signs in anew."""
MADE_BY_DJANGO = frozenset({"contenttypes.ContentType", "auth.Permission"})
"""Tables that bringing tables up to date fills by itself."""
ROWS_AT_ONCE = 2_000

Models = dict[str, Any]
"""Models by label."""


def applied(alias: str) -> list[Migration]:
    """Name the migrations that a database was brought to, none where it is empty; AttainError where a later version did."""
    executor = MigrationExecutor(connections[alias])
    found = sorted(executor.loader.applied_migrations)
    refuse_newer(found, f"database {connections[alias].settings_dict['NAME']}")
    return found


def models_as_applied(alias: str) -> Models:
    """Give the models of every table as the applied migrations left them, by label."""
    executor = MigrationExecutor(connections[alias])
    nodes = [node for node in executor.loader.applied_migrations if node in executor.loader.graph.nodes]
    found = executor.loader.project_state(nodes).apps.get_models(include_auto_created=True)
    return {model._meta.label: model for model in found if model._meta.managed and model._meta.label not in LEFT_OUT}


def write_rows(alias: str, folder: Path) -> dict[str, int]:
    """Write the rows of every table as they are at one moment into files of `folder`; gives how many there are of each."""
    connection = connections[alias]
    counts: dict[str, int] = {}
    folder.mkdir(parents=True)
    with _one_moment(connection):
        for label, model in sorted(models_as_applied(alias).items()):
            fields = list(model._meta.concrete_fields)
            rows = model._base_manager.using(alias).order_by("pk").values_list(*(field.attname for field in fields))
            with gzip.GzipFile(folder / f"{label}{SUFFIX}", "wb", compresslevel=1, mtime=0) as file:
                file.write(_line([field.attname for field in fields]))
                counts[label] = 0
                for row in rows.iterator(ROWS_AT_ONCE):
                    file.write(_line([_kept(field, value) for field, value in zip(fields, row, strict=True)]))
                    counts[label] += 1
    return counts


def bring_to(alias: str, migrations: Collection[Migration]) -> None:
    """Make the tables of an empty database as `migrations` left them. Raises AttainError `database-newer` where one is not known here."""
    executor = MigrationExecutor(connections[alias])
    graph = executor.loader.graph
    refuse_newer(migrations, "the backup")
    unknown = sorted(one for one in migrations if one not in graph.nodes)
    if unknown:
        label, name = unknown[0]
        message = f"it holds tables of {label} that are not known here ({name})"
        raise AttainError("database-newer", message, "the backup", "install the version that made it")
    last = {(label, max(name for of, name in migrations if of == label)) for label, _ in migrations}
    executor.migrate(sorted(last))


def is_empty(alias: str) -> bool:
    """Say whether a database holds no row that a backup would hold."""
    connection = connections[alias]
    there = set(connection.introspection.table_names())
    return not any(
        model._meta.db_table in there and model._base_manager.using(alias).exists()
        for label, model in models_as_applied(alias).items()
        if label not in MADE_BY_DJANGO
    )


def read_rows(alias: str, folder: Path, moved: tuple[str, str]) -> dict[str, int]:
    """Fill the tables of a database from files of `write_rows`, all or none; gives how many rows each got.

    `moved` is where the store was and where it is now: rows that name it follow. Raises AttainError `does-not-fit` with the row that the
    database does not take: SQLite keeps what is over a bound of PostgreSQL.
    """
    connection = connections[alias]
    counts: dict[str, int] = {}
    found = models_as_applied(alias)
    with transaction.atomic(using=alias):
        for label in MADE_BY_DJANGO & found.keys():
            found[label]._base_manager.using(alias).all().delete()
        for label, model in sorted(found.items()):
            counts[label] = _read_table(connection, model, folder / f"{label}{SUFFIX}")
            if moved[0] != moved[1] and any(field.name == "store" for field in model._meta.concrete_fields):
                model._base_manager.using(alias).filter(store=moved[0]).update(store=moved[1])
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(found.values())):
                cursor.execute(statement)
    return counts


def _read_table(connection: BaseDatabaseWrapper, model: Any, path: Path) -> int:
    with gzip.open(path, "rb") as file:
        fields = [model._meta.get_field(name) for name in _names(json.loads(next(file)), model)]
        count = 0
        size = max(1, connection.ops.bulk_batch_size(fields, [None] * ROWS_AT_ONCE))
        rows = (json.loads(line) for line in file)
        while lot := [_made(model, fields, row) for row in islice(rows, size)]:
            try:
                # As they were: a field that sets itself when it is saved keeps its value.
                model._base_manager.using(connection.alias)._insert(lot, fields=fields, using=connection.alias, raw=True)
            except (DataError, OperationalError) as error:
                raise _refused(connection, lot, error) from error
            count += len(lot)
    return count


def _refused(connection: BaseDatabaseWrapper, lot: list[models.Model], error: Exception) -> AttainError:
    """Name the row that a database does not take, of rows that another kind kept: a text over a bound, say."""
    table, kind = lot[0]._meta.label, connection.display_name
    hint = f"mend the row where the backup was taken and take another one, or restore this one into a database that is no {kind}"
    for row in lot:
        try:
            refuse(row)
        except AttainError as fault:
            where = f"{table}, key {row.pk}, column {fault.where}"
            return AttainError("does-not-fit", f"{fault.message}: {kind} does not take it", where, hint)
    said = next(iter(str(error).strip().splitlines()), "no reason is given")
    return AttainError("does-not-fit", f"{kind} does not take a row: {said}", table, hint)


def _names(attributes: Iterable[str], model: Any) -> Iterator[str]:
    by_attribute = {field.attname: field.name for field in model._meta.concrete_fields}
    return (by_attribute[name] for name in attributes)


def _made(model: Any, fields: list[Any], row: list[Any]) -> Any:
    return model(**{field.attname: _read(field, value) for field, value in zip(fields, row, strict=True)})


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _kept(field: Any, value: Any) -> Any:
    """Give a value as JSON holds it."""
    if isinstance(field, models.JSONField):
        return value
    if isinstance(value, memoryview):
        return _kept(field, value.tobytes())
    match value:
        case None | bool() | int() | str() | float():
            return value
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case _:
            message = f"{field}: no way is known to keep a {type(value).__name__}"
            raise TypeError(message)


def _read(field: Any, value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.BinaryField):
        return base64.b64decode(value)
    target = field.target_field if field.is_relation else field
    return target.to_python(value)


@contextmanager
def _one_moment(connection: BaseDatabaseWrapper) -> Generator[None]:
    """Read everything as it is at one moment, without keeping anybody from writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic(using=connection.alias):
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
            yield
        return
    # Django would begin as a writer does, and hold up all others.
    with connection.cursor() as cursor:
        cursor.execute("begin deferred")
        try:
            yield
        finally:
            cursor.execute("rollback")
